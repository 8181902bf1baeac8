"""Which tokens are billed, wherever a server reports them."""

import json

import pytest

from moa_core.errors import BrokenStreamError, ContentFilteredError, TokensUsedUpError
from tests.moa_core.providers.answers.reading import DONE, SKY, chunk, read, usage

STOP = chunk(None, "stop")
COUNTS = {"prompt_tokens": 777, "completion_tokens": 33, "total_tokens": 810}
ZEROS = dict.fromkeys(COUNTS, 0)
PLACES = {
    "an event of its own": [STOP, {"choices": [], "usage": COUNTS}],
    "beside the reason": [chunk(None, "stop", usage=COUNTS)],
    "in the choice": [chunk(None, "stop", choice={"usage": COUNTS})],
    "in x_groq": [chunk(None, "stop", x_groq={"id": "r", "usage": COUNTS})],
    "after the end": [STOP, DONE, {"choices": [], "usage": COUNTS}],
    "flat in the event": [chunk(None, "stop") | COUNTS],
    "an event that is nothing else": [STOP, COUNTS],
    "in meta": [STOP, {"meta": {"tokens": {"input_tokens": 777, "output_tokens": 33}}}],
    "in timings": [
        chunk(None, "stop", timings={"cache_n": 700, "prompt_n": 77, "predicted_n": 33})
    ],
    "in timings too": [
        STOP,
        {"usage": COUNTS, "timings": {"prompt_n": 1, "predicted_n": 9, "cache_n": 0}},
    ],
    "without choices": [STOP, {"usage": COUNTS}],
    "in metadata": [STOP, {"choices": [], "metadata": {"token_usage": COUNTS}}],
    "with nulls around": [chunk(None, "stop", usage=None), usage(777, 33), usage(0, 0)],
    "as floats": [STOP, {"usage": {name: float(n) for name, n in COUNTS.items()}}],
    "as texts": [STOP, {"usage": {name: str(n) for name, n in COUNTS.items()}}],
    "as a list": [STOP, {"choices": [], "usage": [COUNTS]}],
    "as a list in the choice": [chunk(None, "stop", choice={"usage": [ZEROS, COUNTS]})],
    "as JSON in a text": [STOP, {"choices": [], "usage": json.dumps(COUNTS)}],
    "as a list in a text": [chunk(None, "stop", usage=json.dumps([COUNTS]))],
    "input and output": [STOP, {"usage": {"input_tokens": 777, "output_tokens": 33}}],
    "in camel case": [STOP, {"usage": {"promptTokens": 777, "completionTokens": 33}}],
    "the total only": [STOP, {"usage": {"prompt_tokens": 777, "total_tokens": 810}}],
    "one after another": [
        chunk("", usage={"prompt_tokens": 777, "completion_tokens": None}),
        chunk(None, "stop", usage={"completion_tokens": 33}),
    ],
    "growing": [
        *(
            chunk("", usage={"prompt_tokens": 777, "completion_tokens": n})
            for n in (1, 9)
        ),
        chunk(None, "stop", usage=COUNTS),
    ],
    "zeros after": [STOP, {"usage": COUNTS}, {"usage": ZEROS}, chunk("", usage=ZEROS)],
}


@pytest.mark.parametrize("place", PLACES)
def test_tokens_count_wherever_they_are_reported(place):
    told = read(*SKY, *PLACES[place])
    assert (told.tokens, told.source) == ((777, 33), "reported")
    assert (told.text, told.error) == ("The sky is blue.", None)


def test_tokens_that_are_reported_first_count():
    told = read(chunk("", usage=COUNTS), *SKY, STOP, chunk("", usage=None), DONE)
    assert (told.tokens, told.source) == ((777, 33), "reported")


@pytest.mark.parametrize(
    "figures",
    [
        None,
        {},
        [],
        "none",
        "{",
        "[" * 100_000,
        '{"prompt_tokens": 1' + " " * 10_000 + "}",
        [None, 12, "no"],
        '["prompt_tokens", 12]',
        ZEROS,
        {"total_tokens": 0},
        {"total_tokens": 150},
        {"prompt_tokens": -1, "completion_tokens": -1},
        {"prompt_tokens": "many", "completion_tokens": 2.5},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 10**300, "completion_tokens": 1e300},
        {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
        {"remaining": 12},
    ],
)
def test_what_is_no_measurement_is_not_counted(figures):
    assert read(*SKY, STOP, {"choices": [], "usage": figures}).tokens is None


@pytest.mark.parametrize(
    "figures",
    [
        {"prompt_tokens": 777},
        {"prompt_tokens": 777, "completion_tokens": 0, "total_tokens": 777},
        {"prompt_tokens": 777, "completion_tokens": None},
    ],
)
def test_an_output_that_nobody_counted_is_estimated(figures):
    told = read(*SKY, STOP, {"choices": [], "usage": figures})
    assert (told.tokens, told.source) == ((777, 5), "estimated")


def test_an_input_that_nobody_counted_is_estimated():
    told = read(*SKY, STOP, {"usage": {"prompt_tokens": 0, "completion_tokens": 33}})
    assert told.tokens[0] > 0
    assert (told.tokens[1], told.source) == (33, "estimated")


def test_no_output_is_a_measurement_where_nothing_was_written():
    told = read(chunk(None, "content_filter"), usage(777, 0))
    assert (told.tokens, told.source) == ((777, 0), "reported")


def test_a_text_reports_nothing():
    call = {"name": "f", "arguments": {"usage": COUNTS}}
    told = read(chunk('{"usage": {"prompt_tokens": 9}}'), STOP)
    assert told.tokens is None
    assert read(chunk({"tool_calls": [{"function": call}]}), *SKY, STOP).tokens is None


