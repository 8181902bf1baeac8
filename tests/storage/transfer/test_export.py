"""An export has all there is, says no more than it should, and is never half there."""

import asyncio
import io
import json
import re
import resource
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from moa_core.errors import KeyRefusedError, RunStoppedError
from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.run.events import (
    CallFailed,
    CallStarted,
    LayerStarted,
    RunAborted,
    RunStarted,
)
from moa_core.run.run_state import RunState
from moa_core.text import redact
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.errors import NotFoundError, StorageError
from storage.recording.recorder import Recorder
from storage.recording.run_start import Order
from storage.recording.runs import Runs
from storage.schema import METADATA, CallRow, CallTextRow, RunRow
from storage.schema.columns import table_of
from storage.transfer.export import FORMAT, SCHEMA, export_lines, export_to
from storage.transfer.export_sections import BY_NAME, DERIVED, SECTIONS
from storage.transfer.importer import import_file
from tests.moa_core.scripted import mixture
from tests.storage import fabricated
from tests.storage.installation import delete_one, fill
from tests.storage.kinds import sqlite_only
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow


def exported(database: Database, **options) -> dict:
    return json.loads("".join(export_lines(database, **options)))


def records(database: Database, **options) -> list[dict]:
    return exported(database, **options)["records"]


def test_every_table_is_exported_or_follows_from_those_that_are():
    """A new table: list it in ``storage/transfer/export_sections.py``."""
    assert {*(s.table.name for s in SECTIONS), *DERIVED, "call_texts"} == set(
        METADATA.tables
    )


def test_every_column_is_exported():
    exported = {field.column for section in SECTIONS for field in section.fields}
    for section in SECTIONS:
        columns = {c for c in section.table.columns if c.name not in ("id", "counted")}
        assert columns <= exported
    beside = {column.name for column in exported if column.table.name == "call_texts"}
    assert beside == {"output", "reasoning"}


def test_the_format_is_documented_field_by_field():
    page = (Path(__file__).parents[3] / "docs" / "export-format.md").read_text("utf-8")
    for section in SECTIONS:
        [listed] = re.findall(rf"^\| `{section.name}` \| (.*?) \|", page, re.MULTILINE)
        fields = re.findall(r"`(\w+)`", listed)
        assert fields == [field.name for field in section.fields], section.name


def test_an_export_is_one_json_object_with_a_record_a_line(database):
    fill(database)
    lines = "".join(export_lines(database)).splitlines(keepends=False)
    whole = exported(database)
    assert whole["format"] == FORMAT
    assert whole["schema"] == SCHEMA
    assert sum(whole["counts"].values()) == len(whole["records"])
    text = "".join(export_lines(database))
    assert text.count("\n") == len(whole["records"]) + 2
    assert lines


def test_nothing_in_it_is_an_id(database):
    fill(database)
    for record in records(database):
        assert not [
            name for name in record if name == "id" or name.endswith("_id")
        ] or (record["record"] == "calls")
        assert set(record) - {"record"} == {
            field.name for field in BY_NAME[record["record"]].fields
        }


def test_a_deleted_conversation_is_only_in_it_when_asked_for(database):
    fill(database)
    everything = exported(database, deleted=True)
    uid = delete_one(database)
    less = exported(database)
    assert uid in json.dumps(everything["records"])
    assert uid not in json.dumps(less["records"])
    again = records(database, deleted=True)
    assert len(again) == len(everything["records"])


def test_a_mixture_that_only_deleted_conversations_used_goes_with_them(database, runs):
    begun = runs.begin(Question("Whose secret persona?"), fabricated.mixture(3, 3))
    runs.begin(Question("Stays?"), fabricated.mixture(1, 1))
    assert exported(database)["counts"]["configs"] == 2
    Conversations(database).delete(begun.conversation_uid)
    assert exported(database)["counts"]["configs"] == 1
    assert exported(database, deleted=True)["counts"]["configs"] == 2


async def test_a_run_under_way_is_left_out_with_its_calls(database, runs, recorded):
    config = mixture(["a", "b"])
    ended, _ = await recorded(config, question="Who was there?")
    begun = runs.begin(Question("Who is there?"), config)
    recorder, state = Recorder(database), RunState(config)
    agent = state.config.layers[0].proposers[0]
    for event in (
        RunStarted(0.0, state.config),
        LayerStarted(0.0, 0),
        CallStarted(0.1, "proposer", Seat(0, 0), agent, 1),
    ):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    recorder.close()
    written = records(database)
    assert [r["uid"] for r in written if r["record"] == "runs"] == [ended.run_uid]
    calls = {r["run"] for r in written if r["record"] == "calls"}
    assert calls == {ended.run_uid}
    questions = [r["question"] for r in written if r["record"] == "turns"]
    assert questions == ["Who was there?", "Who is there?"]
    with database.reading() as session:
        stored = session.execute(text("SELECT status FROM runs ORDER BY id"))
        assert stored.scalars().all() == ["succeeded", "running"]


