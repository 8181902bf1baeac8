"""Queues a question while the one before it is answered, and sends it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from moa_core.messages import FileContent, FilePart, Question
from moa_core.text import one_line
from pages.widgets.formatting import SEPARATOR, notices
from pages.widgets.layout import ELSEWHERE_S, branch_point
from pages.widgets.markdown import plain_label
from services.asking import Asking
from storage.conversations import Conversation, QueuedQuestion, QueuedQuestions

_REFUSED: Final = "queued question that was refused"
_EDITED: Final = "queued question that is in the composer: conversation and text"
_SHOWN_CHARS = 160

Submit = Callable[[Conversation], None]
"""Asks what waits in a conversation, if it still does, after the last turn that is
shown; may raise a ``MoAError``."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be done with the question that waits in a conversation.

    Attributes:
        submit: Asks it.
        edit: Puts a question into the composer.
    """

    asking: Asking
    queue: QueuedQuestions
    conversation: Conversation
    submit: Submit
    edit: Callable[[Question], None]

    def send_if_due(self) -> bool:
        """Send it if its time has come; tell whether the conversation has changed."""
        queued = self.conversation.queued
        if queued is None or not self._is_due(queued):
            return False
        self.send()
        return True

    def send(self) -> None:
        """Send it now; what is refused waits on, until it is sent by hand."""
        if not notices.succeeds(self.submit, self.conversation):
            st.session_state[_REFUSED] = self.conversation.uid

    def draw(self) -> None:
        """Draw it above the composer, with what can be done with it."""
        queued = self.conversation.queued
        if queued is None:
            return
        if _is_edited(self.conversation.uid, queued.text):
            _take_when_shown(self.queue)
            return
        row = st.container(
            horizontal=True, vertical_alignment="center", border=True, key="queued"
        )
        waits = self._under_way
        state = "Queued" if waits else "Not sent yet"
        said = one_line(queued.text, _SHOWN_CHARS)
        names = ", ".join(part.name for part in queued.attachments)
        text = plain_label(SEPARATOR.join(filter(None, [said, names])), limit=240)
        row.markdown(f":material/schedule_send: **{state}** · {text}", width="stretch")
        row.button(
            "Edit",
            key="edit-queued",
            type="tertiary",
            on_click=self._edit,
            args=(queued,),
        )
        row.button(
            "Remove",
            key="remove-queued",
            type="tertiary",
            on_click=notices.attempt,
            args=(self.queue.take, self.conversation.uid),
        )
        row.button(
            "Send now" if waits else "Send",
            key="send-queued",
            help="Stops the answer that is being written." if waits else None,
            on_click=notices.attempt,
            args=(self._stop_and_send if waits else self.send,),
        )

    @property
    def _under_way(self) -> bool:
        run = self.conversation.turns[-1].run
        return bool(run and (self.asking.live.get(run.uid) or run.state.live))

    def _is_due(self, queued: QueuedQuestion) -> bool:
        turn = self.conversation.turns[-1]
        if turn.uid != queued.after_uid or self._under_way:
            return False
        if _is_edited(self.conversation.uid, queued.text):
            return False
        if st.session_state.get(_REFUSED) == self.conversation.uid:
            return False
        answered = turn.run is not None and turn.run.state.status == "succeeded"
        return queued.at_once or answered

    def _edit(self, queued: QueuedQuestion) -> None:
        st.session_state[_EDITED] = self.conversation.uid, queued.text
        kept = tuple(map(_in_memory, queued.attachments))
        self.edit(Question(queued.text, kept))

    def _stop_and_send(self) -> None:
        self.queue.send_at_once(self.conversation.uid)
        if run := self.conversation.turns[-1].run:
            self.asking.live.stop(run.uid)


def _in_memory(part: FilePart) -> FilePart:
    """A file that is about to leave the database."""
    return replace(part, content=FileContent.of(part.content.read()))


def take_edited(queue: QueuedQuestions) -> None:
    """Take what is being edited out of the queue: the composer has it.

    Raises:
        MoAError: It could not be taken, and waits on.
    """
    if edited := st.session_state.get(_EDITED):
        queue.take(*edited)
        st.session_state.pop(_EDITED, None)


def _is_edited(uid: str, text: str) -> bool:
    return bool(st.session_state.get(_EDITED) == (uid, text))


def _take_when_shown(queue: QueuedQuestions) -> None:
    """Take it out of the queue once the browser has shown it in the composer.

    A browser that has a fragment drawn again has heard of all that was drawn before.
    """
    is_shown = False

    @st.fragment(run_every=ELSEWHERE_S)
    def look() -> None:
        nonlocal is_shown
        if is_shown:
            notices.attempt(take_edited, queue)
        is_shown = True

    look()


def queue_question(
    queue: QueuedQuestions, conversation: Conversation, question: Question
) -> None:
    """Let a question wait until the last one is answered.

    Raises:
        MoAError: It could not be kept.
    """
    st.session_state.pop(_REFUSED, None)
    uid, after_uid = branch_point(conversation)
    if uid is not None and isinstance(after_uid, str):
        queue.add(uid, after_uid, question.text, question.attachments)
