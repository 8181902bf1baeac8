"""Which databases a test is about; without a mark it runs on each of them."""

import pytest

KINDS = ("sqlite", "postgresql")

sqlite_only = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
