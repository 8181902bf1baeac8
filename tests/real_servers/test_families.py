"""Every behaviour of ../shared/tools/bad_server.py ends as its family says."""

import asyncio

import pytest

from tests.real_servers.behaviours import (
    SERVER,
    ask_all,
    behaviours,
    list_all,
    lists,
    running,
)
from tests.real_servers.families import RIGHT, faults_of, list_faults_of
from tests.real_servers.table import document

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SERVER is None, reason="no ../shared/tools/bad_server.py"),
]
HURRY = 50.0
"""The server's waits are so much shorter; deadlines have tests of their own."""


@pytest.mark.timeout(300)
def test_every_behaviour_ends_as_its_family_says():
    """All at once; `python -m tests.real_servers` does the same without a hurry."""
    with running(HURRY) as address:
        results = asyncio.run(ask_all(address, behaviours()))
        listed = asyncio.run(list_all(address, lists()))
    faults = {each.behaviour.name: faults_of(each) for each in results}
    faults |= {f"/L/{each.behaviour.name}": list_faults_of(each) for each in listed}
    assert {name: found for name, found in faults.items() if found} == {}
    rows = [row for row in document(results, listed).split("\n") if row[:2] == "| "]
    assert len(rows) == len(results) + len(listed) + 2


def test_every_behaviour_that_is_named_is_there():
    assert RIGHT.keys() <= {behaviour.name for behaviour in behaviours()}
