import json
from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import BrokenStreamError, KeyRefusedError
from moa_core.mixture.config import Seat
from moa_core.mixture.json_form import config_from_dict
from moa_core.run.completion import Begin, Delta, Note, Restart, Timed
from moa_core.run.events import CallDelta, CallTimed, RunEvent
from moa_core.run.writer import ToolCallDelta, ToolCallPiece
from moa_core.terminal.json_lines import event_to_dict, event_to_line
from tests.moa_core.generated import halves, texts
from tests.moa_core.generated_runs import runs
from tests.moa_core.scripted import ScriptedProvider, failure, mixture, told
from tests.profiles import examples

CALL_EVENTS = [
    *("Started", "Queued", "Timed", "Extended", "Alive", "Delta", "Reclassified"),
    *("Noted", "Restarted", "Continued", "Finished", "Failed"),
]
NAMES = {
    *("RunStarted", "RunFinished", "RunAborted", "LayerStarted", "LayerFinished"),
    *(role + name for role in ("Proposal", "Synthesis") for name in CALL_EVENTS),
}
STEERING = st.sampled_from(
    ["\x1b[2J", "\x9b31m", "\r", "\x07", "\u2028", "\x85", "\x0c"]
)


async def dicts_of(name, scripts=None, config=None):
    events = await told(ScriptedProvider(scripts), config or mixture(["a"]))
    return [e for e in map(event_to_dict, events) if e["event"] == name]


@given(runs)
@examples(0.4)
def test_every_event_of_every_run_is_one_line_of_json(made):
    for event in made.events():
        line = event_to_line(event)
        assert line.endswith("\n")
        assert len(line.splitlines()) == 1
        read = json.loads(line)
        assert read == event_to_dict(event)
        assert read["event"] in NAMES
        assert 0 <= read["at_s"] < 60


@given(st.lists(texts | halves | STEERING, max_size=5).map("".join))
def test_any_text_comes_back_exactly_and_nothing_in_it_steers(text):
    line = event_to_line(CallDelta(0.5, "proposer", Seat(0, 1), text, "answer"))
    assert utf_16(json.loads(line)["text"]) == utf_16(text)
    assert len(line.splitlines()) == 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line[:-1])
    line.encode()  # half a character would raise


def utf_16(text):
    """Here a character and its two halves are the same."""
    return text.encode("utf-16", "surrogatepass")


def test_other_scripts_stay_readable():
    line = event_to_line(
        CallDelta(0.5, "proposer", Seat(0, 1), "Grüße, 完 🚀", "answer")
    )
    assert "Grüße, 完 🚀" in line


async def test_a_proposal_has_the_fields_that_scripts_rely_on():
    _, second = await dicts_of("ProposalFinished", config=mixture(["a", "b"]))
    promised = {
        "event": "ProposalFinished",
        "layer_index": 0,
        "position": 1,
        "endpoint": "lab",
        "model": "b",
        "text": "b answers",
        "cost_usd": None,
        "outcome": "succeeded",
        "error": None,
    }
    assert promised.items() <= second.items()
    assert {"at_s", "ttft_s", "latency_s", "started_at_s"} <= second.keys()
    assert second["usage"] == {
        "input_tokens": 10,
        "output_tokens": 5,
        "reasoning_tokens": 0,
        "cached_input_tokens": None,  # nobody has said it
        "cache_write_tokens": None,
        "cached_share": None,
        "source": "reported",
    }


async def test_the_end_has_the_fields_that_scripts_rely_on():
    [end] = await dicts_of("RunFinished")
    assert end["text"] == "chief answers"
    assert {"usage", "cost_usd", "ttft_s", "latency_s", "finish_reason"} <= end.keys()


async def test_a_run_without_an_answer_says_why():
    [end] = await dicts_of("RunAborted", {"a": [failure("a", KeyRefusedError, "No.")]})
    assert end["error"] == {
        "type": "NoProposalsError",
        "message": "No model of layer 1 answered.",
        "advice": KeyRefusedError.advice,
    }
    assert {"text", "usage", "cost_usd", "latency_s"} <= end.keys()


async def test_a_failed_call_says_who_failed():
    scripts = {"b": ["half", failure("b", KeyRefusedError, "No.")]}
    [failed] = await dicts_of("ProposalFailed", scripts, mixture(["a", "b"]))
    assert failed["text"] == "half"
    assert failed["error"]["type"] == "KeyRefusedError"
    assert (failed["error"]["endpoint"], failed["error"]["model"]) == ("lab", "b")


async def test_a_note_is_told_at_once_and_with_its_call():
    script = {"a": [Note("Sent without it."), "well", Note("Sent without it.")]}
    [noted] = await dicts_of("ProposalNoted", script)
    assert (noted["model"], noted["text"]) == ("a", "Sent without it.")
    [ended] = await dicts_of("ProposalFinished", script)
    assert ended["notes"] == ["Sent without it."]
    failing = {"a": [*script["a"], failure("a", KeyRefusedError, "No.")]}
    [failed] = await dicts_of("ProposalFailed", failing)
    assert failed["notes"] == ["Sent without it."]


async def test_calls_of_tools_are_told_in_pieces_and_whole():
    piece = ToolCallPiece(index=0, id="c", name="look", arguments="{}", more={"x": 1})
    script = {"chief": [ToolCallDelta((piece,))]}
    [told_piece] = await dicts_of("SynthesisToolDelta", script)
    call = {"name": "look", "arguments": "{}", "id": "c", "more": {"x": 1}}
    assert told_piece["pieces"] == [{"index": 0, **call}]
    [ended] = await dicts_of("SynthesisFinished", script)
    assert ended["tool_calls"] == [call]


def test_the_limits_of_a_call_are_told_flat():
    """Every call of a real endpoint has them, none of a scripted one."""
    event = CallTimed(1.0, "proposer", Seat(0, 1), Timed(600.0, 120.0))
    told = json.loads(event_to_line(event))
    assert told["event"] == "ProposalTimed"
    assert told["first_content_s"] == 600
    assert told["silence_s"] == 120
    assert told["in_all_s"] is None


async def test_a_restart_says_when_it_goes_on():
    error = failure("a", BrokenStreamError, "It broke off.")
    script = {"a": ["void", Restart(error, 0.01), Begin(), Delta("well")]}
    [again] = await dicts_of("ProposalRestarted", script)
    assert (again["text"], again["attempt"], again["wait_s"]) == ("void", 1, 0.01)
    starts = await dicts_of("ProposalStarted", script)
    assert [start["attempt"] for start in starts] == [1, 2]
    assert starts[0].keys() == {
        *("event", "at_s", "layer_index", "position", "endpoint", "model"),
        *("attempt", "continues"),
    }


async def test_calls_of_the_aggregator_are_told_as_the_synthesis():
    for name in ("SynthesisStarted", "SynthesisFinished"):
        [told_] = await dicts_of(name)
        assert told_["model"] == "chief"
    delta = (await dicts_of("SynthesisDelta"))[0]
    assert delta.keys() == {
        *("event", "at_s", "layer_index", "position", "text", "kind")
    }


async def test_the_first_line_holds_the_whole_mixture():
    config = mixture(["a", "b"], ["c"], fallbacks=["deputy"])
    [start] = await dicts_of("RunStarted", config=config)
    assert config_from_dict(start["config"]) == config


@pytest.mark.parametrize("kind", get_args(RunEvent))
def test_no_event_has_a_field_called_event(kind):
    assert "event" not in {each.name for each in fields(kind)}
