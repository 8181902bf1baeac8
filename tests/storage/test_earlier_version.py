"""Data that version 0.1.0 wrote opens, imports and runs unchanged.

``tests/data/version_0_1_0`` was written by the last version before issue 10: a database
of chats, branches, reworks, duels, votes, presets and settings, what that version read
out of it (``expected.json``, see ``described.py``), its export, preset file and a link.
"""

import gzip
import json
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from moa_core.messages import Question
from moa_core.mixture.files import presets_from_json
from moa_core.mixture.json_form import config_sha256
from moa_core.mixture.links import decode_mixture, encode_mixture
from moa_core.settings import Settings
from services import build_services
from storage.database.sessions import Database
from storage.transfer.importer import import_from
from tests.storage.described import described
from tests.storage.kinds import sqlite_only

pytestmark = pytest.mark.slow

WRITTEN = Path(__file__).parents[1] / "data" / "version_0_1_0"
EXPECTED = json.loads((WRITTEN / "expected.json").read_text("utf-8"))


@pytest.fixture
def old_url(tmp_path):
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress((WRITTEN / "polyphony.db.gz").read_bytes()))
    return f"sqlite:///{file}"


@pytest.fixture
def app(old_url):
    app = build_services(
        Settings.from_mapping(
            {
                "DATABASE_URL": old_url,
                "POLYPHONY_LOCAL_SERVERS": "off",
                "POLYPHONY_SIMULATED_PACE": "0",
            }
        )
    )
    yield app
    app.close()


def read(url):
    database = Database.open(url)
    try:
        return json.loads(json.dumps(described(database)))
    finally:
        database.close()


def test_its_database_opens_with_everything_in_it(old_url):
    assert read(old_url) == EXPECTED


def test_its_export_is_imported_with_everything_in_it(database):
    import_from(database, WRITTEN / "export.json")
    assert json.loads(json.dumps(described(database))) == EXPECTED
    with database.reading() as session:
        zeros = "SELECT count(*) FROM calls WHERE cached_input_tokens = 0"
        assert session.scalar(text(zeros)) == 0  # it said so where nobody knew


@sqlite_only
def test_its_export_brings_nothing_new_to_its_own_database(database, old_url):
    old = Database.open(old_url)
    imported = import_from(old, WRITTEN / "export.json")
    old.close()
    assert set(imported.added.values()) <= {0}
    assert read(old_url) == EXPECTED


def test_its_conversations_go_on(app):
    (conversation_uid, question) = next(
        (uid, turn)
        for uid, turns in EXPECTED["conversations"].items()
        for turn in turns.values()
        if turn["question"] == "And at sunset?"
    )
    config = app.runs.load(question["runs"][0]["uid"]).state.config
    begun = app.asking().start_question(
        Question("And in winter?"), config, conversation_uid=conversation_uid
    )
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    turns = app.conversations.load(conversation_uid).turns
    assert turns[-1].question.text == "And in winter?"
    assert turns[-1].run.state.status == "succeeded"


def test_its_presets_are_imported_and_run(app):
    presets = presets_from_json((WRITTEN / "presets.json").read_bytes()).presets
    hashes = {config_sha256(preset.config) for preset in presets}
    assert {each[2] for each in EXPECTED["presets"]} <= hashes
    begun = app.asking().start_question(Question("Why?"), presets[-1].config)
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    assert app.runs.load(begun.run_uid).state.status in ("succeeded", "failed")


def test_its_link_is_the_same_mixture():
    link = (WRITTEN / "link.txt").read_text("utf-8").strip()
    assert encode_mixture(decode_mixture(link)) == link
