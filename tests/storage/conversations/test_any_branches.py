"""Whatever is asked, reworked, chosen and reopened: every path stays what it was."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from moa_core.mixture.config import Seat
from moa_core.plan import rework_plan
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.run_start import BegunRun
from storage.runs.answers import AnswerRef
from tests.moa_core.scripted import failure, mixture
from tests.profiles import examples
from tests.storage.desk import Desk
from tests.support.new_database import copy_new_file

FLAT = mixture(["a", "b"])
PROPOSALS = {Seat(0, 0): "a", Seat(0, 1): "b"}


@dataclass
class Expected:
    """A turn as it should be."""

    question: str
    parent: "Expected | None"
    history: list[str]
    begun: BegunRun | None = None
    syntheses: list[str] = field(default_factory=list)
    chosen: str | None = None
    run_uids: list[str] = field(default_factory=list)

    @property
    def answer(self) -> str | None:
        return self.chosen or (self.syntheses[-1] if self.syntheses else None)

    @property
    def path(self) -> list[str]:
        return [*(self.parent.path if self.parent else []), self.question]

    def next_history(self) -> list[str]:
        seen = [self.question, self.answer] if self.answer else []
        return self.history + seen


class Branching(RuleBasedStateMachine):
    """One conversation in one database file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="branching-"))
        copy_new_file(self.folder / "p.db")
        self.numbers = count(1)
        self.turns: list[Expected] = []
        self.open()

    def open(self) -> None:
        self.database = Database.open(f"sqlite:///{self.folder}/p.db")
        self.recorder = Recorder(self.database)
        self.desk = Desk(self.database, self.recorder)

    def close(self) -> None:
        self.recorder.close()
        self.database.close()

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.ask(None, fails=False)

    @rule(data=st.data(), fails=st.booleans())
    def ask_somewhere(self, data, fails) -> None:
        self.ask(data.draw(st.sampled_from([None, *self.turns])), fails)

    def ask(self, parent: Expected | None, fails: bool) -> None:
        history = parent.next_history() if parent else []
        turn = Expected(f"Question {next(self.numbers)}?", parent, history)
        where = {}
        if self.turns:
            where["conversation_uid"] = self.turns[0].begun.conversation_uid
            where["after"] = parent and parent.begun.turn_uid
        text = self.script(fails)
        turn.begun, _ = asyncio.run(self.desk.ask(turn.question, FLAT, **where))
        self.took(turn, turn.begun.run_uid, text)
        self.turns.append(turn)
        contents = [message.text for message in turn.begun.messages]
        assert contents == [*history, turn.question]

    @rule(data=st.data(), fails=st.booleans(), retries=st.booleans())
    def rework(self, data, fails, retries) -> None:
        turn = data.draw(st.sampled_from(self.turns))
        base = data.draw(st.sampled_from(turn.run_uids))
        state = self.desk.runs.load(base).state
        seats = data.draw(st.sets(st.sampled_from(sorted(PROPOSALS)), min_size=1))
        text = self.script(fails)
        if retries:
            plan = rework_plan.retry_seats(state, seats)
        else:
            plan = rework_plan.resynthesise(state, included=seats)
        begun, live = asyncio.run(self.desk.rework(base, plan))
        assert begun.messages == turn.begun.messages
        assert len(live.calls) == (len(seats) if retries else 1)
        self.took(turn, begun.run_uid, None if retries else text)

    @rule(data=st.data(), proposal=st.booleans())
    def choose(self, data, proposal) -> None:
        turn = data.draw(st.sampled_from(self.turns))
        run_uid = data.draw(st.sampled_from(turn.run_uids))
        seat = Seat(0, 0) if proposal else Seat(1, 0)
        text = self.desk.runs.load(run_uid).state.seat_at(seat)
        if text.status != "succeeded":
            return
        self.desk.conversations.choose(turn.begun.turn_uid, AnswerRef(run_uid, seat))
        turn.chosen = text.text

    @rule()
    def reopen(self) -> None:
        self.close()
        self.open()

    @invariant()
    def all_is_as_expected(self) -> None:
        for turn in self.turns:
            begun = turn.begun
            [*before, last] = self.load(begun, ends=True)
            assert [each.question.text for each in (*before, last)] == turn.path
            assert [version.text for version in last.versions] == turn.syntheses
            assert self.text(last.answer) == turn.answer
            assert (last.chosen is None) == (turn.chosen is None)
            assert [run.uid for run in last.runs] == turn.run_uids
            assert self.desk.runs.messages_of(turn.run_uids[-1]) == begun.messages
            beside = [t for t in self.turns if t.parent is turn.parent]
            assert list(last.siblings) == [t.begun.turn_uid for t in beside]

    def load(self, begun, **options):
        conversations = self.desk.conversations
        return conversations.load(
            begun.conversation_uid, begun.turn_uid, **options
        ).turns

    def text(self, ref: AnswerRef | None) -> str | None:
        return ref and self.desk.runs.load(ref.run_uid).state.seat_at(ref.seat).text

    def script(self, fails: bool) -> str | None:
        """What comes of the next synthesis; ``None`` if it fails."""
        text = f"Answer {next(self.numbers)}."
        retried = {model: [f"{model} says {text}"] for model in PROPOSALS.values()}
        chief = [failure("chief")] if fails else [text]
        self.desk.scripts = {**retried, "chief": chief}
        return None if fails else text

    def took(self, turn: Expected, run_uid: str, text: str | None) -> None:
        turn.run_uids.append(run_uid)
        if text is not None:
            turn.syntheses.append(text)
            turn.chosen = None


@pytest.mark.slow
def test_any_conversation_keeps_all_its_paths():
    run_state_machine_as_test(
        Branching, settings=settings(examples(0.1), stateful_step_count=12)
    )
