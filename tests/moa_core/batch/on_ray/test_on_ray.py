"""`batch run --ray`: a real cluster of two workers on this machine, and its kills."""

import importlib.util
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from moa_core.batch import BatchFiles, KnownBatch, answers_of
from tests.moa_core.command_line import CommandLine
from tests.model_server import Play

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        importlib.util.find_spec("ray") is None,
        reason="polyphony[ray] is no dependency",
    ),
]
ROWS, CALLS, AT_ONCE = 40, 3, 4
KEY = "sk-known-to-the-environment-only"
COMMAND = (
    "batch", "run", "p.txt", "--output", "a.jsonl",
    "--proposer", "lab/good", "lab/other", "--concurrency", str(AT_ONCE),
)  # fmt: skip


@pytest.fixture
def lab(model_server):
    model_server.models = {"data": [{"id": "good"}, {"id": "other"}]}
    model_server.plays = {
        name: Play(pieces=("one", "two", "three"), pause_s=0.1)
        for name in ("good", "other")
    }
    return model_server


@pytest.fixture
def begin(tmp_path, lab):
    """Begins the command; whatever is left of it is ended. Ray itself warns."""
    (tmp_path / "p.txt").write_text("".join(f"What is {n}?\n" for n in range(ROWS)))
    command = CommandLine(
        tmp_path,
        POLYPHONY_ENDPOINTS=f"lab={lab.url}",
        POLYPHONY_PRICES="lab/good=1/4;lab/other=1/4",
        POLYPHONY_LOCAL_SERVERS="off",
        LAB_API_KEY=KEY,
    )
    begun = []

    def begin(*more):
        process = command.begin(*COMMAND, *more, warnings="default")
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            process.kill()
            process.communicate()


def until_asked(lab, count, process):
    while len(lab.calls) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def test_kills_of_a_worker_and_of_the_driver_pay_only_open_calls_twice(
    begin, lab, tmp_path
):
    needed, files = ROWS * CALLS, BatchFiles.beside(tmp_path / "a.jsonl")
    process = begin("--ray")
    until_asked(lab, needed // 4, process)
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    until_asked(lab, needed // 2, process)
    told = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert gone(told)
    assert files.workers.exists()
    process = begin("--ray", "--max-usd", "1", "--json")
    out, err = process.communicate()
    assert process.returncode == 0, err
    known = KnownBatch.read(*files.parts)
    assert len(known.done) == known.answers == ROWS
    assert {path.name for path in tmp_path.iterdir()} == {"p.txt", "a.jsonl", "a.lock"}
    told = [json.loads(line) for line in out.splitlines()]
    assert told[-1]["spent_usd"] == pytest.approx(float(known.spent.usd))
    paid = sum(len(each.about["calls"]) for each in answers_of(known, [files]))
    assert paid == needed
    assert needed < len(lab.calls) <= needed + 3 * AT_ONCE * 2
    assert all(call.headers["Authorization"] == f"Bearer {KEY}" for call in lab.calls)


def descendants(pid):
    """Whoever a process has started, and these."""
    rows = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    pairs = [tuple(map(int, row.split())) for row in rows if row.strip()]
    found = [pid]
    for parent in found:
        found += [child for child, of in pairs if of == parent]
    return found[1:]


def workers_of(pid):
    def name(each):
        try:
            return Path(f"/proc/{each}/cmdline").read_text()
        except OSError:
            return ""

    return [each for each in descendants(pid) if "ray::MapWorker" in name(each)]


def gone(pids):
    """Waits until nothing is left of processes."""
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        time.sleep(0.1)
    return True
