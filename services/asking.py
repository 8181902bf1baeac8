"""Starts what the user asks: stored first, within the caps, then run."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from moa_core.engine import (
    Continuations,
    LiveRun,
    LiveRuns,
    Resilient,
    Sight,
    Threshold,
    UsualTimes,
    Watcher,
    Way,
    Windows,
    kin,
)
from moa_core.messages import Message, Question
from moa_core.mixture import MoAConfig
from moa_core.plan import Estimate, Plan
from moa_core.plan import estimate as estimate_of
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints, KnownSight
from moa_core.run import (
    FULL_RUN,
    NO_REQUEST,
    Controls,
    Rework,
    RunEvent,
    RunState,
    WriterRequest,
)
from services.cache_learning import CacheLearning
from services.titling import ChatTitles
from storage.conversations import NEWEST, After
from storage.recording import BegunRun, Estimator, Order, Runs
from storage.settings import AppSettings
from storage.votes import Votes

if TYPE_CHECKING:
    from moa_core.engine import Engine
    from moa_core.experiments import Task


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking a question takes.

    Attributes:
        endpoints: As one browser session sees them: with its own keys.
        titles: Titles the chats that are begun.
        caches: Learns from runs what providers cache.
        votes: Teach Auto from which doubt on the others are worth asking.
    """

    runs: Runs
    live: LiveRuns
    endpoints: Endpoints
    policies: Resilient
    prices: PriceBook
    app_settings: AppSettings
    titles: ChatTitles
    caches: CacheLearning
    votes: Votes

    def start_question(
        self,
        question: Question,
        config: MoAConfig,
        *,
        conversation_uid: str | None = None,
        after: After = NEWEST,
        preset_name: str | None = None,
        estimate: Estimator | None = None,
    ) -> BegunRun:
        """Store the question, start its run and return at once.

        Args:
            question: What the user wrote.
            config: The mixture that answers.
            conversation_uid: The conversation to go on with; ``None`` begins one.
            after: Uid of the turn that the question follows; ``None`` opens the
                conversation anew, beside what is there.
            preset_name: What the mixture is called; ``None`` if it has no name.
            estimate: Estimates its cost in place of ``moa_core.plan.estimate``.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            StorageError: The question could not be stored; nothing was started.
        """
        begun = self.runs.begin(
            question,
            config,
            conversation_uid=conversation_uid,
            after=after,
            preset_name=preset_name,
            estimate=estimate or self.estimator(config),
            caps=self.app_settings.caps(),
        )
        self.start(begun, config)
        return begun

    def start_queued(
        self,
        conversation_uid: str,
        config: MoAConfig,
        *,
        after: After = NEWEST,
        preset_name: str | None = None,
    ) -> BegunRun | None:
        """Ask the question that waits in a conversation, as ``start_question`` does.

        Returns:
            ``None`` if none waits there any more: another page has asked it.

        Raises:
            MoAError: It was not asked, and waits on.
        """
        estimate = self.estimator(config)
        order = Order(config=config, preset_name=preset_name, estimate=estimate)
        caps = self.app_settings.caps()
        begun = self.runs.begin_queued(conversation_uid, order, after=after, caps=caps)
        if begun:
            self.start(begun, config)
        return begun

    def start_rework(self, run_uid: str, plan: Plan) -> BegunRun:
        """Go on from what an ended run has: ``plan`` says who is asked again.

        Raises:
            CapExceededError: It could cost more than a cap leaves; nothing was stored.
            StorageError: It could not be stored; nothing was started.
        """
        _, writer = self.runs.asked(run_uid)
        begun = self.runs.begin_rework(
            run_uid,
            plan.config,
            plan.rework,
            estimate=self.estimator(plan.config, plan.rework, writer),
            caps=self.app_settings.caps(),
        )
        self.start(begun, plan.config, plan.rework)
        return begun

    def estimate_rework(self, run_uid: str, plan: Plan) -> Estimate:
        """What the calls of ``plan`` are likely to take."""
        messages, writer = self.runs.asked(run_uid)
        return self.estimator(plan.config, plan.rework, writer)(messages)

    def start_duel(
        self,
        question: Question,
        sides: Sequence[tuple[MoAConfig, str | None]],
        *,
        blind: bool,
    ) -> str:
        """Let several mixtures answer one question at the same time.

        Args:
            question: What the user wrote.
            sides: Each mixture and what it is called, in the order of the page.
            blind: Whether names and costs stay hidden until the vote.

        Returns:
            The uid of the duel.

        Raises:
            CapExceededError: Together they could cost more than a cap leaves; nothing
                was stored.
            StorageError: It could not be stored; nothing was started.
        """
        orders = [
            Order(config=config, preset_name=name, estimate=self.estimator(config))
            for config, name in sides
        ]
        caps = self.app_settings.caps()
        begun = self.runs.begin_duel(question, orders, blind=blind, caps=caps)
        for run, order in zip(begun, orders, strict=True):
            self.start(run, order.config)
        return begun[0].conversation_uid

    def estimator(
        self,
        config: MoAConfig,
        rework: Rework = FULL_RUN,
        request: WriterRequest = NO_REQUEST,
    ) -> Callable[[Sequence[Message]], Estimate]:
        """What estimates the cost of a run from the messages that are sent."""
        sees = self.sees_images()
        return lambda messages: estimate_of(
            config, messages, self.prices, rework, request, sees
        )

    def sees_images(self) -> Callable[[str], bool | None]:
        """Whether models see images; nothing is read until an image is to be sent."""
        known = cache(self.known_sight)
        return lambda ref: known().sees(ref)

    def known_sight(self) -> KnownSight:
        """Which models see images, as far as anybody has said."""
        settings = self.app_settings
        by_hand, refused = settings.models_see(), settings.refused_images()
        return KnownSight(self.endpoints.takes_images, by_hand, refused)

    async def run_task(self, begun: BegunRun, task: "Task") -> RunState:
        """Make the run of an experiment that was stored, and wait for its end."""
        engine = self._engine(task.config)

        def events(controls: Controls) -> AsyncGenerator[RunEvent, None]:
            return engine.run(
                task.config,
                begun.messages,
                controls,
                begun.budget,
                task.rework,
                task.writer,
            )

        run = self.live.start(begun.run_uid, task.config, events, task.rework)
        return await run.ended()

    def _engine(
        self, config: MoAConfig, threshold: Threshold | None = None
    ) -> "Engine":
        from moa_core.engine import Engine  # `warm_up` has loaded it

        windows = Windows(self.endpoints.context_tokens, self.policies.learnt_windows)
        usual = UsualTimes(allowance=self.policies.hedge_allowance)
        if config.pace.quorum or config.pace.hedging:
            usual = replace(usual, first_s=self.runs.usual_first_s(config))
        policies = self.policies.around(self.endpoints)
        known = self._continuations() if config.pace.fast_start else None
        return Engine(
            policies, self.prices, windows, usual, known, threshold, self._sight()
        )

    def _sight(self) -> Sight:
        """Which models see images; what one refuses is kept for later runs."""

        def keep(ref: str) -> None:
            self.live.loop.run_in_executor(
                None, self.app_settings.keep_refused_images, ref
            )

        return Sight(self.sees_images(), keep)

    def _continuations(self) -> Continuations:
        """How models continue a text, as far as it was found out in any run."""

        def keep(learnt: Mapping[str, Way]) -> None:
            found = self.app_settings.keep_continuations
            self.live.loop.run_in_executor(None, found, learnt)

        return Continuations(self.app_settings.continuations(), keep)

    def _threshold(self, config: MoAConfig) -> Threshold | None:
        """What votes have taught Auto; experiments keep to the documented one."""
        auto = config.pace.auto
        if auto:
            kin(config.aggregator)  # loads what the engine's loop should not wait for
        return self.votes.threshold() if auto and auto.threshold is None else None

    def start(
        self,
        begun: BegunRun,
        config: MoAConfig,
        rework: Rework = FULL_RUN,
        tell: Watcher | None = None,
    ) -> LiveRun:
        """Start a run that was stored, and return at once.

        Args:
            begun: What was stored.
            config: Its mixture.
            rework: What it takes over from an earlier run.
            tell: Watches the run for the program that asks; its chats keep their
                first words as their title.
        """
        engine = self._engine(config, self._threshold(config))

        def events(controls: Controls) -> AsyncGenerator[RunEvent, None]:
            return engine.run(
                config,
                begun.messages,
                controls,
                begun.budget,
                rework,
                request=begun.writer,
            )

        def then(state: RunState) -> None:
            if tell is None:
                self.titles.run_ended(begun, state, self.endpoints)
            self.caches.run_ended()

        self.titles.give_way()
        return self.live.start(begun.run_uid, config, events, rework, then, tell=tell)
