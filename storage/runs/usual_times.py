"""Learns from stored calls how long models usually need to begin."""

from collections import defaultdict
from statistics import median
from typing import Final, cast

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from moa_core.mixture import MoAConfig
from moa_core.run import SeatRole
from storage.schema import CallRow

NEWEST_CALLS: Final = 2000
"""Of so many calls of all models: times change, and reading more takes long."""

ROLES: Final[tuple[SeatRole, ...]] = ("proposer", "aggregator")

LEAST_CALLS: Final = 3
"""With fewer nobody knows what is usual."""


def load_usual_first_s(
    session: Session, config: MoAConfig
) -> dict[tuple[SeatRole, str], float]:
    """Median seconds to the first content, by role and ``endpoint/model``.

    Only of agents of ``config``, and of what the newest calls tell.
    """
    agents = {(agent.endpoint, agent.model) for agent in config.agents}
    newest = select(func.max(CallRow.id)).scalar_subquery()
    times: defaultdict[tuple[SeatRole, str], list[int]] = defaultdict(list)
    rows = session.execute(
        select(
            CallRow.role, CallRow.endpoint, CallRow.model_requested, CallRow.ttft_ms
        ).where(
            CallRow.id > newest - NEWEST_CALLS,
            CallRow.role.in_(ROLES),
            CallRow.ttft_ms.is_not(None),
            tuple_(CallRow.endpoint, CallRow.model_requested).in_(agents),
        )
    )
    for role, endpoint, model, ttft_ms in rows:
        times[cast(SeatRole, role), f"{endpoint}/{model}"].append(ttft_ms or 0)
    return {
        who: median(taken_ms) / 1000
        for who, taken_ms in times.items()
        if len(taken_ms) >= LEAST_CALLS
    }
