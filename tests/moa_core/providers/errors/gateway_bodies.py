# ruff: noqa: E501 - a body is easier to read in one piece
"""More error responses: of clouds, gateways and local servers, as in `real_bodies`."""

from moa_core.errors import (
    AccessRefusedError,
    BrokenStreamError,
    ContentFilteredError,
    ContextLengthError,
    KeyRefusedError,
    ModelLoadingError,
    ModelNotFoundError,
    PlanLimitError,
    ProxyFailedError,
    ProxyRefusedError,
    QuotaSpentError,
    RateLimitedError,
    RequestRefusedError,
    ServerFailedError,
)
from tests.moa_core.providers.errors.real_bodies import Row, google, openai

MORE_ROWS = (
    # keys
    Row(
        "Kong",
        401,
        {"message": "No API key found in request"},
        KeyRefusedError,
        "No API key found",
    ),
    Row(
        "Apigee",
        401,
        {
            "fault": {
                "faultstring": "Invalid ApiKey",
                "detail": {"errorcode": "oauth.v2.InvalidApiKey"},
            }
        },
        KeyRefusedError,
        "Invalid ApiKey",
    ),
    Row(
        "MiniMax",
        None,
        {
            "base_resp": {
                "status_code": 1004,
                "status_msg": "login fail: Please carry the API secret key in the 'Authorization' field",
            }
        },
        KeyRefusedError,
        "login fail",
    ),
    Row(
        "Baidu",
        None,
        {"error_code": 110, "error_msg": "Access token invalid or no longer valid"},
        KeyRefusedError,
        "Access token invalid",
    ),
    Row(
        "Tencent",
        None,
        {
            "Response": {
                "Error": {
                    "Code": "AuthFailure.SecretIdNotFound",
                    "Message": "The SecretId is not found.",
                },
                "RequestId": "r",
            }
        },
        KeyRefusedError,
        "The SecretId is not found",
    ),
    Row(
        "iFlow",
        None,
        {"status": "439", "msg": "Your API Token has expired.", "body": None},
        KeyRefusedError,
        "API Token has expired",
    ),
    Row(
        "one-api",
        401,
        openai("该令牌已过期", "new_api_error"),
        KeyRefusedError,
        "该令牌已过期",
    ),
    # permissions
    Row(
        "one-api",
        403,
        openai("该令牌无权访问模型 gpt-9", "new_api_error"),
        AccessRefusedError,
        "该令牌无权访问模型",
    ),
    Row(
        "Bedrock",
        404,
        {
            "message": "Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."
        },
        AccessRefusedError,
        "use case details",
    ),
    Row(
        "Ark",
        404,
        openai(
            "Your account 21000 has not activated the model x. Please activate the model service in the Ark Console.",
            "NotFound",
            "ModelNotOpen",
        ),
        AccessRefusedError,
        "has not activated the model",
    ),
    Row(
        "Groq",
        400,
        openai(
            "Organization has been restricted. Please reach out to support if you believe this was in error.",
            code="organization_restricted",
        ),
        AccessRefusedError,
        "has been restricted",
    ),
    Row(
        "Azure",
        401,
        {
            "error": {
                "code": "PermissionDenied",
                "message": "The principal lacks the required data action.",
            }
        },
        AccessRefusedError,
        "lacks the required data action",
    ),
    Row(
        "Spark",
        None,
        {
            "code": 11200,
            "message": "AppIdNoAuthError: appid has no permission for this function",
            "sid": "x",
        },
        AccessRefusedError,
        "no permission",
    ),
    # accounts and plans
    Row(
        "OpenRouter",
        403,
        openai(
            "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys",
            code=403,
        ),
        PlanLimitError,
        "Key limit exceeded",
    ),
    Row(
        "API Management",
        403,
        {
            "statusCode": 403,
            "message": "Out of call volume quota. Quota will be replenished in 02:12:27.",
        },
        PlanLimitError,
        "Out of call volume quota",
    ),
    Row(
        "Bedrock",
        429,
        {"message": "Too many tokens per day, please wait before trying again."},
        PlanLimitError,
        "Too many tokens per day",
    ),
    Row(
        "Mistral",
        401,
        {
            "message": "Inactive subscription or usage limit reached. Please go to https://console.mistral.ai/"
        },
        PlanLimitError,
        "usage limit reached",
    ),
    Row(
        "Z.ai, five hours",
        429,
        openai(
            "已达到 5 小时的使用上限。您的限额将在 2027-10-10 12:00:00 重置。",
            code="1308",
        ),
        PlanLimitError,
        "使用上限",
    ),
    Row(
        "Z.ai, run out",
        429,
        openai(
            "您的GLM Coding Plan套餐已到期，暂无法使用，可前往官网续费", code="1309"
        ),
        QuotaSpentError,
        "套餐已到期",
    ),
    Row(
        "Ark",
        429,
        openai(
            "Your account [210] has exhausted its free trial quota for the [x] model.",
            "TooManyRequests",
            "QuotaExceeded",
        ),
        PlanLimitError,
        "free trial quota",
    ),
    Row(
        "Ark, its own limit",
        429,
        openai(
            "Your account has reached the set inference limit for the [x] model, and the model service has been paused.",
            "TooManyRequests",
            "SetLimitExceeded",
        ),
        PlanLimitError,
        "has been paused",
    ),
    Row(
        "Cohere",
        429,
        {
            "message": "You are using a Trial key, which is limited to 1000 API calls / month."
        },
        PlanLimitError,
        "Trial key",
    ),
    Row(
        "Baidu",
        None,
        {"error_code": 17, "error_msg": "Open api daily request limit reached"},
        PlanLimitError,
        "daily request limit",
    ),
    Row(
        "Gemini, of a minute",
        429,
        google(
            429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"
        ),
        RateLimitedError,
        "Resource has been exhausted",
    ),
    # waits
    Row(
        "API Management",
        429,
        {"message": "Rate limit is exceeded. Try again in 00:00:12."},
        RateLimitedError,
        "retry in 12 s",
        12.0,
    ),
    # models and addresses
    Row(
        "llama-swap",
        400,
        "could not find real modelID for qwen9",
        ModelNotFoundError,
        "could not find real modelID",
    ),
    Row(
        "MiniMax",
        None,
        {
            "choices": None,
            "base_resp": {
                "status_code": 2013,
                "status_msg": "invalid params, unknown model 'abc'",
            },
        },
        ModelNotFoundError,
        "unknown model 'abc'",
    ),
    Row(
        "LM Studio",
        None,
        {"error": "Unexpected endpoint or method. (POST /chat/completions)"},
        RequestRefusedError,
        "takes no calls at this address: Unexpected endpoint",
    ),
    Row(
        "Kong",
        404,
        {"message": "no Route matched with those values"},
        RequestRefusedError,
        "takes no calls at this address: no Route matched",
    ),
    Row(
        "Nest",
        404,
        {
            "statusCode": 404,
            "message": "Cannot POST /chat/completions",
            "error": "Not Found",
        },
        RequestRefusedError,
        "Cannot POST /chat/completions",
    ),
    # contents
    Row(
        "Spark",
        None,
        {
            "header": {
                "code": 10013,
                "message": "input content audit failed: sensitive words",
                "sid": "x",
            }
        },
        ContentFilteredError,
        "sensitive words",
    ),
    # lengths
    Row(
        "ExLlama",
        400,
        openai("Prompt length 9000 is greater than max_seq_len 8192"),
        ContextLengthError,
        "the prompt has 9,000 tokens and the model reads 8,192",
    ),
    Row(
        "LMDeploy",
        400,
        openai("input_len 9000 + max_new_tokens 2048 exceeds session_len 8192"),
        ContextLengthError,
        "exceeds session_len 8192",
    ),
    Row(
        "Z.ai",
        400,
        openai("Prompt 超长", code="1261"),
        ContextLengthError,
        "Prompt 超长",
    ),
    Row(
        "pydantic",
        422,
        {
            "detail": [
                {
                    "loc": ["body", "temperature"],
                    "msg": "Input should be greater than or equal to 0",
                }
            ]
        },
        RequestRefusedError,
        "temperature: Input should be greater",
    ),
    # loading
    Row(
        "a gateway",
        404,
        openai("model is still loading, try again in a moment"),
        ModelLoadingError,
        "still loading",
    ),
    # servers
    Row(
        "Apigee",
        503,
        {
            "fault": {
                "faultstring": "The Service is temporarily unavailable",
                "detail": {"errorcode": "x.ServiceUnavailable"},
            }
        },
        ServerFailedError,
        "temporarily unavailable",
    ),
    Row(
        "DeepSeek",
        503,
        openai(
            "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.",
            "service_unavailable_error",
            "invalid_request_error",
        ),
        ServerFailedError,
        "too busy",
    ),
    Row(
        "a traceback",
        500,
        openai(
            'Traceback (most recent call last):\n  File "/app/server.py", line 10, in handle\n    raise ValueError("x")\nValueError: tensor size mismatch'
        ),
        ServerFailedError,
        "failed (status 500): ValueError: tensor size mismatch.",
    ),
    Row(
        "a traceback as text",
        500,
        'Traceback (most recent call last):\n  File "/a/b.py", line 3\nRuntimeError: device-side assert triggered\n',
        ServerFailedError,
        "failed (status 500): RuntimeError: device-side",
    ),
    Row(
        "in maintenance",
        None,
        {"status": "fail", "reason": "The model is offline for maintenance"},
        BrokenStreamError,
        "offline for maintenance",
    ),
    # parameters, by field
    Row(
        "Rails",
        422,
        {"error": "Unprocessable", "errors": {"messages": ["can't be blank"]}},
        RequestRefusedError,
        "messages: can't be blank",
    ),
    Row(
        "of no known form",
        400,
        {"oops": {"why": "the hamster is on holiday"}},
        RequestRefusedError,
        "why: the hamster is on holiday",
    ),
    # web pages
    Row(
        "Perplexity",
        401,
        "<html>\r\n<head><title>401 Authorization Required</title></head><body><center><h1>401 Authorization Required</h1></center><hr><center>openresty</center></body></html>",
        ProxyRefusedError,
        "status 401 (Authorization Required)",
    ),
    Row("a tunnel", 530, "error code: 1033", ProxyFailedError, "status 530"),
)
