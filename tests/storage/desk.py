"""Questions and reworks that really run: engine, recorder and a scripted provider."""

from decimal import Decimal

from moa_core.engine.execution import Engine
from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from moa_core.plan.rework_plan import Plan
from moa_core.pricing import PriceBook
from moa_core.run.controls import Controls
from moa_core.run.rework import FULL_RUN, Rework
from moa_core.run.run_state import RunState
from moa_core.settings import OwnPrice
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.run_start import BegunRun
from storage.recording.runs import Runs
from tests.moa_core.scripted import ScriptedProvider

DOLLARS = {"a": 1, "b": 2, "c": 4, "d": 8, "chief": 16, "deputy": 32}
"""What one call of a model costs, so that a sum tells which calls are in it."""

_TOKENS = 1_000_000


def priced() -> PriceBook:
    """A call has 10 tokens in and 5 out: a model's price makes them its dollars."""
    return PriceBook(
        {
            f"lab/{model}": OwnPrice(
                input_usd_per_mtok=Decimal(usd * _TOKENS // 10),
                output_usd_per_mtok=Decimal(0),
            )
            for model, usd in DOLLARS.items()
        }
    )


class Desk:
    """Asks, reworks and looks things up in one database.

    Attributes:
        scripts: What each model answers; by default ``<model> answers``.
        provider: Of the last run.
    """

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self.runs, self.conversations = Runs(database), Conversations(database)
        self.scripts: dict[str, object] = {}
        self.provider = ScriptedProvider()
        self._recorder, self._prices = recorder, priced()

    async def ask(
        self,
        question: str,
        config: MoAConfig,
        controls: Controls | None = None,
        **where,
    ) -> tuple[BegunRun, RunState]:
        begun = self.runs.begin(Question(question), config, **where)
        return begun, await self.told(begun, config, FULL_RUN, controls)

    async def rework(
        self, base_uid: str, plan: Plan, controls: Controls | None = None
    ) -> tuple[BegunRun, RunState]:
        begun = self.runs.begin_rework(base_uid, plan.config, plan.rework)
        return begun, await self.told(begun, plan.config, plan.rework, controls)

    def turn(self, begun: BegunRun):
        """The turn as it stands."""
        path = self.conversations.load(
            begun.conversation_uid, begun.turn_uid, ends=True
        )
        return path.turns[-1]

    async def told(
        self,
        begun: BegunRun,
        config: MoAConfig,
        rework: Rework = FULL_RUN,
        controls: Controls | None = None,
    ) -> RunState:
        """Make a run that was stored."""
        self.provider = ScriptedProvider(self.scripts)
        engine = Engine({"lab": self.provider}, self._prices)
        state = RunState(config, rework)
        story = engine.run(
            config, begun.messages, controls, rework=rework, request=begun.writer
        )
        async for event in story:
            state.apply(event)
            await self._recorder.record(begun.run_uid, event, state)
        return state
