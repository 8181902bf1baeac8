"""Stores what a run decided by itself as JSON, and reads it back."""

from collections.abc import Sequence
from typing import Any

from moa_core.errors import ConfigError
from moa_core.run import Decision, decision_from_dict, decision_to_dict


def decision_columns(
    decisions: Sequence[tuple[float, Decision]],
) -> list[dict[str, Any]] | None:
    """What is stored of ``decisions``; ``None`` where there are none."""
    return [
        {"at_s": round(at_s, 3), **decision_to_dict(decision)}
        for at_s, decision in decisions
    ] or None


def stored_decisions(stored: object) -> list[tuple[float, Decision]]:
    """The decisions that ``decision_columns`` stored, with their run times.

    Raises:
        ConfigError: They cannot be read.
    """
    if not isinstance(stored, list | None):
        raise ConfigError("decisions: this is no list")
    decisions = []
    for each in stored or ():
        at_s = each.get("at_s") if isinstance(each, dict) else None
        if not isinstance(at_s, int | float) or at_s < 0:
            raise ConfigError("decisions: a decision has no time")
        values = {name: value for name, value in each.items() if name != "at_s"}
        decisions.append((float(at_s), decision_from_dict(values)))
    return decisions
