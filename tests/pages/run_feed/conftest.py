import asyncio
import socket
import threading

import pytest
import pytest_asyncio
import uvicorn
from aiohttp import ClientSession
from starlette.applications import Starlette

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from pages.server.routes import MIDDLEWARE, routes
from tests.model_server import ModelServer, Play
from tests.pages.run_feed.browser import Browser

NAMES = ("ada", "ben", "chief")


def agent(name):
    return AgentSpec(endpoint="lab", model=name)


MIXTURE = MoAConfig(
    layers=(Layer((agent("ada"), agent("ben"))),), aggregator=agent("chief")
)


class HoldingServer(ModelServer):
    """A model server whose ``ben`` holds his last words back until he is released."""

    def __init__(self):
        super().__init__()
        self.released = threading.Event()


@pytest.fixture
def models():
    with HoldingServer() as server:
        for name in NAMES:
            server.plays[name] = Play(pieces=[f"{name} ", "says."])
        server.plays["ben"] = Play(pieces=["ben ", "says."], held_until=server.released)
        yield server
        server.released.set()


@pytest.fixture
def environment(environment, models):
    environment.setenv("POLYPHONY_ENDPOINTS", f"lab={models.url}")
    environment.setenv("POLYPHONY_PRICES", "lab/ada=1/4;lab/ben=1/4;lab/chief=1/4")
    return environment


@pytest.fixture
def ask(app):
    """Asks a question and gives the uid of its run."""

    def asked(config=MIXTURE):
        begun = app.asking().start_question(Question("Why is the sea salty?"), config)
        return begun.run_uid

    return asked


class Page:
    """A page's end of the socket: a browser for each name that it follows."""

    def __init__(self, socket):
        self.socket = socket
        self.browsers = {}

    async def follow(self, name, browser=None, **more):
        self.browsers[name] = browser or Browser()
        await self.socket.send_json({"subscribe": name, **more})
        return self.browsers[name]

    async def read(self):
        """One message, taken in."""
        text = await self.socket.receive_str(timeout=20)
        self.browsers[Browser.name_in(text)].take(text)

    async def until(self, wanted):
        while not wanted():
            await self.read()

    async def until_ended(self, uid):
        run = await self.follow(uid)
        await self.until(lambda: run.ended)

    async def do(self, name, what, **more):
        await self.socket.send_json({"do": what, "run": name, **more})


class Server:
    """The server's own routes below ``/poly``, and pages that talk to it."""

    def __init__(self, session, port):
        self.session, self.port = session, port

    def open(self, **how):
        address = f"http://127.0.0.1:{self.port}/poly/runs/stream"
        return self.session.ws_connect(address, **how)

    async def page(self, **how):
        return Page(await self.open(**how))

    async def poll(self, frame, **how):
        address = f"http://127.0.0.1:{self.port}/poly/runs/poll"
        async with self.session.post(address, json=frame, **how) as response:
            return response.status, await response.text()


@pytest_asyncio.fixture
async def server(app):
    site = Starlette(routes=list(routes("poly")), middleware=list(MIDDLEWARE))
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(site, log_level="error", lifespan="off")
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve([listening]))
    try:
        async with ClientSession() as session:
            yield Server(session, listening.getsockname()[1])
    finally:
        running.should_exit = True
        await serving
        listening.close()
