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
