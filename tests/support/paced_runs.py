"""Runs in virtual time, of models that are slow, silent or fail."""

from moa_core.engine import Engine
from moa_core.mixture import Pace, Quorum
from moa_core.pricing import PriceBook
from moa_core.run import Controls, Rework, RunDecided, RunState
from tests.moa_core.scripted import QUESTION, ScriptedProvider, of
from tests.support.virtual_time import run_virtually

PATIENT = Pace(quorum=Quorum())
SIX = ["a", "b", "c", "d", "e", "f"]
HANG = [1e6]


def steady(first_s, pieces, every_s, size=100):
    """A model that writes ``pieces`` of ``size`` characters at a steady pace."""
    return [first_s, *["x" * size, every_s] * (pieces - 1), "x" * size]


def answers(**odd):
    """Six proposers that take 10 s each, but for odd ones, and quick aggregators."""
    usual = {model: steady(1.0, 10, 1.0) for model in SIX}
    return usual | {"chief": steady(1.0, 3, 1.0)} | odd


def told(scripts, config, *, act=lambda event, controls: None, prices=None, **more):
    provider = ScriptedProvider(scripts)
    providers = more.pop("policies", lambda plain: {"lab": plain})(provider)
    controls = Controls()

    async def run():
        engine = Engine(providers, prices or PriceBook())
        events, state = [], RunState(config, more.get("rework") or Rework())
        async for event in engine.run(config, QUESTION, controls, **more):
            events.append(event)
            state.apply(event)
            act(event, controls)
        return events, state, provider

    ran = run_virtually(run())
    assert provider.open == set()
    return ran


def decisions(events):
    return [event.decision for event in of(RunDecided, events)]
