"""What a process does that records runs until it is killed.

It prints a line for everything it was told is kept: ``begun UID``, ``ended UID STATUS
NANO-DOLLARS LENGTH`` (of the synthesis) and ``wrote UID LENGTH`` for partial text.
"""

import asyncio
import random

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.run.events import CallDelta, CallStarted, RunStarted
from moa_core.run.run_state import RunState
from storage.database.sessions import Database
from storage.errors import ServerUnreachableError
from storage.recording.recorder import Recorder
from storage.recording.run_start import BegunRun
from storage.recording.runs import Runs
from tests.storage.fabricated import Storyteller, mixture


async def record_one(runs: Runs, recorder: Recorder, dice: random.Random) -> None:
    config = mixture(dice.randint(1, 3), 3)
    try:
        begun = runs.begin(Question("Will this be kept?"), config)
    except ServerUnreachableError:  # asked at a bad moment: ask again
        return await asyncio.sleep(0.05)
    say("begun", begun.run_uid)
    state = RunState(config)
    for event in Storyteller(config, dice, trouble=0.1).tell():
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
        if isinstance(event, CallDelta):
            await asyncio.sleep(dice.random() / 100)
    return tell_the_end(begun, state)


def tell_the_end(begun: BegunRun, state: RunState) -> None:
    nano_usd = int(state.cost.usd.scaleb(9))
    say("ended", begun.run_uid, state.status, nano_usd, len(state.synthesis.text))


async def record_many(url: str) -> None:
    database = Database.open(url)
    recorder = Recorder(database)
    say("marked", recorder.mark_interrupted())
    runs, dice = Runs(database), random.Random()

    async def on_and_on() -> None:
        while True:
            await record_one(runs, recorder, dice)

    await asyncio.gather(*(on_and_on() for _ in range(4)))


def say(*words: object) -> None:
    print(*words, flush=True)


def record_on_and_on(url: str) -> None:
    """Record runs side by side, one after the other."""
    asyncio.run(record_many(url))


async def write_half_an_answer(url: str) -> None:
    """Begin a run, write half an answer, and go on without an end."""
    database = Database.open(url)
    recorder, config = Recorder(database), mixture(1, 1)
    begun = Runs(database).begin(Question("Tell me a story."), config)
    state = RunState(config)
    agent = config.layers[0].proposers[0]
    for event in (
        RunStarted(0.0, config),
        CallStarted(0.1, "proposer", Seat(0, 0), agent, 1),
        CallDelta(0.3, "proposer", Seat(0, 0), "Once upon ", "answer"),
    ):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    runs = Runs(database)
    while not runs.load(begun.run_uid).state.seats[0].text:  # noqa: ASYNC110 - SQL
        await asyncio.sleep(0.01)
    say(begun.run_uid)
    await asyncio.sleep(60)


def write_half(url: str) -> None:
    """Say the uid of a run that stays as it is, and do nothing more."""
    asyncio.run(write_half_an_answer(url))
