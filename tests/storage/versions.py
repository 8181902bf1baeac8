"""Folders of migrations as an earlier and as a later Polyphony have them."""

import shutil
from pathlib import Path

from storage.database.revisions import VERSIONS, names

NEXT = """
import time
from pathlib import Path
from alembic import op
revision = "9999"
down_revision = "{last}"
branch_labels = depends_on = None

def upgrade():
    op.execute("ALTER TABLE conversations ADD COLUMN mood TEXT")
    op.execute("CREATE TABLE moods (id INTEGER PRIMARY KEY)")
    how = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("conversations", recreate=how) as batch:
        batch.drop_column("mood")
    {body}
"""

VERSIONS_TO_5 = ("0001", "0002", "0003", "0004", "0005")
REPLACED_DATA = """
INSERT INTO configs VALUES (1, 'abc', '{"version": 1}');
INSERT INTO conversations (id, uid, title, created_at, updated_at)
VALUES (1, 'c', 'Why?', 1000, 2000);
INSERT INTO turns VALUES (1, 't1', 1, 0, NULL, 'Why?', 1), (2, 't2', 1, 1, 1, 'So?', 2);
INSERT INTO runs (id, uid, conversation_id, turn_id, config_id, status, worker,
    heartbeat_at, created_at)
VALUES (1, 'r1', 1, 1, 1, 'succeeded', 'w', 1500, 1000),
    (2, 'r2', 1, 2, 1, 'failed', 'w', 1500, 1001),
    (3, 'r3', 1, 2, 1, 'running', 'w', 1500, 1002);
INSERT INTO calls (id, run_id, layer_index, position, attempt, role, endpoint,
    model_requested, params, status, usage_source, cost_nusd, cost_source, started_ms)
VALUES (1, 1, 0, 0, 1, 'proposer', 'lab', 'm', '{}', 'succeeded', 'reported', 42,
    'computed', 0);
INSERT INTO chosen_answers VALUES (1, 1);
INSERT INTO turn_origins VALUES (2, 1);
INSERT INTO duels VALUES (2, true);
INSERT INTO duel_sides VALUES (2, 0, 3), (2, 1, 2);
INSERT INTO counted_runs VALUES (1);
INSERT INTO spend_days (day, preset_name, endpoint, model, role, fate, calls, cost_nusd)
VALUES (0, '', 'lab', 'm', 'proposer', 'unread', 1, 42);
"""
"""What 0005 kept in tables that 0006 made columns; run 2 ended and is not counted."""

VERSIONS_TO_7 = (*VERSIONS_TO_5, "0006", "0007")
NOTED_DATA = """
INSERT INTO configs VALUES (1, 'abc', '{"version": 1}');
INSERT INTO conversations (id, uid, title, created_at, updated_at)
VALUES (1, 'c', 'Why?', 1000, 2000);
INSERT INTO turns (id, uid, conversation_id, seq, question, created_at)
VALUES (1, 't1', 1, 0, 'Why?', 1);
INSERT INTO runs (id, uid, conversation_id, turn_id, config_id, status, worker,
    heartbeat_at, created_at)
VALUES (1, 'r1', 1, 1, 1, 'succeeded', 'w', 1500, 1000);
INSERT INTO calls (id, run_id, layer_index, position, attempt, role, endpoint,
    model_requested, params, status, usage_source, cost_nusd, cost_source, started_ms,
    notes)
VALUES
    (1, 1, 0, 0, 1, 'proposer', 'lab', 'm', '{}', 'succeeded', 'reported', 42,
    'computed', 0, '["Sent without temperature.",
    "2 of 3 drafts were shortened to fit its window of 32,768 tokens."]'),
    (2, 1, 0, 1, 1, 'proposer', 'lab', 'm', '{}', 'succeeded', 'reported', 42,
    'computed', 0, '["Sent without temperature."]'),
    (3, 1, 0, 2, 1, 'proposer', 'lab', 'm', '{}', 'succeeded', 'reported', 42,
    'computed', 0, NULL);
"""
"""Calls of 0007, which kept the window of a shortened prompt only in a note."""


def newer_versions(folder: Path, body: str = "pass") -> Path:
    """Our migrations and one that a later version will have."""
    versions = folder / "versions"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(VERSIONS, versions, ignore=ignored, dirs_exist_ok=True)
    last = names(VERSIONS)[-1]
    (versions / "9999_moods.py").write_text(NEXT.format(last=last, body=body))
    return versions


def first_versions(folder: Path, *kept: str) -> Path:
    """Only the oldest of our migrations: what an earlier Polyphony had."""
    versions = folder / "first"
    versions.mkdir()
    for script in VERSIONS.glob("[0-9]*.py"):
        if script.stem.partition("_")[0] in kept:
            shutil.copy(script, versions)
    return versions


OLD_DATA = """
INSERT INTO configs VALUES (1, 'abc', '{"version": 1}');
INSERT INTO conversations VALUES (1, 'c', 'Why?', 1000, 2000, NULL, 2, 42, 1);
INSERT INTO turns VALUES (1, 't', 1, 0, NULL, 'Does this stay?', 1000);
INSERT INTO runs (id, uid, conversation_id, turn_id, config_id, status, worker,
    heartbeat_at, created_at, finished_at, cost_nusd, cost_unknown_calls, error_type)
VALUES (1, 'r1', 1, 1, 1, 'failed', 'w', 1500, 1000, 2000, 42, 1, 'RunError'),
    (2, 'r2', 1, 1, 1, 'running', 'w', 1500, 1001, NULL, 0, 0, NULL);
INSERT INTO calls (id, run_id, layer_index, position, attempt, role, endpoint,
    model_requested, params, status, usage_source, cost_nusd, cost_source, started_ms)
VALUES (1, 1, 0, 0, 1, 'proposer', 'lab', 'm', '{}', 'succeeded', 'reported', 42,
    'computed', 0);
INSERT INTO call_texts VALUES (1, 'It does.', '');
"""
