"""Stores the runs that programs ask for with keys of the API, before they begin."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from moa_core.messages import Question
from moa_core.run import Rework, WriterRequest
from storage.api import (
    ApiQuestion,
    answered_before,
    keep_writer_request,
    key_with_uid,
    place_of,
)
from storage.conversations import add_turn, begin_conversation, lock, messages_of_turn
from storage.database import Database, advisory_lock, clock_ms
from storage.recording.run_start import (
    BegunRun,
    Order,
    Terms,
    go_on_from,
    run_to_go_on_from,
    store_run,
)
from storage.schema import ApiTurnRow, TurnRow
from storage.settings import NO_CAPS, Caps
from storage.spending import Headroom, spending_by_key
from storage.values import begin_ms, clean


class ApiRuns:
    """What programs ask, in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, asked: ApiQuestion, order: Order, caps: Caps = NO_CAPS) -> BegunRun:
        """Store a question and the run that is about to answer it, in one transaction.

        A question behind one that was asked with the same key stands in that one's
        conversation; one that was asked before, in a branch beside it; any other begins
        a conversation, which keeps what came before the question.

        Args:
            asked: The question, with the conversation that came with it.
            order: The mixture that will answer.
            caps: What may be spent; the key's own cap holds as well.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            NotFoundError: There is no such key, or it has been revoked.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        question = Question.of(asked.messages[-1])
        question = replace(question, text=clean(question.text))
        with self._database.writing() as session:
            now = clock_ms(session)
            place = place_of(session, asked)
            conversation = (
                begin_conversation(session, "api", question, now)
                if place.conversation_id is None
                else lock(session, place.conversation_id, now)
            )
            turn = add_turn(session, conversation.id, place.parent_id, question, now)
            turn.origin_call_id = place.origin_call_id
            session.add(
                ApiTurnRow(
                    turn_id=turn.id,
                    key_uid=asked.key_uid,
                    asked_sha256=asked.asked_sha256,
                    given=place.given,
                )
            )
            session.flush()
            terms = self._terms(session, asked.key_uid, caps, now)
            messages = messages_of_turn(session, turn)
            run, begun = store_run(session, turn, order, messages, terms)
            keep_writer_request(session, run, asked.key_uid, asked.writer)
        return replace(begun, writer=asked.writer)

    def begin_rework(
        self,
        base_run_uid: str,
        key_uid: str,
        order: Order,
        rework: Rework,
        writer: WriterRequest,
        caps: Caps = NO_CAPS,
    ) -> BegunRun:
        """Store a run that goes on from the calls of an ended run of the same turn.

        Args:
            base_run_uid: The run whose calls are given: one that ``answered`` found.
            key_uid: The key that it is asked with.
            order: The mixture; its seats are those of the base run.
            rework: Which seats are given.
            writer: What is asked of whoever writes the answer.
            caps: As for ``begin``; so is what is raised.

        Raises:
            NotFoundError: There is no such run or key, or not what is given of it.
        """
        self._database.refuse_if_nearly_full()
        with self._database.writing() as session:
            now = clock_ms(session)
            base = run_to_go_on_from(session, base_run_uid)
            lock(session, base.conversation_id, now)
            turn = session.get_one(TurnRow, base.turn_id)
            terms = self._terms(session, key_uid, caps, now)
            messages = messages_of_turn(session, turn)
            run, begun = store_run(session, turn, order, messages, terms)
            go_on_from(session, run, base, rework)
            keep_writer_request(session, run, key_uid, writer)
        return replace(begun, writer=writer)

    def answered(self, key_uid: str, asked_sha256: str) -> str | None:
        """The ended run that a conversation was last answered by, up to its question.

        Args:
            key_uid: The key that it was asked with.
            asked_sha256: Of the conversation up to the user's message, under this key.

        Returns:
            The run's uid; ``None`` if there is none, or it was deleted.
        """
        with self._database.reading() as session:
            return answered_before(session, key_uid, asked_sha256)

    def _terms(self, session: Session, key_uid: str, caps: Caps, now: int) -> Terms:
        also = tuple(_headroom_of_key(session, key_uid, now))
        worker = str(self._database.worker)
        return Terms(caps=caps, also=also, worker=worker, now=now)


def _headroom_of_key(session: Session, key_uid: str, now: int) -> Iterator[Headroom]:
    """What the cap of a key leaves; nobody else can take of it until the run is stored.

    Raises:
        NotFoundError: There is no such key.
    """
    key = key_with_uid(session, key_uid)
    if key.cap_usd is None:
        return
    advisory_lock(session, "spending")
    spent = spending_by_key(session, begin_ms("month", now)).get(key_uid)
    yield Headroom(
        f"monthly cap of the key “{key.name}”",
        key.cap_usd,
        spent.taken_usd if spent else Decimal(0),
        "next month",
        advice="Choose a cheaper preset, wait until next month, or raise the key's cap "
        "in Settings.",
    )
