import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import (
    BrokenStreamError,
    ContentFilteredError,
    EmptyAnswerError,
    ToolCallError,
    UnknownFinishError,
)
from moa_core.providers.answers.finish_reasons import kind_of_end, reason_in
from tests.moa_core.providers.answers.reading import DONE, SKY, chunk, read, usage

KINDS = {
    "whole": """stop STOP Stop eos eos_token end_turn END_TURN endTurn stop_sequence
        STOP_SEQUENCE stopSequence stop-sequence COMPLETE completed done end
        FinishReason.STOP FINISH_REASON_STOP <|im_end|> stop:eos end-of-turn
        <|eot_id|>""",
    "cut": """length LENGTH max_tokens MAX_TOKENS maxTokens max-tokens MaxTokens
        model_context_window_exceeded max_output_tokens model_length token_limit limit
        context_length_exceeded max_new_tokens FinishReason.MAX_TOKENS truncated
        max_length incomplete length_limit window_full""",
    "withheld": """content_filter CONTENT_FILTER contentFilter SAFETY safety
        IMAGE_SAFETY PROHIBITED_CONTENT BLOCKLIST blocked sensitive refusal RECITATION
        SPII guardrail_intervened content_filter:PROHIBITED_CONTENT stop:content_filter
        moderation content_filtered flagged policy_violation ContentFiltered""",
    "broken": """error ERROR abort cancelled canceled network_error failed
        insufficient_system_resource timeout TIMED_OUT interrupted server_error
        provider_disconnected rate_limit ERROR_TOXIC preempted""",
    "tool": """tool_calls function_call TOOL_CALL tool_use toolUse
        MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL""",
    "unknown": "OTHER unknown pause_turn LANGUAGE 3 true zzz stop_or_not 完",
}
NO_REASONS = [None, "", " ", "null", "NULL", "None", "undefined", False, 0, 0.0, {}, []]


@pytest.mark.parametrize(
    ("kind", "word"), [(kind, word) for kind in KINDS for word in KINDS[kind].split()]
)
def test_a_reason_is_told_by_its_words_in_any_spelling(kind, word):
    assert kind_of_end(word) == kind


@given(st.text())
def test_only_what_is_known_as_a_normal_end_is_one(word):
    if (reason := reason_in({"finish_reason": word})) and kind_of_end(
        reason
    ) == "whole":
        assert kind_of_end(word.lower()) == "whole"
        assert any(char.isalpha() for char in word)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *((none, None) for none in NO_REASONS),
        ("  stop ", "stop"),
        ({"type": "length"}, "length"),
        ({"reason": "stop"}, "stop"),
        (["stop"], "stop"),
        (3, "3"),
        (True, "true"),
        ({"x": 1}, '{"x": 1}'),
        ("FINISH_REASON_UNSPECIFIED", None),
    ],
)
def test_a_reason_may_be_written_as_anything(said, reason):
    assert reason_in({"finish_reason": said}) == reason


@pytest.mark.parametrize(
    "last",
    [
        chunk("", "stop"),
        chunk(None, choice={"finishReason": "STOP"}),
        chunk(None, choice={"stop_reason": "end_turn"}),
        chunk({"finish_reason": "stop"}),
        chunk(None, finish_reason="stop"),
        chunk(None, done_reason="stop", done=True),
        chunk(None, "stop", choice={"stop_reason": 128009}),
        {"choices": [], "finish_reason": "stop"},
        {"finish_reason": "stop"},
    ],
)
def test_a_reason_may_stand_anywhere(last):
    told = read(*SKY, last)
    assert (told.whole, told.text) == (True, "The sky is blue.")


@pytest.mark.parametrize("word", KINDS["cut"].split())
def test_a_cut_answer_is_marked_as_length(word):
    told = read(*SKY, chunk(None, word), usage(), DONE)
    assert (told.error, told.reason) == (None, "length")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("withheld", ContentFilteredError),
        ("broken", BrokenStreamError),
        ("tool", ToolCallError),
        ("unknown", UnknownFinishError),
    ],
)
def test_other_ends_are_errors_that_keep_text_word_and_tokens(kind, error):
    for word in KINDS[kind].split():
        told = read(*SKY, chunk(None, word), usage(), DONE)
        assert (told.error, told.text) == (error, "The sky is blue.")
        assert (told.tokens, told.source) == ((120, 30), "reported")
        assert told.reason == word
        assert error.retryable == (kind == "broken")
        if kind != "tool":
            assert f"({word})" in told.words


