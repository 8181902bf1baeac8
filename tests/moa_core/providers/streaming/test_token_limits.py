import pytest

from moa_core.providers.errors.failure import Failure
from moa_core.providers.streaming.token_limits import TokenLimit, token_limit_in


def limit(message, asked=2048, prompt=11, status=400):
    body = {"error": {"message": message, "code": status}}
    return token_limit_in(Failure.from_response(status, body, {}), asked, prompt)


@pytest.mark.parametrize(
    ("asked", "limit_", "message"),
    [
        (2048, 1024, "Invalid max_tokens value, the valid range is [1, 1024]"),
        (2048, 1000, "max_tokens (current value: 2048) must be between 0 and 1000 "),
        (
            32768,
            16384,
            "max_tokens is too large: 32768. This model supports at most 16384 "
            "completion tokens, whereas you provided 32768.",
        ),
        (
            32768,
            8192,
            "max_tokens: 32768 > 8192, which is the maximum allowed number of output "
            "tokens for claude-3-5-sonnet-20240620",
        ),
        (
            32768,
            8192,
            "`max_tokens` must be less than or equal to `8192`, the maximum value for "
            "`max_tokens` is less than the `context_window` for this model",
        ),
        (
            10000,
            8192,
            "Unable to submit request because it has a maxOutputTokens value of 10000 "
            "but the supported range is from 1 (inclusive) to 8193 (exclusive).",
        ),
        (16384, 8192, "max_output_tokens must be in [1, 8193)"),
        (8192, 4095, "max_tokens must be less than 4096"),
        (16384, 4096, "max_tokens 不能超过 4,096"),
        (16384, 4096, "max_tokens muss zwischen 1 und 4096 liegen"),
        (16384, 4096, "Le max_tokens doit être inférieur ou égal à 4 096."),
    ],
)
def test_a_limit_holds_for_any_prompt(asked, limit_, message):
    assert limit(message, asked) == TokenLimit(limit_, lasting=True)


@pytest.mark.parametrize(
    ("asked", "prompt", "left", "message"),
    [
        (
            2048,
            11,
            2000,
            "This model's maximum context length is 2048 tokens. However, you requested"
            " 2096 tokens (48 in the messages, 2048 in the completion).",
        ),
        (
            2048,
            11,
            2000,
            "La longueur maximale du contexte est de 2048 tokens. Vous avez demandé "
            "2096 tokens (48 dans les messages, 2048 dans la réponse)",
        ),
        (
            8192,
            11,
            8144,
            "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's "
            "maximum context length is 8192 tokens and your request has 48 input "
            "tokens (8192 > 8192 - 48). (parameter=max_tokens, value=8192)",
        ),
        (
            16650,
            180000,
            14246,
            "input length and `max_tokens` exceed context limit: 190402 + 16650 > "
            "204648, decrease input length or `max_tokens` and try again",
        ),
        (
            4096,
            5800,
            2193,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= "
            "8193. Given: 6000 `inputs` tokens and 4096 `max_new_tokens`",
        ),
        (
            131990,
            11,
            131062,
            "This endpoint's maximum context length is 131072 tokens. However, you "
            "requested about 132000 tokens (10 of text input, 131990 in the output).",
        ),
        (2048, 11, 2000, "Requested 2096 tokens but the maximum is 2048"),
        (2048, 11, 2000, "el total (48 + 2048 = 2096) supera el máximo de 2048"),
        (
            4096,
            11,
            2000,
            "Input length 48 plus max_new_tokens 4096 must not exceed 2,048",
        ),
        (
            4096,
            1000,
            734,
            "This model's maximum context length is 2048 tokens, answer included.",
        ),
    ],
)
def test_a_window_leaves_something_beside_this_prompt(asked, prompt, left, message):
    assert limit(message, asked, prompt) == TokenLimit(left, lasting=False)


@pytest.mark.parametrize("asked", [2048, 9000])
@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large",
        "`inputs` must have less than 1024 tokens. Given: 1200",
        "The input token count (1200293) exceeds the maximum number of tokens allowed "
        "(1048576).",
        "The decoder prompt (length 40000) is longer than the maximum model length of "
        "32768. Make sure that `max_model_len` is no smaller than the number of text "
        "tokens.",
        "Range of input length should be [1, 30720]",
        "Trying to keep the first 5000 tokens when context the overflows. However, the "
        "model is loaded with context length of only 4096 tokens.",
        "Requested tokens (5065) exceed context window of 4096",
        "Failed to parse max_tokens at line 1 column 812 (error code: 400)",
        "max_tokens is not supported by o1-2024-12-17",
    ],
)
def test_no_limit_is_made_up(message, asked):
    assert limit(message, asked) is None


def test_a_window_that_leaves_too_little_leaves_nothing():
    assert (
        limit(
            "This model's maximum context length is 2048 tokens. Your messages have "
            "2040 tokens and max_tokens is 2048: 4088 tokens in all."
        )
        is None
    )
