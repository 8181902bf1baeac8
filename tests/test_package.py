"""The wheel works from another folder, as `pip install .` would install it."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = "import sys; from services.command import main; sys.exit(main())"
ONE_AFTER_ANOTHER = """
import shlex, sys
from services.command import main

for each in sys.argv[1:]:
    try:
        code = main(shlex.split(each))
    except SystemExit as exit:
        code = exit.code
    if code:
        sys.exit(f"{each}: {code}")
"""
"""A process for each command would take a second to start."""
READY_WITHIN_TRIES = 600

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what the wheel brings, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
        cwd=folder,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def started(installed, tmp_path):
    """Starts a program over the wheel, in a folder and a home of its own."""
    environ = {
        **{name: each for name, each in os.environ.items() if "_API_KEY" not in name},
        "PYTHONPATH": str(installed),
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "home" / "data"),
        "POLYPHONY_SIMULATED_PACE": "0",
        "POLYPHONY_LOCAL_SERVERS": "off",
        "POLYPHONY_LOG": "json",
    }

    def start(program, *arguments):
        return subprocess.Popen(
            [sys.executable, "-P", "-c", program, *arguments],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.fixture
def polyphony(started):
    """Runs commands of `polyphony` one after another; gives what they say."""

    def run(*commands):
        process = started(ONE_AFTER_ANOTHER, *commands)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said

    return run


def test_the_entry_point_is_the_command(installed):
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "polyphony = services.command:main" in entry_points.read_text("utf-8")


def test_every_command_works_and_keeps_its_data_in_the_users_folder(
    polyphony, tmp_path
):
    file = shlex.quote(str(tmp_path / "all.json"))
    said = polyphony(
        "--help",
        "ask 'Why is the sky blue?'",
        "presets",
        "presets --export simulated",
        f"export {file}",
        f"import {file}",
        "backup",
    )
    about, answer = said.split("Simulated", 1)
    for command in ("serve", "ask", "presets", "export", "import", "backup", "prune"):
        assert command in about
    assert "sky" in answer
    assert "simulated" in said
    assert "{references}" in said
    assert "Added: nothing" in said
    assert "Copied to" in said
    assert list(tmp_path.glob("home/data/polyphony/data/polyphony.db"))


def test_the_app_is_served(started):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with started(COMMAND, "serve", "--port", str(port)) as process:
        try:
            assert healthy(port, process) == b"ok\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/?s=a-secret") as page:
                assert page.status == 200
        finally:
            process.terminate()
        lines = [json.loads(line) for line in process.stdout]  # nothing else is there
    told = {line["message"] for line in lines}
    assert {"Application startup complete.", "GET / 200"} <= told
    assert "a-secret" not in str(lines)
    assert not any("/healthz" in message for message in told)


def healthy(port, process):
    for _ in range(READY_WITHIN_TRIES):
        assert process.poll() is None, process.stdout.read()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                assert (
                    "frame-ancestors 'none'"
                    in answer.headers["Content-Security-Policy"]
                )
                return answer.read()
        except OSError:
            time.sleep(0.1)
    return None
