"""What can stand on a side of a duel: the mixture in hand, a preset, or one model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from moa_core.messages import Message
from moa_core.mixture import MoAConfig
from moa_core.plan import Estimate, estimate
from moa_core.text import one_line
from moa_core.usage import FREE
from pages.widgets.mixture import (
    agent_like_others,
    available_presets,
    current_mixture,
    matching_preset,
    pick_label,
)
from pages.widgets.models import model_refs
from services import Services

CURRENT_MIXTURE: Final = "hand"
_LONGEST_LABEL: Final = 60


@dataclass(frozen=True, slots=True)
class SideChoice:
    """Something that answers a question.

    Attributes:
        id: Names it in the session: ``hand``, a preset's id, or ``model:REF``.
        label: What the user reads; plain text.
        name: What its run will be called; ``None`` for what has no name.
    """

    id: str
    label: str
    config: MoAConfig
    name: str | None


def side_choices(app: Services) -> dict[str, SideChoice]:
    """Everything that can stand on a side, by id: mixtures first, then models."""
    mixture, presets = current_mixture(), available_presets(app)
    same = matching_preset(presets, mixture)
    title = same.preset.title if same else None
    found = [
        SideChoice(
            CURRENT_MIXTURE, f"Mixture in hand: {title or 'your own'}", mixture, title
        ),
        *(
            SideChoice(
                choice.id,
                choice.preset.title,
                choice.preset.config,
                choice.preset.title,
            )
            for choice in presets
        ),
        *(_alone(mixture, ref) for ref in model_refs(app)),
    ]
    return {choice.id: choice for choice in found}


def default_sides(found: Sequence[str]) -> tuple[str, str]:
    """What to begin with: the mixture in hand against its own aggregator alone."""
    alone = _model_id(current_mixture().aggregator.ref)
    others = [each for each in found if each != CURRENT_MIXTURE]
    return CURRENT_MIXTURE, alone if alone in others else others[-1]


def sum_estimates(estimates: Sequence[Estimate]) -> Estimate:
    """What several runs will probably take."""
    return Estimate(
        calls=sum(each.calls for each in estimates),
        low=sum((each.low for each in estimates), FREE),
        high=sum((each.high for each in estimates), FREE),
        input_tokens=_sums([each.input_tokens for each in estimates]),
        output_tokens=_sums([each.output_tokens for each in estimates]),
    )


def price(app: Services, config: MoAConfig, question: str) -> Estimate:
    """What it will probably take that ``config`` answers ``question``."""
    messages: tuple[Message, ...] = app.runs.messages(question)
    return estimate(config, messages, app.prices)


def _alone(mixture: MoAConfig, ref: str) -> SideChoice:
    """A model that answers alone, with the settings of the mixture in hand."""
    label = one_line(f"Alone: {pick_label(ref)}", _LONGEST_LABEL)
    config = MoAConfig(layers=(), aggregator=agent_like_others(mixture, ref))
    return SideChoice(_model_id(ref), label, config, None)


def _model_id(ref: str) -> str:
    return f"model:{ref}"


def _sums(ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)
