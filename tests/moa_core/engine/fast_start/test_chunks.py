"""The engine's own calls, by providers that keep an exact pace in virtual time."""

import asyncio
from itertools import pairwise

from moa_core.engine.fast_start.chunks import ChunkedProvider
from moa_core.engine.fast_start.continuing import Continuations
from moa_core.engine.fast_start.drafts import Drafts
from moa_core.engine.fast_start.reading import Reading
from moa_core.errors import EmptyAnswerError, RequestRefusedError, TokensUsedUpError
from moa_core.messages import Message
from moa_core.mixture import Seat
from moa_core.run import (
    CallDelta,
    CallFinished,
    CompletionRequest,
    Continued,
    Delta,
    Finish,
    Note,
    Restart,
)
from moa_core.usage import Usage
from tests.moa_core.scripted import QUESTION, agent, failure, mixture
from tests.moa_core.timed_runs import call
from tests.support.virtual_time import run_virtually

MIXTURE = mixture(["a", "b", "c"])
SEATS = [Seat(0, place) for place in range(3)]
WRITES = [f"Word {number}. " for number in range(200)]
TOKENS = 3  # of each of them


class Chief:
    """Goes on with its text wherever that stands, as long as it may."""

    def __init__(self, spelling="trailing", sentences=40, script=None):
        self.spelling, self.sentences = spelling, sentences
        self.script = script or (lambda number: None)
        self.requests = []

    async def stream(self, request):
        self.requests.append(request)
        if failed := self.script(len(self.requests)):
            raise failed
        continued = request.continues is not None and request.continues == self.spelling
        said = "".join(m.text for m in request.messages if m.role == "assistant")
        if "[k7]" in said:
            yield Delta(" six" if continued else "Well")
            yield Finish(reason="stop", usage=Usage(output_tokens=1, source="reported"))
            return
        had = said.count(".") if continued or request.continues is None else 0
        most = request.agent.max_tokens // TOKENS
        parts = WRITES[had : self.sentences][:most]
        for part in parts:
            await asyncio.sleep(0.01)
            yield Delta(part)
        if not parts:
            raise failure("chief", EmptyAnswerError, "Nothing came.")
        cut = had + len(parts) < self.sentences
        usage = Usage(
            input_tokens=9, output_tokens=TOKENS * len(parts), source="reported"
        )
        yield Finish(reason="length" if cut else "stop", usage=usage)


async def _answer(chief, known, length=100, slow=None, **settings):
    """What comes of three drafts of ``length`` sentences, ten of them a second."""
    drafts, read = Drafts(SEATS, {}), []
    config, asked = MIXTURE, agent("chief", **settings)
    reading = Reading(asked, config, QUESTION, drafts, lambda prompt: True, read.append)
    usual = CompletionRequest(asked, (Message.from_text("user", "All drafts."),))
    chunked = ChunkedProvider(chief, reading, 32, known, lambda: usual)

    async def propose(seat):
        for number in range(length):
            await asyncio.sleep(1.0 if seat == slow else 0.1)
            drafts.take(CallDelta(0.0, "proposer", seat, f"Say {number}. ", "answer"))
        text = drafts.by_seat[seat].text
        drafts.take(CallFinished(0.0, call((0, seat.position), 0, 1, text=text)))

    async def layer():
        await asyncio.gather(*map(propose, SEATS))
        drafts.close([draft.call for draft in drafts.by_seat.values()])

    clock, items = asyncio.get_running_loop().time, []
    writing = asyncio.create_task(layer())
    async for item in chunked.stream(CompletionRequest(asked, QUESTION)):
        items.append((clock(), item))
    await writing
    return items, read


def answer(chief, known=None, **settings):
    known = known or Continuations({"lab/chief": "trailing"})
    return run_virtually(_answer(chief, known, **settings))


def text_of(items):
    text = ""
    for _, item in items:
        if isinstance(item, Restart) and item.from_start:
            text = ""
        text += item.text if item == Delta(getattr(item, "text", "")) else ""
    return text


WHOLE = "".join(WRITES[:40]).strip()


def test_the_answer_is_one_text_and_begins_long_before_the_drafts_are_complete():
    chief = Chief()
    items, read = answer(chief)
    assert text_of(items) == WHOLE
    first_s = next(at for at, item in items if isinstance(item, Delta))
    ended_s = items[-1][0]
    assert first_s < 0.3 * ended_s
    assert len(chief.requests) == len(read) > 2
    assert sum(isinstance(item, Continued) for _, item in items) == len(read) - 1


