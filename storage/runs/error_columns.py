"""Stores errors as columns and rebuilds them: the same class, the same words."""

from collections.abc import Sequence
from typing import Any, TypeVar

from moa_core.errors import (
    MoAError,
    NoProposalsError,
    NoSynthesisError,
    ProviderError,
    RunError,
    RunInterruptedError,
    RunStoppedError,
)
from storage.schema import CallRow, RunRow
from storage.values import clean

E = TypeVar("E", bound=MoAError)


def error_columns(error: MoAError | None) -> dict[str, Any]:
    """The values of ``error_type``, ``error_message`` and ``error_advice``."""
    if error is None:
        return dict.fromkeys(("error_type", "error_message", "error_advice"))
    return {
        "error_type": type(error).__name__,
        "error_message": clean(str(error)),
        "error_advice": clean(error.advice),
    }


def rebuild_provider_error(row: CallRow) -> ProviderError | None:
    """Rebuild the error of a call; an unknown name gives a plain ProviderError."""
    if row.error_type is None:
        return None
    message = row.error_message or ""
    error = _named(ProviderError, row.error_type)(
        message,
        endpoint=row.endpoint,
        model=row.model_requested,
        http_status=row.http_status,
    )
    return _worded(error, message, row.error_advice or "")


def rebuild_run_error(
    run: RunRow, layer_index: int, failures: Sequence[ProviderError]
) -> RunError:
    """Rebuild the error of a run; an unknown name gives a plain RunError.

    Args:
        run: Its row.
        layer_index: The last layer that was asked.
        failures: Errors of that layer's calls.
    """
    kind, message = _named(RunError, run.error_type or ""), run.error_message or ""
    error: RunError
    if issubclass(kind, NoProposalsError):
        error = kind(layer_index, tuple(failures))
    elif issubclass(kind, NoSynthesisError):
        error = kind(tuple(failures))
    elif issubclass(kind, RunStoppedError | RunInterruptedError):
        error = kind()
    else:
        error = kind(message)
    return _worded(error, message, run.error_advice or "")


def _worded(error: E, message: str, advice: str) -> E:
    """Let it say exactly what was stored, however it is worded today."""
    error.args = (message,)
    if error.advice != advice:
        error.advice = advice
    return error


def _named(root: type[E], name: str) -> type[E]:
    """The class of that name among ``root`` and what is derived from it."""
    waiting = [root]
    for kind in waiting:
        if kind.__name__ == name:
            return kind
        waiting += kind.__subclasses__()
    return root