@pytest.mark.parametrize("none", NO_REASONS)
def test_a_reason_that_is_none_neither_ends_an_answer_nor_undoes_its_end(none):
    told = read(chunk("The sky ", none), chunk("is blue.", none), chunk(None, "stop"))
    assert (told.whole, told.text) == (True, "The sky is blue.")
    assert read(*SKY, chunk(None, "stop"), chunk(None, none)).whole
    assert read(*SKY, chunk(None, none)).error is BrokenStreamError


@pytest.mark.parametrize("early", ["stop", "length", "error", "SAFETY", "zzz"])
def test_a_reason_before_the_end_is_not_the_last_word(early):
    start = chunk({"role": "assistant", "content": ""}, early)
    told = read(start, *SKY, chunk(None, "stop"), DONE)
    assert (told.whole, told.text) == (True, "The sky is blue.")


def test_a_reason_on_every_chunk_ends_nothing():
    told = read(*(chunk(word, "stop") for word in ("The ", "sky ", "is ", "blue.")))
    assert (told.whole, told.text) == (True, "The sky is blue.")


def test_the_last_reason_counts():
    assert read(chunk("The", "stop"), chunk(" sky", "length")).reason == "length"
    told = read(chunk("The", "stop"), chunk(" sky", "content_filter"), DONE)
    assert told.error is ContentFilteredError


@pytest.mark.parametrize("end", [DONE, b"data: [DONE] \n\n", b'data: "[DONE]"'])
def test_an_answer_that_is_done_needs_no_reason(end):
    told = read(*SKY, end)
    assert (told.whole, told.text, told.reason) == (True, "The sky is blue.", None)


def test_what_is_said_to_be_done_before_it_began_goes_on():
    assert read(DONE, *SKY, chunk(None, "stop"), DONE).whole
    assert read(DONE, *SKY).error is BrokenStreamError


def test_a_document_needs_no_reason():
    message = {"role": "assistant", "content": "The sky is blue."}
    document = {"object": "chat.completion", "choices": [{"message": message}]}
    assert read(document).whole
    assert read(str(document).replace("'", '"')).whole


def test_an_end_without_a_reason_is_broken_and_says_what_was_sent_instead():
    told = read(*SKY, "data: upstream went away\n\n")
    assert told.error is BrokenStreamError
    assert "before its end: upstream went away." in told.words
    assert read(*SKY, usage()).error is BrokenStreamError


def test_nothing_after_the_end_undoes_an_answer():
    late = [
        b'data: {"error": {"message": "late"}}\n\n',
        b'data: {"choices":[],"usage":{"prompt_tok\n\n',
        b"event: error\ndata: late\n\n",
        b"data: garbage\n\n",
    ]
    told = read(*SKY, chunk(None, "stop"), *late)
    assert (told.whole, told.text) == (True, "The sky is blue.")


def test_an_error_after_an_early_reason_is_one():
    start = chunk({"role": "assistant", "content": ""}, "stop")
    told = read(start, b'data: {"error": {"message": "no room"}}\n\n', DONE)
    assert told.error is not None
    assert "no room" in told.words


@pytest.mark.parametrize("text", ["", " \n", "\u200b\ufeff", "\u2060\u00ad", "\u3164"])
def test_an_answer_that_nobody_can_see_is_empty(text):
    told = read(chunk(text), chunk(None, "stop"), DONE)
    assert told.error is EmptyAnswerError


@pytest.mark.parametrize(
    ("native", "kind"),
    [("SAFETY", "withheld"), ("MAX_TOKENS", "cut"), ("abort", "broken")],
)
def test_the_server_behind_a_router_may_know_better(native, kind):
    choice = {"finish_reason": "stop", "native_finish_reason": native}
    assert kind_of_end(reason_in(choice)) == kind
    for harmless in ("STOP", "completed", "FOO", "", None, 7):
        assert reason_in({**choice, "native_finish_reason": harmless}) == "stop"
