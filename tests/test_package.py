"""The wheel works from another folder, as `pip install .` would install it."""

import os
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
def polyphony(installed, tmp_path):
    """Starts the command `polyphony` in a folder and a home of its own."""
    environ = {
        **{name: each for name, each in os.environ.items() if "_API_KEY" not in name},
        "PYTHONPATH": str(installed),
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "home" / "data"),
        "POLYPHONY_SIMULATED_PACE": "0",
        "POLYPHONY_LOCAL_SERVERS": "off",
    }

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-P", "-c", COMMAND, *arguments],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


def output(process):
    text, _ = process.communicate(timeout=120)
    assert process.returncode == 0, text
    return text


def test_the_entry_point_is_the_command(installed):
    (entry_points,) = installed.glob("*.dist-info/entry_points.txt")
    assert "polyphony = services.command:main" in entry_points.read_text("utf-8")


def test_help_names_every_command(polyphony):
    text = output(polyphony("--help"))
    for command in ("serve", "ask", "presets", "export", "import", "backup", "prune"):
        assert command in text


def test_a_question_is_answered_in_the_terminal(polyphony):
    assert "sky" in output(polyphony("ask", "Why is the sky blue?"))


def test_presets_are_listed_and_exported(polyphony):
    assert "simulated" in output(polyphony("presets"))
    assert "{references}" in output(polyphony("presets", "--export", "simulated"))


def test_data_goes_to_the_users_folder_and_can_be_moved(polyphony, tmp_path):
    assert "nothing" in output(polyphony("export", str(tmp_path / "all.json")))
    assert list(tmp_path.glob("home/data/polyphony/data/polyphony.db"))
    assert "Added: nothing" in output(polyphony("import", str(tmp_path / "all.json")))
    assert "Copied to" in output(polyphony("backup"))


def test_the_app_is_served(polyphony):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with polyphony("serve", "--port", str(port)) as process:
        try:
            assert healthy(port, process) == b"ok\n"
        finally:
            process.terminate()


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
