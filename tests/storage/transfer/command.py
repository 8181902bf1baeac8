"""Runs `python -m storage` in this process: a new one takes a second of CPU.

What only a process of its own shows is in ``test_write_whole`` and ``test_package``.
"""

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from storage.__main__ import main
from tests.moa_core.command_line import Told


def storage(url: str, *words: str) -> Told:
    """Let it do what ``words`` ask for, on the database at ``url``."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, DATABASE_URL=url),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(words)
    return Told(code, out.getvalue(), err.getvalue())
