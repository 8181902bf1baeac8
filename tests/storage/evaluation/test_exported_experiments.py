"""Experiments in exports: they come back as they were, with the chats they are of."""

import io
import json

import pytest
from sqlalchemy import update

from moa_core.experiments import result_of
from storage.database.sessions import Database
from storage.errors import ImportRefusedError
from storage.evaluation import Ballots, Experiments, ExperimentWork, votes_of
from storage.schema import ConversationRow
from storage.transfer import export_lines, import_file
from storage.upkeep import Retention
from tests.storage.evaluation.laboratory import Laboratory
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere(tmp_path):
    path = copy_new_file(tmp_path / "elsewhere.db")
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
async def exported(database, recorder):
    """A chat, an experiment on it and on another question, and a vote."""
    laboratory = Laboratory(database, recorder)
    first = await laboratory.ask("Why is the sky blue?")
    await laboratory.ask("And at night?", conversation_uid=first.conversation_uid)
    uid = laboratory.create_of_chats()
    await laboratory.run(uid)
    item = laboratory.experiments.load(uid).items[0].id
    Ballots(database).cast(item, "BA", "first", ours_first=True)
    return uid


def take_in(database, lines, head):
    file = io.BytesIO("\n".join([head, *lines]).encode())
    return import_file(database, file, "export.json")


def everything(database):
    head, *rest = "".join(export_lines(database)).splitlines()
    return head, rest


def found(database, uid):
    stored = Experiments(database).load(uid)
    progress = ExperimentWork(database, uid, stored.protocol).progress()
    votes = votes_of(Ballots(database).of(uid))
    return result_of(stored.protocol, stored.items, progress, votes)


async def test_it_comes_back_with_the_chat_it_is_of(database, exported, elsewhere):
    head, rest = everything(database)
    report = take_in(elsewhere, rest, head)
    assert (report.added["experiments"], report.different) == (1, [])
    assert everything(elsewhere)[1] == rest
    assert found(elsewhere, exported) == found(database, exported)
    again = take_in(elsewhere, rest, head)
    assert (again.added.total(), again.different) == (0, [])


async def test_it_comes_back_to_the_chat_that_stayed(database, exported, elsewhere):
    head, rest = everything(database)
    of_it = kinds_of(rest)
    take_in(elsewhere, rest, head)
    with elsewhere.writing() as session:
        row = ConversationRow
        gone = update(row).where(row.kind == "experiment").values(deleted_at=1)
        session.execute(gone)
    assert Retention(elsewhere).empty_bin() == 1
    report = take_in(elsewhere, rest, head)
    assert report.different == []
    assert report.added["experiment_answers"] == of_it["experiment_answers"]
    assert found(elsewhere, exported) == found(database, exported)


def kinds_of(rest):
    counts = {}
    for line in rest:
        record = line.strip().rstrip(",")
        if record.startswith('{"record"'):
            name = json.loads(record)["record"]
            counts[name] = counts.get(name, 0) + 1
    return counts


async def test_it_is_left_out_with_a_chat_that_was_deleted(database, exported):
    with database.writing() as session:
        row = ConversationRow
        session.execute(update(row).where(row.kind == "chat").values(deleted_at=1))
    assert "experiments" not in kinds_of(everything(database)[1])


async def test_a_protocol_that_was_changed_is_refused(database, exported, elsewhere):
    head, rest = everything(database)
    changed = [line.replace('"worth":0.6', '"worth":0.55') for line in rest]
    with pytest.raises(ImportRefusedError, match="sha256"):
        take_in(elsewhere, changed, head)
    assert Experiments(elsewhere).newest() == []
