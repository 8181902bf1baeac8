"""Keeps what is settled of an experiment, as columns."""

from typing import Any

from moa_core.experiments import SettledAnswer
from storage.values import ms_of, nano_usd


def settled_columns(answer: SettledAnswer) -> dict[str, Any]:
    """How long an answer is, and what it cost and took by itself."""
    usd = answer.cost_usd
    return {
        "characters": answer.characters,
        "cost_nusd": None if usd is None else nano_usd(usd),
        "duration_ms": ms_of(answer.seconds),
    }
