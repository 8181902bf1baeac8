import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.providers.answers.event_decoder import (
    MAX_EVENT_BYTES,
    EventDecoder,
    EventTooLongError,
)

PAYLOADS = st.lists(
    st.text(min_size=1).map(lambda text: json.dumps(text, ensure_ascii=False))
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def decode(packets):
    decoder = EventDecoder()
    found = [payload for packet in packets for payload in decoder.feed(packet)]
    return found + decoder.end()


def pieces_of(wire, cuts):
    borders = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    return [wire[a:b] for a, b in itertools.pairwise(borders)]


@given(PAYLOADS, LINE_ENDS, st.lists(st.integers(0, 10_000)), st.booleans())
def test_events_arrive_whole_wherever_the_network_cuts_them(
    payloads, line_end, cuts, comments
):
    lines = [
        line
        for payload in payloads
        for line in ([": keep-alive", ""] if comments else [])
        + ["event: message", f"data: {payload}", "id: 1", ""]
    ]
    wire = "".join(line + line_end for line in lines).encode()
    assert decode(pieces_of(wire, cuts)) == payloads


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_any_bytes_mean_the_same_in_any_packets(wire, cuts):
    assert decode(pieces_of(wire, cuts)) == decode([wire])


def test_several_data_lines_are_one_payload():
    assert decode([b"data: a\ndata:b\ndata\n\n"]) == ["a\nb\n"]


def test_a_last_event_needs_no_line_end():
    assert decode([b"data: a\n\ndata: b"]) == ["a", "b"]


def test_a_byte_order_mark_is_skipped():
    assert decode([b"\xef\xbb\xbfdata: a\n\n"]) == ["a"]


def test_comments_and_other_fields_are_no_payload():
    assert decode([b": data: x\n\nevent: ping\nretry: 5\nid: 7\n\n"]) == []


def test_an_event_that_does_not_end_is_given_up():
    decoder = EventDecoder()
    decoder.feed(b"data: " + b"x" * (MAX_EVENT_BYTES - 10))
    with pytest.raises(EventTooLongError):
        decoder.feed(b"x" * 10)
