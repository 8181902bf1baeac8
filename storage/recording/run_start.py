"""Adds the row of a run that begins, and what it goes on from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.engine import Budget
from moa_core.messages import Message
from moa_core.mixture import MoAConfig, Seat
from moa_core.run import NO_REQUEST, Rework, WriterRequest
from storage.conversations import with_images
from storage.errors import NotFoundError
from storage.presets import config_id, mark_used
from storage.schema import CallRow, ConversationRow, RunInputRow, RunRow, TurnRow
from storage.settings import Caps
from storage.spending import Estimated, Headroom, reserve
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRun:
    """What was stored, and what the engine needs to go on.

    Attributes:
        messages: The conversation as layer 1 sees it, ending with the question.
        budget: Where the run has to stop; ``None`` without caps.
        writer: What a program asked of whoever writes the answer.
    """

    run_uid: str
    turn_uid: str
    conversation_uid: str
    messages: tuple[Message, ...]
    budget: Budget | None = None
    writer: WriterRequest = NO_REQUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a run begins.

    Attributes:
        caps: What may be spent.
        also: Further caps, which are the run's own.
        worker: Who makes it.
        now: When it begins, in milliseconds since 1970.
    """

    caps: Caps
    also: Sequence[Headroom] = ()
    worker: str
    now: int


def store_run(
    session: Session,
    turn: TurnRow,
    order: Order,
    messages: tuple[Message, ...],
    terms: Terms,
) -> tuple[RunRow, BegunRun]:
    """Price exactly ``messages``, reserve that from the caps, and add the run.

    Raises:
        CapExceededError: It could cost more than a cap leaves.
        CostUnknownError: There is a cap and an unknown price, and that is not allowed.
    """
    estimate = order.estimate(messages) if order.estimate else None
    budget = reserve(session, estimate, terms.caps, terms.now, terms.also)
    run = add_run(session, turn, order, estimate, terms.worker, terms.now)
    conversation = session.get_one(ConversationRow, turn.conversation_id)
    begun = BegunRun(
        run_uid=run.uid,
        turn_uid=turn.uid,
        conversation_uid=conversation.uid,
        messages=with_images(session, messages),
        budget=budget,
    )
    return run, begun


def run_to_go_on_from(session: Session, uid: str) -> RunRow:
    """The run of that uid, of a conversation that was not deleted.

    Raises:
        NotFoundError: There is none.
    """
    run = session.scalar(
        select(RunRow)
        .join(ConversationRow, ConversationRow.id == RunRow.conversation_id)
        .where(RunRow.uid == uid, ConversationRow.deleted_at.is_(None))
    )
    if run is None:
        raise NotFoundError(f"run {uid}")
    return run


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
