"""A real proxy before a real server: the header counts only over its connection."""

import asyncio
import socket

import pytest
import pytest_asyncio
import uvicorn
from aiohttp import ClientSession, TCPConnector, WSMsgType, web
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from moa_core.settings import Settings
from pages.server.trusted_headers import TrustedHeaders

PROXY, STRANGER = "127.0.0.2", "127.0.0.1"
NAME = "X-Forwarded-Email"


async def who(request: Request):
    return PlainTextResponse(request.headers.get(NAME, "nobody"))


async def who_by_socket(websocket):
    await websocket.accept()
    await websocket.send_text(websocket.headers.get(NAME, "nobody"))
    await websocket.close()


@pytest_asyncio.fixture
async def app():
    """The address of a server that trusts one proxy, and says whom it saw."""
    header = Settings.from_mapping(
        {
            "POLYPHONY_TRUSTED_HEADER": NAME,
            "POLYPHONY_TRUSTED_PROXIES": f"{PROXY}, fd00::/8",
            "POLYPHONY_ADMINISTRATORS": "ada",
        }
    ).sign_in.header
    site = Starlette(
        routes=[Route("/who", who), WebSocketRoute("/socket", who_by_socket)],
        middleware=[
            Middleware(TrustedHeaders, headers=[header.name], proxies=header.proxies)
        ],
    )
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        site, log_level="error", lifespan="off", forwarded_allow_ips="*"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving
    listening.close()


@pytest_asyncio.fixture
async def proxy(app):
    """Starts proxies: each asks the app from an address, for whoever it has let in."""
    runners = []

    async def start(address, signed_in, *, adds=False):
        connector = TCPConnector(local_addr=(address, 0))
        session = ClientSession(connector=connector)

        async def pass_on(request):
            headers = [
                (name, value)
                for name, value in request.headers.items()
                if name.lower() in ("x-forwarded-for", NAME.lower() if adds else "")
            ]
            headers.append((NAME, signed_in))
            async with session.get(f"{app}{request.path}", headers=headers) as answer:
                return web.Response(text=await answer.text())

        site = web.Application()
        site.router.add_get("/{path:.*}", pass_on)
        runner = web.AppRunner(site)
        await runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listening).start()
        runners.append((runner, session))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    try:
        socket.create_server((PROXY, 0)).close()
    except OSError:
        pytest.skip("this system has one loopback address only")
    yield start
    for runner, session in runners:
        await session.close()
        await runner.cleanup()


async def text_of(address, **how):
    async with ClientSession() as session, session.get(address, **how) as answer:
        return await answer.text()


@pytest.mark.asyncio
async def test_the_proxy_says_who_it_is_whatever_the_browser_says(proxy):
    trusted = await proxy(PROXY, "ada")
    forged = {NAME: "root", "X-Forwarded-For": PROXY}
    assert await text_of(f"{trusted}/who") == "ada"
    assert await text_of(f"{trusted}/who", headers=forged) == "ada"


@pytest.mark.asyncio
async def test_nobody_else_says_who_it_is(app, proxy):
    """Not by pretending to come from the proxy, whom uvicorn would believe."""
    untrusted = await proxy(STRANGER, "ada")
    assert await text_of(f"{untrusted}/who") == "nobody"
    for forged in ({NAME: "ada"}, {NAME: "ada", "X-Forwarded-For": PROXY}):
        assert await text_of(f"{app}/who", headers=forged) == "nobody"


@pytest.mark.asyncio
async def test_a_proxy_that_adds_to_a_forged_header_makes_it_nobody(proxy):
    adding = await proxy(PROXY, "ada", adds=True)
    assert await text_of(f"{adding}/who") == "ada"
    assert await text_of(f"{adding}/who", headers={NAME: "root"}) == "nobody"


@pytest.mark.asyncio
@pytest.mark.parametrize(("address", "seen"), [(PROXY, "ada"), (STRANGER, "nobody")])
async def test_a_socket_is_asked_for_its_peer_too(app, proxy, address, seen):
    connector = TCPConnector(local_addr=(address, 0))
    headers = {NAME: "ada", "X-Forwarded-For": PROXY}
    async with (
        ClientSession(connector=connector) as session,
        session.ws_connect(f"{app}/socket", headers=headers) as websocket,
    ):
        message = await websocket.receive()
        assert (message.type, message.data) == (WSMsgType.TEXT, seen)
