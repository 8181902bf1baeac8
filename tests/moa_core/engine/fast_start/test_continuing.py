import pytest

from moa_core.engine.fast_start.continuing import Continuations, continues, probe
from moa_core.errors import KeyRefusedError, RequestRefusedError
from moa_core.messages import Message
from moa_core.run import Begin, CompletionRequest, Continued, Delta
from tests.moa_core.scripted import REPORTED, ScriptedProvider, agent, failure

ASKED = CompletionRequest(agent("chief"), (Message.from_text("user", "Hello"),))


async def probed(script):
    provider, known = ScriptedProvider({"chief": script}), Continuations()
    items = [item async for item in probe(provider, ASKED, known)]
    return provider, known.of(ASKED.agent), items


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (" six, seven", True),
        ("[k7] one, two, three, four, five, six, seven", True),
        ("one, two, three", False),
        ("Sure! six", False),
        ("", False),
    ],
)
def test_a_continuation_is_told_from_a_new_answer(reply, told):
    assert continues(reply) is told


async def test_the_first_spelling_that_continues_is_remembered():
    provider, way, items = await probed(
        lambda number: ["Of course: one"] if number < 3 else [" six", ", seven"]
    )
    assert way == "final_message"
    spelt = [request.continues for request in provider.requests]
    assert spelt == ["trailing", "prefix", "final_message"]
    assert [type(i) for i in items if not isinstance(i, Delta)] == [
        Begin,
        Continued,
    ] * 3
    reports = [item.report.usage for item in items if isinstance(item, Continued)]
    assert reports == [REPORTED] * 3
    assert {item.kind for item in items if isinstance(item, Delta)} == {"reasoning"}


async def test_a_model_that_refuses_every_spelling_goes_on_by_turns():
    _, way, items = await probed([failure("chief", RequestRefusedError, "No prefill.")])
    assert way == "turns"
    assert [i.error is None for i in items if isinstance(i, Continued)] == [False] * 3


async def test_what_could_not_be_found_out_is_not_remembered():
    provider, way, _ = await probed([failure("chief", KeyRefusedError, "Wrong key.")])
    assert way is None
    assert len(provider.requests) == 1


def test_whoever_keeps_what_is_learnt_is_told_once():
    kept = []
    known = Continuations(keep=kept.append)
    known.learn(agent("chief"), "turns")
    known.learn(agent("chief"), "turns")
    assert kept == [{"lab/chief": "turns"}]
