"""Everything that can go wrong, and what the user can do about it.

MoAError
├── ConfigError              the mixture or a setting is impossible; nothing was run
├── CapExceededError         a run could cost more than a cap leaves; nothing was run
│   └── CostUnknownError         a cap is set, and nobody knows what a run would cost
├── ProviderError            one model call failed
│   ├── KeyMissingError          no key is set for this endpoint
│   ├── KeyRefusedError          the endpoint refuses the key
│   ├── AccessRefusedError       the key is right but may not use this model
│   ├── QuotaSpentError          the account has no credit left
│   ├── ModelNotFoundError       the endpoint has no such model
│   ├── UnknownEndpointError     no endpoint has this name
│   ├── ContextLengthError       the prompt is longer than the model can read
│   ├── RequestRefusedError      the endpoint calls the request wrong
│   ├── ContentFilteredError     the endpoint withheld the answer
│   ├── RateLimitedError       * too many requests; wait ``retry_after_s``
│   ├── ServerFailedError      * the endpoint failed (5xx, 408, 409)
│   ├── UnreachableError       * no connection
│   ├── DeadlineError          * no content for too long
│   ├── BrokenStreamError      * the answer broke off
│   ├── EmptyAnswerError       * the answer has no text
│   ├── TokensUsedUpError        reasoning took all tokens before an answer began
│   ├── ToolCallError            the model asked for a tool instead of answering
│   ├── UnknownFinishError       the answer ended for a reason we do not know
│   ├── NoChoiceError            a ranker chose none of the proposals
│   ├── WithheldError            the run had spent what it may before this call
│   └── StoppedError             the user stopped it
└── RunError                 no answer could be produced
    ├── NoProposalsError         every proposer of a layer failed
    ├── NoSynthesisError         the aggregator and every fallback failed
    ├── CapReachedError          the run has spent what the caps leave it
    ├── RunStoppedError          the user stopped the run
    └── RunInterruptedError      the program ended in the middle of the run

``*`` is retryable: the same call may succeed later.
"""

from typing import ClassVar


