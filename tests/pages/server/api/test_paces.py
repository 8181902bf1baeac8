"""Whatever a mixture does to save time and money, its client gets one whole answer."""

from dataclasses import replace

import pytest

from moa_core.mixture.config import Preset
from moa_core.mixture.pace import Auto, EarlyExit, FastStart, Hedging, Pace, Quorum
from tests.browser.app.lab import mixture
from tests.support.api_client import question

PACES = {
    "auto": Pace(auto=Auto()),
    "early": Pace(early_exit=EarlyExit()),
    "chunks": Pace(fast_start=FastStart(way="chunks")),
    "provisional": Pace(fast_start=FastStart(way="provisional")),
    "quorum": Pace(quorum=Quorum(), hedging=Hedging()),
}


@pytest.fixture
def ask(app, api):
    saved = []

    def asked(name, **more):
        config = replace(mixture("ada", "ben", "cleo"), pace=PACES[name])
        preset = Preset(name=name, title=name, description="", config=config)
        saved.append(app.presets.save(preset))
        return api.stream(question(name, **more)), api.ask(question(name, **more))

    yield asked
    for each in saved:
        app.presets.delete(each.uid)


@pytest.mark.parametrize("name", PACES)
def test_every_pace_gives_one_answer(app, ask, name):
    stream, whole = ask(name)
    assert whole.status == 200, whole.text
    assert stream.done
    assert "error" not in stream.data[-1], stream.data[-1]
    [message] = [each["message"] for each in whole.body["choices"]]
    assert message["content"]
    for reply, told in ((stream, stream.text), (whole, message["content"])):
        run = app.runs.load(reply.headers["x-polyphony-run"])
        assert run.state.status == "succeeded"
        assert run.state.synthesis.text.strip() == told.strip()
