"""Records the call that titles a chat, beside the run that answered it first.

It is a row of that run, in a layer of its own behind the aggregator's. Before the call
is made it is booked as what a crash would leave of it: interrupted, at the most that it
can cost. So the caps hold, and nothing has to be tidied up after a crash. Then what it
did cost takes that place.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from moa_core.engine import Attempt, Budget
from moa_core.plan import TitleCall
from storage.conversations import lock
from storage.database import Database, clock_ms
from storage.recording.run_end import run_totals
from storage.runs import IS_ANSWER, ended_columns
from storage.schema import CallRow, CallTextRow, ConversationRow, RunRow, TurnRow
from storage.settings import Caps
from storage.spending import counted_anew, reserve
from storage.values import clean, title_of, total, usd


@dataclass(frozen=True, slots=True)
class BegunTitle:
    """A call that is booked, and about to be made.

    Attributes:
        began_s: Seconds from the start of its run.
        budget: Where it has to stop; ``None`` without caps.
    """

    run_id: int
    call_id: int
    began_s: float
    budget: Budget | None


class Titles:
    """The titles of one database's chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, run_uid: str, call: TitleCall, caps: Caps) -> BegunTitle | None:
        """Book the call that titles a chat, unless it has a title or had such a call.

        Args:
            run_uid: The run that has answered, the first one of its chat.
            call: What will be asked of whom.
            caps: What may be spent.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was booked.
            StorageError: It could not be booked; then nothing may be asked.
        """
        with self._database.writing() as session:
            run = _untitled(session, run_uid)
            if run is None:
                return None
            now = clock_ms(session)
            budget = reserve(session, call, _left_by(run, caps), now)
            began_s = (now - run.created_at) / 1000
            booked = ended_columns(call.interrupted(began_s))
            with _totals_follow(session, run):
                call_id = session.scalar(
                    insert(CallRow)
                    .values(run_id=run.id, **booked)
                    .returning(CallRow.id)
                )
            return BegunTitle(run.id, int(call_id or 0), began_s, budget)

    def end(
        self, begun: BegunTitle, attempts: Sequence[Attempt], title: str | None
    ) -> None:
        """Write what the call came to, and its title where the chat has none by now.

        Nothing happens if the chat was deleted for good meanwhile. When it was last
        used stays as it is.

        Args:
            begun: What ``begin`` has booked.
            attempts: All that were made, at least one.
            title: What came of it; ``None`` leaves the words of the question.

        Raises:
            StorageError: It could not be written; the booking stands.
        """
        with self._database.writing() as session:
            run = session.get(RunRow, begun.run_id)
            if run is None:
                return
            lock(session, run.conversation_id)
            with _totals_follow(session, run):
                for attempt in attempts:
                    _write(session, begun, attempt)
            conversation = session.get_one(ConversationRow, run.conversation_id)
            if title and conversation.title == _words_of_question(
                session, conversation
            ):
                conversation.title = clean(title)


def _untitled(session: Session, run_uid: str) -> RunRow | None:
    """The run, if it was the first to answer a chat that has no title of its own."""
    run = session.scalar(select(RunRow).where(RunRow.uid == run_uid))
    if run is None or run.status != "succeeded":
        return None
    conversation = lock(session, run.conversation_id)
    if conversation.kind != "chat" or conversation.deleted_at is not None:
        return None
    if conversation.title != _words_of_question(session, conversation):
        return None
    tried_or_answered = (
        select(CallRow.id)
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(
            RunRow.conversation_id == conversation.id,
            (CallRow.role == "title") | (IS_ANSWER & (RunRow.id < run.id)),
        )
    )
    return None if session.scalar(tried_or_answered.limit(1)) else run


def _words_of_question(session: Session, conversation: ConversationRow) -> str | None:
    """What a chat is called as long as nobody has given it a title."""
    opening = session.scalar(
        select(TurnRow.question)
        .where(TurnRow.conversation_id == conversation.id)
        .order_by(TurnRow.seq)
        .limit(1)
    )
    return None if opening is None else title_of(opening)


def _left_by(run: RunRow, caps: Caps) -> Caps:
    """The caps, less what the run of the title has cost."""
    if caps.per_run_usd is None:
        return caps
    left_usd = max(caps.per_run_usd - usd(run.cost_nusd), usd(0))
    return replace(caps, per_run_usd=left_usd)


def _write(session: Session, begun: BegunTitle, attempt: Attempt) -> None:
    """Put an attempt into the place that was booked, or behind it."""
    call = attempt.call
    at_s = begun.began_s + call.started_at_s
    columns = ended_columns(replace(call, started_at_s=at_s), attempt.wait_s)
    call_id: int | None = begun.call_id
    if call.attempt == 1:
        session.execute(
            update(CallRow).where(CallRow.id == begun.call_id).values(**columns)
        )
    else:
        call_id = session.scalar(
            insert(CallRow).values(run_id=begun.run_id, **columns).returning(CallRow.id)
        )
    texts = {"output": clean(call.text), "reasoning": clean(call.reasoning)}
    session.execute(insert(CallTextRow).values(call_id=call_id, **texts))


@contextmanager
def _totals_follow(session: Session, run: RunRow) -> Iterator[None]:
    """Change the calls of an ended run in here; its sums, and its chat's, follow."""
    with counted_anew(session, run.id):
        yield
    session.execute(
        update(RunRow).where(RunRow.id == run.id).values(**run_totals(session, run.id))
    )
    of_chat = RunRow.conversation_id == run.conversation_id
    sums = session.execute(
        select(
            total(RunRow.cost_nusd).label("cost_nusd"),
            total(RunRow.cost_unknown_calls).label("cost_unknown_calls"),
        ).where(of_chat)
    ).one()
    session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == run.conversation_id)
        .values(**sums._mapping)
    )