@pytest.mark.parametrize(
    "more",
    [
        {"prompt_tokens_details": {"cached_tokens": 700}},
        {"input_tokens_details": {"cached_tokens": 700}},
        {"cached_tokens": 700},
        {"prompt_cache_hit_tokens": 700, "prompt_cache_miss_tokens": 77},
        {"cache_read_input_tokens": 700},
        {"prompt_tokens_details": {"cached_tokens": 0}, "cached_tokens": 700.0},
        {"prompt_token_details": {"cached_tokens": 700}},
        {"num_cached_tokens": 700},
    ],
)
def test_cached_tokens_count_wherever_they_stand(more):
    told = read(*SKY, STOP, usage(777, 33, **more))
    assert (told.tokens, told.cached) == ((777, 33), 700)
    assert told.cached_share == 700 / 777


def test_llama_cpp_tells_of_its_cache_beside_the_usage():
    times = {"cache_n": 700, "prompt_n": 77, "predicted_n": 33}
    told = read(*SKY, chunk(None, "stop", usage=COUNTS, timings=times))
    assert (told.tokens, told.cached) == ((777, 33), 700)


@pytest.mark.parametrize(
    "more",
    [
        {"prompt_tokens_details": {"cached_tokens": 0}},
        {"prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 777},
    ],
)
def test_that_nothing_was_cached_is_known_where_it_is_said(more):
    assert read(*SKY, STOP, usage(777, 33, **more)).cached_share == 0


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"prompt_tokens_details": None},
        {"prompt_tokens_details": {"audio_tokens": 0}},
        {"prompt_tokens_details": {"cached_tokens": None}},
        {"cached_tokens": -1},
    ],
)
def test_who_says_nothing_of_a_cache_has_an_unknown_share_and_not_zero(more):
    told = read(*SKY, STOP, usage(777, 33, **more))
    assert (told.tokens, told.cached_share) == ((777, 33), None)


def test_a_later_zero_takes_no_cached_token_back():
    first = {"prompt_tokens_details": {"cached_tokens": 700}}
    last = {"prompt_tokens_details": {"cached_tokens": 0}}
    told = read(*SKY, STOP, usage(777, 33, **first), usage(777, 33, **last))
    assert told.cached == 700


@pytest.mark.parametrize(
    "more",
    [
        {"prompt_tokens_details": {"cached_tokens": 600, "cache_write_tokens": 100}},
        {"prompt_tokens_details": {"cached_tokens": 600, "cache_creation_tokens": 100}},
        {"cache_read_input_tokens": 600, "cache_creation_input_tokens": 100},
    ],
)
def test_what_was_written_to_a_cache_is_told_apart(more):
    told = read(*SKY, STOP, usage(777, 33, **more))
    assert (told.tokens, told.cached, told.written) == ((777, 33), 600, 100)


def test_no_more_is_cached_than_was_read():
    told = read(*SKY, STOP, usage(777, 33, cached_tokens=900, cache_write_tokens=9))
    assert (told.cached, told.written) == (777, 0)


def test_bedrock_counts_its_cache_beside_the_input():
    counts = {"inputTokens": 77, "outputTokens": 33, "totalTokens": 810}
    cached = {"cacheReadInputTokens": 600, "cacheWriteInputTokens": 100}
    told = read(*SKY, STOP, {"usage": counts | cached})
    assert (told.tokens, told.cached, told.written) == ((777, 33), 600, 100)


def test_what_anthropic_counts_beside_its_input_is_input():
    counts = {"input_tokens": 77, "output_tokens": 33}
    cached = {"cache_read_input_tokens": 600, "cache_creation_input_tokens": 100}
    told = read(*SKY, STOP, {"usage": counts | cached})
    assert (told.tokens, told.cached) == ((777, 33), 600)


@pytest.mark.parametrize(
    "more",
    [
        {"completion_tokens_details": {"reasoning_tokens": 9}},
        {"output_tokens_details": {"reasoning_tokens": 9}},
        {"reasoning_tokens": 9},
    ],
)
def test_reasoning_tokens_count_wherever_they_stand(more):
    assert read(*SKY, STOP, usage(777, 33, **more)).thought == 9


def test_reasoning_that_is_only_in_the_total_counts():
    told = read(*SKY, STOP, {"usage": COUNTS | {"total_tokens": 900}})
    assert told.tokens == (777, 123)


FAILURES = {
    "withheld": ([*SKY, chunk(None, "SAFETY"), usage(777, 33)], ContentFilteredError),
    "broken": ([*SKY, chunk(None, "error"), usage(777, 33)], BrokenStreamError),
    "lost": ([chunk("The sky", usage=COUNTS), chunk(" is")], BrokenStreamError),
    "used up": ([chunk(None, "length"), usage(777, 33)], TokensUsedUpError),
    "an error event": (
        [*SKY, {"error": {"message": "content filter"}, "usage": COUNTS}],
        None,
    ),
    "in the error": ([*SKY, {"error": {"message": "x", "usage": COUNTS}}], None),
    "half an event": ([*SKY, {"usage": COUNTS}, 'data: {"choi\n\n'], BrokenStreamError),
}


@pytest.mark.parametrize("how", FAILURES)
def test_failed_answers_report_their_tokens(how):
    events, error = FAILURES[how]
    told = read(*events)
    assert (told.tokens, told.source) == ((777, 33), "reported")
    assert told.error is not None
    assert error in (None, told.error)
    assert "The sky is blue.".startswith(told.text)
