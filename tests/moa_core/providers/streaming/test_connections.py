import pytest

from moa_core.providers.streaming import connections
from moa_core.providers.streaming.connections import Connections


async def test_a_client_that_could_not_be_built_is_built_again(monkeypatch):
    build, troubles = connections._new_client, [OSError("no certificates")]

    def build_after_trouble(network):
        if troubles:
            raise troubles.pop()
        return build(network)

    monkeypatch.setattr(connections, "_new_client", build_after_trouble)
    pool = Connections()
    with pytest.raises(OSError, match="no certificates"):
        await pool.http()
    assert await pool.http() is await pool.http()
    await pool.aclose()


async def test_closing_after_a_failed_start_is_no_second_failure(monkeypatch):
    def fail(network):
        raise OSError("no certificates")

    monkeypatch.setattr(connections, "_new_client", fail)
    pool = Connections()
    with pytest.raises(OSError, match="no certificates"):
        await pool.http()
    await pool.aclose()
