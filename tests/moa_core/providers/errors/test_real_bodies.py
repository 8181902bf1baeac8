import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import QuotaSpentError
from moa_core.providers.errors.failure import Failure
from moa_core.providers.errors.kinds import KINDS
from moa_core.providers.errors.mapping import LONGEST_SAID, CallTarget, call_error
from moa_core.text import one_line
from tests.moa_core.providers.errors.gateway_bodies import MORE_ROWS
from tests.moa_core.providers.errors.real_bodies import ROWS, openai

TARGET = CallTarget(
    endpoint="lab", model="m", address="api.test", secrets=("sk-secret-1",)
)
QUESTION = "Why is the sky blue?"


def told(row):
    """The error that a user is told of a row."""
    if row.status is None:
        return call_error(Failure.from_chunk(row.body), TARGET)
    failure = Failure.from_response(row.status, row.body, row.headers)
    return call_error(failure, TARGET)


@pytest.mark.parametrize(
    "row",
    [*ROWS, *MORE_ROWS],
    ids=lambda row: f"{row.sender}-{row.status}-{row.error.__name__}",
)
def test_a_refusal_is_told_in_its_own_words_and_as_what_it_is(row):
    error = told(row)
    assert type(error) is row.error, error
    assert row.shown in str(error)
    if row.wait_s is not None:
        assert error.retry_after_s == pytest.approx(row.wait_s)
    assert error.advice
    assert "{" not in str(error)
    assert "<" not in str(error).replace("<=", "")
    assert QUESTION not in str(error)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_sentence_and_advice(name):
    kind = KINDS[name]
    assert kind.sentence.endswith(".")
    assert kind.advice or kind.error.advice


def test_a_long_sentence_is_cut_at_a_word():
    error = told_of("The parameter is wrong. " * 40)
    assert len(str(error)) < LONGEST_SAID + 60
    assert str(error).endswith("The parameter is…")


def told_of(message, status=400):
    return call_error(Failure.from_response(status, openai(message), {}), TARGET)


def test_a_sentence_has_no_secrets_and_nothing_that_steers():
    error = told_of("bad key sk-secret-1 \x1b[31mred\x07 \u202eevil")
    assert (
        str(error)
        == "lab rejected the request (status 400): bad key [hidden] [31mred evil."
    )


def test_a_request_that_is_sent_back_is_not_shown():
    body = [
        {"type": "missing", "loc": ("body", "n"), "msg": "Field required",
         "input": {"messages": [{"role": "user", "content": QUESTION}]}},
    ]  # fmt: skip
    for written in (str(body), json.dumps(body), {"detail": body}):
        error = call_error(Failure.from_response(400, written, {}), TARGET)
        assert str(error) == "lab rejected the request (status 400): n: Field required."


def test_a_key_may_be_wrong_where_a_page_says_unauthorized():
    page = "<html><head><title>401 Authorization Required</title></head></html>"
    error = call_error(Failure.from_response(401, page, {}), TARGET)
    assert error.advice.startswith("Check the key in Settings. Ask whoever runs")


def test_credit_for_a_shorter_answer_is_told_as_that():
    error = told_of("You requested up to 2048 tokens, but can only afford 1919", 402)
    assert type(error) is QuotaSpentError
    assert "credit doesn't cover this" in str(error)
    assert "shorter answer" in error.advice


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "msg", "detail", "code", "type", "status", "raw"]
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(status=st.sampled_from([None, 400, 401, 404, 429, 500, 503, 524]), body=JSON)
def test_any_body_becomes_one_clean_sentence(status, body):
    if status is None:
        failure = Failure.from_chunk(body)
    else:
        failure = Failure.from_response(status, body, {"retry-after": "x"})
    error = call_error(failure, TARGET)
    assert str(error) == one_line(str(error), 2000)
    assert error.advice.endswith(".")
    assert "sk-secret-1" not in str(error)


@pytest.mark.parametrize(
    "piece", ["{", "[", "1s1s", "model ", "1 and ", '{"a":', "try "]
)
def test_a_body_that_repeats_itself_is_read_as_well(piece):
    """A pattern that tries every way to read it would not come back."""
    error = call_error(Failure.from_response(400, piece * 5000, {}), TARGET)
    assert "rejected the request (status 400" in str(error)


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_a_key_in_a_body_is_never_shown(before, after):
    message = f"{before} sk-secret-1 {after}"
    for body in (message, openai(message), {"error": {"metadata": {"raw": message}}}):
        error = call_error(Failure.from_response(400, body, {}), TARGET)
        assert "sk-secret-1" not in str(error)


def test_a_phrase_that_says_why_is_shown():
    body = {"error": "Unavailable for legal reasons"}
    error = call_error(Failure.from_response(451, body, {}), TARGET)
    assert "from answering: Unavailable For Legal Reasons." in str(error)


def test_a_page_inside_of_an_error_is_told_by_its_title():
    page = "<html><head><title>Bad Gateway</title><style>a{b:c}</style></head></html>"
    for message in (page, f"upstream said: {page}"):
        error = call_error(Failure.from_response(500, openai(message), {}), TARGET)
        assert "Bad Gateway" in str(error)
        assert "b:c" not in str(error)
