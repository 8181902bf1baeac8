"""What only a later step needs is not imported with the rest (ADR 26)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = "moa_core.engine, moa_core.providers, moa_core.run, moa_core.review"
LATER = {
    *("pydantic", "openai", "together", "httpx", "httpx2", "aiohttp", "genai_prices"),
    *("alembic", "psycopg", "filelock", "platformdirs", "argparse"),
    *("sacrebleu", "rapidfuzz", "choix", "numpy", "scipy", "markdown_it"),
    "sqlalchemy.dialects.postgresql",
    *("moa_core.evaluation", "moa_core.experiments", "moa_core.votes.scoreboard"),
    *("moa_core.mixture.shipped", "moa_core.similarity"),
    *("moa_core.engine.execution", "moa_core.engine.auto"),
    "moa_core.engine.fast_start.provisional",
    "moa_core.providers.catalogue.model_list",
    "moa_core.providers.errors.failure",
    "moa_core.providers.streaming.chat_completions",
    *("services.experimenting", "storage.evaluation", "storage.transfer"),
    *("storage.schema.evaluation_tables", "storage.upkeep.erase"),
}


@pytest.mark.parametrize("modules", [ENGINE, "app"])
def test_imports_bring_nothing_that_only_a_later_step_needs(modules):
    program = f"import sys, {modules}; print(*sys.modules, sep='\\n')"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(ran.stdout.split())
    assert modules.split(",")[0] in loaded
    assert LATER & loaded == set()
