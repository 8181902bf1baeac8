"""Who reads nothing for a while holds nobody up, and misses nothing."""

import asyncio
import socket
import threading

import pytest
from aiohttp import ClientSession, TCPConnector

from moa_core.messages import Question
from moa_core.mixture.config import Seat
from moa_core.run.events import CallDelta, CallStarted, LayerStarted, RunStarted
from tests.pages.run_feed.browser import Browser
from tests.pages.run_feed.conftest import MIXTURE

PIECE = "0123456789" * 20_000
PIECES = 60


def narrow(address):
    """A socket that takes in little before it is read."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return made


async def pouring(ended):
    """One seat writes more than all buffers hold."""
    where = ("proposer", Seat(0, 0))
    yield RunStarted(0.0, MIXTURE)
    yield LayerStarted(0.0, 0)
    yield CallStarted(0.0, *where, MIXTURE.layers[0].proposers[0], 1)
    for _ in range(PIECES):
        yield CallDelta(0.1, *where, PIECE, "answer")
        await asyncio.sleep(0.01)
    ended.set()


@pytest.mark.slow
async def test_news_add_up_for_a_slow_reader(server, app):
    begun = app.runs.begin(Question("Why is the sea salty?"), MIXTURE)
    ended, browser = threading.Event(), Browser()
    app.live.start(begun.run_uid, MIXTURE, lambda _controls: pouring(ended))
    connector = TCPConnector(socket_factory=narrow)
    async with ClientSession(connector=connector) as session:
        address = f"http://127.0.0.1:{server.port}/poly/runs/stream"
        async with session.ws_connect(address, max_msg_size=0) as reader:
            await reader.send_json({"subscribe": begun.run_uid})
            await asyncio.to_thread(ended.wait)
            while not browser.ended:
                browser.take(await reader.receive_str(timeout=20))
    assert browser.text(0) == PIECE * PIECES
    assert max(map(len, browser.received)) > 5 * len(PIECE)
