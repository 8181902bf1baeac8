"""Stores a run before its first model is asked, and loads it by its uid."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.messages import Message, Question
from moa_core.mixture import MoAConfig
from moa_core.run import Rework, SeatRole, WriterRequest, WriterSettings
from storage.api import writer_request_of
from storage.conversations import (
    NEWEST,
    After,
    Answers,
    TurnTree,
    add_turn,
    begin_conversation,
    find_conversation,
    lock,
    messages_after,
    messages_of_turn,
    refuse_while_busy,
    take_queued,
)
from storage.database import Database, clock_ms
from storage.errors import NotFoundError
from storage.recording.run_start import (
    BegunRun,
    Estimator,
    Order,
    Terms,
    go_on_from,
    run_to_go_on_from,
    store_run,
)
from storage.runs import StoredRun, load_runs, load_usual_first_s
from storage.schema import RunRow, TurnRow
from storage.settings import NO_CAPS, Caps
from storage.values import clean


class Runs:
    """The runs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(  # noqa: PLR0913 - what a question may come with
        self,
        question: Question,
        config: MoAConfig,
        *,
        conversation_uid: str | None = None,
        after: After = NEWEST,
        preset_name: str | None = None,
        estimate: Estimator | None = None,
        caps: Caps = NO_CAPS,
    ) -> BegunRun:
        """Store a question and the run that is about to answer it, in one transaction.

        Args:
            question: What the user wrote.
            config: The mixture that will answer.
            conversation_uid: The conversation it continues; ``None`` begins a new one.
            after: Uid of the turn it follows, ``None`` to open the conversation anew;
                what had followed that turn so far stays, as a branch beside it.
            preset_name: What the mixture is called; ``None`` if it has no name.
            estimate: Estimates what it may cost from the messages that are sent; kept
                with the run, and held back from the caps until its end.
            caps: What may be spent.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            ConversationBusyError: A run of the conversation is under way.
            NotFoundError: There is no such conversation or turn, or it was deleted.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        order = Order(config=config, preset_name=preset_name, estimate=estimate)
        question = _cleaned(question)
        with self._database.writing() as session:
            now = clock_ms(session)
            if conversation_uid is None:
                conversation = begin_conversation(session, "chat", question, now)
                after = None
            else:
                conversation_id = find_conversation(session, conversation_uid)
                conversation = lock(session, conversation_id, now)
                refuse_while_busy(session, conversation)
            turn, messages = _ask_after(session, conversation.id, after, question, now)
            return self._add(session, turn, order, messages, caps, now)[1]

    def begin_queued(
        self,
        conversation_uid: str,
        order: Order,
        *,
        after: After = NEWEST,
        caps: Caps = NO_CAPS,
    ) -> BegunRun | None:
        """Take a conversation's question out of its queue, and begin it as ``begin``.

        All in one transaction: of several who try, one begins it, and what cannot be
        stored stays queued.

        Args:
            conversation_uid: The conversation in which it waits.
            order: The mixture that will answer.
            after: As for ``begin``; so is ``caps``, and what is raised.
            caps: What may be spent.

        Returns:
            ``None`` if no question waits there any more.
        """
        self._database.refuse_if_nearly_full()
        with self._database.writing() as session:
            now = clock_ms(session)
            conversation = lock(session, find_conversation(session, conversation_uid))
            if (queued := take_queued(session, conversation.id)) is None:
                return None
            refuse_while_busy(session, conversation)
            conversation.updated_at = now
            question = queued.question
            turn, messages = _ask_after(session, conversation.id, after, question, now)
            return self._add(session, turn, order, messages, caps, now)[1]

    def begin_rework(
        self,
        base_run_uid: str,
        config: MoAConfig,
        rework: Rework,
        *,
        preset_name: str | None = None,
        estimate: Estimator | None = None,
        caps: Caps = NO_CAPS,
    ) -> BegunRun:
        """Store a run that goes on from the calls of an ended run of the same turn.

        Args:
            base_run_uid: The run whose calls, or inputs, are given.
            config: The mixture; its seats are those of the base run.
            rework: Which seats are given, and whether it ends with a synthesis.
            preset_name: As for ``begin``; so are the other arguments.
            estimate: Estimates what the calls that will be made may cost.
            caps: What may be spent.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            ConversationBusyError: A run of the conversation is under way.
            NotFoundError: There is no such run, or not what is given of it.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        order = Order(config=config, preset_name=preset_name, estimate=estimate)
        with self._database.writing() as session:
            now = clock_ms(session)
            base = run_to_go_on_from(session, base_run_uid)
            conversation = lock(session, base.conversation_id, now)
            refuse_while_busy(session, conversation)
            turn = session.get_one(TurnRow, base.turn_id)
            messages = messages_of_turn(session, turn)
            run, begun = self._add(session, turn, order, messages, caps, now)
            go_on_from(session, run, base, rework)
            writer = writer_request_of(session, base)
        # its settings are in the mixture of the run, where they may be changed
        return replace(begun, writer=replace(writer, settings=WriterSettings()))

    def begin_duel(
        self,
        question: Question,
        sides: Sequence[Order],
        *,
        blind: bool,
        caps: Caps = NO_CAPS,
    ) -> tuple[BegunRun, ...]:
        """Store a question and a run for each side, all of them or none.

        Args:
            question: What the user wrote.
            sides: The mixtures, in the order in which the page shows them.
            blind: Whether names and costs stay hidden until the vote.
            caps: What may be spent; every side holds back what it may cost.

        Returns:
            The runs in the same order; their conversation is of kind ``duel``.

        Raises:
            CapExceededError: Together they could cost more than a cap leaves; nothing
                was stored.
            StorageError: It could not be stored; then nothing may be asked.
        """
        self._database.refuse_if_nearly_full()
        question = _cleaned(question)
        messages = (question.message,)
        sides_begun: list[BegunRun] = []
        with self._database.writing() as session:
            now = clock_ms(session)
            conversation = begin_conversation(session, "duel", question, now)
            turn = add_turn(session, conversation.id, None, question, now)
            turn.blind = blind
            for position, order in enumerate(sides):
                run, begun = self._add(session, turn, order, messages, caps, now)
                run.side = position
                sides_begun.append(begun)
        return tuple(sides_begun)

    def load(self, run_uid: str) -> StoredRun:
        """Everything that is known of a run.

        Raises:
            NotFoundError: There is no such run.
        """
        with self._database.reading() as session:
            run_id = session.scalar(select(RunRow.id).where(RunRow.uid == run_uid))
            if run_id is None:
                raise NotFoundError(f"run {run_uid}")
            return load_runs(session, [run_id])[run_id]

    def asked(self, run_uid: str) -> tuple[tuple[Message, ...], WriterRequest]:
        """What a run was asked: everybody, and whoever wrote its answer.

        Raises:
            NotFoundError: There is no such run, or its conversation was deleted.
        """
        with self._database.reading() as session:
            run = run_to_go_on_from(session, run_uid)
            turn = session.get_one(TurnRow, run.turn_id)
            return messages_of_turn(session, turn), writer_request_of(session, run)

    def messages_of(self, run_uid: str) -> tuple[Message, ...]:
        """What layer 1 of a stored run saw: the conversation up to its question.

        Raises:
            NotFoundError: There is no such run, or its conversation was deleted.
        """
        with self._database.reading() as session:
            run = run_to_go_on_from(session, run_uid)
            return messages_of_turn(session, session.get_one(TurnRow, run.turn_id))

    def usual_first_s(self, config: MoAConfig) -> dict[tuple[SeatRole, str], float]:
        """Seconds that the models of a mixture usually need to begin, where known."""
        with self._database.reading() as session:
            return load_usual_first_s(session, config)

    def _add(
        self,
        session: Session,
        turn: TurnRow,
        order: Order,
        messages: tuple[Message, ...],
        caps: Caps,
        now: int,
    ) -> tuple[RunRow, BegunRun]:
        worker = str(self._database.worker)
        terms = Terms(caps=caps, worker=worker, now=now)
        return store_run(session, turn, order, messages, terms)


def _cleaned(question: Question) -> Question:
    return replace(question, text=clean(question.text))


def _ask_after(
    session: Session, conversation_id: int, after: After, question: Question, now: int
) -> tuple[TurnRow, tuple[Message, ...]]:
    """Add a question behind a turn; returns also what layer 1 will see."""
    path = [] if after is None else TurnTree(session, conversation_id).path_after(after)
    answers = Answers(session, conversation_id)
    messages = messages_after(session, answers, path, question)
    parent_id = path[-1] if path else None
    turn = add_turn(session, conversation_id, parent_id, question, now)
    if parent_id is not None:
        turn.origin_call_id = answers.of_turn(parent_id)
    return turn, messages
