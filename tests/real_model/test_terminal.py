"""The command in a terminal, with a real model."""

import pytest

from moa_core.mixture import Preset, preset_to_json
from tests.moa_core.command_line import CommandLine
from tests.real_model.llama import environment, mixture


@pytest.fixture
def moa(real_model, tmp_path):
    return CommandLine(tmp_path, **environment(real_model))


def test_a_mixture_of_a_real_model_answers_in_the_terminal(moa, tmp_path):
    preset = Preset(name="short", title="Short", description="", config=mixture(2))
    (tmp_path / "short.json").write_text(preset_to_json(preset), "utf-8")
    told = moa("Why is the sky blue?", "--preset", "short.json", "--json")
    assert told.code == 0, told.err
    assert told.last["event"] == "RunFinished"
    assert told.last["text"].strip()
    assert told.last["usage"]["source"] == "reported"
    assert told.last["cost_usd"] == 0
    assert len(told.of("ProposalFinished")) == 2


def test_a_prompt_beyond_the_window_is_told_in_the_terminal(moa):
    told = moa("word " * 1200, "--aggregator", "tiny/smollm2-135m")
    assert told.code == 1
    assert "too long" in told.err
    assert "Traceback" not in told.err
