import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.event_decoder import (
    DONE,
    MAX_EVENT_BYTES,
    EventDecoder,
    EventTooLongError,
    Unreadable,
)

OBJECTS = st.lists(st.dictionaries(st.text(max_size=3), st.text(), max_size=3))
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
FORMS = {
    "events": lambda text: f"data: {text}\n\n",
    "one line each": lambda text: f"data: {text}\n",
    "no blank": lambda text: f"data:{text}\n\n",
    "capitals": lambda text: f"DATA: {text}\n\n",
    "indented": lambda text: f"  data: {text}\n\n",
    "wrapped": lambda text: f"data: data: {text}\n\n",
    "named": lambda text: f"id: 7\nretry: 3\nevent: message\ndata: {text}\n\n",
    "comments": lambda text: f": ping\n\ndata: {text}\n\n: pong\n\n",
    "bare lines": lambda text: f"{text}\n",
}


def decode(packets):
    decoder = EventDecoder()
    found = [event for packet in packets for event in decoder.feed(packet)]
    return found + decoder.end()


def pieces_of(wire, cuts):
    borders = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    return [wire[a:b] for a, b in itertools.pairwise(borders)]


@given(
    OBJECTS, st.sampled_from(sorted(FORMS)), LINE_ENDS, st.lists(st.integers(0, 10_000))
)
def test_events_arrive_whole_in_every_form_and_wherever_they_are_cut(
    objects, form, line_end, cuts
):
    texts = [json.dumps(each, ensure_ascii=False) for each in objects]
    wire = "".join(map(FORMS[form], texts)).replace("\n", line_end).encode()
    assert decode(pieces_of(wire, cuts)) == objects


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_any_bytes_mean_the_same_in_any_packets(wire, cuts):
    assert decode(pieces_of(wire, cuts)) == decode([wire])


LIKE_EVENTS = st.lists(
    st.sampled_from(
        [
            "data: ",
            "data:",
            '{"a": 1}',
            "{",
            "}",
            "[",
            "]",
            "[DONE]",
            "ping",
            "event:",
            " error",
            "error: ",
            '"',
            " ",
            "x",
            ": ",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
        ]
    )
).map(lambda parts: "".join(parts).encode())


@given(LIKE_EVENTS, st.lists(st.integers(0, 300)))
def test_what_looks_like_events_means_the_same_in_any_packets(wire, cuts):
    assert decode(pieces_of(wire, cuts)) == decode([wire])


def test_an_object_that_was_broken_into_lines_is_whole():
    pretty = json.dumps({"a": {"b": [{}, {"c": 1}]}}, indent=1)
    events = "".join(f"data: {line}\n" for line in pretty.split("\n")) + "\n"
    assert decode([events.encode()]) == [json.loads(pretty)]
    assert decode([pretty.encode()]) == [json.loads(pretty)]


@pytest.mark.parametrize(
    "wire", [b'[{"a": 1}\n,\n{"b": 2}\n]', b'data: [{"a": 1}, {"b": 2}]\n\n']
)
def test_objects_in_a_list_are_events(wire):
    assert decode([wire]) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("between", ["", " ", "data: ", " data:"])
def test_objects_may_share_a_line(between):
    assert decode([f'data: {{"a": 1}}{between}{{"b": 2}}\n\n'.encode()]) == [
        {"a": 1},
        {"b": 2},
    ]


def test_the_end_may_share_a_line_with_the_last_object():
    assert decode([b'data: {"a": 1}data: [DONE]\n\n']) == [{"a": 1}, DONE]


@pytest.mark.parametrize(
    "written", ["[DONE]", " [DONE] ", "[done]", '"[DONE]"', "'[DONE]'", "[DONE]\t"]
)
@pytest.mark.parametrize("end", ["\n\n", "\n", ""])
def test_the_end_is_read_in_every_spelling(written, end):
    assert decode([f"data: {written}{end}".encode()]) == [DONE]


@pytest.mark.parametrize(
    "payload",
    ["", " ", '""', '"{\\"a\\": "', "7", "-1.5", "true", "[]", "[1, [2], null]"],
)
def test_what_is_no_object_is_no_event(payload):
    assert decode([f"data: {payload}\n\n".encode()]) == []


@pytest.mark.parametrize("payload", ['"{\\"a\\": 1}"', "{'a': 1}", "{'a': 1} "])
def test_objects_in_a_text_or_as_python_writes_them_are_events(payload):
    assert decode([f"data: {payload}\n\ndata: [DONE]\n\n".encode()]) == [{"a": 1}, DONE]


@pytest.mark.parametrize(
    "line", ["upstream error: read ECONNRESET", 'data: "upstream error: ECONNRESET"']
)
def test_a_sentence_is_told_though_it_has_a_colon(line):
    (told,) = decode([f"{line}\n".encode()])
    assert isinstance(told, Unreadable)
    assert "upstream error: " in told.text


@pytest.mark.parametrize("payload", ["ping", ": OPENROUTER PROCESSING", '{"a": ', "{]"])
def test_what_is_no_json_is_told_as_it_is(payload):
    wire = f'data: {payload}\n\ndata: {{"b": 1}}\n\n'
    assert decode([wire.encode()]) == [Unreadable(payload), {"b": 1}]


@pytest.mark.parametrize(
    ("wire", "error"),
    [
        ('error: {"code": 400}\n\n', {"code": 400}),
        ("error: no room\n\n", "no room"),
        ('event: error\ndata: {"message": "no"}\n\n', {"message": "no"}),
        ('event: error\ndata: {"error": {"message": "no"}}\n\n', {"message": "no"}),
        ("event: error\ndata: no room\n\n", "no room"),
    ],
)
def test_an_error_is_one_wherever_that_is_said(wire, error):
    wire += 'data: {"a": 1}\n\n'
    assert decode([wire.encode()]) == [{"error": error}, {"a": 1}]


def test_line_feeds_inside_of_a_text_are_read():
    assert decode([b'data: {"a": "b\tc\x0bd"}\n\n']) == [{"a": "b\tc\x0bd"}]


def test_a_last_event_needs_no_line_end():
    assert decode([b'data: {"a": 1}\n\ndata: {"b": 1}']) == [{"a": 1}, {"b": 1}]


def test_a_byte_order_mark_is_skipped():
    assert decode([b'\xef\xbb\xbfdata: {"a": 1}\n\n']) == [{"a": 1}]
    assert decode([b'\xef\xbb\xbf{"a": 1}']) == [{"a": 1}]


def test_json_that_is_nested_without_end_is_unreadable():
    wire = b"data: " + b'{"a":' * 100_000 + b"\n\n"
    [event] = decode([wire])
    assert isinstance(event, Unreadable)


@pytest.mark.parametrize("start", [b"data: x", b"data: {", b"{", b"data: {\ndata: "])
def test_an_event_that_does_not_end_is_given_up(start):
    decoder = EventDecoder()
    decoder.feed(start + b"x" * (MAX_EVENT_BYTES - 20))
    with pytest.raises(EventTooLongError):
        decoder.feed(b"x" * 40)
