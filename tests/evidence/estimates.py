"""Checks that what an experiment is said to cost holds, on a hundred of them."""

import csv
import math
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from moa_core.experiments import forecast
from moa_core.run.completion import CompletionRequest, Delta, Finish
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Usage
from tests.moa_core.experiments.desk import PRICES, Desk, World, questions

EXPERIMENTS: Final = 100
QUESTIONS: Final = 5
WANTED: Final = 90
ARMS: Final = ("A", "B", "C", "D")
MEDIAN_TOKENS: Final = 450
"""Of an answer of medium length; the note's measure of cost has the same."""

SPREAD_OF_MODELS, SPREAD_OF_ANSWERS = 0.25, 0.5
"""Of logarithms: some models say more than others, and each now more, now less."""


CHARACTERS_A_TOKEN: Final = 4

Lengths = Sequence[Sequence[int]]
"""Of real answers in tokens, one system after the other."""


def read_lengths(path: Path) -> Lengths:
    """From a table with a column of characters for each system."""
    with path.open(newline="") as file:
        rows = [*csv.DictReader(file)]
    systems = [name for name in rows[0] if name not in ("index", "prompt_id")]
    return [
        [int(row[name]) // CHARACTERS_A_TOKEN for row in rows if row[name]]
        for name in systems
    ]


class TalkativeWorld(World):
    """Models whose answers have the lengths of real ones.

    Args:
        seed: Of what is drawn.
        recorded: Each model speaks at the lengths of one of these systems; without any,
            lengths are log-normal, by model.
    """

    def __init__(self, seed: int, recorded: Lengths = ()) -> None:
        super().__init__()
        self._dice = random.Random(seed)
        self._medians: dict[str, float] = {}
        self._recorded, self._systems = recorded, dict[str, Sequence[int]]()

    async def stream(self, request: CompletionRequest) -> AsyncIterator[Delta | Finish]:
        """Answer in as many tokens as drawn; a judge's reply is as long as it is."""
        model = request.agent.model
        text = self._text(model, request.messages)
        tokens = len(text) // 4
        if model != "judge":
            tokens = self._length(model)
            text += " word" * tokens
        read = estimate_prompt_tokens(request.messages)
        usage = Usage(input_tokens=read, output_tokens=tokens, source="reported")
        yield Delta(text)
        yield Finish(reason="stop", usage=usage, model=model)

    def _length(self, model: str) -> int:
        if self._recorded:
            if model not in self._systems:
                self._systems[model] = self._dice.choice(self._recorded)
            return max(1, self._dice.choice(self._systems[model]))
        if model not in self._medians:
            drawn = self._dice.gauss(0, SPREAD_OF_MODELS)
            self._medians[model] = MEDIAN_TOKENS * math.exp(drawn)
        spread = math.exp(self._dice.gauss(0, SPREAD_OF_ANSWERS))
        return max(5, round(self._medians[model] * spread))


async def check_estimates(_: object, lengths: Path | None = None) -> tuple[bool, str]:
    """Of a hundred experiments, at least 90 cost what was said before the start.

    Args:
        lengths: A table of recorded lengths; ``None`` for made-up ones.
    """
    held, shares = 0, []
    recorded = read_lengths(lengths) if lengths else ()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(EXPERIMENTS):
            path = Path(folder) / str(seed)
            path.mkdir()
            desk = Desk(path, TalkativeWorld(seed, recorded), QUESTIONS, arms=ARMS)
            said = forecast(desk.protocol, questions(QUESTIONS), PRICES)
            await desk.run()
            spent = desk.progress.spent.usd
            held += said.low.usd <= spent <= said.high.usd
            shares.append(float(spent / said.high.usd))
    source = f"recorded lengths of {len(recorded)} systems" if recorded else "made up"
    seen = (
        f"{source}: {held} of {EXPERIMENTS} experiments ({QUESTIONS} questions, "
        f"{' '.join(ARMS)}) cost what was said; {min(shares):.0%} to "
        f"{max(shares):.0%} of the high end"
    )
    return held >= WANTED, seen
