"""Runs `python -m moa_core`: in a process of its own only where that is tested."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from moa_core.__main__ import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Told:
    """How a finished process ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def events(self):
        """What ``--json`` wrote: one object a line."""
        return [json.loads(line) for line in self.out.split("\n")[:-1]]

    @property
    def last(self):
        return self.events[-1]

    def of(self, name, **wanted):
        """The events called ``name`` whose fields have the ``wanted`` values."""
        return [
            event
            for event in self.events
            if event["event"] == name and wanted.items() <= event.items()
        ]


class CommandLine:
    """The command in a folder without ``.env``, with a known environment."""

    def __init__(self, folder, **environ):
        self.folder = folder
        self.environ = {**os.environ, "PYTHONPATH": str(ROOT), **environ}

    def begin(self, *args, warnings="error", **environ):
        """Start it and return the running process."""
        return subprocess.Popen(
            [sys.executable, "-W", warnings, "-m", "moa_core", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=self.environ | environ,
        )

    def __call__(self, *args, **environ):
        """Run it to its end, in this process: a new one takes a second of CPU."""
        encoding = environ.get("PYTHONIOENCODING", "utf-8")
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding) for _ in range(2))
        with (
            mock.patch.dict(os.environ, self.environ | environ, clear=True),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                code = main(args)
            except SystemExit as exit:  # argparse, of a wrong call
                code = int(exit.code or 0)
        return Told(code, written(out), written(err))


def written(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()
