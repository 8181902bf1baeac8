"""Stores errors as columns and rebuilds them: the same class, the same words."""

from collections.abc import Iterable, Sequence
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


def rebuild_provider_error(
    name: str,
    message: str,
    advice: str,
    *,
    endpoint: str,
    model: str,
    status: int | None,
) -> ProviderError:
    """Rebuild the error of a call; an unknown name gives a plain ProviderError."""
    kind = _named(ProviderError, name)
    error = kind(message, endpoint=endpoint, model=model, http_status=status)
    return _worded(error, message, advice)


def rebuild_run_error(
    name: str,
    message: str,
    advice: str,
    *,
    layer_index: int,
    failures: Sequence[ProviderError],
) -> RunError:
    """Rebuild the error of a run; an unknown name gives a plain RunError.

    Args:
        name: Of its class.
        message: What it said.
        advice: The user's next step.
        layer_index: The last layer that was asked.
        failures: Errors of that layer's calls.
    """
    kind = _named(RunError, name)
    error: RunError
    if issubclass(kind, NoProposalsError):
        error = kind(layer_index, tuple(failures))
    elif issubclass(kind, NoSynthesisError):
        error = kind(tuple(failures))
    elif issubclass(kind, RunStoppedError | RunInterruptedError):
        error = kind()
    else:
        error = kind(message)
    return _worded(error, message, advice)


def _worded(error: E, message: str, advice: str) -> E:
    """Let it say exactly what was stored, however it is worded today."""
    error.args = (message,)
    if error.advice != advice:
        error.advice = advice
    return error


def _named(root: type[E], name: str) -> type[E]:
    return next((kind for kind in _tree(root) if kind.__name__ == name), root)


def _tree(root: type[E]) -> Iterable[type[E]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)
