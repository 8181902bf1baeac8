"""Whether a process still lives: told by looking, not by waiting."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from storage.database.workers import LEASE_MS, Worker

LONG_AGO_MS = 10 * LEASE_MS
JUST_NOW_MS = 0


def test_a_worker_is_read_back_from_its_name():
    worker = Worker.current()
    assert Worker.parse(str(worker)) == worker
    assert str(worker) != str(Worker.current())


@pytest.mark.parametrize("name", ["", "nonsense", "host#x::", "a#b#3:4:5"])
def test_a_strange_name_counts_as_alive_for_its_lease_only(name):
    assert Worker.parse(name).alive(JUST_NOW_MS)
    assert not Worker.parse(name).alive(LONG_AGO_MS)


NAME = (
    "from storage.database.workers import Worker; "
    "print(Worker.current(), flush=True); input()"
)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_process_is_alive_until_it_ends_even_before_anybody_buries_it():
    process = subprocess.Popen(
        [sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        worker = Worker.parse(process.stdout.readline().decode().strip())
        assert worker.alive(LONG_AGO_MS)  # frozen or busy is not dead
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie now
        assert not worker.alive(JUST_NOW_MS)
    assert not worker.alive(JUST_NOW_MS)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_number_that_went_to_another_process_is_not_the_worker():
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE
    ) as p:
        other = replace(Worker.current(), pid=p.pid)
        assert not other.alive(JUST_NOW_MS)
        p.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_number_that_came_back_to_us_is_not_the_worker():
    before = replace(Worker.current(), started="1")
    assert not before.alive(JUST_NOW_MS)


def test_another_store_of_this_process_counts_for_its_lease():
    other = Worker.current()
    assert other.alive(JUST_NOW_MS)
    assert not other.alive(LONG_AGO_MS)
