"""Once a second: what every running call has written so far, in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from moa_core.results import Seat
from storage.cleaning import clean
from storage.recording import Lengths, Recording
from storage.tables import CallRow, CallTextRow, RunRow
from storage.times import ms_of, now_ms


@dataclass(frozen=True, slots=True)
class SavedText:
    """The text of one running call as it was saved."""

    recording: Recording
    call_id: int
    lengths: Lengths
    output: str
    reasoning: str
    ttft_ms: int | None

    def remember(self) -> None:
        """Do not save the same again."""
        self.recording.saved[self.call_id] = self.lengths


def write_texts(session: Session, recordings: Collection[Recording]) -> list[SavedText]:
    """Save what all running calls have written so far, and that we are alive.

    Returns:
        What was saved, to be remembered once it is committed.
    """
    by_id = {r.run_id: r for r in recordings if r.run_id is not None}
    if not by_id:
        return []
    workers = {recording.worker for recording in recordings}
    mine = (
        RunRow.id.in_(by_id),
        RunRow.status == "running",
        RunRow.worker.in_(workers),
    )
    session.execute(update(RunRow).where(*mine).values(heartbeat_at=now_ms()))
    running = session.execute(
        select(
            CallRow.id,
            CallRow.run_id,
            CallRow.layer_index,
            CallRow.position,
            CallRow.attempt,
        )
        .join(RunRow, RunRow.id == CallRow.run_id)
        .where(*mine, CallRow.status == "running")
    )
    saving = [
        saved
        for call_id, run_id, layer_index, position, attempt in running
        if (
            saved := _unsaved(
                by_id[run_id], call_id, Seat(layer_index, position), attempt
            )
        )
    ]
    _save(session, saving)
    return saving


def _unsaved(
    recording: Recording, call_id: int, seat: Seat, attempt: int
) -> SavedText | None:
    """What the call has written, if the database does not have it yet."""
    state = recording.state.seat_at(seat)
    parts, reasoning_parts = state.parts, state.reasoning_parts
    lengths = (len(parts), len(reasoning_parts))
    if state.attempt != attempt or recording.saved.get(call_id, (0, 0)) == lengths:
        return None
    first_s = state.first_content_s
    return SavedText(
        recording,
        call_id,
        lengths,
        clean("".join(parts)),
        clean("".join(reasoning_parts)),
        None if first_s is None else ms_of(first_s - state.since_s),
    )


def _save(session: Session, saving: Sequence[SavedText]) -> None:
    texts = [
        {"call_id": s.call_id, "output": s.output, "reasoning": s.reasoning}
        for s in saving
    ]
    firsts = [
        {"id": s.call_id, "ttft_ms": s.ttft_ms}
        for s in saving
        if s.call_id not in s.recording.saved
    ]
    if texts:
        session.execute(update(CallTextRow), texts)
    if firsts:
        session.execute(update(CallRow), firsts)
