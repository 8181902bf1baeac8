"""Chooses what a new chat begins with, and what connected models could answer it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from moa_core.messages import Question
from moa_core.mixture import (
    DEFAULT_PRESET,
    PRESETS,
    KnownEndpoint,
    MoAConfig,
    Preset,
    is_served,
    needs,
    suggested_presets,
)
from moa_core.plan.estimate import Estimate, estimate
from moa_core.pricing import PriceBook

BeginningKind = Literal["default", "last", "connected", "local", "demo"]

_NOT_OFFERED = ("simulated", "paper", "research", "local")
"""Groups of shipped presets that show something; the others are for everyday use."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A mixture to begin with.

    Attributes:
        kind: The user's default, what was used last, the best of what is connected by
            a key, that of a local server, or simulated models.
    """

    kind: BeginningKind
    preset: Preset


DEMO = Beginning("demo", DEFAULT_PRESET)


def first_mixture(
    endpoints: Sequence[KnownEndpoint],
    prices: PriceBook,
    default: Preset | None = None,
    last: MoAConfig | None = None,
) -> Beginning:
    """What a new chat begins with.

    Args:
        endpoints: What is known of them now.
        prices: Where costs come from.
        default: The user's default preset, which comes first, whatever it lacks.
        last: The mixture that was asked last; it counts while nothing is missing.
    """
    if default:
        return Beginning("default", default)
    if last and not needs(last, endpoints):
        return Beginning("last", _named(last, endpoints))
    return next(iter(real_beginnings(endpoints, prices)), DEMO)


def real_beginnings(
    endpoints: Sequence[KnownEndpoint], prices: PriceBook, *, unpriced: bool = False
) -> list[Beginning]:
    """The best preset of what is connected, and that of a local server, if any.

    Of shipped presets and those made for an endpoint the first counts whose models are
    all served now, whose price is known, and which is not the most expensive one.

    Args:
        endpoints: What is known of them now.
        prices: Where costs come from.
        unpriced: Whether one of unknown price is better than none: to be offered, but
            not to be begun with.
    """
    suggested = suggested_presets(endpoints)
    remote = [preset for preset in PRESETS if preset.group not in _NOT_OFFERED]
    remote += [preset for preset in suggested if preset.group == "connected"]
    local = [preset for preset in suggested if preset.group == "local"]
    local += [preset for preset in PRESETS if preset.group == "local"]
    served = [preset for preset in local if is_served(preset.config, endpoints)]
    best = _best(remote, endpoints, prices)
    if unpriced and not best:
        best = [each for each in remote if is_served(each.config, endpoints)][:1]
    found = [Beginning("connected", preset) for preset in best]
    return found + [Beginning("local", preset) for preset in served[:1]]


def price_of_a_question(config: MoAConfig, prices: PriceBook) -> Estimate:
    """What a first question that is not written yet takes."""
    return estimate(config, (Question("").message,), prices)


def _best(
    presets: Iterable[Preset], endpoints: Sequence[KnownEndpoint], prices: PriceBook
) -> list[Preset]:
    """The one to begin with, if there is one."""
    served = [preset for preset in presets if is_served(preset.config, endpoints)]
    estimates = [price_of_a_question(preset.config, prices) for preset in served]
    priced = [
        (preset, each.high.usd)
        for preset, each in zip(served, estimates, strict=True)
        if not each.high.unknown_calls
    ]
    dearest = max((usd for _, usd in priced), default=None)
    others = [preset for preset, usd in priced if usd != dearest]
    return (others or [preset for preset, _ in priced])[:1]


def _named(config: MoAConfig, endpoints: Sequence[KnownEndpoint]) -> Preset:
    """The preset that a mixture is, or one without a name of its own."""
    for preset in (*PRESETS, *suggested_presets(endpoints)):
        if preset.config == config:
            return preset
    title = "The mixture that was used last"
    return Preset(name="last", title=title, description="", config=config)
