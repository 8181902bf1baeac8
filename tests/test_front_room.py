"""The script that tries the front room: that it starts, and what it writes."""

import pytest

from tests.front_room import __main__ as front_room
from tests.front_room.jobs import ELSEWHERE, JOBS
from tests.front_room.points import POINTS
from tests.front_room.report import POINT, Report, Tried, write


def test_it_starts_and_says_what_it_takes(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["front_room", "--help"])
    with pytest.raises(SystemExit) as ended:
        front_room.main()
    assert ended.value.code == 0
    assert "--before" in capsys.readouterr().out


def test_there_are_sixteen_points_and_jobs_told_from_elsewhere_exist():
    assert len(POINTS) == 16
    assert set(ELSEWHERE) <= set(JOBS)


def test_the_document_keeps_its_introduction_and_has_before_beside_now(tmp_path):
    path = tmp_path / "front-room.md"
    path.write_text("# Title\n\nWhat it is.\n\n---\nold tables\n", "utf-8")
    before, now = Report("old"), Report("new")
    before.tables = {POINT: {"Stop": Tried(False, ["a"], "not | stopped")}}
    now.tables = {POINT: {"Stop": Tried(True, ["a", "b"])}}
    write(path, now, before, ["--write", "x"])
    text = path.read_text("utf-8")
    assert text.startswith("# Title\n\nWhat it is.\n\n---\n\n`python -m tests")
    assert "old tables" not in text
    assert "**1 of 1**, before 0." in text
    row = "| 1 | Stop | **no** | yes | a; b. *Before: not / stopped* |"
    assert row in text.splitlines()
    assert now.failed == 0
    assert before.failed == 1