def test_a_question_whose_run_was_left_out_can_be_imported_and_asked_again(
    database, runs, tmp_path
):
    begun = runs.begin(Question("Who is there?"), mixture(["a"]))
    new = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'new.db')}")
    lines = "".join(export_lines(database))
    import_file(new, io.BytesIO(lines.encode()), "all.json")
    [turn] = Conversations(new).load(begun.conversation_uid).turns
    assert (turn.question.text, turn.runs) == ("Who is there?", ())
    uid = begun.conversation_uid
    Runs(new).begin(Question("And now?"), mixture(["a"]), conversation_uid=uid)
    new.close()


def test_a_duel_is_left_out_while_a_side_of_it_is_under_way(database, runs):
    orders = [Order(config=mixture(["a"])), Order(config=mixture(["b"]))]
    runs.begin_duel(Question("Which?"), orders, blind=True)
    counts = exported(database)["counts"]
    assert counts.keys() == set(BY_NAME)
    assert not any(counts[s.name] for s in SECTIONS if s.owned)


def test_one_conversation_is_exported_alone_and_without_the_machines_name(database):
    fill(database)
    everything = records(database)
    uids = [r["uid"] for r in everything if r["record"] == "conversations"]
    alone = records(database, conversation_uid=uids[0])
    assert [r["uid"] for r in alone if r["record"] == "conversations"] == [uids[0]]
    assert {r["worker"] for r in alone if r["record"] == "runs"} == {""}
    assert not [r for r in alone if r["record"] in ("presets", "settings")]
    assert [r for r in alone if r["record"] == "votes"]
    everything = [{**r, "worker": ""} if "worker" in r else r for r in everything]
    assert all(r in everything for r in alone)
    with pytest.raises(NotFoundError):
        exported(database, conversation_uid="nobody")


@sqlite_only
def test_a_file_is_private_and_there_as_a_whole_or_not_at_all(database, tmp_path):
    fill(database)
    path = tmp_path / "all.json"
    path.write_text("an older one")
    export_to(database, path)
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text("utf-8"))["format"] == FORMAT
    before = path.read_bytes()
    with pytest.raises(StorageError):
        export_to(database, path / "below a file")
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {"all.json", "data"}


KEY = re.compile(r"\bsk-[\w-]{10,}|Bearer \w{8,}|AKIA[A-Z0-9]{16}|tgp_v1_\w+")


def test_no_key_gets_into_an_export(database, runs, recorder, monkeypatch):
    """A key can come by an error's words alone: they are stored without it."""
    key = "sk-proj-Abc123Def456Ghi789Jkl012"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    fill(database)
    said = redact(f"Incorrect API key provided: {key}. Authorization: Bearer {key}")
    error = KeyRefusedError(said, endpoint="openai", model="m", http_status=401)
    config = fabricated.mixture(1, 1)
    begun = runs.begin(Question("Hello?"), config)
    asyncio.run(_refused(recorder, begun, config, error))
    recorder.close()
    exported = "".join(export_lines(database, deleted=True))
    assert "KeyRefusedError" in exported
    assert not KEY.search(exported)


async def _refused(recorder, begun, config, error) -> None:
    state, agent = RunState(config), config.layers[0].proposers[0]
    failed = fabricated.call(outcome="failed", agent=agent, error=error)
    for event in (
        RunStarted(0.0, config),
        CallStarted(0.0, "proposer", Seat(0, 0), agent, 1),
        CallFailed(0.1, failed),
        RunAborted(
            at_s=0.2,
            error=RunStoppedError(),
            text="",
            usage=failed.usage,
            cost=failed.cost,
            latency_s=0.2,
        ),
    ):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)


def test_an_export_needs_the_memory_of_a_few_rows(database):
    """Not of all of them: 50 MB of reasoning pass in a fraction of that.

    Its words are not indexed, which would take longer than the export.
    """
    Runs(database).begin(Question("How long?"), mixture(["a"]))
    with database.writing() as session:
        run_id = session.scalars(select(RunRow.id)).one()
        session.execute(update(RunRow).values(status="failed"))
        figures = {
            "run_id": run_id,
            "layer_index": 0,
            "position": 0,
            "role": "proposer",
            "endpoint": "lab",
            "model_requested": "a",
            "params": {},
            "status": "failed",
            "usage_source": "none",
            "cost_source": "unknown",
            "started_ms": 0,
        }
        calls = [{**figures, "attempt": number + 1} for number in range(500)]
        session.execute(insert(CallRow), calls)
        written = {"output": "", "reasoning": "x" * 100_000}
        ids = session.scalars(select(CallRow.id)).all()
        texts = [{**written, "call_id": call_id} for call_id in ids]
        session.execute(insert(table_of(CallTextRow)), texts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(len(line) for line in export_lines(database))
    assert size > 50_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 25_000
