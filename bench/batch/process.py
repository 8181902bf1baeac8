"""Runs `python -m moa_core batch run` as a process, and reads what it has left."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.model_server import ROOT, ModelServers
from moa_core.batch import BatchFiles, KnownBatch, answers_of
from moa_core.mixture import Preset, preset_to_json


@dataclass(frozen=True, slots=True)
class BatchProcess:
    """A batch in a folder.

    Attributes:
        folder: Has ``prompts.txt`` and ``preset.json``.
        endpoints: As ``POLYPHONY_ENDPOINTS`` takes them.
        options: Further words of the command.
    """

    folder: Path
    endpoints: str
    options: tuple[str, ...] = ()

    @classmethod
    def prepare(
        cls, folder: Path, servers: ModelServers, preset: Preset, rows: int
    ) -> "BatchProcess":
        """Write the prompts and the preset."""
        folder.mkdir(exist_ok=True)
        prompts = "".join(f"What is {number}?\n" for number in range(rows))
        (folder / "prompts.txt").write_text(prompts)
        (folder / "preset.json").write_text(preset_to_json(preset))
        return cls(folder, servers.endpoints)

    @property
    def files(self) -> BatchFiles:
        """What it writes."""
        return BatchFiles.beside(self.folder / "answers.jsonl")

    def start(self) -> "subprocess.Popen[bytes]":
        """Begin, or go on."""
        command = [sys.executable, "-m", "moa_core", "batch", "run", "prompts.txt"]
        named = ["--preset", "preset.json", "--output", "answers.jsonl"]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "POLYPHONY_ENDPOINTS": self.endpoints,
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SLOTS": "1000",
            "POLYPHONY_CONCURRENT_CALLS": "1000",
        }
        return subprocess.Popen(
            [*command, *named, *self.options],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def recorded(self) -> int:
        """Calls that its files know of: of answers, and of rows without one."""
        known = KnownBatch.read(self.files)
        answers = answers_of(known, [self.files])
        of_answers = sum(len(answer.about["calls"]) for answer in answers)
        return of_answers + sum(
            line.get("custom_id") not in known.done
            for line in self._journal()
            if "call" in line
        )

    def _journal(self) -> list[dict[str, object]]:
        if not self.files.journal.exists():
            return []
        whole, _, _ = self.files.journal.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]
