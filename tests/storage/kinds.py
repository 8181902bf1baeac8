"""Which databases a test is about; without a mark it runs on each of them."""

import pytest

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
"""Values of the fixture ``url``; `make check` leaves the second to `make test`."""

sqlite_only = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
