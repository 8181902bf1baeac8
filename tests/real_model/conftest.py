"""Marks the tests with a real model: slow, and all on one worker."""

import pytest

from tests.real_model.llama import GROUP

HERE = "tests/real_model/"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith(HERE):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group(GROUP))
