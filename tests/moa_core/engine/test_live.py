import asyncio
import threading
from contextlib import suppress

import pytest

from moa_core.engine.execution import Engine
from moa_core.engine.live import LiveRuns
from moa_core.plan.rework_plan import resynthesise
from moa_core.pricing import PriceBook
from moa_core.run.called_by import called_by
from moa_core.run.events import RunAborted, RunFinished
from tests.moa_core.scripted import QUESTION, ScriptedProvider, mixture
from tests.support.waiting import eventually


class Memory:
    last_error = None

    def __init__(self, pause_s=0.0):
        self.events, self.pause_s = [], pause_s

    async def record(self, run_uid, event, state):
        self.events.append((run_uid, event))
        if isinstance(event, RunFinished | RunAborted):
            await asyncio.sleep(self.pause_s)


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def live(memory):
    runs = LiveRuns(memory)
    yield runs
    runs.close()


def begin(live, provider, uid="r1", config=None, tell=None):
    config = config or mixture(["a", "b"])
    engine = Engine({"lab": provider}, PriceBook())
    return live.start(
        uid, config, lambda controls: engine.run(config, QUESTION, controls), tell=tell
    )


def test_a_run_goes_on_when_nobody_watches(live, memory):
    run = begin(live, ScriptedProvider())
    eventually(lambda: not run.live)
    assert run.state.status == "succeeded"
    assert run.state.synthesis.text == "chief answers"
    assert isinstance(memory.events[-1][1], RunFinished)


def test_start_returns_at_once(live):
    run = begin(live, ScriptedProvider({"a": [60]}))
    assert run.live


def test_a_watcher_may_come_late_and_gets_the_state_so_far(live):
    begin(live, ScriptedProvider({"a": ["so far", 60]}))
    eventually(lambda: live.get("r1").state.layers[0].seats[0].text == "so far")
    assert live.get("r1").live
    assert live.get("r1").elapsed_s > 0
    assert live.get("other") is None


def test_stop_ends_the_run_keeps_its_text_and_closes_its_streams(live):
    provider = ScriptedProvider({"a": ["so far", 60]})
    run = begin(live, provider)
    eventually(lambda: run.state.layers[0].seats[0].text == "so far")
    live.stop("r1")
    eventually(lambda: not run.live)
    assert run.state.status == "stopped"
    assert run.state.layers[0].seats[0].text == "so far"
    assert provider.open == set()
    live.stop("r1")  # nothing is left to stop


def test_one_seat_can_be_stopped_or_restarted_from_any_thread(live):
    script = {"a": lambda times: ["so far", 60] if times == 1 else ["whole"]}
    provider = ScriptedProvider({**script, "b": ["slow", 60]})
    run = begin(live, provider)
    first, second = run.state.layers[0].seats
    eventually(lambda: first.text == "so far" and second.text == "slow")
    live.restart_seat("r1", first.seat)
    eventually(lambda: first.ended)
    live.stop_seat("r1", second.seat)
    eventually(lambda: not run.live)
    assert (first.text, second.status) == ("whole", "stopped")
    assert run.state.status == "succeeded"
    live.stop_seat("r1", second.seat)  # nothing is left to stop


def test_a_layer_goes_on_with_what_is_ready(live):
    run = begin(live, ScriptedProvider({"b": ["slow", 60]}))
    eventually(lambda: run.state.answered == 1)
    live.end_layer("r1", 0)
    eventually(lambda: not run.live)
    assert run.state.synthesis.text == "chief answers"


def test_a_reworked_run_stands_whole_from_its_first_moment(live):
    config = mixture(["a", "b"])
    before = begin(live, ScriptedProvider(), "r1", config)
    eventually(lambda: not before.live)
    plan = resynthesise(before.state)
    engine = Engine({"lab": ScriptedProvider({"chief": ["new"]})}, PriceBook())

    def story(controls):
        return engine.run(plan.config, QUESTION, controls, rework=plan.rework)

    run = live.start("r2", plan.config, story, plan.rework)
    assert [seat.text for seat in run.state.layers[0].seats] == [
        "a answers",
        "b answers",
    ]
    eventually(lambda: not run.live)
    assert run.state.synthesis.text == "new"


def test_a_run_is_over_only_when_its_end_is_recorded():
    live = LiveRuns(Memory(pause_s=0.2))
    run = begin(live, ScriptedProvider())
    eventually(lambda: not run.state.live)
    assert run.live
    eventually(lambda: not run.live)
    live.close()


def test_many_runs_at_once_do_not_mix(live):
    runs = [begin(live, ScriptedProvider({"a": [str(n)]}), str(n)) for n in range(20)]
    eventually(lambda: not any(run.live for run in runs))
    texts = [run.state.layers[0].seats[0].text for run in runs]
    assert texts == [str(n) for n in range(20)]


def test_a_failing_listener_takes_no_other_run_along(live, memory, caplog):
    async def fail(run_uid, event, state):
        raise OSError("disk on fire")

    memory.record = fail
    run = begin(live, ScriptedProvider())
    eventually(lambda: not run.live)
    assert "ended without its last event" in caplog.text


def test_whoever_watches_is_told_of_what_is_recorded_and_of_the_end(live, memory):
    told = []
    watched = begin(live, ScriptedProvider(), tell=told.append)
    eventually(lambda: told[-1:] == [None])
    assert not watched.live
    assert told[:-1] == [event for _, event in memory.events]


def test_the_end_is_told_when_it_could_not_be_recorded(live, memory, caplog):
    async def fail(run_uid, event, state):
        raise OSError("disk on fire")

    memory.record = fail
    told = []
    begin(live, ScriptedProvider(), tell=told.append)
    eventually(lambda: told == [None])


def test_a_call_knows_for_which_run_it_is_made_and_which_asked_for_that(live):
    known = {}

    class Asked(ScriptedProvider):
        def stream(self, request):
            known[request.agent.model] = called_by.get()
            return super().stream(request)

    outer = called_by.set(("outer",))
    run = begin(live, Asked(), "inner")
    called_by.reset(outer)
    eventually(lambda: not run.live)
    assert known == dict.fromkeys(("a", "b", "chief"), ("outer", "inner"))


def test_close_stops_what_runs_and_ends_the_thread(memory):
    live = LiveRuns(memory)
    begin(live, ScriptedProvider({"a": [60]}))
    live.close()
    assert isinstance(memory.events[-1][1], RunAborted)
    assert "polyphony-engine" not in [
        t.name for t in threading.enumerate() if t.is_alive()
    ]


def test_other_work_runs_on_the_same_loop(live):
    async def loop():
        return asyncio.get_running_loop()

    with suppress(TimeoutError):
        assert live.submit(loop()).result(1) is live.submit(loop()).result(1)
