"""Neither the network nor a gateway changes what a server said."""

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from tests.moa_core.providers.answers.foreign_apis import FOREIGN
from tests.moa_core.providers.answers.reading import DONE, chunk, document, read, usage
from tests.profiles import examples

STOP = chunk(None, "stop")
MANY_CHOICES = [
    chunk("One"),
    chunk("Uno", choice={"index": 1}),
    chunk(" two.", "stop"),
    chunk(" dos.", "length", choice={"index": 1}),
]
STREAMS = [
    [chunk("Grüße "), chunk("完 🚀"), STOP, usage(), DONE],
    [chunk({"role": "assistant", "content": ""}, "stop"), chunk("late"), STOP, DONE],
    [chunk("each ", "stop"), chunk("has one", "stop", usage=usage()["usage"])],
    [chunk("no reason"), usage(), DONE],
    [chunk("broke off"), usage()],
    [chunk("cut"), chunk(None, "MAX_TOKENS"), usage()],
    [chunk("half"), chunk(None, "SAFETY"), usage()],
    [chunk("odd"), chunk(None, "zzz"), usage()],
    [chunk({"reasoning_content": "hm"}), chunk("so"), STOP, usage()],
    [chunk("<thi"), chunk("nk>hm</think>"), chunk("\n\nso"), STOP, DONE],
    [chunk("hm\n</thi"), chunk("nk>"), chunk("\n\nso"), STOP, DONE],
    [chunk({"content": "<think>hm", "reasoning": "hm"}), chunk("</think>so"), STOP],
    [chunk("<|channel|>analysis<|message|>hm<|cha"), chunk("nnel|>final<|message|>so")],
    [chunk("One"), chunk(" two"), document("One two"), DONE],
    [document("One two", finish=None) | {"usage": usage()["usage"]}],
    [chunk({"tool_calls": [{"function": {"name": "f"}}]}, "tool_calls"), usage(), DONE],
    [chunk(None, "length"), usage(120, 2048), DONE],
    MANY_CHOICES,
    *FOREIGN.values(),
]
HARMLESS = [
    ": OPENROUTER PROCESSING\n\n",
    ":\n\n",
    "\n\n",
    "data:\n\n",
    "data: \n\n",
    "data: ping\n\n",
    "data: : keep-alive\n\n",
    'data: "text"\n\n',
    "data: 7\n\n",
    "data: []\n\n",
    "data: {}\n\n",
    "event: ping\ndata: {}\n\n",
    "event: ping\n\n",
    "retry: 3000\nid: 7\n\n",
    'data: {"type": "ping"}\n\n',
    'data: {"choices": []}\n\n',
    'data: {"choices": null, "usage": null}\n\n',
    'data: {"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0}}\n\n',
    'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": null}]}\n\n',
    'data: {"choices": [{"index": 0, "delta": {"content": ""}}]}\n\n',
    'data: {"prompt_filter_results": [], "choices": []}\n\n',
]
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
CUTS = st.lists(st.integers(0, 100_000), max_size=20)
INSERTED = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(HARMLESS)))


def wire_of(events, *, ascii_only=False):
    return [
        event.decode()
        if isinstance(event, bytes)
        else f"data: {json.dumps(event, ensure_ascii=ascii_only)}\n\n"
        for event in events
    ]


@given(st.sampled_from(STREAMS), INSERTED, CUTS, LINE_ENDS, st.booleans())
@examples(4)
def test_cuts_and_harmless_events_change_nothing(
    stream, inserted, cuts, line_end, ascii_only
):
    events = wire_of(stream, ascii_only=ascii_only)
    for at, harmless in inserted:
        events.insert(at % (len(events) + 1), harmless)
    wire = "".join(events).replace("\n", line_end).encode()
    borders = [0, *sorted(cut % (len(wire) + 1) for cut in cuts), len(wire)]
    packets = [wire[a:b] for a, b in itertools.pairwise(borders)]
    assert read(*packets) == read(*stream)


@given(st.sampled_from(STREAMS))
def test_a_stream_may_be_lines_of_json(stream):
    lines = [f"{json.dumps(event)}\n" for event in stream if event is not DONE]
    events = [event for event in stream if event is not DONE]
    assert read("".join(lines)) == read(*events)
