"""Which text is the answer, in whatever shape a server sends it."""

import json

import pytest

from moa_core.errors import (
    BrokenStreamError,
    ContentFilteredError,
    EmptyAnswerError,
    OnlyReasoningError,
    TokensUsedUpError,
    ToolCallError,
)
from tests.moa_core.providers.answers.foreign_apis import FOREIGN
from tests.moa_core.providers.answers.reading import (
    DONE,
    PIECES,
    SKY,
    TEXT,
    WHOLE,
    chunk,
    document,
    message,
    read,
    usage,
)

STOP = chunk(None, "stop")


def test_deltas_are_the_answer():
    assert read(*SKY, STOP, DONE) == WHOLE


@pytest.mark.parametrize(
    "contents",
    [
        [[{"type": "text", "text": piece}] for piece in PIECES],
        [{"type": "text", "text": piece} for piece in PIECES],
        [{"type": "output_text", "text": {"value": piece}} for piece in PIECES],
        [["The ", {"text": "sky "}], ["is ", ["blue."]]],
        [{"parts": [{"text": piece}]} for piece in PIECES],
        [[{"type": "image_url", "image_url": {"url": "x"}}, "The sky is blue."]],
    ],
)
def test_content_may_be_parts_and_objects(contents):
    pieces = [chunk({"content": content}) for content in contents]
    assert read(*pieces, STOP, DONE).text == TEXT


def test_a_number_is_content():
    assert read(chunk(4), chunk(2.5), STOP).text == "42.5"


@pytest.mark.parametrize("content", [None, [], {}, [None], [[]], True, {"x": {}}])
def test_content_that_is_no_text_is_none(content):
    assert read(chunk(content), STOP).error is EmptyAnswerError


def test_completions_of_texts_are_read():
    pieces = [{"choices": [{"index": 0, "text": piece}]} for piece in PIECES]
    last = {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]}
    assert read(*pieces, last, DONE).text == TEXT


@pytest.mark.parametrize(
    "odd",
    [
        {"choices": None},
        {"choices": []},
        {"choices": [None]},
        {"choices": ["x"]},
        {"choices": {}},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": [{"index": 0, "delta": []}]},
        {"choices": [{}]},
        {"type": "ping"},
        {"type": 7},
        {"status": "working"},
        {"id": 7, "model": None, "usage": "none"},
        "data: 7\n\n",
        ": comment\n\n",
        "data:\n\n",
        "data: OPENROUTER PROCESSING\n\n",
    ],
)
def test_odd_events_are_harmless_wherever_they_come(odd):
    events = [*SKY, STOP, usage(), DONE]
    for at in range(len(events) + 1):
        told = read(*events[:at], odd, *events[at:])
        assert (told.text, told.error, told.tokens) == (TEXT, None, (120, 30))


@pytest.mark.parametrize("indexes", [(1, 1), (None, None), ("0", "0"), (7, 7)])
def test_the_only_choice_may_have_any_index(indexes):
    first, last = ({"index": index} for index in indexes)
    pieces = [chunk(PIECES[0], choice=first), chunk(PIECES[1], choice=last)]
    last = chunk(None, "stop", choice=last)
    assert read(*pieces, last).text == TEXT


def test_one_choice_of_several_is_the_answer():
    other = [chunk(p, choice={"index": 1}) for p in ("ALPHA ", "BETA")]
    turns = [SKY[0], other[0], SKY[1], other[1]]
    both = [
        {"choices": turns[at]["choices"] + turns[at + 1]["choices"]} for at in (0, 2)
    ]
    cut = chunk(None, "length", choice={"index": 1})
    assert read(*both, cut, STOP, DONE).text == TEXT
    assert read(*turns, STOP, cut, DONE) == WHOLE
    assert read(*reversed(turns[:2]), *turns[2:], cut).text == "ALPHA BETA"


@pytest.mark.parametrize("last", [TEXT, f" {TEXT}\n", "Something else.", "The sky"])
def test_a_whole_message_after_deltas_repeats_them(last):
    assert read(*SKY, document(last), DONE).text == TEXT


