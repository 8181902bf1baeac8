# ruff: noqa: E501 - a body is easier to read in one piece
"""Error responses as real servers send them, and what a user must be told of each.

Each row: who sends it, status, body, the kind, words that must be shown.
"""

import json
from typing import NamedTuple

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    KeyRefusedError,
    ModelLoadingError,
    ModelNotFoundError,
    PlanLimitError,
    PolicyRefusedError,
    ProxyFailedError,
    ProxyRefusedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
    WrongApiError,
)


class Row(NamedTuple):
    """One response.

    Attributes:
        status: ``None`` for an error inside of a stream, or as HTTP 200.
        shown: A part of the sentence that a user reads.
        wait_s: What it asks to wait.
    """

    sender: str
    status: int | None
    body: object
    error: type
    shown: str
    wait_s: float | None = None
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def openai(message, kind="invalid_request_error", code=None, param=None, **more):
    error = {"message": message, "type": kind, "param": param, "code": code, **more}
    return {"error": error}


def google(code, message, status, *details):
    error = {"code": code, "message": message, "status": status}
    return [{"error": error | ({"details": list(details)} if details else {})}]


def quota(quota_id, value="50", delay="34s"):
    base = "type.googleapis.com/google.rpc."
    return (
        {
            "@type": f"{base}QuotaFailure",
            "violations": [
                {
                    "quotaMetric": "generativelanguage.googleapis.com/free_requests",
                    "quotaId": quota_id,
                    "quotaValue": value,
                }
            ],
        },
        {
            "@type": f"{base}Help",
            "links": [{"description": "Learn more about quotas", "url": "https://x.y"}],
        },
        {"@type": f"{base}RetryInfo", "retryDelay": delay},
    )


GEMINI_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. "
    "For more information on this error, head to: https://ai.google.dev/limits."
)

REFUSED_KEYS = [
    Row(
        "OpenAI",
        401,
        openai("Incorrect API key provided: sk-abc***xyz.", code="invalid_api_key"),
        KeyRefusedError,
        "Invalid API key: Incorrect API key provided",
    ),
    Row(
        "Anthropic",
        401,
        {
            "type": "error",
            "error": {"type": "authentication_error", "message": "invalid x-api-key"},
            "request_id": "req_1",
        },
        KeyRefusedError,
        "invalid x-api-key",
    ),
    Row(
        "Gemini",
        400,
        google(
            400,
            "API key not valid. Please pass a valid API key.",
            "INVALID_ARGUMENT",
            {"reason": "API_KEY_INVALID", "domain": "googleapis.com"},
        ),
        KeyRefusedError,
        "Please pass a valid API key",
    ),
    Row(
        "Gemini, a key that leaked",
        403,
        google(
            403,
            "Your API key was reported as leaked. Please use another API key.",
            "PERMISSION_DENIED",
        ),
        KeyRefusedError,
        "reported as leaked",
    ),
    Row(
        "OpenRouter",
        401,
        {"error": {"message": "No auth credentials found", "code": 401}},
        KeyRefusedError,
        "No auth credentials found",
    ),
    Row(
        "DeepSeek",
        401,
        openai(
            "Authentication Fails, Your api key: ****1234 is invalid",
            "authentication_error",
            "invalid_request_error",
        ),
        KeyRefusedError,
        "Authentication Fails",
    ),
    Row(
        "Qwen as HTTP 200",
        None,
        {"code": "InvalidApiKey", "message": "Invalid API-key provided."},
        KeyRefusedError,
        "Invalid API-key provided",
    ),
    Row(
        "Z.ai",
        401,
        {"error": {"code": "1000", "message": "身份验证失败。"}},
        KeyRefusedError,
        "身份验证失败",
    ),
    Row(
        "Bedrock",
        403,
        {"message": "The security token included in the request is invalid."},
        KeyRefusedError,
        "security token",
        None,
        {"x-amzn-errortype": "UnrecognizedClientException:http://internal.x/"},
    ),
    Row(
        "Azure",
        401,
        {
            "statusCode": 401,
            "message": "Access denied due to invalid subscription key or wrong API "
            "endpoint.",
        },
        KeyRefusedError,
        "invalid subscription key",
    ),
    Row("vLLM", 401, {"error": "Unauthorized"}, KeyRefusedError, "Invalid API key"),
    Row("a gateway", 401, "", KeyRefusedError, "Invalid API key."),
    Row(
        "LiteLLM around OpenAI",
        401,
        openai(
            "litellm.AuthenticationError: AuthenticationError: OpenAIException - "
            "Incorrect API key provided: sk-123456789.",
            None,
            "401",
        ),
        KeyRefusedError,
        "Incorrect API key provided",
    ),
]

