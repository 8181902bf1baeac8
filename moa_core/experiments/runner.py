"""Carries out an experiment: what is missing of it, in its order, and no call twice.

All answers of a question, then the next question; then the judgements. It can be ended
at any moment, by a kill as well, and begun again: what is settled is not asked again,
and of a run that was cut off only what it had not got.
"""

from collections.abc import Callable, Mapping, Sequence

from moa_core.errors import ConfigError
from moa_core.experiments.answers import proposal_as_answer
from moa_core.experiments.arm_names import MIXTURE, PLACEBO, Arm
from moa_core.experiments.arms import proposal_in_panel, recipe
from moa_core.experiments.items import Item
from moa_core.experiments.judging import Judging
from moa_core.experiments.protocol import Protocol
from moa_core.experiments.run_maker import Ended, RunMaker, Step
from moa_core.experiments.side_by_side import together
from moa_core.experiments.store import ExperimentStore
from moa_core.experiments.work import AnswerKey, KnownRun, Task, WorkKey


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
        readings = len(protocol.pairs) * 2 if protocol.judge else 0
        pieces = len(self._items) * (len(protocol.arms) + readings)
        self._maker = RunMaker(store, pieces, on_step)

    def pause(self) -> None:
        """Begin nothing more; what is under way ends first. For the loop's thread."""
        self._maker.end("paused")

    async def run(self) -> Ended:
        """Do all that is missing, and say why it ended."""
        return await self._maker.carry_out(self._work)

    async def _work(self) -> None:
        for index in range(len(self._items)):
            await self._answer(index)
        await self._answer_placebos_left()
        await Judging(self._protocol, self._items, self._maker).run()

    def _lacks(self, item: Item, arm: Arm) -> bool:
        return AnswerKey(item.id, arm) not in self._maker.progress.answers

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
        await together(
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
        wanted = PLACEBO in self._protocol.arms and key not in self._maker.failed
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
        if proposal := proposal_in_panel(self._protocol, arm, panel.state):
            answer = proposal_as_answer(proposal)
            await self._maker.settle_answer(key, answer, panel.uid, proposal)
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
                self._maker.note_failure(key, error)
                return None
            task = Task(
                key=key,
                config=how.config,
                messages=item.messages,
                base=how.base,
                rework=how.rework,
            )
            known = await self._maker.perform(task)
        return await self._maker.settle_run(key, known)