class MoAError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        advice: The user's next step, a sentence, or ``""``.
    """

    advice: str = ""


class ConfigError(MoAError):
    """The configuration cannot describe a run."""


class CapExceededError(MoAError):
    """A run could cost more than a spending cap leaves; nothing was run or kept.

    Attributes:
        cap: The cap in words, e.g. ``the cap for a day``.
    """

    def __init__(self, message: str, *, cap: str, advice: str) -> None:
        super().__init__(message)
        self.cap = cap
        self.advice = advice


class CostUnknownError(CapExceededError):
    """A spending cap is set, and nobody knows what a run would cost."""


class ProviderError(MoAError):
    """One model call failed.

    Attributes:
        endpoint: Name of the endpoint, e.g. ``"together"``.
        model: Model identifier as the endpoint spells it.
        http_status: Status of the response, when there was one.
        retryable: Whether the same call may succeed later.
        billable: Whether a model may have read the prompt before the call failed, so
            that tokens were used though nothing arrived.
        retry_after_s: Seconds to wait, when a ``RateLimitedError`` said so.
    """

    retryable: ClassVar[bool] = False
    billable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        endpoint: str,
        model: str,
        http_status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.endpoint = endpoint
        self.model = model
        self.http_status = http_status
        self.retry_after_s = retry_after_s


class KeyMissingError(ProviderError):
    """No key is set for this endpoint."""

    advice = "Enter its key under Models, or choose another model."


class KeyRefusedError(ProviderError):
    """The endpoint refuses the key."""

    advice = "Check the key under Models; it may be mistyped or revoked."


class AccessRefusedError(ProviderError):
    """The key is right but may not use this model."""

    advice = "Ask the provider for access to this model, or choose another one."


class QuotaSpentError(ProviderError):
    """The account has no credit left."""

    advice = "Add credit to your account at the provider, or choose another model."


class ModelNotFoundError(ProviderError):
    """The endpoint has no such model."""

    advice = "Choose a model that this endpoint lists."


class UnknownEndpointError(ProviderError):
    """No endpoint has this name."""

    advice = "Name it in POLYPHONY_ENDPOINTS, or choose a model of another endpoint."


class ContextLengthError(ProviderError):
    """The prompt is longer than the model can read."""

    advice = "Start a new chat, use fewer proposers, or choose a larger model."


class RequestRefusedError(ProviderError):
    """The endpoint calls the request wrong."""

    advice = "Check the model and its temperature and length, or choose another model."


class ContentFilteredError(ProviderError):
    """The endpoint withheld the answer because of its content rules."""

    billable = True
    advice = "Word the question differently, or choose another model."


class RateLimitedError(ProviderError):
    """The endpoint asks us to slow down."""

    retryable = True
    advice = "Wait a moment and ask again, or use fewer models of this endpoint."


class ServerFailedError(ProviderError):
    """The endpoint itself failed."""

    retryable = True
    advice = "Ask again later, or choose a model of another endpoint."


class UnreachableError(ProviderError):
    """No connection could be made."""

    retryable = True
    advice = "Check that the server is running and that its address is right."


class DeadlineError(ProviderError):
    """The model stayed silent for too long."""

    retryable = True
    billable = True
    advice = "Ask again, or choose a faster model."


class BrokenStreamError(ProviderError):
    """The answer broke off before its end."""

    retryable = True
    billable = True
    advice = "Ask again; if it happens often, choose another model."


class EmptyAnswerError(ProviderError):
    """The model finished without writing anything."""

    retryable = True
    billable = True
    advice = "Allow a longer answer, or choose another model."


class TokensUsedUpError(ProviderError):
    """The model reached its limit of tokens before it wrote an answer.

    The same call would end the same way, and be paid again.
    """

    billable = True
    advice = (
        "Raise the limit: allow longer answers in the mixture, or set a lower effort."
    )


class ToolCallError(ProviderError):
    """The model asked for a tool instead of answering."""

    billable = True
    advice = "Ask for an answer without tools, or choose another model."


class UnknownFinishError(ProviderError):
    """The answer ended for a reason we do not know, so it may not be whole."""

    billable = True
    advice = "What came is kept. Check whether it is whole, or choose another model."


class NoChoiceError(ProviderError):
    """A model that was to choose one of the proposals named none of them."""

    billable = True
    advice = "Choose another aggregator, or let it write an answer of its own."


class StoppedError(ProviderError):
    """The user stopped the call while it ran."""

    billable = True
    advice = "Ask again to start over."


class WithheldError(ProviderError):
    """The run had spent what it may before this call could begin."""

    advice = "Raise the cap in Settings, or use fewer or cheaper models."


class RunError(MoAError):
    """The run produced no answer."""


class NoProposalsError(RunError):
    """Every proposer of one layer failed, so there is nothing to synthesise."""

    def __init__(self, layer_index: int, failures: tuple[ProviderError, ...]) -> None:
        super().__init__(f"No model of layer {layer_index + 1} answered.")
        self.layer_index = layer_index
        self.failures = failures
        self.advice = failures[0].advice if failures else ""


class NoSynthesisError(RunError):
    """The aggregator and every fallback failed; the proposals are kept."""

    advice = "The proposals are kept. Choose another aggregator and ask again."

    def __init__(self, failures: tuple[ProviderError, ...]) -> None:
        reason = failures[-1] if failures else "unknown reason"
        super().__init__(f"No final answer: {reason}")
        self.failures = failures


class CapReachedError(RunError):
    """The run has spent what the caps leave it; what had arrived is kept."""

    advice = (
        "What had arrived is kept. Raise the cap in Settings, or use fewer or cheaper "
        "models, and ask again."
    )


class RunStoppedError(RunError):
    """The user stopped the run; what had arrived is kept."""

    advice = "What had arrived is kept. Ask again to start over."

    def __init__(self) -> None:
        super().__init__("This run was stopped.")


class RunInterruptedError(RunError):
    """The program ended in the middle of the run; what had arrived is kept."""

    advice = "What had arrived is kept. Ask again to start over."

    def __init__(self) -> None:
        super().__init__("Polyphony was closed or crashed during this run.")