PERMISSIONS = [
    Row(
        "GitHub Models",
        401,
        openai(
            "The `models` permission is required to access this endpoint",
            code="unauthorized",
        ),
        AccessRefusedError,
        "`models` permission is required",
    ),
    Row(
        "OpenAI",
        401,
        openai(
            "You have insufficient permissions for this operation. Missing scopes: "
            "model.request."
        ),
        AccessRefusedError,
        "Missing scopes: model.request",
    ),
    Row(
        "OpenAI, no member",
        401,
        openai("You must be a member of an organization to use the API."),
        AccessRefusedError,
        "member of an organization",
    ),
    Row(
        "LiteLLM",
        401,
        openai(
            "key not allowed to access model. This key can only access models=['a']. "
            "Tried to access b",
            "key_model_access_denied",
            "401",
            "model",
        ),
        AccessRefusedError,
        "can only access models",
    ),
    Row(
        "Bedrock",
        403,
        {"Message": "You don't have access to the model with the specified model ID."},
        AccessRefusedError,
        "don't have access to the model",
    ),
    Row(
        "Anthropic",
        403,
        {
            "type": "error",
            "error": {
                "type": "permission_error",
                "message": "Your API key does not have permission to use the specified "
                "resource.",
            },
        },
        AccessRefusedError,
        "does not have permission",
    ),
    Row(
        "a bucket in between",
        403,
        '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied'
        "</Message><RequestId>1</RequestId></Error>",
        AccessRefusedError,
        "Access Denied",
    ),
    Row("Groq", 403, {"error": {"message": "Forbidden"}}, AccessRefusedError, "access"),
]

POLICIES = [
    Row(
        "OpenRouter",
        404,
        openai(
            "No endpoints found matching your data policy (Free model training). "
            "Configure: https://openrouter.ai/settings/privacy",
            None,
            404,
        ),
        PolicyRefusedError,
        "matching your data policy",
    ),
    Row(
        "OpenRouter, guardrails",
        404,
        openai(
            "No endpoints available matching your guardrail restrictions and data "
            "policy. Configure: https://openrouter.ai/settings/privacy",
            None,
            404,
        ),
        PolicyRefusedError,
        "guardrail restrictions",
    ),
    Row(
        "OpenAI",
        403,
        openai(
            "Country, region, or territory not supported",
            "request_forbidden",
            "unsupported_country_region_territory",
        ),
        PolicyRefusedError,
        "territory not supported",
    ),
    Row(
        "Gemini",
        400,
        google(
            400,
            "User location is not supported for the API use.",
            "FAILED_PRECONDITION",
        ),
        PolicyRefusedError,
        "User location is not supported",
    ),
    Row(
        "OpenAI, unverified",
        400,
        openai(
            "Your organization must be verified to stream this model. Please go to: "
            "https://platform.openai.com/settings/organization/general and click on "
            "Verify Organization.",
            code="unsupported_value",
            param="stream",
        ),
        PolicyRefusedError,
        "must be verified to stream",
    ),
    Row(
        "Groq",
        400,
        openai(
            "The model `x` requires terms acceptance. Please have the org admin accept "
            "the terms at https://console.groq.com",
            code="model_terms_required",
        ),
        PolicyRefusedError,
        "accept the terms",
    ),
]

