"""Checks that what an experiment is said to cost holds, on a hundred of them."""

import math
import random
import tempfile
from collections.abc import AsyncIterator
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


class TalkativeWorld(World):
    """Models whose answers have the lengths of real ones: log-normal, by model."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._dice = random.Random(seed)
        self._medians: dict[str, float] = {}

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
        if model not in self._medians:
            drawn = self._dice.gauss(0, SPREAD_OF_MODELS)
            self._medians[model] = MEDIAN_TOKENS * math.exp(drawn)
        spread = math.exp(self._dice.gauss(0, SPREAD_OF_ANSWERS))
        return max(5, round(self._medians[model] * spread))


async def check_estimates(_: object) -> tuple[bool, str]:
    """Of a hundred experiments, at least 90 cost what was said before the start."""
    held, shares = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(EXPERIMENTS):
            path = Path(folder) / str(seed)
            path.mkdir()
            desk = Desk(path, TalkativeWorld(seed), QUESTIONS, arms=ARMS)
            said = forecast(desk.protocol, questions(QUESTIONS), PRICES)
            await desk.run()
            spent = desk.progress.spent.usd
            held += said.low.usd <= spent <= said.high.usd
            shares.append(float(spent / said.high.usd))
    seen = (
        f"{held} of {EXPERIMENTS} experiments ({QUESTIONS} questions, "
        f"{' '.join(ARMS)}) cost what was said; {min(shares):.0%} to "
        f"{max(shares):.0%} of the high end"
    )
    return held >= WANTED, seen
