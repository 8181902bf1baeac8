"""The script that tries experiments as a whole: that it starts, and what it draws."""

import pytest

from tests.evidence import __main__ as evidence
from tests.evidence.benchmarks import files, judged
from tests.evidence.estimates import MEDIAN_TOKENS, TalkativeWorld, read_lengths


def test_it_starts_and_says_what_it_takes(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["evidence", "--help"])
    with pytest.raises(SystemExit) as ended:
        evidence.main()
    assert ended.value.code == 0
    assert "--real" in capsys.readouterr().out


def test_answers_are_as_long_as_real_ones():
    world = TalkativeWorld(seed=1)
    lengths = sorted(world._length("a") for _ in range(200))
    assert MEDIAN_TOKENS / 2 < lengths[100] < 2 * MEDIAN_TOKENS
    assert lengths[-1] > 2 * lengths[0]


def test_recorded_lengths_are_those_of_one_system_a_model(tmp_path):
    table = tmp_path / "lengths.csv"
    table.write_text(
        "index,prompt_id,brief,wordy\n0,x,40,4000\n1,y,44,4400\n2,z,,4800\n"
    )
    recorded = read_lengths(table)
    assert recorded == [[10, 11], [1000, 1100, 1200]]
    world = TalkativeWorld(seed=1, recorded=recorded)
    for model in "abcdefgh":
        lengths = {world._length(model) for _ in range(20)}
        assert any(lengths <= set(system) for system in recorded)


def test_the_live_judge_is_given_what_it_can_read():
    """Which of the three is asked for is told by what is sent."""
    asked = {"messages": [{"content": "Respects:\n- readability: ..."}]}
    assert '"readability"' in judged(asked)
    asked = {"messages": [{"content": "<question-1>\n?\n</question-1>"}]}
    assert '"score": 8' in judged(asked)
    with files() as paths:
        assert set(paths) == {"mt_bench", "flask", "alpaca"}
