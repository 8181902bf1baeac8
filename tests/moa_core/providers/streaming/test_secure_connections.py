"""A server whose certificate is not trusted, or that has none, is asked once."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from moa_core.engine.resilience import Resilient
from moa_core.errors import ProviderError, SecureConnectionError
from moa_core.network import NetworkSettings
from moa_core.providers.errors.exceptions import tls_failure
from moa_core.providers.streaming.connections import Connections
from moa_core.run.completion import Restart
from moa_core.settings import Deadlines
from tests.moa_core.providers.conftest import Client

CERTIFICATES = Path(__file__).parents[3] / "data" / "tls"
"""Keys and certificates that they signed themselves, made for 127.0.0.1 and tests."""

ANSWER = (
    b'data: {"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}]}\n\n'
)
PAGE = "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"


def response(status, body):
    head = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


@asynccontextmanager
async def listening(reply=ANSWER, certificate="", status=200):
    """The port of a server that gives one reply to whatever it is asked."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")

    async def serve(reader, writer):
        start = await reader.read(65536)
        if start.startswith(b"\x16"):  # no request: a handshake begins
            writer.write(response(400, b""))
        elif start:
            writer.write(response(status, reply))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def asking(url, **environ):
    """A client that tries again as the app does."""
    connections = Connections(NetworkSettings.from_mapping(environ))
    client = Client(url, connections)
    client.adapter = Resilient({"lab": client.adapter}, Deadlines(), 8)["lab"]
    try:
        yield client
    finally:
        await connections.aclose()


def tried_again(client):
    return any(isinstance(item, Restart) for item in client.items)


@pytest.mark.parametrize(
    ("certificate", "host", "trusted", "said", "advice"),
    [
        ("valid", "127.0.0.1", False, r"isn't trusted: self.signed", "SSL_CERT_FILE"),
        ("expired", "127.0.0.1", False, r"isn't trusted: self.signed", "SSL_CERT_FILE"),
        ("expired", "127.0.0.1", True, "isn't valid today: .*expired", "Renew"),
        (
            "valid",
            "localhost",
            True,
            r"isn't for localhost:\d+: .*mismatch",
            "an address",
        ),
    ],
)
async def test_a_certificate_that_is_not_trusted_is_a_final_reason(
    certificate, host, trusted, said, advice
):
    environ = {}
    if trusted:
        environ["SSL_CERT_FILE"] = str(CERTIFICATES / f"{certificate}.pem")
    async with (
        listening(certificate=certificate) as port,
        asking(f"https://{host}:{port}/v1", **environ) as client,
    ):
        with pytest.raises(SecureConnectionError, match=said) as caught:
            await client.ask()
        assert advice in caught.value.advice
        assert not caught.value.retryable
        assert not tried_again(client)


async def test_what_the_advice_says_helps():
    async with (
        listening(certificate="valid") as port,
        asking(
            f"https://127.0.0.1:{port}/v1",
            SSL_CERT_FILE=str(CERTIFICATES / "valid.pem"),
        ) as client,
    ):
        await client.ask()
        assert client.text() == "hi"


async def test_a_server_without_tls_is_called_so():
    async with listening() as port, asking(f"https://127.0.0.1:{port}/v1") as client:
        with pytest.raises(
            SecureConnectionError, match="doesn't support https"
        ) as caught:
            await client.ask()
        assert "from https:// to http://" in caught.value.advice
        assert not tried_again(client)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, PAGE),
        (400, "Client sent an HTTP request to an HTTPS server."),
        (400, "Bad Request: you're speaking plain HTTP to an SSL-enabled server port."),
        (403, '{"error": "This service requires HTTPS"}'),
        (426, "Upgrade Required: use TLS"),
    ],
)
async def test_a_server_that_wants_tls_is_called_so(status, body):
    async with (
        listening(body.encode(), status=status) as port,
        asking(f"http://127.0.0.1:{port}/v1") as client,
    ):
        with pytest.raises(SecureConnectionError, match="requires https") as caught:
            await client.ask()
        assert "from http:// to https://" in caught.value.advice
        assert not tried_again(client)


async def test_a_server_that_only_speaks_tls_and_says_nothing_is_guessed_at():
    async with (
        listening(certificate="valid") as port,
        asking(f"http://127.0.0.1:{port}/v1") as client,
    ):
        client.adapter = client.adapter.provider  # without trying again
        with pytest.raises(ProviderError) as caught:
            await client.ask()
        assert "https://" in caught.value.advice


def test_a_handshake_that_was_cut_off_is_a_lost_connection():
    """Which may go well the next time."""
    cut = ssl.SSLEOFError(8, "EOF occurred in violation of protocol")
    assert tls_failure(cut)[0] == "lost"
    assert tls_failure(ssl.SSLError(1, "TLSV1_ALERT_INTERNAL_ERROR"))[0] == "tls"
