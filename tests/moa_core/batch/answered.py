"""Batches on a provider whose models say which proposals they have read."""

import asyncio
import hashlib
import json
from collections import Counter
from decimal import Decimal
from typing import ClassVar

from moa_core.batch import (
    Batch,
    BatchFiles,
    BatchWriter,
    Cap,
    KnownBatch,
    LocalCap,
    RowRunner,
    read_rows,
)
from moa_core.engine.execution import Engine
from moa_core.pricing import PriceBook
from moa_core.run.completion import Delta, Finish
from moa_core.settings import OwnPrice
from moa_core.usage import Usage
from tests.moa_core.scripted import mixture

MIXTURE = mixture(["a", "b"], ["c", "d"])
NAMES = ("a", "b", "c", "d", "chief")
USAGE = Usage(input_tokens=1000, output_tokens=500, source="reported")
PRICE = OwnPrice(input_usd_per_mtok=Decimal(1), output_usd_per_mtok=Decimal(4))
PRICES = PriceBook({f"lab/{name}": PRICE for name in NAMES})


class World:
    """A provider whose answers depend on the whole prompt.

    Attributes:
        asked: The models that were asked, in order.
        before: Called with every request before it is answered, and may raise.
        pause_s: How long an answer takes.
        tool: The call of a tool that is the answer, where tools are offered.
    """

    def __init__(self, pause_s=0.0):
        self.tool = None
        self.asked = []
        self.before = None
        self.pause_s = pause_s

    async def stream(self, request):
        self.asked.append(request.agent.model)
        if self.before:
            self.before(request)
        await asyncio.sleep(self.pause_s)
        if self.tool and "tools" in request.extra:
            yield self.tool
            yield Finish(reason="tool_calls", usage=USAGE)
            return
        prompt = json.dumps([m.text for m in request.messages])
        digest = hashlib.sha256(prompt.encode()).hexdigest()[:8]
        yield Delta(f"{request.agent.model} says {digest}.")
        yield Finish(reason="stop", usage=USAGE)


class Attempt:
    """One process's attempt at a batch, in this one."""

    def __init__(self, folder, world, config=MIXTURE, name="prompts.txt"):
        self.files = BatchFiles.beside(folder / "answers.jsonl")
        self.engine = Engine({"lab": world}, PRICES)
        self.rows = read_rows(folder / name, config)
        self.runner = RowRunner(self.engine, PRICES, config)
        self.batch = None

    async def run(self, limit_usd=None, writer=BatchWriter, **more):
        known = KnownBatch.read(self.files)
        known.check_mixture(self.runner.mixture, self.files)
        cap: Cap | None = None
        if limit_usd:
            cap = LocalCap(Decimal(limit_usd), known.spent.usd)
        with writer(self.files) as opened:
            self.batch = Batch(self.rows, self.runner, known, opened, cap, **more)
            return await self.batch.run()


class Written(BatchWriter):
    """A writer that notes what it writes, so that a kill at any moment can be played.

    Attributes:
        log: Paths and records, in order.
    """

    log: ClassVar[list] = []

    def append(self, path, record):
        super().append(path, record)
        self.log.append((path, record))

    @classmethod
    def replay(cls, count):
        """Leave the files as they are when the process dies after so many lines."""
        for path in {path for path, _ in cls.log}:
            told = [json.dumps(r) + "\n" for p, r in cls.log[:count] if p == path]
            path.write_text("".join(told))


def questions(folder, count, name="prompts.txt"):
    """A file of so many prompts."""
    path = folder / name
    path.write_text("".join(f"What is {n}?\n" for n in range(count)))
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def answers(folder):
    """Text by id; each row was answered once."""
    told = lines(folder / "answers.jsonl")
    counts = Counter(line["custom_id"] for line in told)
    assert set(counts.values()) <= {1}
    return {line["custom_id"]: text_of(line) for line in told}


def text_of(line):
    return line["response"]["body"]["choices"][0]["message"]["content"]
