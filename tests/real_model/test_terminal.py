"""The command in a terminal, with a real model.

It asks one question and keeps no conversation: follow-ups and reworks are the app's.
"""

import signal

import pytest

from moa_core.mixture import Preset, preset_to_json
from tests.moa_core.command_line import CommandLine
from tests.real_model.llama import environment, loading, mixture

ALONE = ("--aggregator", "tiny/smollm2-135m")


@pytest.fixture
def moa(real_model, tmp_path):
    return CommandLine(tmp_path, **environment(real_model))


def test_two_layers_of_a_real_model_answer_in_the_terminal(moa, tmp_path):
    config = mixture(1, 1)
    preset = Preset(name="short", title="Short", description="", config=config)
    (tmp_path / "short.json").write_text(preset_to_json(preset), "utf-8")
    told = moa("Why is the sky blue?", "--preset", "short.json", "--json")
    assert told.code == 0, told.err
    assert told.last["event"] == "RunFinished"
    assert told.last["text"].strip()
    assert told.last["cost_usd"] == 0
    drafts = told.of("ProposalFinished", outcome="succeeded")
    assert [call["layer_index"] for call in drafts] == [0, 1]
    (last,) = told.of("SynthesisFinished", outcome="succeeded")
    for call in (*drafts, last):  # an attempt that failed before is an estimate
        assert call["usage"]["source"] == "reported", told.out


def test_a_prompt_beyond_the_window_is_told_in_the_terminal(moa):
    told = moa("word " * 1200, *ALONE)
    assert told.code == 1
    assert "too long" in told.err
    assert "Traceback" not in told.err


def test_the_terminal_waits_while_the_model_loads_and_keeps_what_a_stop_cuts(tmp_path):
    with loading(tmp_path) as (server, let_go):
        moa = CommandLine(tmp_path, **environment(server))
        with moa.begin("Tell a very long story about a lighthouse.", *ALONE) as asked:
            told = []
            while "loading the model" not in "".join(told):
                told.append(asked.stderr.readline())
                assert told[-1], told  # it ended
            let_go()
            begun = asked.stdout.read(1)
            asked.send_signal(signal.SIGINT)
            answer, end = begun + asked.stdout.read(), asked.stderr.read()
    assert asked.returncode == 1
    assert answer.strip()
    assert "What arrived is kept" in end
    assert "Traceback" not in end