def test_each_prompt_begins_with_the_pieces_of_the_one_before():
    chief = Chief()
    answer(chief)
    blocks = [request.messages[1].text for request in chief.requests]
    for before, after in pairwise(blocks):
        known = before[: before.rindex("<<<end")]
        assert after.startswith(known)
    assert [r.messages[-1].role for r in chief.requests[1:]] == ["assistant"] * (
        len(blocks) - 1
    )
    assert {request.continues for request in chief.requests[1:]} == {"trailing"}


def test_it_writes_no_more_than_the_drafts_have_until_they_are_complete():
    chief = Chief()
    answer(chief)
    limits = [request.agent.max_tokens for request in chief.requests]
    assert limits[0] == 32
    assert limits[:-1] == sorted(limits[:-1])
    assert limits[-1] > 1000  # what is left of its own limit


def test_a_model_that_does_not_continue_goes_on_by_turns():
    chief = Chief()
    items, _ = answer(chief, Continuations({"lab/chief": "turns"}))
    assert text_of(items) == WHOLE
    last = chief.requests[-1]
    assert last.continues is None
    assert "Write only what comes next" in last.messages[-1].text
    turns = [m.text for m in last.messages if m.role == "assistant"]
    assert " ".join(turns) == WHOLE[: len(" ".join(turns))]


def test_it_is_found_out_once_how_a_model_continues():
    chief, known = Chief("prefix"), Continuations()
    items, _ = answer(chief, known)
    assert known.learnt == {"lab/chief": "prefix"}
    assert text_of(items) == WHOLE
    probes = [i for _, i in items if isinstance(i, Continued) and i.reason == "probe"]
    assert len(probes) == 2
    answer(again := Chief("prefix"), known)
    assert "[k7]" not in again.requests[0].messages[-1].text


def test_a_continuation_that_is_refused_is_made_by_turns_from_there():
    refusal = failure("chief", RequestRefusedError, "No prefill.")
    chief = Chief(script=lambda number: refusal if number == 2 else None)
    known = Continuations({"lab/chief": "trailing"})
    items, _ = answer(chief, known)
    assert text_of(items) == WHOLE
    assert known.learnt == {"lab/chief": "turns"}
    assert [i.from_start for _, i in items if isinstance(i, Restart)] == [False]


def test_where_the_start_fails_the_answer_is_begun_anew_from_the_complete_drafts():
    thinks = failure("chief", TokensUsedUpError, "It only thought.")
    chief = Chief(script=lambda number: thinks if number == 1 else None)
    items, _ = answer(chief)
    assert text_of(items) == "".join(WRITES[:40])
    assert chief.requests[-1].messages[0].text == "All drafts."
    said = [item.text for _, item in items if isinstance(item, Note)]
    assert len(said) == 1
    assert "thinks before it writes" in said[0]


def test_drafts_that_are_all_there_are_read_as_usual_once_the_layer_has_ended():
    drafts = Drafts(SEATS, {})
    for seat in SEATS:
        drafts.take(CallFinished(0.0, call((0, seat.position), 0, 1)))
    assert not drafts.have(32)
    drafts.close([])
    assert drafts.have(32)


def test_a_straggler_is_not_waited_for_and_its_draft_is_read_when_it_comes():
    chief = Chief()
    items, read = answer(chief, slow=SEATS[1])
    first_s = next(at for at, item in items if isinstance(item, Delta))
    assert first_s < 0.05 * items[-1][0]
    assert read[0][1] < read[0][0]
    assert read[-1][1] == read[-1][0]


def test_who_has_nothing_to_add_has_finished():
    chief = Chief(sentences=10)
    items, _ = answer(chief)
    assert text_of(items) == "".join(WRITES[:10]).strip()
    assert items[-1][1].reason == "stop"
    assert "complete now" in chief.requests[-1].messages[1].text


def test_the_whole_answer_keeps_to_the_limit_of_its_agent():
    chief = Chief(sentences=150)
    items, _ = answer(chief, max_tokens=90)
    assert text_of(items) == "".join(WRITES[:30]).strip()
    assert items[-1][1].reason == "length"