ACCOUNTS = [
    Row(
        "OpenAI",
        429,
        openai(
            "You exceeded your current quota, please check your plan and billing "
            "details.",
            "insufficient_quota",
            "insufficient_quota",
        ),
        QuotaSpentError,
        "check your plan and billing details",
    ),
    Row(
        "the same without its code",
        429,
        openai(
            "You exceeded your current quota, please check your plan and billing "
            "details.",
            None,
        ),
        QuotaSpentError,
        "check your plan",
    ),
    Row(
        "DeepSeek",
        402,
        openai("Insufficient Balance", "unknown_error", "invalid_request_error"),
        QuotaSpentError,
        "Insufficient Balance",
    ),
    Row(
        "Z.ai",
        429,
        {
            "error": {
                "code": "1113",
                "message": "Insufficient balance or no resource package. Please "
                "recharge.",
            }
        },
        QuotaSpentError,
        "Please recharge",
    ),
    Row(
        "Z.ai in Chinese",
        429,
        {"error": {"code": "1113", "message": "您的账户已欠费，请充值后重试。"}},
        QuotaSpentError,
        "您的账户已欠费",
    ),
    Row(
        "Anthropic",
        400,
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "Your credit balance is too low to access the Anthropic "
                "API. Please go to Plans & Billing to upgrade or purchase credits.",
            },
        },
        QuotaSpentError,
        "credit balance is too low",
    ),
    Row(
        "OpenRouter",
        402,
        openai(
            "This request requires more credits, or fewer max_tokens. You requested up "
            "to 2048 tokens, but can only afford 1919. To increase, visit "
            "https://openrouter.ai/settings/credits and upgrade to a paid account",
            None,
            402,
        ),
        QuotaSpentError,
        "can only afford 1919",
    ),
    Row(
        "MiniMax",
        429,
        {
            "error": {
                "http_code": "429",
                "message": "insufficient balance (1008)",
                "type": "insufficient_balance_error",
            }
        },
        QuotaSpentError,
        "insufficient balance (1008)",
    ),
    Row(
        "MiniMax as HTTP 200",
        None,
        {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        QuotaSpentError,
        "insufficient balance",
    ),
    Row(
        "Qwen",
        400,
        {
            "error": {
                "code": "Arrearage",
                "param": None,
                "message": "Access denied, please make sure your account is in good "
                "standing.",
                "type": "Arrearage",
            }
        },
        QuotaSpentError,
        "account is in good standing",
    ),
    Row(
        "one-api",
        403,
        openai(
            "user quota is not enough (request id: 2024)",
            "one_api_error",
            "insufficient_user_quota",
        ),
        QuotaSpentError,
        "user quota is not enough",
    ),
    Row(
        "new-api",
        403,
        openai("用户额度不足, 剩余额度: ¥0.000000", "new_api_error"),
        QuotaSpentError,
        "用户额度不足",
    ),
    Row(
        "Moonshot",
        429,
        openai(
            "Your account org-1 is suspended, please check your plan and billing "
            "details",
            "exceeded_current_quota_error",
        ),
        QuotaSpentError,
        "is suspended",
    ),
    Row(
        "Hugging Face",
        402,
        {
            "error": "You have exceeded your monthly included credits for Inference "
            "Providers. Subscribe to PRO to get 20x more monthly included credits."
        },
        QuotaSpentError,
        "monthly included credits",
    ),
    Row(
        "xAI",
        403,
        {
            "code": "The caller does not have permission to execute the operation",
            "error": "Your newly created team doesn't have any credits yet. You can "
            "purchase credits on https://console.x.ai.",
        },
        QuotaSpentError,
        "have any credits yet",
    ),
    Row(
        "Fireworks",
        412,
        {"error": {"message": "Account suspended: unpaid invoices"}},
        QuotaSpentError,
        "unpaid invoices",
    ),
    Row(
        "LiteLLM",
        400,
        openai(
            "Budget has been exceeded! Current cost: 1.2, Max budget: 1.0",
            "budget_exceeded",
            "400",
        ),
        QuotaSpentError,
        "Budget has been exceeded",
    ),
]

PLANS = [
    Row(
        "Gemini, no quota for this model",
        429,
        {
            "error": {
                "code": 429,
                "message": f"{GEMINI_QUOTA} * Quota exceeded for metric: free_requests,"
                " limit: 0, model: gemini-pro\nPlease retry in 45.578569677s.",
                "status": "RESOURCE_EXHAUSTED",
            }
        },
        PlanLimitError,
        "You exceeded your current quota",
    ),
    Row(
        "Gemini, quota of the day",
        429,
        google(
            429,
            GEMINI_QUOTA,
            "RESOURCE_EXHAUSTED",
            *quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        ),
        PlanLimitError,
        "You exceeded your current quota",
    ),
    Row(
        "Groq, tokens of the day",
        429,
        openai(
            "Rate limit reached for model `llama-3.3-70b` in organization `org_1` on "
            "tokens per day (TPD): Limit 100000, Used 99900, Requested 500. Please try "
            "again in 5m45.6s.",
            "tokens",
            "rate_limit_exceeded",
        ),
        PlanLimitError,
        "tokens per day",
    ),
    Row(
        "OpenRouter, free models",
        429,
        {
            "error": {
                "message": "Rate limit exceeded: free-models-per-day. Add 10 credits to "
                "unlock 1000 free model requests per day",
                "code": 429,
                "metadata": {"headers": {"X-RateLimit-Remaining": "0"}},
            }
        },
        PlanLimitError,
        "free-models-per-day",
    ),
    Row(
        "GitHub Models",
        429,
        {
            "error": {
                "code": "RateLimitReached",
                "message": "Rate limit of 50 per 86400s exceeded for UserByModelByDay. "
                "Please wait 39000 seconds before retrying.",
            }
        },
        PlanLimitError,
        "UserByModelByDay",
    ),
    Row(
        "Anthropic",
        400,
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "You have reached your specified API usage limits. You will "
                "regain access on 2026-12-01 at 00:00 UTC.",
            },
        },
        PlanLimitError,
        "You will regain access on",
    ),
    Row(
        "Qwen",
        403,
        {
            "error": {
                "code": "AllocationQuota.FreeTierOnly",
                "message": "The free tier of the model has been exhausted. If you wish "
                "to continue access the model on a paid basis, please disable the "
                "'use free tier only' mode in the management console.",
                "type": "AllocationQuota.FreeTierOnly",
            }
        },
        PlanLimitError,
        "free tier of the model has been exhausted",
    ),
    Row(
        "Groq, more than a minute's tokens",
        413,
        openai(
            "Request too large for model `llama-3.3-70b` in organization `org_1` on "
            "tokens per minute (TPM): Limit 6000, Requested 9310, please reduce your "
            "message size and try again.",
            "tokens",
            "rate_limit_exceeded",
        ),
        PlanLimitError,
        "Request too large",
    ),
    Row(
        "OpenAI, more than a minute's tokens",
        429,
        openai(
            "Request too large for gpt-4o in organization org-1 on tokens per min "
            "(TPM): Limit 30000, Requested 45000. The input or output tokens must be "
            "reduced in order to run successfully.",
            "tokens",
            "rate_limit_exceeded",
        ),
        PlanLimitError,
        "Limit 30000, Requested 45000",
    ),
]