def test_a_last_delta_may_repeat_the_answer():
    assert read(*SKY, chunk(TEXT, "stop"), DONE).text == TEXT
    assert read(chunk("ha"), chunk("ha", "stop")).text == "haha"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "content": [{"text": TEXT}], "stop_reason": "end_turn"},
        {"message": {"content": TEXT}, "done": True, "done_reason": "stop"},
        {"message": {"content": [{"text": TEXT}]}, "finish_reason": "COMPLETE"},
        {"candidates": [{"content": {"parts": [{"text": TEXT}]}, "finishReason": 1}]},
        {"completion": TEXT, "stop_reason": "stop_sequence"},
    ],
)
def test_whole_documents_of_other_apis_are_read(event):
    told = read(json.dumps(event, indent=1))
    assert told.text == TEXT
    assert told.whole == ("candidates" not in event), "1 means nothing to us"


def test_a_prompt_that_gemini_blocked_is_withheld():
    told = read({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
    assert told.error is ContentFilteredError


def test_ends_of_responses_are_told():
    said = [{"type": "response.output_text.delta", "delta": TEXT}]
    end = {"type": "response.incomplete", "response": {"incomplete_details": {}}}
    assert read(*said, end).reason == "length"
    end["response"]["incomplete_details"]["reason"] = "content_filter"
    assert read(*said, end).error is ContentFilteredError
    end = {"type": "response.failed", "response": {"error": {"message": "no room"}}}
    assert "no room" in read(*said, end).words


@pytest.mark.parametrize("name", ["data", "result", "response"])
def test_chunks_may_be_wrapped(name):
    around = {"code": 0, "message": "success", "success": True, "errors": []}
    assert read(*({**around, name: each} for each in [*SKY, STOP]), DONE) == WHOLE


@pytest.mark.parametrize(
    "event",
    [
        lambda piece: {"id": "1", "delta": {"content": piece}},
        lambda piece: {"response": piece, "p": "abc"},
        lambda piece: {"choices": [{"delta": {"text": piece}}]},
        lambda piece: chunk(piece) | {"error": {"code": 0, "message": ""}},
        lambda piece: chunk(piece) | {"error": None, "errors": [], "detail": "low"},
    ],
)
def test_pieces_are_read_wherever_they_stand(event):
    assert read(*map(event, PIECES), DONE).text == TEXT
    assert read(*map(event, PIECES), DONE).whole


@pytest.mark.parametrize("flag", ["done", "is_end"])
def test_a_flag_may_say_that_all_is_said(flag):
    said = [chunk(piece) | {flag: False} for piece in PIECES]
    assert read(*said, {"choices": [], flag: True}).whole
    assert read(*said).error is BrokenStreamError


def test_what_a_server_wrote_between_its_events_is_told():
    told = read(*SKY, "upstream error: read ECONNRESET\n")
    assert (told.error, told.text) == (BrokenStreamError, TEXT)
    assert "before its end: upstream error: read ECONNRESET." in told.words


def test_a_sentence_instead_of_a_stream_is_told():
    told = read("Internal Server Error\n")
    assert told.error is BrokenStreamError
    assert "before its end: Internal Server Error." in told.words


@pytest.mark.parametrize(
    "event",
    [
        {"error": {"message": "no room"}},
        {"choices": [{"error": {"message": "no room"}, "finish_reason": "error"}]},
        {"type": "error", "error": {"message": "no room"}},
    ],
)
def test_an_error_in_a_stream_is_told_in_the_words_of_the_server(event):
    told = read(*SKY, event, DONE)
    assert told.error is not None
    assert "no room" in told.words
    assert told.text == TEXT


@pytest.mark.parametrize(
    "event",
    [
        {"status": "processing", "message": "Waiting for a worker"},
        {"code": 200, "message": "ok"},
        {"code": 20000, "message": "Ok", "status": True},
        {"status": "in_progress", "msg": "generating"},
    ],
)
def test_progress_is_no_error(event):
    assert read(event, *SKY, event, STOP).text == TEXT


def test_a_message_may_say_what_deltas_left_out():
    assert read(*SKY[:1], document(TEXT), DONE).text == TEXT
    assert read(chunk({"reasoning": "hm"}), document(TEXT)).text == TEXT


def test_messages_that_grow_beside_deltas_or_alone_are_told_once():
    grown = [chunk(p, choice=message(TEXT[: 8 * n + 8])) for n, p in enumerate(PIECES)]
    assert read(*grown, chunk("", "stop", choice=message(TEXT))) == WHOLE
    alone = [chunk({}, choice=message(TEXT[:size])) for size in range(17)]
    assert read(*alone, STOP) == WHOLE


def test_messages_that_do_not_grow_are_pieces():
    pieces = [{"choices": [message(piece)]} for piece in PIECES]
    assert read(*pieces, STOP).text == TEXT


@pytest.mark.parametrize("indent", [None, 1])
def test_one_document_is_an_answer(indent):
    told = read(json.dumps(document(TEXT) | usage(), indent=indent).encode())
    assert told.error is BrokenStreamError, "it has no choices"
    whole = document(TEXT) | {"usage": usage()["usage"]}
    told = read(json.dumps(whole, indent=indent).encode())
    assert (told.whole, told.text, told.tokens) == (True, TEXT, (120, 30))


def test_half_a_document_is_none():
    told = read(json.dumps(document(TEXT)).encode()[:-9])
    assert told.error is BrokenStreamError


def test_messages_of_azures_own_data_are_read_without_what_it_has_searched():
    """In streams of ``2023-06-01-preview``, and in its documents."""
    found = {"role": "tool", "content": '{"citations": [{"content": "x"}]}'}
    said = [{"role": "assistant"}, *({"content": piece} for piece in PIECES)]
    deltas = [{"index": n, "delta": each} for n, each in enumerate([found, *said])]
    end = {"index": 9, "delta": {"content": "[DONE]"}, "end_turn": True}
    told = read(
        *({"choices": [{"index": 0, "messages": [each]}]} for each in (*deltas, end))
    )
    assert (told.whole, told.text, told.reason) == (True, TEXT, "end_turn")
    messages = [{**found, "end_turn": False}, message(TEXT)["message"]]
    choice = {"index": 0, "messages": messages, "finish_reason": "stop"}
    told = read(json.dumps({"object": "chat.completion", "choices": [choice]}))
    assert (told.whole, told.text) == (True, TEXT)
    for nothing in (None, "x", [], [None], [[]], [found], [{"delta": []}]):
        odd = {"choices": [{"index": 0, "messages": nothing}]}
        assert read(odd, *SKY, STOP).text == TEXT


@pytest.mark.parametrize("api", FOREIGN)
def test_events_of_other_apis_are_read_where_they_are_all_there_is(api):
    told = read(*FOREIGN[api])
    assert (told.whole, told.text, told.reasoning) == (True, TEXT, "hm")
    assert (told.tokens, told.source) == ((9, 5), "reported")


@pytest.mark.parametrize("api", FOREIGN)
def test_events_of_other_apis_are_no_second_answer(api):
    told = read(chunk("Well: "), *FOREIGN[api], *SKY, STOP, DONE)
    assert told.text == f"Well: {TEXT}"


@pytest.mark.parametrize(
    "last",
    [
        {"response": "", "done": True},
        {"content": "", "stop": True, "stop_type": "eos"},
        {"content": "", "stop": True, "stopped_limit": False},
    ],
)
def test_native_completions_are_read(last):
    name = "response" if "response" in last else "content"
    pieces = [{name: piece, "done": False, "stop": False} for piece in PIECES]
    told = read(*pieces, last)
    assert (told.whole, told.text) == (True, TEXT)
    assert read(*pieces, last | {"done_reason": "length"}).reason == "length"


CALL = {"id": "c", "type": "function", "function": {"name": "search", "arguments": ""}}


@pytest.mark.parametrize(
    "delta",
    [
        {"tool_calls": [CALL]},
        {"tool_calls": CALL},
        {"function_call": {"name": "search", "arguments": "{}"}},
        {"content": [{"type": "tool_use", "name": "search", "input": {}}]},
        {"content": [{"type": "function_call", "name": "search"}]},
        {"tool_call": {"function": {"name": "search"}}},
        {"toolUse": {"name": "search"}},
        {"content": {"functionCall": {"name": "search", "args": {}}}},
        {"content": "<tool_call>\n{'name': 'search', 'arguments': {}}\n</tool_call>"},
        {"content": '[TOOL_CALLS][{"name": "search", "arguments": {}}]'},
        {"content": "<function=search>{}</function>"},
        {"content": "<function_calls>\n<invoke name='search'>\n</invoke>"},
        {"content": "<minimax:tool_call>\n<invoke name='search'></invoke>"},
        {"content": "<｜DSML｜function_calls><｜DSML｜invoke name='search'>"},
        {"content": "<|tool_calls_section_begin|>functions.search:0<|tool_call_end|>"},
        {"content": "<|channel|>commentary to=functions.search<|message|>{}<|call|>"},
    ],
)
@pytest.mark.parametrize("finish", ["tool_calls", "stop", "function_call", None])
def test_a_call_of_a_tool_is_no_answer(delta, finish):
    told = read(chunk(delta), chunk(None, finish), usage(), DONE)
    assert told.error is ToolCallError
    assert "search" in told.words
    assert told.tokens == (120, 30)


def test_a_call_without_a_name_is_told():
    told = read(chunk({"tool_calls": [{"index": 0}]}), chunk(None, "tool_calls"))
    assert told.error is ToolCallError
    assert "m called a tool, though none was offered." in told.words


@pytest.mark.parametrize(
    "blank",
    [
        {"tool_calls": [], "function_call": None},
        {"function_call": {"name": "", "arguments": ""}},
        {"tool_calls": [{"type": "function", "function": {"name": None}}]},
    ],
)
def test_a_form_that_nobody_filled_in_is_no_call(blank):
    said = [chunk({"content": piece, **blank}) for piece in PIECES]
    assert read(*said, STOP) == WHOLE


def test_a_text_that_stops_for_a_tool_is_kept_and_no_whole_answer():
    told = read(chunk("Let me look."), chunk({"tool_calls": [CALL]}, "tool_calls"))
    assert (told.error, told.text) == (ToolCallError, "Let me look.")


@pytest.mark.parametrize("finish", ["stop", "tool_calls", None])
def test_a_text_that_ends_in_a_call_is_no_whole_answer(finish):
    both = chunk({"role": "assistant", "content": TEXT, "tool_calls": [CALL]}, finish)
    for events in ([both], [*SKY, chunk({"tool_calls": [CALL]}, finish)]):
        told = read(*events, DONE)
        assert (told.error, told.text) == (ToolCallError, TEXT)


def test_a_tool_that_the_server_ran_by_itself_does_not_matter():
    told = read(chunk({"tool_calls": [CALL]}), *SKY, STOP)
    assert (told.whole, told.text) == (True, TEXT)
    ran = chunk({"executed_tools": [{"name": "search", "output": "x"}]})
    assert read(*SKY, ran, STOP).whole
    ran = chunk({"content": [{"type": "web_search_tool_result", "content": []}]})
    assert read(*SKY, ran, STOP).whole
    assert read(chunk("Like this: <tool_call>{}</tool_call>"), STOP).whole


def test_a_refusal_is_an_answer():
    told = read(chunk({"refusal": "I can"}), chunk({"refusal": "not."}), STOP)
    assert (told.whole, told.text) == (True, "I cannot.")


def test_tokens_that_were_used_up_are_named_with_what_to_do():
    told = read(chunk(""), chunk(None, "length"), usage(120, 50), DONE)
    assert told.error is TokensUsedUpError
    assert "m reached its limit of 50 tokens before it wrote an answer." in told.words
    assert "Raise the maximum answer length" in told.words
    hidden = {"completion_tokens_details": {"reasoning_tokens": 50}}
    told = read(chunk(None, "MAX_TOKENS"), usage(120, 50, **hidden), DONE)
    assert "used up its 50 tokens on reasoning" in told.words
    told = read(chunk(None, "model_context_window_exceeded"), DONE)
    assert "reached the end of its context" in told.words
    assert "Raise the maximum answer length" not in told.words


def test_reasoning_alone_is_no_answer():
    told = read(chunk("<think>Blue, since"), STOP, DONE)
    assert (told.error, told.reasoning) == (OnlyReasoningError, "Blue, since")
    assert not told.error.retryable


def test_a_secret_in_a_reason_is_not_shown():
    told = read(*SKY, chunk(None, "content_filter: " + "sk-proj-0123456789abcdefgh"))
    assert told.error is ContentFilteredError
    assert "0123456789" not in told.words + told.reason
