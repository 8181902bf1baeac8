"""Carries out a benchmark: what is missing of it, in its order, and no call twice.

All answers, a few questions at a time, then what is judged. A question that follows
another one is asked with the answer that the mixture itself gave to that one.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from moa_core.evaluation import grading_messages, read_grade
from moa_core.experiments.arm_names import MIXTURE
from moa_core.experiments.arms import continued
from moa_core.experiments.benchmark.protocol import BenchmarkProtocol, judge_task
from moa_core.experiments.benchmark.work import (
    benchmark_keys,
    conversations,
    graded_turns,
)
from moa_core.experiments.items import Item
from moa_core.experiments.judging import JUDGEMENTS_AT_ONCE, AskedJudge, Judging
from moa_core.experiments.run_maker import Ended, RunMaker, Step
from moa_core.experiments.side_by_side import a_few_at_once
from moa_core.experiments.store import ExperimentStore
from moa_core.experiments.work import AnswerKey, GradeKey, Task
from moa_core.messages import Message

ANSWERS_AT_ONCE: Final = 4
"""Questions that are answered side by side."""


class BenchmarkRunner:
    """Works on one benchmark, once.

    Args:
        protocol: What is done.
        items: Its questions, in their order; those that follow another one behind it.
        store: Where it is kept.
        on_step: Told of every piece that is settled or fails.
    """

    def __init__(
        self,
        protocol: BenchmarkProtocol,
        items: Sequence[Item],
        store: ExperimentStore,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> None:
        self._protocol, self._items, self._store = protocol, list(items), store
        self._turns = conversations(self._items)
        pieces = sum(1 for _ in benchmark_keys(protocol, self._items))
        self._maker = RunMaker(store, pieces, on_step)

    def pause(self) -> None:
        """Begin nothing more; what is under way ends first. For the loop's thread."""
        self._maker.end("paused")

    async def run(self) -> Ended:
        """Do all that is missing, and say why it ended."""
        return await self._maker.carry_out(self._work)

    async def _work(self) -> None:
        followed = {item.follows for item in self._items}
        last = [item for item in self._items if item.id not in followed]
        await a_few_at_once(
            ANSWERS_AT_ONCE, (partial(self._answer, item) for item in last)
        )
        if judge_task(self._protocol.benchmark) == "pair":
            await Judging(self._protocol, self._items, self._maker).run()
        else:
            await self._grade_all()

    def _lacks(self, item: Item) -> bool:
        return AnswerKey(item.id, MIXTURE) not in self._maker.progress.answers

    async def _answer(self, last: Item) -> None:
        """Have a question answered, and those before it first."""
        said: list[Message] = []
        turns = self._turns[last.id]
        if not any(map(self._lacks, turns)):
            return
        for item in turns:
            messages = (*said, *item.messages)
            if self._lacks(item):
                await self._ask(item, messages)
            if self._lacks(item):  # what follows cannot be asked
                return
            answer = (await self._store.texts_of(item))[MIXTURE]
            said = [*messages, Message.from_text("assistant", answer)]

    async def _ask(self, item: Item, messages: tuple[Message, ...]) -> None:
        key = AnswerKey(item.id, MIXTURE)
        known = (await self._store.runs_of(item)).get(key)
        if known is None or not known.answered:
            how = continued(self._protocol.config_for(item), known)
            task = Task(
                key=key,
                config=how.config,
                messages=messages,
                base=how.base,
                rework=how.rework,
            )
            known = await self._maker.perform(task)
        await self._maker.settle_run(key, known)

    async def _grade_all(self) -> None:
        graded = self._maker.progress.grades
        ready = (
            item
            for item in self._items
            if not self._lacks(item) and GradeKey(item.id) not in graded
        )
        await a_few_at_once(
            JUDGEMENTS_AT_ONCE, (partial(self._grade, item) for item in ready)
        )

    async def _grade(self, item: Item) -> None:
        key, skills = GradeKey(item.id), item.reference.skills
        runs = await self._store.runs_of(item)
        turns = self._turns[item.id]
        answers = {
            each.id: (await self._store.texts_of(each))[MIXTURE] for each in turns
        }
        reply = await AskedJudge(self._protocol, self._maker).reply(
            key,
            runs.get(key),
            partial(self._messages, turns, answers),
            lambda text: read_grade(text, skills).readable,
        )
        if reply is not None:
            await self._maker.settle_grade(key, read_grade(reply, skills))

    def _messages(
        self, turns: Sequence[Item], answers: Mapping[str, str]
    ) -> tuple[Message, ...]:
        skills = turns[-1].reference.skills
        shown = graded_turns(turns, answers)
        return grading_messages(self._protocol.prompt, shown, skills)