SLOW_DOWNS = [
    Row(
        "OpenAI",
        429,
        openai(
            "Rate limit reached for gpt-4o in organization org-1 on requests per min "
            "(RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. Visit "
            "https://platform.openai.com/account/rate-limits to learn more.",
            "requests",
            "rate_limit_exceeded",
        ),
        RateLimitedError,
        "retry in 20 s: Rate limit reached",
        20.0,
    ),
    Row(
        "Gemini, requests of the minute",
        429,
        google(
            429,
            GEMINI_QUOTA,
            "RESOURCE_EXHAUSTED",
            *quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
        ),
        RateLimitedError,
        "You exceeded your current quota",
        34.0,
    ),
    Row(
        "Vertex",
        429,
        google(
            429, "Resource exhausted. Please try again later.", "RESOURCE_EXHAUSTED"
        ),
        RateLimitedError,
        "Resource exhausted",
    ),
    Row(
        "Azure",
        429,
        {
            "error": {
                "code": "429",
                "message": "Requests to the ChatCompletions_Create Operation have "
                "exceeded call rate limit of your current OpenAI S0 pricing tier. "
                "Please retry after 6 seconds.",
            }
        },
        RateLimitedError,
        "retry after 6 seconds",
        6.0,
    ),
    Row(
        "OpenRouter",
        429,
        {
            "error": {
                "message": "Provider returned error",
                "code": 429,
                "metadata": {
                    "raw": "z-ai/glm is temporarily rate-limited upstream. Please retry "
                    "shortly, or add your own key to accumulate your rate limits",
                    "provider_name": "BaseTen",
                },
            }
        },
        RateLimitedError,
        "Provider returned error: z-ai/glm is temporarily rate-limited upstream",
    ),
    Row(
        "Anthropic",
        429,
        {
            "type": "error",
            "error": {
                "type": "rate_limit_error",
                "message": "This request would exceed your organization's rate limit of "
                "30,000 input tokens per minute.",
            },
        },
        RateLimitedError,
        "30,000 input tokens per minute",
        12.0,
        {"retry-after": "12"},
    ),
    Row(
        "Bedrock",
        400,
        {"message": "Too many requests, please wait before trying again."},
        RateLimitedError,
        "Too many requests",
        None,
        {"x-amzn-errortype": "ThrottlingException"},
    ),
    Row(
        "Qwen",
        429,
        openai(
            "Requests rate limit exceeded, please try again later.",
            "limit_requests",
            "limit_requests",
        ),
        RateLimitedError,
        "Requests rate limit exceeded",
    ),
    Row(
        "Z.ai",
        429,
        {
            "error": {
                "code": "1302",
                "message": "您当前使用该API的并发数过高，请降低并发",
            }
        },
        RateLimitedError,
        "您当前使用该API的并发数过高",
    ),
    Row(
        "Moonshot",
        429,
        openai(
            "Your account org-1 request reached max concurrency: 1, please try again "
            "after 1 seconds",
            "rate_limit_reached_error",
        ),
        RateLimitedError,
        "max concurrency",
        1.0,
    ),
    Row(
        "a gateway in the stream",
        None,
        {"error": {"message": "Provider returned error", "code": 429}},
        RateLimitedError,
        "Provider returned error",
    ),
    Row(
        "Google Cloud",
        403,
        {"error": {"code": 403, "message": "Rate Limit Exceeded"}},
        RateLimitedError,
        "Rate Limit Exceeded",
    ),
    Row(
        "Cloudflare's page",
        429,
        "<!DOCTYPE html><title>Access denied | x.y used Cloudflare</title>",
        RateLimitedError,
        "is limiting your requests",
    ),
]

