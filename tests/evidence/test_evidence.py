"""The script that tries experiments as a whole: that it starts, and what it draws."""

import pytest

from tests.evidence import __main__ as evidence
from tests.evidence.estimates import MEDIAN_TOKENS, TalkativeWorld


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
