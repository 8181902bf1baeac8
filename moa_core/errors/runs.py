"""Errors of a whole run: no answer could be produced."""

from moa_core.errors.calls import ProviderError
from moa_core.errors.refusals import MoAError


class RunError(MoAError):
    """The run produced no answer."""


class NoProposalsError(RunError):
    """Every proposer of one layer failed, so there is nothing to synthesise."""

    def __init__(self, layer_index: int, failures: tuple[ProviderError, ...]) -> None:
        super().__init__(f"No model of layer {layer_index + 1} answered.")
        self.layer_index = layer_index
        self.failures = failures
        self.advice = _advice(failures)


class NoSynthesisError(RunError):
    """The aggregator and every fallback failed; what had arrived is kept."""

    def __init__(self, failures: tuple[ProviderError, ...]) -> None:
        reason = failures[-1] if failures else "unknown reason"
        super().__init__(f"No final answer: {reason}")
        self.failures = failures
        then = _advice(failures) or "Choose another aggregator."
        self.advice = f"What arrived is kept. {then}"


def _advice(failures: tuple[ProviderError, ...]) -> str:
    """What helps against them all; of no failures, nothing."""
    different = {failure.advice for failure in failures}
    if len(different) > 1:
        return (
            "Each model failed for a different reason. Fix one of them, or choose "
            "other models."
        )
    return different.pop() if different else ""


class CapReachedError(RunError):
    """The run has spent what the caps leave it; what had arrived is kept."""

    advice = (
        "What arrived is kept. Raise the cap in Settings, or use fewer or cheaper "
        "models, then retry."
    )


class RunStoppedError(RunError):
    """The user stopped the run; what had arrived is kept."""

    advice = "What arrived is kept. Ask again to start over."

    def __init__(self) -> None:
        super().__init__("Stopped.")


class RunInterruptedError(RunError):
    """The program ended in the middle of the run; what had arrived is kept."""

    advice = "What arrived is kept. Ask again to start over."

    def __init__(self) -> None:
        super().__init__("Polyphony was closed or crashed during this run.")
