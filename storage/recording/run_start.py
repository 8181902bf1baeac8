"""Adds the row of a run that begins, and what it goes on from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.messages import Message
from moa_core.mixture import MoAConfig, Seat
from moa_core.run import Rework
from storage.errors import NotFoundError
from storage.presets import config_id, mark_used
from storage.schema import CallRow, RunInputRow, RunRow, TurnRow
from storage.spending import Estimated
from storage.values import clean, nano_usd, new_uid

Estimator: TypeAlias = Callable[[Sequence[Message]], Estimated]
"""Estimates the cost of answering these messages; called in the transaction that
stores the run, with the messages that the run sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A mixture that is to answer.

    Attributes:
        preset_name: What it is called; ``None`` if it has no name.
        estimate: Estimates what its run may cost, from the messages that are sent;
            kept with the run, and held back from the caps until its end.
    """

    config: MoAConfig
    preset_name: str | None = None
    estimate: Estimator | None = None


def add_run(
    session: Session,
    turn: TurnRow,
    order: Order,
    estimate: Estimated | None,
    worker: str,
    now: int,
) -> RunRow:
    """Add a run of ``turn`` that begins now and holds back what it may cost."""
    mixture_id = config_id(session, order.config)
    run = RunRow(
        uid=new_uid(),
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        config_id=mixture_id,
        status="running",
        worker=worker,
        heartbeat_at=now,
        created_at=now,
    )
    if estimate is not None:
        run.estimate_low_nusd = nano_usd(estimate.low.usd)
        run.estimate_high_nusd = nano_usd(estimate.high.usd)
        run.estimate_unknown_calls = estimate.high.unknown_calls
        run.reserved_nusd = run.estimate_high_nusd
    if order.preset_name is not None:
        run.preset_name = clean(order.preset_name)
        mark_used(session, order.preset_name, mixture_id, now)
    session.add(run)
    session.flush()
    return run


def go_on_from(session: Session, run: RunRow, base: RunRow, rework: Rework) -> None:
    """Write down what ``run`` is given of ``base``, and whether it synthesises.

    Raises:
        NotFoundError: Something is given that does not sit in ``base``.
    """
    run.based_on_id, run.synthesises = base.id, rework.synthesise
    calls = _calls_at(session, base.id, rework.reused)
    for seat, given in rework.reused.items():
        session.add(
            RunInputRow(
                run_id=run.id,
                layer_index=seat.layer_index,
                position=seat.position,
                call_id=calls[seat],
                ticked=given.included,
            )
        )


def _calls_at(session: Session, run_id: int, seats: Iterable[Seat]) -> dict[Seat, int]:
    """The calls that sit at these seats of a run: its own last ones, or its inputs."""
    given = session.execute(
        select(
            RunInputRow.layer_index, RunInputRow.position, RunInputRow.call_id
        ).where(RunInputRow.run_id == run_id)
    )
    own = session.execute(
        select(CallRow.layer_index, CallRow.position, CallRow.id)
        .where(CallRow.run_id == run_id)
        .order_by(CallRow.attempt)
    )
    calls = {
        Seat(layer_index, position): call_id
        for rows in (given, own)
        for layer_index, position, call_id in rows
    }
    missing = [seat for seat in seats if seat not in calls]
    if missing:
        raise NotFoundError(f"proposal {missing[0].position + 1} of that run")
    return calls