MODELS = [
    Row(
        "OpenAI",
        404,
        openai(
            "The model `gpt-9` does not exist or you do not have access to it.",
            code="model_not_found",
        ),
        ModelNotFoundError,
        "or this key can't use it: The model `gpt-9` does not exist",
    ),
    Row(
        "Ollama",
        404,
        openai('model "llama9" not found, try pulling it first', "api_error"),
        ModelNotFoundError,
        "try pulling it first",
    ),
    Row(
        "vLLM",
        404,
        {
            "object": "error",
            "message": "The model `x` does not exist.",
            "type": "NotFoundError",
            "param": None,
            "code": 404,
        },
        ModelNotFoundError,
        "The model `x` does not exist",
    ),
    Row(
        "Anthropic",
        404,
        {
            "type": "error",
            "error": {"type": "not_found_error", "message": "model: claude-9"},
        },
        ModelNotFoundError,
        "model: claude-9",
    ),
    Row(
        "OpenRouter",
        400,
        openai("x/y is not a valid model ID", None, 400),
        ModelNotFoundError,
        "is not a valid model ID",
    ),
    Row(
        "OpenRouter, no provider",
        404,
        openai("No endpoints found for x/y.", None, 404),
        ModelNotFoundError,
        "No endpoints found for x/y",
    ),
    Row(
        "LM Studio",
        404,
        openai(
            "No models loaded. Please load a model in the developer page or use the "
            "`lms load` command."
        ),
        ModelNotFoundError,
        "No models loaded",
    ),
    Row(
        "Azure",
        404,
        {
            "error": {
                "code": "DeploymentNotFound",
                "message": "The API deployment for this resource does not exist.",
            }
        },
        ModelNotFoundError,
        "deployment for this resource does not exist",
    ),
    Row(
        "Groq, retired",
        400,
        openai(
            "The model `x` has been decommissioned and is no longer supported.",
            code="model_decommissioned",
        ),
        ModelNotFoundError,
        "has been decommissioned",
    ),
    Row(
        "new-api",
        503,
        openai(
            "当前分组 default 下对于模型 gpt-9 无可用渠道",
            "new_api_error",
            "model_not_found",
        ),
        ModelNotFoundError,
        "无可用渠道",
    ),
    Row(
        "DeepSeek",
        400,
        openai("Model Not Exist"),
        ModelNotFoundError,
        "Model Not Exist",
    ),
    Row(
        "Mistral",
        400,
        {
            "object": "error",
            "message": "Invalid model: x",
            "type": "invalid_model",
            "param": None,
            "code": "1500",
        },
        ModelNotFoundError,
        "Invalid model: x",
    ),
    Row(
        "Ollama at a wrong path",
        404,
        "404 page not found",
        ModelNotFoundError,
        "or not at this address",
    ),
    Row(
        "FastAPI at a wrong path",
        404,
        {"detail": "Not Found"},
        ModelNotFoundError,
        "or not at this address",
    ),
]

WRONG_APIS = [
    Row(
        "OpenAI, completions",
        404,
        openai(
            "This is not a chat model and thus not supported in the v1/chat/completions "
            "endpoint. Did you mean to use v1/completions?",
            param="model",
        ),
        WrongApiError,
        "Did you mean to use v1/completions?",
    ),
    Row(
        "OpenAI, responses",
        404,
        openai(
            "This model is only supported in v1/responses and not in "
            "v1/chat/completions.",
            param="model",
        ),
        WrongApiError,
        "only supported in v1/responses",
    ),
    Row(
        "Ollama",
        400,
        openai('"nomic-embed-text" does not support chat', "api_error"),
        WrongApiError,
        "does not support chat",
    ),
    Row(
        "Azure",
        400,
        openai(
            "The chatCompletion operation does not work with the specified model, x. "
            "Please choose different model and try again.",
            None,
            "OperationNotSupported",
        ),
        WrongApiError,
        "does not work with the specified model",
    ),
]

FILTERED = [
    Row(
        "Azure",
        400,
        openai(
            "The response was filtered due to the prompt triggering Azure OpenAI's "
            "content management policy. Please modify your prompt and retry.",
            None,
            "content_filter",
            "prompt",
            innererror={"code": "ResponsibleAIPolicyViolation"},
        ),
        ContentFilteredError,
        "content management policy",
    ),
    Row(
        "OpenRouter",
        403,
        {
            "error": {
                "message": "Your input was flagged by the moderation provider",
                "code": 403,
                "metadata": {
                    "reasons": ["violence"],
                    "flagged_input": "Why is the sky blue?",
                },
            }
        },
        ContentFilteredError,
        "flagged by the moderation provider",
    ),
    Row(
        "Qwen",
        400,
        openai(
            "Input data may contain inappropriate content.",
            "data_inspection_failed",
            "data_inspection_failed",
        ),
        ContentFilteredError,
        "inappropriate content",
    ),
    Row("DeepSeek", 400, openai("Content Exists Risk"), ContentFilteredError, "Risk"),
    Row(
        "Z.ai",
        400,
        {
            "contentFilter": [{"level": 1, "role": "user"}],
            "error": {
                "code": "1301",
                "message": "系统检测到输入或生成内容可能包含不安全或敏感内容",
            },
        },
        ContentFilteredError,
        "敏感内容",
    ),
    Row(
        "MiniMax as HTTP 200",
        None,
        {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}},
        ContentFilteredError,
        "new_sensitive",
    ),
]

