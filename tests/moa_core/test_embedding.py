"""What `moa_core` offers to other programs works as the docs say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import moa_core

ROOT = Path(__file__).parents[2]


def test_the_example_in_the_docs_runs():
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", example],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Simulated answer by “synthesist”" in ran.stdout
    assert ran.stdout.endswith("Cost: $0\n")


def test_every_name_that_is_offered_can_be_loaded():
    assert all(getattr(moa_core, name) is not None for name in moa_core.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(moa_core, "Nothing")  # noqa: B009 - mypy knows that it is not there


def test_importing_one_module_does_not_import_the_others():
    program = (
        "import sys, moa_core.usage\n"
        "loaded = {name for name in sys.modules if name.startswith('moa_core.')}\n"
        "assert loaded == {'moa_core.on_demand', 'moa_core.usage'}, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
