import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.text import HIDDEN, LONGEST_TEXT, redact

WORDS = st.text(max_size=80)
URL_SAFE = st.text(string.ascii_letters + string.digits + "-_.~", min_size=8)


@given(before=WORDS, secret=st.text(min_size=4).map(str.strip), after=WORDS)
def test_a_known_secret_never_stays(before, secret, after):
    if len(secret) < 4 or secret in HIDDEN or HIDDEN in secret:
        return
    assert secret not in redact(f"{before} {secret} {after}", [secret]).replace(
        HIDDEN, "\0"
    )


@given(before=WORDS, raw=st.binary(min_size=24, max_size=64))
def test_long_random_words_never_stay(before, raw):
    if len(set(raw)) < len(raw) / 2:
        return  # not random
    for word in (raw.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("=")):
        assert word not in redact(f"{before} {word}")


@given(user=URL_SAFE, password=URL_SAFE)
def test_credentials_in_an_address_never_stay(user, password):
    told = redact(f"GET https://{user}:{password}@example.test/v1 failed")
    assert f"{user}:{password}" not in told
    assert "example.test/v1" in told


@given(st.text())
def test_a_text_becomes_one_short_line(text):
    told = redact(text * 50)
    assert len(told) <= LONGEST_TEXT
    assert "\n" not in told


@given(st.text(max_size=400))
def test_redacting_twice_changes_nothing(text):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abc***wxyz.",
        "Authorization: Bearer abcdef123456",
        "Authorization: Basic dXNlcjpwYXNz",
        '{"api_key": "abc123"}',
        "x-api-key: abc123def",
        "https://host/v1?key=abc123&x=1",
        "token=abc123",
        "password: abc123",
        "AIzaSyA1234567890abcdef",
        "eyJhbGciOi.eyJzdWIi.abc123",
        "gsk_abc123def",
    ],
)
def test_usual_forms_of_keys_are_hidden(text):
    told = redact(text)
    assert HIDDEN in told
    assert not any(part in told for part in ("abc", "dXNl", "AIza", "eyJ"))


@pytest.mark.parametrize(
    "text",
    [
        "The model meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo-Free does not exist",
        "This model's maximum context length is 8192 tokens, you asked for 9000.",
        "'max_tokens' is too large: 99999. Use 'max_completion_tokens' instead.",
        "Can't reach 127.0.0.1:11434.",
        "see https://platform.openai.com/account/api-keys",
    ],
)
def test_ordinary_texts_stay_as_they_are(text):
    assert redact(text) == text


def test_a_secret_cut_by_the_length_limit_leaves_no_part():
    told = redact("x " * 4990 + "my-very-own-secret" * 30, ["my-very-own-secret"])
    assert "my-very" not in told


def test_an_endless_error_page_is_read_quickly():
    assert len(redact("<p>" + "a" * 5_000_000)) <= LONGEST_TEXT