TOO_LONG = [
    (400, openai("This model's maximum context length is 8192 tokens. However, you "
                 "requested 9000 tokens (8500 in the messages, 500 in the completion). "
                 "Please reduce the length of the messages or completion.",
                 code="context_length_exceeded"),
     "the prompt has 8,500 tokens and the model reads 8,192"),
    (400, openai("This model's maximum context length is 8192 tokens. However, your "
                 "messages resulted in 9000 tokens.", code="context_length_exceeded"),
     "the prompt has 9,000 tokens and the model reads 8,192"),
    (400, google(400, "The input token count (1200293) exceeds the maximum number of "
                      "tokens allowed (1048576).", "INVALID_ARGUMENT"),
     "the prompt has 1,200,293 tokens and the model reads 1,048,576"),
    (400, {"type": "error", "error": {"type": "invalid_request_error",
           "message": "prompt is too long: 210000 tokens > 200000 maximum"}},
     "the prompt has 210,000 tokens and the model reads 200,000"),
    (400, openai("input length and `max_tokens` exceed context limit: 190402 + 16650 > "
                 "204648, decrease input length or `max_tokens` and try again"),
     "the answer may have 16,650, and the model holds 204,648 in all"),
    (400, openai("The decoder prompt (length 40000) is longer than the maximum model "
                 "length of 32768. Make sure that `max_model_len` is no smaller than the "
                 "number of text tokens.", "BadRequestError", 400),
     "the prompt has 40,000 tokens and the model reads 32,768"),
    (400, openai("'max_tokens' or 'max_completion_tokens' is too large: 5000. This "
                 "model's maximum context length is 4096 tokens and your request has "
                 "1000 input tokens (5000 > 4096 - 1000).", "BadRequestError", 400),
     "the prompt has 1,000 tokens, the answer may have 5,000"),
    (422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be "
           "<= 8193. Given: 6000 `inputs` tokens and 4096 `max_new_tokens`",
           "error_type": "validation"},
     "the prompt has 6,000 tokens, the answer may have 4,096"),
    (400, {"code": "InvalidParameter",
           "message": "Range of input length should be [1, 30720]"},
     "the model reads 30,720 tokens at most"),
    (400, openai("Trying to keep the first 5000 tokens when context the overflows. "
                 "However, the model is loaded with context length of only 4096 tokens, "
                 "which is not enough."),
     "the prompt has 5,000 tokens and the model reads 4,096"),
    (400, openai("The input (40000 tokens) is longer than the model's context length "
                 "(32768 tokens).", "BadRequestError", 400),
     "the prompt has 40,000 tokens and the model reads 32,768"),
    (400, {"error": {"code": 400, "message": "request (5065 tokens) exceeds the "
           "available context size (4096 tokens), try increasing it",
           "type": "exceed_context_size_error", "n_prompt_tokens": 5065, "n_ctx": 4096}},
     "the prompt has 5,065 tokens and the model reads 4,096"),
    (500, {"error": {"code": 500, "message": "the request exceeds the available context "
           "size. try increasing the context size or enable context shift",
           "type": "server_error"}}, "exceeds the available context size"),
    (400, openai("Requested tokens (5065) exceed context window of 4096"),
     "the prompt has 5,065 tokens and the model reads 4,096"),
    (400, {"object": "error", "type": "invalid_request_prompt", "message": "Prompt "
           "contains 40000 tokens and 0 draft tokens, too large for model with 32768 "
           "maximum context length"},
     "the prompt has 40,000 tokens and the model reads 32,768"),
    (400, {"message": "too many tokens: total number of tokens in the prompt cannot "
           "exceed 4081 - received 5000. Try using a shorter prompt"},
     "the prompt has 5,000 tokens and the model reads 4,081"),
    (400, {"code": "Client specified an invalid argument", "error": "This model's maximum "
           "prompt length is 131072 but the request contains 150000 tokens."},
     "the prompt has 150,000 tokens and the model reads 131,072"),
    (400, openai("Invalid request: Your request exceeded model token limit: 8192"),
     "the model reads 8,192 tokens at most"),
    (413, {"error": {"code": "tokens_limit_reached", "message": "Request body too large "
           "for gpt-4o model. Max size: 8000 tokens."}},
     "the model reads 8,000 tokens at most"),
    (400, openai("Please reduce the length of the messages or completion. Current length "
                 "is 9000 while limit is 8192", code="context_length_exceeded"),
     "the prompt has 9,000 tokens and the model reads 8,192"),
    (400, {"message": "Input is too long for requested model."}, "Input is too long"),
    (400, openai("Your input exceeds the context window of this model. Please adjust "
                 "your input and try again.", code="context_length_exceeded"),
     "exceeds the context window"),
    (400, openai("litellm.ContextWindowExceededError: litellm.BadRequestError: "
                 "AnthropicException - {\"type\":\"error\",\"error\":{\"type\":"
                 "\"invalid_request_error\",\"message\":\"prompt is too long: 210000 "
                 "tokens > 200000 maximum\"}}", None, "400"),
     "the prompt has 210,000 tokens and the model reads 200,000"),
    (400, {"error": {"code": "1261", "message": "Prompt exceeds max length"}},
     "Prompt exceeds max length"),
    (400, {"error": {"message": "输入长度 40000 超过最大长度 32768"}},
     "the prompt has 40,000 tokens and the model reads 32,768"),
    (400, openai("Invalid 'messages[1].content': string too long. Expected a string with "
                 "maximum length 10485760, but got a string with length 11000000.",
                 code="string_above_max_length"), "string too long"),
    (413, "Payload Too Large", "Payload Too Large"),
    (400, openai("prompt token count of 130000 exceeds the limit of 128000",
                 code="model_max_prompt_tokens_exceeded"),
     "the prompt has 130,000 tokens and the model reads 128,000"),
]  # fmt: skip

