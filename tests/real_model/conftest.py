"""Marks the tests with a real model: slow, and all on one worker."""

from pathlib import Path

import pytest

from tests.real_model.llama import GROUP

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group(GROUP))
