"""A ranked run is stored like any other: its answer is the proposal that was chosen."""

import pytest

from moa_core.engine.execution import Engine
from moa_core.errors import NoChoiceError
from moa_core.messages import Question
from moa_core.pricing import PriceBook
from moa_core.run.run_state import RunState
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from storage.recording.runs import Runs
from tests.moa_core.scripted import ScriptedProvider, mixture
from tests.support.new_database import copy_new_file


@pytest.fixture
def ask(tmp_path):
    """Asks in one conversation and gives the stored state and the conversation."""
    database = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'p.db')}")
    runs, recorder = Runs(database), Recorder(database)

    async def asked(question, scripts, conversation_uid=None, **options):
        config = mixture(["a", "b"], method="rank", **options)
        begun = runs.begin(
            Question(question), config, conversation_uid=conversation_uid
        )
        engine = Engine({"lab": ScriptedProvider(scripts)}, PriceBook())
        state = RunState(config)
        async for event in engine.run(config, begun.messages):
            state.apply(event)
            await recorder.record(begun.run_uid, event, state)
        return begun, runs.load(begun.run_uid).state

    yield asked
    recorder.close()
    database.close()


async def test_a_choice_is_stored_as_the_answer_and_the_verdict_as_reasoning(ask):
    begun, state = await ask("Why?", {"chief": ["Draft 2"]})
    assert state.config.method == "rank"
    assert state.synthesis.text == "b answers"
    assert state.synthesis.reasoning == "Draft 2"
    again, _ = await ask("And now?", {"chief": ["1"]}, begun.conversation_uid)
    said = [message.text for message in again.messages]
    assert said == ["Why?", "b answers", "And now?"]


async def test_a_verdict_without_a_number_is_stored_as_a_failure_with_its_bill(ask):
    _, state = await ask(
        "Why?", {"chief": ["both"], "deputy": ["1"]}, fallbacks=["deputy"]
    )
    first, second = state.aggregators
    assert (first.status, first.text, first.reasoning) == ("failed", "", "both")
    assert isinstance(first.error, NoChoiceError)
    assert first.call.usage.source == "reported"
    assert (second.status, second.text) == ("succeeded", "a answers")
