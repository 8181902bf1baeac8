"""Saves what all running calls have written so far, once a second."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from moa_core.mixture import Seat
from storage.database import clock_ms
from storage.recording.call_rows import CHANGE_CALL, CHANGE_TEXT, Lengths, Recording
from storage.schema import CallRow, RunRow
from storage.values import clean, ms_of

_OURS = (
    RunRow.id.in_(bindparam("run_ids", expanding=True)),
    RunRow.status == "running",
    RunRow.worker == bindparam("its_worker"),
)
_BEAT = (
    update(RunRow)
    .where(*_OURS)
    .values(heartbeat_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_RUNNING_CALLS = (
    select(
        CallRow.id,
        CallRow.run_id,
        CallRow.layer_index,
        CallRow.position,
        CallRow.attempt,
    )
    .join(RunRow, RunRow.id == CallRow.run_id)
    .where(*_OURS, CallRow.status == "running")
)


@dataclass(frozen=True, slots=True)
class SavedText:
    """The text of one running call as it was saved."""

    recording: Recording
    call_id: int
    lengths: Lengths
    output: str
    reasoning: str
    ttft_ms: int | None


def write_texts(
    session: Session, worker: str, recordings: Collection[Recording]
) -> list[SavedText]:
    """Save what all running calls have written so far, and that ``worker`` lives.

    Returns:
        What was saved, to be remembered once it is committed.
    """
    by_id = {r.run_id: r for r in recordings if r.run_id is not None}
    if not by_id:
        return []
    ours = {"run_ids": list(by_id), "its_worker": worker}
    session.execute(_BEAT, {**ours, "now": clock_ms(session)})
    running = session.execute(_RUNNING_CALLS, ours).all()
    unsaved = [_unsaved(by_id[call.run_id], call) for call in running]
    saving = [text for text in unsaved if text is not None]
    texts = [
        {"its_id": text.call_id, "output": text.output, "reasoning": text.reasoning}
        for text in saving
    ]
    begun = [
        {"its_id": text.call_id, "ttft_ms": text.ttft_ms}
        for text in saving
        if text.call_id not in text.recording.saved
    ]
    if texts:
        session.execute(CHANGE_TEXT, texts)
    if begun:
        session.execute(CHANGE_CALL, begun)
    return saving


def _unsaved(
    recording: Recording, call: Row[int, int, int, int, int]
) -> SavedText | None:
    """What the call has written, if the database does not have it yet."""
    state = recording.state.seat_at(Seat(call.layer_index, call.position))
    parts, reasoning_parts = state.parts, state.reasoning_parts
    lengths = (len(parts), len(reasoning_parts))
    if state.attempt != call.attempt or lengths == recording.saved.get(call.id, (0, 0)):
        return None
    first_s = state.first_content_s
    return SavedText(
        recording,
        call.id,
        lengths,
        clean("".join(parts)),
        clean("".join(reasoning_parts)),
        None if first_s is None else ms_of(first_s - state.since_s),
    )
