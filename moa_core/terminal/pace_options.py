"""Parses the options that say how a mixture saves time and money."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from moa_core.engine import DEFAULT_THRESHOLD
from moa_core.errors import ConfigError
from moa_core.mixture import (
    FAST_START_WAYS,
    Auto,
    EarlyExit,
    FastStart,
    Hedging,
    MoAConfig,
    Quorum,
)

OFF: Final = "off"

T = TypeVar("T")


def add_pace(options: argparse.ArgumentParser) -> None:
    """The options; each takes its value, nothing, or ``off``."""
    options.add_argument(
        "--quorum",
        metavar="SHARE",
        nargs="?",
        const="",
        help="go on once this share of a layer's models, 0 to 1, has answered and the "
        "rest is far behind; 0.67 without a number, off to wait for all",
    )
    options.add_argument(
        "--hedge",
        metavar="SECONDS",
        nargs="?",
        const="",
        help="ask the aggregator's fallback, or the same model again, when nothing "
        "comes for this long; 2 or more without a number, off not to",
    )
    options.add_argument(
        "--auto",
        metavar="DOUBT",
        nargs="?",
        const="",
        help="ask the aggregator alone first, and the others only from this much doubt "
        f"on, 0 to 1; {DEFAULT_THRESHOLD:g} without a number, off to ask all at once",
    )
    options.add_argument(
        "--early-exit",
        metavar="AGREEMENT",
        nargs="?",
        const="",
        help="leave further layers out once all proposals of one are so alike, 0 to 1; "
        f"{EarlyExit().agreement:g} without a number, off to ask every layer",
    )
    options.add_argument(
        "--fast-start",
        metavar="WAY",
        nargs="?",
        const="",
        help="experimental: begin the answer before the drafts are complete, by chunks "
        "(continued as they grow) or provisional (checked when they are complete); "
        "chunks without a word, off not to",
    )


def with_pace(config: MoAConfig, call: argparse.Namespace) -> MoAConfig:
    """``config`` with what the options change of its pace.

    Raises:
        ConfigError: A value cannot be used, or there is nobody whom a mode could spare.
    """
    pace = config.pace
    if call.quorum is not None:
        quorum = _mode(
            call.quorum, "--quorum", Quorum, lambda share: Quorum(share=share)
        )
        pace = replace(pace, quorum=quorum)
    if call.hedge is not None:
        hedging = _mode(
            call.hedge, "--hedge", Hedging, lambda least: Hedging(at_least_s=least)
        )
        pace = replace(pace, hedging=hedging)
    if call.auto is not None:
        auto = _mode(call.auto, "--auto", Auto, lambda doubt: Auto(threshold=doubt))
        if auto and not config.layers:
            raise ConfigError("--auto needs --proposer: others to ask when in doubt.")
        pace = replace(pace, auto=auto)
    if call.early_exit is not None:
        early_exit = _mode(
            call.early_exit,
            "--early-exit",
            EarlyExit,
            lambda alike: EarlyExit(agreement=alike),
        )
        if early_exit and len(config.layers) < 2:
            raise ConfigError("--early-exit needs two layers of proposers or more.")
        pace = replace(pace, early_exit=early_exit)
    if call.fast_start is not None:
        pace = replace(pace, fast_start=_fast_start(call.fast_start))
    return replace(config, pace=pace)


def _fast_start(value: str) -> FastStart | None:
    """The way that ``value`` names; ``None`` for ``off``.

    Raises:
        ConfigError: There is no such way.
    """
    if value == OFF:
        return None
    for way in FAST_START_WAYS:
        if value in ("", way):
            return FastStart(way=way)
    raise ConfigError(f"--fast-start takes chunks, provisional or off, not {value!r}.")


def _mode(
    value: str, option: str, usual: Callable[[], T], of: Callable[[float], T]
) -> T | None:
    """``None`` for ``off``, the usual mode without a value, else one with that figure.

    Raises:
        ConfigError: It is no number, or none that the mode can have.
    """
    if value == OFF:
        return None
    if not value:
        return usual()
    try:
        return of(float(value))
    except ValueError:
        raise ConfigError(f"{option} takes a number or off, not {value!r}.") from None
    except ConfigError as error:
        raise ConfigError(f"{option}: {error}") from None
