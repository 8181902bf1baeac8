"""A provider whose behaviour a test writes down, model by model."""

import asyncio
from contextlib import asynccontextmanager

from moa_core.engine.execution import Engine
from moa_core.errors import ServerFailedError
from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.pricing import PriceBook
from moa_core.run.completion import Delta, Finish
from moa_core.usage import Usage

QUESTION = (Message.from_text("user", "Why is the sky blue?"),)
REPORTED = Usage(input_tokens=10, output_tokens=5, source="reported")


def failure(model, kind=ServerFailedError, message="The server failed.", **more):
    return kind(message, endpoint="lab", model=model, **more)


class ScriptedProvider:
    """Plays ``scripts[model]``: text is a delta, a number a pause in seconds, an
    exception is raised. Without a script the model answers ``<model> answers``, and
    without an entry in ``finishes`` it ends with ``stop``."""

    def __init__(self, scripts=None, usage=REPORTED, finishes=None):
        self.scripts = scripts or {}
        self.finishes = finishes or {}
        self.usage = usage
        self.requests = []
        self.open = set()
        self.most_open = 0

    async def stream(self, request):
        model = request.agent.model
        self.requests.append(request)
        async with self._opened(len(self.requests)):
            for step in self._script(model):
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float | int):
                    await asyncio.sleep(step)
                    continue
                yield step if not isinstance(step, str) else Delta(step)
            reason = self.finishes.get(model, "stop")
            yield Finish(reason=reason, usage=self.usage, model=f"{model}-v1")

    def asked(self, model):
        return [r for r in self.requests if r.agent.model == model]

    def _script(self, model):
        script = self.scripts.get(model, [model, " answers"])
        return script(len(self.asked(model))) if callable(script) else script

    @asynccontextmanager
    async def _opened(self, number):
        self.open.add(number)
        self.most_open = max(self.most_open, len(self.open))
        try:
            yield
        finally:
            self.open.discard(number)


def agent(model, **more):
    return AgentSpec(endpoint="lab", model=model, **more)


def mixture(*layers, aggregator="chief", fallbacks=(), **more):
    """``mixture(["a", "b"], ["c"])``: two layers of proposers and an aggregator."""
    return MoAConfig(
        layers=tuple(Layer(tuple(agent(m) for m in layer)) for layer in layers),
        aggregator=agent(aggregator),
        fallbacks=tuple(agent(m) for m in fallbacks),
        **more,
    )


async def told(provider, config, messages=QUESTION, **more):
    """Every event of one run."""
    engine = Engine({"lab": provider}, PriceBook())
    return [event async for event in engine.run(config, messages, **more)]


def of(kind, events, role=None):
    """Events of a kind, and of calls in a role."""
    return [
        e for e in events if isinstance(e, kind) and (role is None or e.role == role)
    ]
