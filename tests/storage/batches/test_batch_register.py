"""The installed command lists its batches in the app's database, beside the work."""

from contextlib import closing

import pytest

import services
from moa_core.batch import AskedBatch
from services import batch_register, command, kept
from storage.batches import Batches
from storage.database import Database, sqlite

pytestmark = pytest.mark.slow

RUN = ["batch", "run", "p.txt", "--output", "a.jsonl", "--json"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, new_file):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLYPHONY_SIMULATED_PACE", "0")
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/polyphony.db")
    monkeypatch.setattr(kept, "HOME", tmp_path)
    monkeypatch.setattr(services, "ENV_FILE", tmp_path / ".env")
    (tmp_path / "polyphony.db").write_bytes(new_file.read_bytes())
    (tmp_path / "p.txt").write_text("Why?\nWhat?\n")
    return tmp_path


def listed(home):
    database = Database.open(f"sqlite:///{home}/polyphony.db")
    with closing(database):
        return Batches(database).newest(10)


def test_a_batch_is_listed_with_its_files_its_command_and_how_it_ended(home, capsys):
    assert command.main([*RUN, "--preset", "simulated"]) == 0
    [batch] = listed(home)
    assert batch.state == "done"
    assert (batch.progress.answered, batch.progress.rows) == (2, 2)
    assert batch.asked == AskedBatch(
        name="simulated",
        mixture=batch.asked.mixture,
        prompts=home / "p.txt",
        output=home / "a.jsonl",
        folder=home,
        words=("polyphony", *RUN, "--preset", "simulated"),
    )
    assert command.main([*RUN, "--preset", "simulated"]) == 0
    assert [each.uid for each in listed(home)] == [batch.uid]
    assert "not listed" not in capsys.readouterr().err


def test_failures_are_counted_by_their_reason(home, capsys):
    models = ["--proposer", "simulated/gone", "--aggregator", "simulated/gone"]
    assert command.main([*RUN, *models, "--unlisted"]) == 1
    [batch] = listed(home)
    assert (batch.state, batch.asked.name) == ("incomplete", "gone")
    [(kind, (count, message))] = batch.reasons.items()
    assert (kind, count) == ("model_not_found", 2)
    assert "There is no simulated model gone." in message


def test_a_database_that_is_gone_is_told_of_once(home, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home}/p.txt/polyphony.db")
    assert command.main([*RUN, "--preset", "simulated"]) == 0
    assert capsys.readouterr().err.count("The batch is not listed in the app") == 1


def test_a_busy_database_delays_nothing_but_the_list(home, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.01)
    monkeypatch.setattr(batch_register, "WRITTEN_EVERY_S", 0.01)
    other = sqlite.driver().connect(str(home / "polyphony.db"), isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        assert command.main([*RUN, "--preset", "simulated"]) == 0
        other.execute("ROLLBACK")
    assert (home / "a.jsonl").read_text().count("\n") == 2
    assert listed(home) == []
    assert command.main([*RUN, "--preset", "simulated"]) == 0
    assert listed(home)[0].state == "done"


def test_a_dry_run_is_not_listed(home, capsys):
    assert command.main([*RUN, "--preset", "simulated", "--dry-run"]) == 0
    assert listed(home) == []
