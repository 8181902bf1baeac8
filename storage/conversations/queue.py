"""Keeps the question of a conversation that waits while the one before it is answered.

Each conversation has one at most: what is queued besides is added to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.messages import FileContent, FilePart, Question
from storage.conversations.files import OF_QUEUED, StoredBytes, files_of, keep_files
from storage.conversations.writing import find_conversation, lock
from storage.database import Database, clock_ms
from storage.schema import QueuedQuestionRow, table_of
from storage.values import clean

LONGEST_QUESTION_CHARS = 200_000
"""Most characters of a question."""


@dataclass(frozen=True, slots=True)
class QueuedQuestion:
    """A question that waits.

    Attributes:
        after_uid: The turn that it follows, which is being answered.
        at_once: Whether it is sent as soon as that turn's run has ended, answered or
            not; otherwise only behind an answer.
        attachments: The files that are attached to it.
    """

    text: str
    after_uid: str
    at_once: bool
    attachments: tuple[FilePart, ...] = ()

    @property
    def question(self) -> Question:
        """As it is asked."""
        return Question(self.text, self.attachments)


_QUEUE = table_of(QueuedQuestionRow)
_QUEUED = select(_QUEUE).where(_QUEUE.c.conversation_id == bindparam("its_id"))


class QueuedQuestions:
    """The questions that wait, of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        conversation_uid: str,
        after_uid: str,
        text: str,
        attachments: Sequence[FilePart] = (),
    ) -> None:
        """Queue a question, behind what is queued there already.

        Args:
            conversation_uid: The conversation, which is being answered.
            after_uid: The turn that it follows.
            text: What the user wrote.
            attachments: Files, which join those that wait already.

        Raises:
            AttachmentError: With the files that wait already they are too many.
            ConfigError: With what is queued already it is too long.
            NotFoundError: There is no such conversation.
        """
        with self._database.writing() as session:
            conversation_id = find_conversation(session, conversation_uid)
            lock(session, conversation_id)
            queued = session.get(QueuedQuestionRow, conversation_id)
            texts = [queued.question if queued else "", clean(text)]
            question = "\n\n".join(filter(None, texts))
            if len(question) > LONGEST_QUESTION_CHARS:
                raise ConfigError(
                    "The queued question would be longer than "
                    f"{LONGEST_QUESTION_CHARS:,} characters."
                )
            session.merge(
                QueuedQuestionRow(
                    conversation_id=conversation_id,
                    after_uid=after_uid,
                    question=question,
                    send_when=queued.send_when if queued else "answered",
                    created_at=clock_ms(session),
                )
            )
            session.flush()
            _add_files(session, conversation_id, attachments)

    def take(
        self, conversation_uid: str, text: str | None = None
    ) -> QueuedQuestion | None:
        """Take the question out of the queue; of several who try, one gets it.

        Args:
            conversation_uid: The conversation.
            text: Take it only if it is still this; ``None``: whatever it is.

        Raises:
            NotFoundError: There is no such conversation.
        """
        with self._database.writing() as session:
            conversation_id = find_conversation(session, conversation_uid)
            lock(session, conversation_id)
            queued = queued_question(session, conversation_id)
            if text is not None and queued and queued.text != text:
                return None
            return take_queued(session, conversation_id)

    def send_at_once(self, conversation_uid: str) -> None:
        """Have it sent when the run under way has ended, answered or not.

        Raises:
            NotFoundError: There is no such conversation.
        """
        row = QueuedQuestionRow
        with self._database.writing() as session:
            conversation_id = find_conversation(session, conversation_uid)
            session.execute(
                update(row)
                .where(row.conversation_id == conversation_id)
                .values(send_when="ended")
            )


def take_queued(session: Session, conversation_id: int) -> QueuedQuestion | None:
    """Take the question out of the queue of a conversation that the caller locked."""
    queued = queued_question(session, conversation_id)
    row = QueuedQuestionRow
    if queued is not None:
        files = tuple(_taken(session, each) for each in queued.attachments)
        queued = replace(queued, attachments=files)
    session.execute(delete(row).where(row.conversation_id == conversation_id))
    return queued


def _taken(session: Session, file: FilePart) -> FilePart:
    """A file whose row is about to go, with its bytes in memory."""
    stored = file.content.read
    if not isinstance(stored, StoredBytes):
        return file
    return replace(file, content=FileContent.of(stored.read_in(session)))


def _add_files(
    session: Session, conversation_id: int, files: Sequence[FilePart]
) -> None:
    """Add files to those that wait; their rows are written anew, in their order."""
    if not files:
        return
    stored = files_of(session, OF_QUEUED, [conversation_id]).get(conversation_id, ())
    before = [_taken(session, each) for each in stored]
    of_it = OF_QUEUED.c.conversation_id == conversation_id
    session.execute(delete(OF_QUEUED).where(of_it))
    keep_files(session, OF_QUEUED, conversation_id, [*before, *files])


def queued_question(session: Session, conversation_id: int) -> QueuedQuestion | None:
    """The question that waits in a conversation; ``None`` if there is none."""
    row = session.execute(_QUEUED, {"its_id": conversation_id}).first()
    if row is None:
        return None
    files = files_of(session, OF_QUEUED, [conversation_id]).get(conversation_id, ())
    return QueuedQuestion(row.question, row.after_uid, row.send_when == "ended", files)
