"""A duel is one question with a run for each side, all begun at once or none."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from moa_core.errors import CapExceededError
from moa_core.messages import Message, Question
from moa_core.mixture.config import MoAConfig
from moa_core.usage import Cost
from moa_core.votes.vote import Contestant
from storage.conversations.duels import Duels
from storage.errors import NotFoundError
from storage.history.filters import Filters
from storage.recording.run_start import Order
from storage.runs.answers import AnswerRef
from storage.schema import ConversationRow, RunRow
from storage.settings import Caps
from storage.spending.ledger import Ledger
from tests.storage.fabricated import mixture, said

LEFT, RIGHT = mixture(1, 2), mixture(2, 1)


@dataclass(frozen=True)
class Dear:
    """What a side may cost."""

    usd: str

    @property
    def low(self) -> Cost:
        return Cost(Decimal(0))

    @property
    def high(self) -> Cost:
        return Cost(Decimal(self.usd))


@pytest.fixture
def duels(database) -> Duels:
    return Duels(database)


def orders(*configs: MoAConfig, usd: str = "0.40") -> list[Order]:
    names = ["Left", None, "Third"]
    return [
        Order(config=config, preset_name=name, estimate=lambda _: Dear(usd))
        for config, name in zip(configs, names, strict=False)
    ]


async def test_sides_run_at_once_and_come_back_in_page_order(runs, recorder, duels):
    begun = runs.begin_duel(Question("Why?"), orders(LEFT, RIGHT), blind=True)
    uid = begun[0].conversation_uid
    assert {run.conversation_uid for run in begun} == {uid}
    assert {run.turn_uid for run in begun} == {duels.load(uid).turn_uid}
    assert (
        begun[0].messages == begun[1].messages == (Message.from_text("user", "Why?"),)
    )
    assert duels.load(uid).live
    await said(recorder, begun[1], RIGHT, "Right.")
    half = duels.load(uid)
    assert half.live
    assert half.answers[0] is None
    await said(recorder, begun[0], LEFT, "Left.")
    duel = duels.load(uid)
    assert (duel.uid, duel.question.text, duel.blind, duel.live) == (
        uid,
        "Why?",
        True,
        False,
    )
    assert [side.uid for side in duel.sides] == [run.run_uid for run in begun]
    assert [side.preset_name for side in duel.sides] == ["Left", None]
    assert [side.state.config for side in duel.sides] == [LEFT, RIGHT]
    assert [side.state.synthesis.text for side in duel.sides] == ["Left.", "Right."]
    assert duel.answers == tuple(
        AnswerRef(side.uid, side.state.synthesis.seat) for side in duel.sides
    )


async def test_one_mixture_can_meet_itself(runs, recorder, duels):
    begun = runs.begin_duel(Question("Why?"), orders(LEFT, LEFT, LEFT), blind=False)
    for number, run in enumerate(begun):
        await said(recorder, run, LEFT, f"Answer {number}.")
    texts = [
        side.state.synthesis.text
        for side in duels.load(begun[0].conversation_uid).sides
    ]
    assert texts == ["Answer 0.", "Answer 1.", "Answer 2."]


def test_duels_have_a_list_of_their_own(runs, listing, duels):
    chat = runs.begin(Question("A chat?"), LEFT)
    uids = [
        runs.begin_duel(Question(f"Duel {n}?"), orders(LEFT, RIGHT), blind=bool(n))[
            0
        ].conversation_uid
        for n in range(3)
    ]
    assert [c.uid for c in listing.newest(Filters(kind="chat"))] == [
        chat.conversation_uid
    ]
    listed = duels.newest()
    assert [duel.uid for duel in listed] == uids[::-1]
    assert [duel.blind for duel in listed] == [True, True, False]
    left, right = listed[0].contestants
    assert left.name == "Left"
    assert right == Contestant.mixture(RIGHT)
    assert listed[0].running
    assert [duel.question for duel in duels.newest(1)] == ["Duel 2?"]


def test_a_deleted_duel_is_gone_until_it_is_restored(runs, conversations, duels):
    [begun, _] = runs.begin_duel(Question("Why?"), orders(LEFT, RIGHT), blind=True)
    uid = begun.conversation_uid
    conversations.delete(uid)
    assert duels.newest() == []
    with pytest.raises(NotFoundError, match=f"duel {uid}"):
        duels.load(uid)
    conversations.restore(uid)
    assert duels.load(uid).question.text == "Why?"


def test_a_chat_is_no_duel(runs, duels):
    with pytest.raises(NotFoundError):
        duels.load(runs.begin(Question("A chat?"), LEFT).conversation_uid)


def test_every_side_holds_back_what_it_may_cost(runs, database):
    caps = Caps(per_day_usd=Decimal("1"))
    runs.begin_duel(Question("Why?"), orders(LEFT, RIGHT), blind=True, caps=caps)
    assert Ledger(database).spent("day").reserved_usd == Decimal("0.80")


def test_a_duel_that_a_cap_forbids_leaves_no_trace(runs, database):
    caps = Caps(per_day_usd=Decimal("1"))
    sides = orders(LEFT, RIGHT, mixture(3, 1))
    with pytest.raises(CapExceededError):
        runs.begin_duel(Question("Why?"), sides, blind=True, caps=caps)
    with database.reading() as session:
        for row in (RunRow, ConversationRow):
            assert session.scalar(select(func.count()).select_from(row)) == 0


def test_a_duel_does_not_open_as_a_chat(runs, conversations):
    """It may be blind, and a chat shows who wrote what."""
    begun = runs.begin_duel(Question("Why?"), [Order(config=mixture())] * 2, blind=True)
    with pytest.raises(NotFoundError):
        conversations.load(begun[0].conversation_uid)
    with pytest.raises(NotFoundError):
        runs.begin(
            Question("And now?"), mixture(), conversation_uid=begun[0].conversation_uid
        )
