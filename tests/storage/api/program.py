"""A program that asks through the API: its runs are really made, by a desk."""

from decimal import Decimal
from itertools import count

from moa_core.openai_wire import read_request
from moa_core.usage import Cost
from storage.api import ApiQuestion
from storage.api.api_keys import ApiKeys
from storage.recording.api_runs import ApiRuns
from storage.recording.run_start import Order
from tests.moa_core.scripted import mixture
from tests.storage.desk import Desk

CONFIG = mixture(["a"])
DOLLAR = Decimal(1)


class Program:
    """A client of the API: sends its conversation, and has the runs really made."""

    def __init__(self, database, recorder) -> None:
        self.desk, self.api = Desk(database, recorder), ApiRuns(database)
        self.keys = ApiKeys(database)
        self.key, _ = self.keys.create("An editor")
        self.numbers = count(1)

    def asked(self, *messages, **more) -> ApiQuestion:
        body = {"model": "polyphony/x", "messages": list(messages)} | more
        return ApiQuestion.of(read_request(body), self.key.uid)

    def begin(self, *messages, caps=None, usd=None, **more):
        estimate = usd and (lambda _: About(Cost(usd), Cost(usd)))
        order = Order(config=CONFIG, preset_name="Mine", estimate=estimate)
        given = {"caps": caps} if caps else {}
        return self.api.begin(self.asked(*messages, **more), order, **given)

    async def ask(self, *messages, **more):
        """Ask, and give what was stored, with the answer as the client will send it."""
        answer = f"Answer {next(self.numbers)}."
        self.desk.scripts["chief"] = f"{answer} "
        begun = self.begin(*messages, **more)
        await self.desk.told(begun, CONFIG)
        return begun, assistant(answer)


class About:
    def __init__(self, low, high) -> None:
        self.low, self.high = low, high


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


SYSTEM = {"role": "system", "content": "Be brief."}
