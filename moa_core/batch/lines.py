"""Writes answers and failures in the form of OpenAI's batches, a line each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from moa_core.batch.prompts import Row
from moa_core.mixture import MoAConfig, config_sha256
from moa_core.openai_wire import ApiRun, run_error, run_summary, whole_answer
from moa_core.run import RunState

_SHA256_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class AskedMixture:
    """What tells mixtures of a batch apart.

    Attributes:
        sha256: The hash of everything that it says.
        models: Layer by layer; ``""`` where that is not known.
    """

    sha256: str
    models: str = ""

    @classmethod
    def of(cls, config: MoAConfig) -> Self:
        """That mixture."""
        layers = (layer.proposers for layer in config.layers)
        asked = (*layers, (config.aggregator,))
        refs = (", ".join(agent.ref for agent in agents) for agents in asked)
        return cls(config_sha256(config), " → ".join(refs))

    def __str__(self) -> str:
        """Its models, and the beginning of its hash."""
        short = self.sha256[:_SHA256_SHOWN]
        return f"{self.models} ({short})" if self.models else short


def answer_line(
    row: Row, uid: str, state: RunState, mixture: AskedMixture, *, proposals: bool
) -> dict[str, Any]:
    """An answer: a chat completion, with all else that is known in ``polyphony``.

    Args:
        row: What was asked.
        uid: Names the run.
        state: The run, over all attempts.
        mixture: What was asked.
        proposals: Whether the texts of the panel are written too.
    """
    run = ApiRun(row.request, uid)
    body = whole_answer(run, state)
    about = {**run_summary(run, state), **_named(row)}
    about |= {"mixture": mixture.sha256, "mixture_models": mixture.models}
    about["messages"] = row.messages
    if row.config.method == "rank":
        about["method"] = "rank"
    if proposals:
        about["proposals"] = [
            {
                "layer": layer.index + 1,
                "seat": seat.seat.position + 1,
                "model": seat.agent.ref,
                "text": seat.text,
                "finish_reason": seat.call.finish_reason,
            }
            for layer in state.layers
            for seat in layer.seats
            if seat.call and seat.status == "succeeded"
        ]
    return _line(row, uid, 200, {**body, "polyphony": about}, None)


def error_line(row: Row, uid: str, state: RunState) -> dict[str, Any]:
    """A row without an answer, with the reason of each model."""
    error = run_error(ApiRun(row.request, uid), state)
    error.polyphony |= _named(row)
    body = error.body()
    return _line(row, uid, error.status, body, body["error"])


def _line(
    row: Row, uid: str, status: int, body: Mapping[str, Any], error: object
) -> dict[str, Any]:
    return {
        "id": f"batch_req_{uid}",
        "custom_id": row.key.custom_id,
        "response": {"status_code": status, "request_id": uid, "body": body},
        "error": error,
    }


def _named(row: Row) -> dict[str, Any]:
    """What the answer is found by again, and what its row came with."""
    metadata = {"metadata": dict(row.metadata)} if row.metadata else {}
    return {"fingerprint": row.key.fingerprint, "line": row.line, **metadata}
