"""Pieces of an answer are sent at once, whatever Starlette puts around ``send``."""

import asyncio
import socket

import pytest

from pages.streamlit_patches.tcp_nodelay import TcpNoDelay


class Connection:
    """As uvicorn has one: ``receive`` is a method of what knows the transport."""

    def __init__(self, wire):
        self.transport = self
        self.wire = wire

    def get_extra_info(self, _name):
        return self.wire

    async def receive(self):
        return {}


@pytest.mark.parametrize("kind", ["http", "websocket", "lifespan"])
def test_no_piece_waits_for_the_receipt_of_another(kind):
    async def app(scope, receive, send):
        pass

    async def send(message):
        pass

    with socket.socket() as wire:
        connection = Connection(wire)
        asyncio.run(TcpNoDelay(app)({"type": kind}, connection.receive, send))
        option = (socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert bool(wire.getsockopt(*option)) == (kind != "lifespan")
