"""Defines everything that can go wrong, and what the user can do about it.

MoAError
├── ConfigError              the mixture or a setting is impossible; nothing was run
├── AttachmentError          a file cannot be attached to a question; it was not kept
├── CapExceededError         a run could cost more than a cap leaves; nothing was run
│   └── CostUnknownError         a cap is set, and nobody knows what a run would cost
├── ProviderError            one model call failed
│   ├── KeyMissingError          no key is set for this endpoint
│   ├── KeyRefusedError          the endpoint refuses the key
│   ├── AccessRefusedError       the key is known, but a permission is missing
│   ├── PolicyRefusedError       a policy, of the provider or the account, forbids it
│   ├── QuotaSpentError          the account's credit does not cover the call
│   ├── PlanLimitError           the plan's quota, of the day or more, is used up
│   ├── ModelNotFoundError       the endpoint has no such model
│   ├── WrongApiError            the model is there, but not for chat completions
│   ├── UnknownEndpointError     no endpoint has this name
│   ├── LocalServerMissingError  a local server is not running
│   ├── ContextLengthError       the prompt is longer than the model can read
│   ├── RequestRefusedError      the endpoint calls the request wrong
│   ├── ImagesRefusedError       the endpoint takes no images, or not these
│   ├── ContentFilteredError     content rules withheld the answer or the question
│   ├── ProxyRefusedError        a proxy or firewall in between blocks the call
│   ├── InvalidResponseError     what came is no HTTP, or compressed unasked
│   ├── ConnectionSettingError   a proxy or certificate is set that cannot be used
│   ├── SecureConnectionError    its certificate is not trusted, or it shows none
│   ├── RateLimitedError       * too many requests; wait ``retry_after_s``
│   ├── ModelLoadingError      * the server is still loading the model
│   ├── ServerFailedError      * the endpoint failed (5xx, 408, 409)
│   ├── ProxyFailedError       * a proxy in between got no answer from the endpoint
│   ├── UnreachableError       * no connection
│   ├── DeadlineError          * no content for too long
│   ├── BrokenStreamError      * the answer broke off
│   ├── EmptyAnswerError       * the answer has no text
│   ├── TokensUsedUpError        reasoning took all tokens before an answer began
│   ├── OnlyReasoningError       the model reasoned, and wrote no answer
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

from moa_core.errors.calls import (
    AccessRefusedError,
    BrokenStreamError,
    ConnectionSettingError,
    ContentFilteredError,
    ContextLengthError,
    DeadlineError,
    EmptyAnswerError,
    ImagesRefusedError,
    InvalidResponseError,
    KeyMissingError,
    KeyRefusedError,
    LocalServerMissingError,
    ModelLoadingError,
    ModelNotFoundError,
    NoChoiceError,
    OnlyReasoningError,
    PlanLimitError,
    PolicyRefusedError,
    ProviderError,
    ProxyFailedError,
    ProxyRefusedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    SecureConnectionError,
    ServerFailedError,
    StoppedError,
    TokensUsedUpError,
    ToolCallError,
    UnknownEndpointError,
    UnknownFinishError,
    UnreachableError,
    WithheldError,
    WrongApiError,
)
from moa_core.errors.refusals import (
    AttachmentError,
    CapExceededError,
    ConfigError,
    CostUnknownError,
    MoAError,
)
from moa_core.errors.runs import (
    CapReachedError,
    NoProposalsError,
    NoSynthesisError,
    RunError,
    RunInterruptedError,
    RunStoppedError,
)

__all__ = [
    "AccessRefusedError", "AttachmentError", "BrokenStreamError", "CapExceededError",
    "CapReachedError", "ConfigError", "ConnectionSettingError",
    "ContentFilteredError", "ContextLengthError", "CostUnknownError",
    "DeadlineError", "EmptyAnswerError", "ImagesRefusedError", "InvalidResponseError",
    "KeyMissingError",
    "KeyRefusedError",
    "LocalServerMissingError", "MoAError", "ModelLoadingError",
    "ModelNotFoundError", "NoChoiceError", "NoProposalsError", "NoSynthesisError",
    "OnlyReasoningError", "PlanLimitError", "PolicyRefusedError", "ProviderError",
    "ProxyFailedError", "ProxyRefusedError",
    "QuotaSpentError", "RateLimitedError", "RequestRefusedError", "RunError",
    "RunInterruptedError", "RunStoppedError", "SecureConnectionError",
    "ServerFailedError", "StoppedError", "TokensUsedUpError", "ToolCallError",
    "UnknownEndpointError", "UnknownFinishError", "UnreachableError", "WithheldError",
    "WrongApiError",
]  # fmt: skip