LOADING = [
    Row(
        "llama.cpp",
        503,
        openai("Loading model", "unavailable_error", 503),
        ModelLoadingError,
        "is still loading",
    ),
    Row(
        "Hugging Face",
        503,
        {"error": "Model x/y is currently loading", "estimated_time": 20.5},
        ModelLoadingError,
        "is currently loading",
        20.5,
    ),
    Row(
        "a serverless host",
        503,
        {"detail": "The model is warming up, please retry in 10 seconds"},
        ModelLoadingError,
        "warming up",
        10.0,
    ),
]

PARAMETERS = [
    (400, openai("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]")),
    (400, openai("`max_tokens` must be less than or equal to `8192`, the maximum value "
                 "for `max_tokens` is less than the `context_window` for this model")),
    (400, openai("max_tokens is too large: 5000. This model supports at most 4096 "
                 "completion tokens, whereas you provided 5000.", param="max_tokens")),
    (400, openai("max_tokens: 9000 > 8192, which is the maximum allowed number of output "
                 "tokens for claude-3-5-sonnet")),
    (400, openai("Unsupported parameter: 'max_tokens' is not supported with this model. "
                 "Use 'max_completion_tokens' instead.", param="max_tokens",
                 code="unsupported_parameter")),
    (400, {"message": "This model doesn't support the temperature field"}),
    (400, openai("`temperature` is deprecated for this model.")),
    (400, openai("System role not supported")),
    (400, openai("Conversation roles must alternate user/assistant/user/assistant/...")),
    (400, openai("Tool choice is none, but model called a tool", code="tool_use_failed")),
    (400, openai("This model does not support messages longer than 4 images")),
    (422, {"detail": [{"type": "string_too_short", "loc": ["body", "user"],
                       "msg": "String should have at least 1 character",
                       "input": {"model": "m", "temperature": 0.7, "messages": []}}]}),
    (400, openai("The maximum tokens you requested exceeds the model limit of 8192.")),
    (400, openai("max_tokens can't be more than 4096 tokens")),
    (400, openai("temperature exceeds the maximum of 2")),
    (400, openai("top_p is too large")),
    (400, openai("max_tokens exceeds the limit of this model")),
    (400, {"detail": "n must not exceed 4"}),
    (400, "stop exceeds 4 items"),
    (400, "Bad Request"),
    (400, ""),
    (418, {"error": "I'm a teapot"}),
]  # fmt: skip
"""Refusals of a parameter, or of nothing in particular: no other kind may be claimed."""

