"""Errors of one model call: what went wrong, and what the user can do about it."""

from typing import ClassVar

from moa_core.errors.refusals import MoAError


class ProviderError(MoAError):
    """One model call failed.

    Attributes:
        endpoint: Name of the endpoint, e.g. ``"together"``.
        model: Model identifier as the endpoint spells it.
        http_status: Status of the response, when there was one.
        retryable: Whether the same call may succeed later.
        billable: Whether a model may have read the prompt before the call failed, so
            that tokens were used though nothing arrived.
        retry_after_s: Seconds to wait, when a retryable refusal said so.
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

    advice = "Add the key in Settings, or choose another model."


class KeyRefusedError(ProviderError):
    """The endpoint refuses the key."""

    advice = "Check the key in Settings; it may be mistyped or revoked."


class AccessRefusedError(ProviderError):
    """The key is known, but may not do this: a permission is missing."""

    advice = "Ask the provider for access, use another key, or choose another model."


class PolicyRefusedError(ProviderError):
    """A policy forbids the call: of the provider, for a region, or of the account."""

    advice = "Change that setting at the provider, or choose another model."


class QuotaSpentError(ProviderError):
    """The account's credit does not cover the call."""

    advice = "Add credit at the provider, or choose another model."


class PlanLimitError(ProviderError):
    """A quota that soon waiting does not restore: of the day, the month, the plan."""

    advice = (
        "Wait for the quota to renew, raise it at the provider, or choose another "
        "model."
    )


class ModelNotFoundError(ProviderError):
    """The endpoint has no such model."""

    advice = "Choose a model from the endpoint's list."


class WrongApiError(ProviderError):
    """The model is there, but cannot be called over chat completions."""

    advice = "Choose a chat model; this one is for something else."


class UnknownEndpointError(ProviderError):
    """No endpoint has this name."""

    advice = "Add it in Settings, or choose a model from another endpoint."


class LocalServerMissingError(ProviderError):
    """A local server that would be found by itself is not running."""

    advice = (
        "Start it, then choose Refresh in Settings, or choose a model from another "
        "endpoint."
    )


class ContextLengthError(ProviderError):
    """The prompt is longer than the model can read.

    Attributes:
        window_tokens: How much the model holds, prompt and answer together, as its
            server counts; ``None`` where it did not say.
        prompt_tokens: How long the prompt was, likewise.
    """

    advice = "Start a new chat, use fewer proposers, or choose a larger model."
    window_tokens: int | None = None
    prompt_tokens: int | None = None


class RequestRefusedError(ProviderError):
    """The endpoint calls the request wrong."""

    advice = "Check the model's temperature and length, or choose another model."


class ImagesRefusedError(ProviderError):
    """The endpoint takes no images for this model, or not those that were sent.

    Attributes:
        lasting: Whether it says that the model takes none at all.
    """

    advice = "Choose a model that sees images."
    lasting: bool = False


class ContentFilteredError(ProviderError):
    """The endpoint's content rules withheld the answer, or refused the question."""

    billable = True
    advice = "Rephrase the question, or choose another model."


class ProxyRefusedError(ProviderError):
    """A proxy or firewall between us and the endpoint does not let the call through."""

    advice = (
        "Ask whoever runs the proxy or firewall, or try another network or endpoint."
    )


class ConnectionSettingError(ProviderError):
    """A proxy or a certificate is set on this machine that cannot be used."""

    advice = "Correct or unset that variable, then restart Polyphony."


class SecureConnectionError(ProviderError):
    """No secure connection can be made: the certificate is not trusted, or none is.

    The same call ends the same way until somebody changes the server or a setting.
    """

    advice = (
        "If your network or server uses its own certificate authority, set "
        "SSL_CERT_FILE to its file. For a server you trust on your own network, "
        "http:// may work."
    )


class RateLimitedError(ProviderError):
    """The endpoint asks us to slow down."""

    retryable = True
    advice = "Wait a moment and retry, or use fewer models of this endpoint."


class ModelLoadingError(ProviderError):
    """The server is still loading the model; it can be asked again soon."""

    retryable = True
    advice = "Retry in a moment, when the model is loaded."


class ServerFailedError(ProviderError):
    """The endpoint itself failed."""

    retryable = True
    advice = "Retry later, or choose a model from another endpoint."


class ProxyFailedError(ProviderError):
    """A proxy between us and the endpoint got no answer, or none in time."""

    retryable = True
    billable = True
    advice = "Retry later, or choose a model from another endpoint."


class UnreachableError(ProviderError):
    """No connection could be made."""

    retryable = True
    advice = "Check that the server is running and its address is right."


class InvalidResponseError(ProviderError):
    """What came breaks the rules of HTTP, so nobody can read it.

    The same call would end the same way, and be paid again.
    """

    billable = True
    advice = "Check its address, and any proxy in front of it, or choose another model."


class DeadlineError(ProviderError):
    """The model stayed silent for too long."""

    retryable = True
    billable = True
    advice = "Retry, or choose a faster model."


class BrokenStreamError(ProviderError):
    """The answer broke off before its end."""

    retryable = True
    billable = True
    advice = "Retry; if it happens often, choose another model."


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
    advice = "Raise the maximum answer length, or lower the reasoning effort."


class OnlyReasoningError(ProviderError):
    """The model ended its reasoning and wrote no answer; it was paid all the same."""

    billable = True
    advice = "Retry, lower the reasoning effort, or choose another model."


class ToolCallError(ProviderError):
    """The model asked for a tool instead of answering."""

    billable = True
    advice = "Ask for an answer without tools, or choose another model."


class UnknownFinishError(ProviderError):
    """The answer ended for a reason we do not know, so it may not be whole."""

    billable = True
    advice = "What arrived is kept. Check that it is complete, or choose another model."


class NoChoiceError(ProviderError):
    """A model that was to choose one of the proposals named none of them."""

    billable = True
    advice = "Choose another aggregator, or let it write a new answer."


class StoppedError(ProviderError):
    """The user stopped the call while it ran."""

    billable = True
    advice = "Retry to start over."


class WithheldError(ProviderError):
    """The run had spent what it may before this call could begin."""

    advice = "Raise the cap in Settings, or use fewer or cheaper models."
