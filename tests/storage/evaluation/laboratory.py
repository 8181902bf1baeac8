"""Experiments in a database, run by an engine and a recorder on a scripted world."""

from moa_core.engine.execution import Engine
from moa_core.experiments import KnownRun, estimate_task, runner_of
from moa_core.messages import Question
from moa_core.run.run_state import RunState
from storage.errors import NotFoundError
from storage.evaluation import Benchmarks, Experiments, ExperimentWork, NewQuestion
from storage.recording.runs import Runs
from storage.settings import NO_CAPS
from tests.moa_core.experiments.desk import MIXTURE, PRICES, World, protocol


class Laboratory:
    """One database with its world.

    Attributes:
        caps: What may be spent.
    """

    def __init__(self, database, recorder):
        self.database, self.recorder = database, recorder
        self.experiments, self.world, self.caps = (
            Experiments(database),
            World(),
            NO_CAPS,
        )
        self.runs = Runs(database)

    def create(self, count, **more):
        asked = [NewQuestion(question=f"Question {n}?") for n in range(count)]
        return self.experiments.create("Does it help?", protocol(count, **more), asked)

    def create_of_chats(self, **more):
        """On all questions of chats, with the answers that are there."""
        asked = self.experiments.questions(MIXTURE)
        questions = [NewQuestion(question=each.question, source=each) for each in asked]
        return self.experiments.create("Chats", protocol(len(asked), **more), questions)

    def load(self, uid):
        try:
            return Benchmarks(self.database).load(uid)
        except NotFoundError:
            return self.experiments.load(uid, conversations=True)

    def work(self, uid):
        stored = self.load(uid)
        return ExperimentWork(self.database, uid, stored.protocol)

    async def run(self, uid):
        """Work on an experiment once; how it ended."""
        stored, store = self.load(uid), _Store(self, uid)
        return await runner_of(
            stored.protocol, stored.items, store, lambda _: None
        ).run()

    async def ask(self, question, *, files=(), **where):
        """A question of a chat, answered by the mixture; the run's uid and more."""
        begun = self.runs.begin(Question(question, files), MIXTURE, **where)
        await self.play(begun, self.engine.run(MIXTURE, begun.messages), MIXTURE)
        return begun

    @property
    def engine(self):
        return Engine({"lab": self.world}, PRICES)

    async def play(self, begun, events, *of_state):
        state = RunState(*of_state)
        async for event in events:
            state.apply(event)
            await self.recorder.record(begun.run_uid, event, state)
        return state


class _Store:
    def __init__(self, laboratory, uid):
        self._laboratory, self._work = laboratory, laboratory.work(uid)

    async def progress(self):
        return self._work.progress()

    async def runs_of(self, item):
        return self._work.runs_of(item)

    async def texts_of(self, item):
        return self._work.texts_of(item)

    async def perform(self, task):
        laboratory = self._laboratory
        begun = self._work.begin(
            task, lambda _: estimate_task(task, PRICES), laboratory.caps
        )
        if begun is None:
            return None
        events = laboratory.engine.run(
            task.config,
            begun.messages,
            budget=begun.budget,
            rework=task.rework,
            writer=task.writer,
        )
        state = await laboratory.play(begun, events, task.config, task.rework)
        return KnownRun(begun.run_uid, state, task.unread)

    async def settle_answer(self, key, answer, run, call):
        self._work.settle_answer(key, answer, run, call.seat)

    async def settle_judgement(self, key, reading):
        self._work.settle_judgement(key, reading)

    async def settle_grade(self, key, reading):
        self._work.settle_grade(key, reading)