PAGE = (
    '<!DOCTYPE html>\n<html lang="en-US"><head><title>{title}</title><style>body{{}}'
    "</style><script>var a=1</script></head><body><h1>{title}</h1></body></html>"
)
NGINX = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>"
PROXIES = [
    (524, PAGE.format(title="models.example | 524: A timeout occurred"),
     ProxyFailedError, "answered with status 524 (A timeout occurred)."),
    (502, NGINX.format("502 Bad Gateway"), ProxyFailedError,
     "status 502 (Bad Gateway)."),
    (504, "stream timeout", ProxyFailedError, "status 504 (Gateway Timeout)"),
    (504, "", ProxyFailedError, "status 504 (Gateway Timeout)."),
    (503, "upstream connect error or disconnect/reset before headers. reset reason: "
     "connection timeout", ProxyFailedError, "upstream connect error"),
    (503, "no healthy upstream", ProxyFailedError, "no healthy upstream"),
    (524, "error code: 524", ProxyFailedError, "status 524 (A timeout occurred)."),
    (403, PAGE.format(title="Attention Required! | Cloudflare"), ProxyRefusedError,
     "status 403 (Attention Required!)."),
    (403, "error code: 1020", ProxyRefusedError, "status 403 (Forbidden)."),
    (407, PAGE.format(title="407 Proxy Authentication Required"), ProxyRefusedError,
     "status 407 (Proxy Authentication Required)."),
    (401, PAGE.format(title="Sign in to the campus network"), ProxyRefusedError,
     "status 401 (Sign in to the campus network)."),
    (413, NGINX.format("413 Request Entity Too Large"), ContextLengthError,
     "status 413 (Request Entity Too Large)."),
    (500, PAGE.format(title="Internal Server Error"), ServerFailedError,
     "failed (status 500): Internal Server Error."),
    (404, NGINX.format("404 Not Found"), ModelNotFoundError, "or not at this address"),
    (405, NGINX.format("405 Not Allowed"), RequestRefusedError, "Not Allowed"),
    (None, PAGE.format(title="Welcome to nginx!"), RequestRefusedError,
     "returned a web page (Welcome to nginx!) instead of an answer."),
    (None, PAGE.format(title="x.y | 524: A timeout occurred"), ProxyFailedError,
     "answered with status 524 (A timeout occurred)."),
]  # fmt: skip

FAILURES = [
    Row("a gateway", 500, "", ServerFailedError, "(status 500, Internal Server Error)"),
    Row(
        "OpenAI",
        500,
        openai(
            "The server had an error while processing your request.", "server_error"
        ),
        ServerFailedError,
        "failed (status 500): The server had an error",
    ),
    Row(
        "Anthropic",
        529,
        {
            "type": "error",
            "error": {"type": "overloaded_error", "message": "Overloaded"},
        },
        ServerFailedError,
        "Overloaded",
    ),
    Row(
        "Anthropic in a stream",
        None,
        {
            "type": "error",
            "error": {"type": "overloaded_error", "message": "Overloaded"},
        },
        ServerFailedError,
        "Overloaded",
    ),
    Row(
        "Gemini",
        503,
        google(503, "The model is overloaded. Please try again later.", "UNAVAILABLE"),
        ServerFailedError,
        "The model is overloaded",
    ),
    Row(
        "OpenRouter in a stream",
        None,
        {
            "error": {"code": 502, "message": "Provider disconnected unexpectedly"},
            "choices": [{"delta": {"content": ""}, "finish_reason": "error"}],
        },
        ServerFailedError,
        "Provider disconnected unexpectedly",
    ),
    Row(
        "Ollama",
        500,
        openai("model requires more system memory (5.6 GiB) than is available (3 GiB)"),
        ServerFailedError,
        "requires more system memory",
    ),
    Row(
        "LM Studio",
        400,
        openai('Failed to load model "x". Error: out of memory'),
        RequestRefusedError,
        "Failed to load model",
    ),
    Row(
        "an aggregator of APIs as HTTP 200",
        None,
        {"success": False, "code": 500, "msg": "404 NOT_FOUND: this model is offline"},
        ServerFailedError,
        "this model is offline",
    ),
    Row(
        "Cloudflare Workers AI",
        500,
        {
            "success": False,
            "errors": [{"code": 3007, "message": "AiError: Request timeout"}],
            "messages": [],
            "result": {},
        },
        ServerFailedError,
        "AiError: Request timeout",
    ),
    Row(
        "a gateway",
        None,
        {"error": "quota exceeded for this project"},
        PlanLimitError,
        "quota exceeded for this project",
    ),
    Row(
        "nobody knows",
        None,
        {"error": "the hamster left the wheel"},
        BrokenStreamError,
        "the hamster left the wheel",
    ),
    Row(
        "problem+json",
        500,
        {
            "type": "https://x.y/probs/oops",
            "title": "Something broke",
            "status": 500,
            "detail": "The worker pool died.",
            "instance": "/v1/chat/completions",
        },
        ServerFailedError,
        "The worker pool died",
    ),
    Row(
        "JSON within JSON",
        400,
        openai(
            "Provider returned error",
            None,
            400,
            metadata={
                "raw": json.dumps(openai("Model supports at most 1 image per prompt.")),
                "provider_name": "Crucible",
            },
        ),
        RequestRefusedError,
        "Provider returned error: Model supports at most 1 image per prompt",
    ),
]

ROWS = [
    *REFUSED_KEYS, *PERMISSIONS, *POLICIES, *ACCOUNTS, *PLANS, *SLOW_DOWNS, *MODELS,
    *WRONG_APIS, *FILTERED, *LOADING, *FAILURES,
    *(Row("too long", status, body, ContextLengthError, shown)
      for status, body, shown in TOO_LONG),
    *(Row("a parameter", status, body, RequestRefusedError, "rejected the request")
      for status, body in PARAMETERS),
    *(Row("a proxy", *row) for row in PROXIES),
]  # fmt: skip
