"""A standard error that takes nothing costs no answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.moa_core.command_line import CommandLine

FULL = Path("/dev/full")


@pytest.mark.slow
def test_what_standard_error_does_not_take_is_lost_and_nothing_else():
    """A disk that is full, a reader who is gone, and none at all."""
    script = (
        "import sys; from moa_core.terminal import forgive_standard_error as forgive;"
        "forgive(); forgive(); print('note', file=sys.stderr, flush=True);"
        "print('answer')"
    )
    for redirected in ("2>/dev/full", "2>&-", "2> >(true)", "2>/dev/null"):
        done = subprocess.run(
            ["bash", "-c", f'"$0" -c "$1" {redirected}', sys.executable, script],
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout) == (0, "answer\n"), redirected


@pytest.mark.slow
@pytest.mark.skipif(not FULL.is_char_device(), reason="there is no /dev/full")
def test_an_answer_is_written_where_progress_cannot_be(tmp_path):
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "moa_core", "Why?", "--preset", "simulated"],
            env=CommandLine(tmp_path, POLYPHONY_SIMULATED_PACE="0").environ,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
        )
    assert done.returncode == 0
    assert "Simulated answer" in done.stdout
