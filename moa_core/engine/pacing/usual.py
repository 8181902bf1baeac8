"""Says how long models usually need to begin, and when that is long enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from moa_core.engine.pacing.hedging import HedgeAllowance
from moa_core.engine.pacing.progress import SeatProgress
from moa_core.mixture import AgentSpec, Hedging, may_think
from moa_core.run import Call, SeatRole, SeatState

UNKNOWN_THINKING_S: Final = 30.0
"""A model that may think in silence, and that nobody has timed, gets at least this."""


@dataclass(frozen=True, slots=True)
class UsualTimes:
    """What is known of models from earlier runs.

    Attributes:
        first_s: Seconds to the first content, usually, by role and ``endpoint/model``:
            an aggregator has more to read.
        allowance: How many calls of proposers may be made twice.
    """

    first_s: Mapping[tuple[SeatRole, str], float] = field(default_factory=dict)
    allowance: HedgeAllowance = field(default_factory=HedgeAllowance)

    def hedge_after_s(
        self, hedging: Hedging, role: SeatRole, agent: AgentSpec, calls: Sequence[Call]
    ) -> float:
        """After how many seconds without content an agent is hedged.

        Args:
            hedging: How patient it is.
            role: What it is asked for.
            agent: Of whom nothing has come.
            calls: Those of this run that have ended: what is known of a model that was
                never timed before.
        """
        usual_s = self.first_s.get((role, agent.ref))
        if usual_s is None:
            began = [call for call in calls if call.ttft_s is not None]
            own = [call for call in began if call.agent.ref == agent.ref]
            if not own and may_think(agent):
                return max(UNKNOWN_THINKING_S, hedging.at_least_s)
            times = [call.ttft_s or 0.0 for call in own or began]
            usual_s = median(times) if times else 0.0
        return max(hedging.at_least_s, hedging.times * usual_s)

    def progress_of(self, seat: SeatState) -> SeatProgress:
        """How far an open proposer is."""
        return SeatProgress.of(
            seat,
            thinks=may_think(seat.agent),
            usual_first_s=self.first_s.get((seat.role, seat.agent.ref)),
        )
