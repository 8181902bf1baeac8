"""Files that attack are refused in words, in a process whose memory is bounded."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from moa_core.attachments import read_attachment
from moa_core.attachments.limits import MEMORY_BYTES
from moa_core.errors import AttachmentError
from tests.moa_core.attachments.hostile_files import (
    hostile,
    inflating_pdf,
    many_frames,
    too_many_pixels,
)
from tests.moa_core.attachments.made_files import image

ROOT = Path(__file__).parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="has no such limits"),
]


def test_hostile_files_are_refused_in_words_within_bounded_memory(tmp_path):
    """All of them in one process, which has the limits of one file."""
    too_large, others = too_many_pixels(), hostile()
    groups = [
        {"honest": image("JPEG")},
        {name: data for name, (data, _) in too_large.items()},
        {name: data for name, (data, _) in others.items()},
        {"many frames": many_frames()},
    ]
    (tmp_path / "files").write_bytes(pickle.dumps(groups))
    command = [sys.executable, "-m", "tests.moa_core.attachments.read_all"]
    ended = subprocess.run(
        [*command, tmp_path / "files"], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]
    read = json.loads(ended.stdout)
    told = read["told"]
    wrong = {
        name: told[name]
        for name, (_, why) in (too_large | others).items()
        if why and why not in told[name].get("refused", "")
    }
    assert wrong == {}
    refused = [said for said in told.values() if "refused" in said]
    assert len(refused) > 50
    assert all(said["advice"].endswith(".") for said in refused)
    assert (told["many frames"]["media_type"], told["many frames"]["width"]) == (
        "image/png",
        200,
    )
    _, honest, looked_at, *_, most = read["memory_mb"]
    assert looked_at - honest < 20  # pixels are counted before any is decoded
    assert most * 1e6 < MEMORY_BYTES


def test_what_needs_more_memory_than_there_is_costs_only_the_process_that_read_it():
    with pytest.raises(AttachmentError, match=r"takes more (time or )?memory") as said:
        read_attachment("a.pdf", inflating_pdf())
    assert said.value.advice.endswith(".")
