"""Experiments on a provider whose models answer by their name and question."""

import hashlib
import json
from decimal import Decimal

from moa_core.engine.execution import Engine
from moa_core.evaluation import PairReading
from moa_core.experiments import (
    AnswerKey,
    Item,
    JudgementKey,
    Progress,
    Protocol,
    SettledAnswer,
    estimate_task,
    runner_of,
)
from moa_core.experiments.folder import ExperimentFolder
from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.pricing import PriceBook
from moa_core.run.completion import Delta, Finish
from moa_core.settings import OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import mixture

MIXTURE = mixture(["a", "b", "c"])
JUDGE = AgentSpec(endpoint="lab", model="judge", temperature=0.0, max_tokens=400)
ALL_ARMS = ("A", "B", "C", "D", "E1")
PRICE = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(4))
PRICES = PriceBook({f"lab/{name}": PRICE for name in ("a", "b", "c", "chief", "judge")})


def reply(better, clearly=False, kind="facts"):
    said = {"reason": "so", "better": better, "clearly": clearly, "kind": kind}
    return json.dumps(said)


def fair(prompt):
    """Prefers a text by its hash: the same text in both orders."""
    first, second = answers_in(prompt)
    return reply("1" if hashed(first) > hashed(second) else "2")


def answers_in(prompt):
    parts = prompt.split("<answer-")
    return tuple(
        part.split(">\n", 1)[1].split("\n</answer", 1)[0] for part in parts[1:]
    )


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


class World:
    """A provider: proposers name themselves, the aggregator names what it has read.

    Attributes:
        judge: Makes a reply of the last user message, and of how many there were.
        broken: Models that fail.
        before_answer: Called with every request, and may raise.
    """

    def __init__(self, judge=lambda prompt, _number: fair(prompt)):
        self.judge = judge
        self.broken = {}
        self.before_answer = None
        self.asked = []

    async def stream(self, request):
        model, messages = request.agent.model, request.messages
        self.asked.append((model, messages))
        if model in self.broken:
            raise self.broken[model](request)
        if self.before_answer:
            self.before_answer(request)
        text = self._text(model, messages)
        yield Delta(text)
        tokens = len(text) // 4
        usage = Usage(input_tokens=100, output_tokens=tokens, source="reported")
        yield Finish(reason="stop", usage=usage, model=model)

    def _text(self, model, messages):
        if model == "judge":
            return self.judge(messages[1].text, len(messages))
        said = hashed("|".join(message.text for message in messages))[:8]
        return f"{model} says {said} to {messages[0].text}"

    def count(self, model):
        return sum(name == model for name, _ in self.asked)


def questions(count):
    return [
        Item(id=f"q{n:03}", messages=(Message.from_text("user", f"Question {n}?"),))
        for n in range(count)
    ]


def protocol(count, **more):
    settings = {"mixture": MIXTURE, "arms": ("A", "B", "D"), "judge": JUDGE, **more}
    if "C" in settings["arms"]:
        settings["one_model"] = MIXTURE.layers[0].proposers[0]
    return Protocol(questions=count, **settings)


class Desk:
    """One experiment in a folder, on one world."""

    def __init__(self, path, world, count=4, prices=PRICES, **more):
        self.path, self.world, self.prices = path, world, prices
        self.protocol, self.items = protocol(count, **more), questions(count)
        self._keep()

    @classmethod
    def of(cls, path, world, design, items, prices=PRICES):
        """At something else than the usual questions and arms."""
        desk = cls.__new__(cls)
        desk.path, desk.world, desk.prices = path, world, prices
        desk.protocol, desk.items = design, items
        desk._keep()
        return desk

    def _keep(self):
        path = self.path
        if not (path / "experiment.json").exists():
            ExperimentFolder.create(path, self.protocol, self.items)

    async def run(self, on_step=lambda _: None, **more):
        """Work on it once; how it ended, and what is settled by then."""
        folder = ExperimentFolder.open(self.path)
        folder.load()
        engine = Engine({"lab": self.world}, self.prices)
        folder.use(
            lambda task, budget: engine.run(
                task.config,
                task.messages,
                budget=budget,
                rework=task.rework,
                writer=task.writer,
            ),
            lambda task: estimate_task(task, self.prices),
        )
        try:
            runner = runner_of(folder.protocol, folder.items, folder, on_step)
            self.runner = runner
            ended = await runner.run()
            self.progress, self.folder = await folder.progress(), folder
        finally:
            folder.close()
        return ended


def progress_of(outcomes):
    """Answers that are all there, and judgements: ``{"BA": [1, 0, 0.5, ...]}``."""
    progress = Progress()
    for index, item in enumerate(questions(len(next(iter(outcomes.values()))))):
        for arm in ("A", "B", "C", "D"):
            progress.answers[AnswerKey(item.id, arm)] = SettledAnswer(
                characters=100 + index, cost_usd=None, seconds=1.0
            )
        for pair, told in outcomes.items():
            for ours_first in (True, False):
                better = {1: "first", 0: "second", 0.5: "same"}[told[index]]
                if not ours_first:
                    turned = {"first": "second", "second": "first", "same": "same"}
                    better = turned[better]
                key = JudgementKey(item.id, pair, ours_first)
                progress.judgements[key] = PairReading(better=better)
    return progress
