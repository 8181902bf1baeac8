"""Carries out an experiment: what is missing of it, in its order, and no call twice.

All answers of a question, then the next question; then the judgements. It can be ended
at any moment, by a kill as well, and begun again: what is settled is not asked again,
and of a run that was cut off only what it had not got.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from moa_core.errors import (
    CapExceededError,
    CapReachedError,
    ConfigError,
    MoAError,
    RunStoppedError,
)
from moa_core.evaluation import again_messages, pair_messages, read_pair
from moa_core.experiments.answers import answer_in_run, proposal_as_answer
from moa_core.experiments.arms import alone_in_panel, recipe
from moa_core.experiments.items import Item
from moa_core.experiments.protocol import ALONE, MIXTURE, PLACEBO, Arm, Protocol
from moa_core.experiments.store import ExperimentStore, Progress
from moa_core.experiments.work import (
    AnswerKey,
    JudgementKey,
    KnownRun,
    SettledAnswer,
    Task,
    UnreadReply,
    WorkKey,
    judgement_keys,
)
from moa_core.mixture import MoAConfig
from moa_core.run import Call
from moa_core.usage import Cost

JUDGEMENTS_AT_ONCE: Final = 4
MOST_FAILURES: Final = 5
"""So many runs in a row that fail end it: an endpoint is down, or a key is wrong."""

EndReason = Literal["done", "paused", "capped", "failing", "incomplete"]


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a runner has ended.

    Attributes:
        reason: ``incomplete``: all was tried, and some of it failed, or another process
            is at it; a resume tries again.
        error: What ended it, with the next step.
        failed: Pieces of work that failed, each tried once.
    """

    reason: EndReason
    error: MoAError | None = None
    failed: Mapping[WorkKey, MoAError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has just been settled, or has failed.

    Attributes:
        done: How many pieces are settled, of ``all``.
        spent: So far, failed calls included.
        error: Why it failed, if it did.
    """

    key: WorkKey
    done: int
    all: int
    spent: Cost
    error: MoAError | None = None


class _Ending(Exception):  # noqa: N818 - it is no error
    """Nothing more is begun."""

    def __init__(self, reason: EndReason, error: MoAError | None = None) -> None:
        self.reason, self.error = reason, error


class Runner:
    """Works on one experiment, once.

    Args:
        protocol: What is done.
        items: Its questions, in their order.
        store: Where it is kept.
        on_step: Told of every piece that is settled or fails.
    """

    def __init__(
        self,
        protocol: Protocol,
        items: Sequence[Item],
        store: ExperimentStore,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> None:
        self._protocol, self._items, self._store = protocol, list(items), store
        self._on_step = on_step
        self._progress = Progress()
        self._failed: dict[WorkKey, MoAError] = {}
        self._failures_in_a_row = 0
        self._ending: _Ending | None = None
        pairs = len(protocol.pairs) * 2 if protocol.judge else 0
        self._all = len(self._items) * (len(protocol.arms) + pairs)

    def pause(self) -> None:
        """Begin nothing more; what is under way ends first. For the loop's thread."""
        self._ending = self._ending or _Ending("paused")

    async def run(self) -> Ended:
        """Do all that is missing, and say why it ended."""
        self._progress = await self._store.progress()
        try:
            for index in range(len(self._items)):
                await self._answer(index)
            await self._answer_placebos_left()
            await self._judge()
        except _Ending as ending:
            return Ended(ending.reason, ending.error, self._failed)
        except MoAError as error:  # it cannot be stored, or was deleted meanwhile
            return Ended("failing", error, self._failed)
        reason: EndReason = "done" if self._done == self._all else "incomplete"
        return Ended(reason, None, self._failed)

    @property
    def _done(self) -> int:
        return len(self._progress.answers) + len(self._progress.judgements)

    def _lacks(self, item: Item, arm: Arm) -> bool:
        return AnswerKey(item.id, arm) not in self._progress.answers

    async def _answer(self, index: int) -> None:
        """Ask all arms of a question, the mixture first; D of the one before as well.

        The placebo reads the drafts of the next question, which are there only now.
        """
        item, before = self._items[index], self._items[index - 1]
        arms = [arm for arm in self._protocol.arms if arm not in (MIXTURE, PLACEBO)]
        lacking = [arm for arm in arms if self._lacks(item, arm)]
        waits = index > 0 and self._lacks_placebo(before)
        if not (lacking or waits or self._lacks(item, MIXTURE)):
            return
        runs = await self._store.runs_of(item)
        panel = await self._panel(item, runs)
        if panel is None:
            return
        placebo = [self._answer_placebo(before, panel)] if waits else []
        await self._together(
            *(self._answer_arm(item, arm, runs, panel) for arm in lacking), *placebo
        )

    async def _answer_placebos_left(self) -> None:
        """That of the last question, and those whose next question has no drafts."""
        for index, item in enumerate(self._items):
            after = [*self._items[index + 1 :], *self._items[:index]]
            drafts_of = [each for each in after if not self._lacks(each, MIXTURE)]
            if self._lacks_placebo(item) and drafts_of:
                runs = await self._store.runs_of(drafts_of[0])
                panel = runs[AnswerKey(drafts_of[0].id, MIXTURE)]
                await self._answer_placebo(item, panel)

    def _lacks_placebo(self, item: Item) -> bool:
        """Whether D can be asked: of what the mixture has not answered it is no use."""
        key = AnswerKey(item.id, PLACEBO)
        wanted = PLACEBO in self._protocol.arms and key not in self._failed
        return wanted and self._lacks(item, PLACEBO) and not self._lacks(item, MIXTURE)

    async def _panel(
        self, item: Item, runs: Mapping[WorkKey, KnownRun]
    ) -> KnownRun | None:
        key = AnswerKey(item.id, MIXTURE)
        known = runs.get(key)
        if not self._lacks(item, MIXTURE):
            return known
        return await self._answered(item, key, known, None, None)

    async def _answer_arm(
        self, item: Item, arm: Arm, runs: Mapping[WorkKey, KnownRun], panel: KnownRun
    ) -> None:
        key = AnswerKey(item.id, arm)
        alone = alone_in_panel(self._protocol, panel.state) if arm == ALONE else None
        if alone:
            await self._settle(key, proposal_as_answer(alone), panel.uid, alone)
        else:
            await self._answered(item, key, runs.get(key), panel, None)

    async def _answer_placebo(self, item: Item, other_panel: KnownRun) -> None:
        runs, key = await self._store.runs_of(item), AnswerKey(item.id, PLACEBO)
        await self._answered(item, key, runs.get(key), None, other_panel)

    async def _answered(
        self,
        item: Item,
        key: AnswerKey,
        known: KnownRun | None,
        panel: KnownRun | None,
        other_panel: KnownRun | None,
    ) -> KnownRun | None:
        """Have an answer written, unless it is there and was not settled yet."""
        if known is None or not known.answered:
            try:
                how = recipe(self._protocol, key.arm, panel, other_panel, known)
            except ConfigError as error:  # without that seat nobody is left to be read
                self._failed[key] = error
                return None
            task = Task(
                key=key,
                config=how.config,
                messages=item.messages,
                base=how.base,
                rework=how.rework,
            )
            known = await self._perform(task)
        if known is None or not known.answered:
            return None
        answer, call = answer_in_run(known.state)
        await self._settle(key, answer, known.uid, call)
        return known

    async def _settle(
        self, key: AnswerKey, answer: SettledAnswer, run: str, call: Call
    ) -> None:
        await self._store.settle_answer(key, answer, run, call)
        self._progress.answers[key] = answer
        self._tell(key)

    async def _judge(self) -> None:
        """Ask for all judgements whose answers are there, a few at a time."""
        places = asyncio.Semaphore(JUDGEMENTS_AT_ONCE)
        answered = self._progress.answers
        by_item: dict[str, list[JudgementKey]] = {}
        for key in judgement_keys(self._protocol, self._items):
            arms = (MIXTURE, key.pair.removeprefix(MIXTURE))
            there = all(AnswerKey(key.item, arm) in answered for arm in arms)
            if there and key not in self._progress.judgements:
                by_item.setdefault(key.item, []).append(key)

        async def judge(item: Item) -> None:
            async with places:
                await self._judge_item(item, by_item[item.id])

        await self._together(
            *(judge(item) for item in self._items if item.id in by_item)
        )

    async def _judge_item(self, item: Item, keys: Sequence[JudgementKey]) -> None:
        runs, texts = await self._store.runs_of(item), await self._store.texts_of(item)
        for key in keys:
            await self._judge_pair(item, key, runs.get(key), texts)

    async def _judge_pair(
        self,
        item: Item,
        key: JudgementKey,
        known: KnownRun | None,
        texts: Mapping[Arm, str],
    ) -> None:
        """Have a pair read; once more if the reply cannot be read."""
        if known is None or not known.answered:
            unread = known.unread if known else None
            known = await self._ask_judge(item, key, texts, unread)
        if known and known.answered and not known.unread:
            reply = known.state.synthesis.text
            if read_pair(reply).better is None:
                unread = UnreadReply(known.uid, reply)
                known = await self._ask_judge(item, key, texts, unread)
        if known is None or not known.answered:
            return
        reading = read_pair(known.state.synthesis.text)
        await self._store.settle_judgement(key, reading)
        self._progress.judgements[key] = reading
        self._tell(key)

    async def _ask_judge(
        self,
        item: Item,
        key: JudgementKey,
        texts: Mapping[Arm, str],
        unread: UnreadReply | None,
    ) -> KnownRun | None:
        judge, prompt = self._protocol.judge, self._protocol.prompt
        if judge is None:
            raise ValueError("nobody judges")
        ours, theirs = texts[MIXTURE], texts[key.pair.removeprefix(MIXTURE)]
        shown = (ours, theirs) if key.ours_first else (theirs, ours)
        messages = pair_messages(prompt, item.asked, *shown)
        if unread:
            messages = again_messages(prompt, messages, unread.text)
        config = MoAConfig(layers=(), aggregator=judge)
        task = Task(key=key, config=config, messages=messages, unread=unread)
        return await self._perform(task)

    async def _perform(self, task: Task) -> KnownRun | None:
        """Make a run, unless it is to end; ``None`` if another process has it.

        Raises:
            _Ending: Nothing more may be begun.
        """
        if self._ending:
            raise self._ending
        try:
            run = await self._store.perform(task)
        except CapExceededError as error:
            self._ending = self._ending or _Ending("capped", error)
            raise self._ending from None
        if run is None:
            return None
        self._progress.spent += run.state.cost
        if run.answered:
            self._failures_in_a_row = 0
        else:
            self._note_failure(task.key, run.state.error or RunStoppedError())
        return run

    def _note_failure(self, key: WorkKey, error: MoAError) -> None:
        self._failed[key] = error
        self._failures_in_a_row += 1
        self._tell(key, error)
        if isinstance(error, CapReachedError):
            self._ending = self._ending or _Ending("capped", error)
        elif isinstance(error, RunStoppedError):
            self._ending = self._ending or _Ending("paused", error)
        elif self._failures_in_a_row >= MOST_FAILURES:
            self._ending = self._ending or _Ending("failing", error)

    def _tell(self, key: WorkKey, error: MoAError | None = None) -> None:
        spent = self._progress.spent
        self._on_step(Step(key, self._done, self._all, spent, error))

    async def _together(self, *work: Awaitable[None]) -> None:
        """Await all, to their ends, and then raise what ended one of them."""
        results = await asyncio.gather(*work, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
