import asyncio
from contextlib import asynccontextmanager

import pytest

from moa_core.providers.streaming import connections, routes
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


SERVERS_CLOSE_AFTER_S = 5.0  # without a request: uvicorn, Node, llama.cpp (cpp-httplib)


@asynccontextmanager
async def counting():
    """Yields the URL of a server that keeps connections, and which were opened."""
    opened = []

    async def answer(reader, writer):
        opened.append(writer)
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/", opened


@pytest.mark.parametrize(("kept_s", "count"), [(30.0, 1), (0.0, 2)])
async def test_a_connection_is_used_again_only_while_it_is_kept(
    monkeypatch, kept_s, count
):
    monkeypatch.setattr(routes, "PLAIN_KEEP_ALIVE_S", kept_s)
    pool = Connections()
    async with counting() as (url, opened):
        client = await pool.http()
        for _ in range(2):
            await client.get(url)
        assert len(opened) == count
        await pool.aclose()


def test_no_request_meets_a_server_that_just_closes_its_connection():
    """Such a call fails, is billed by an estimate, and is made again."""
    assert SERVERS_CLOSE_AFTER_S - routes.PLAIN_KEEP_ALIVE_S >= 1
