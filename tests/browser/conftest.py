"""A real Chromium and the real app for every test in this folder.

Tests here are coroutines on one event loop per worker, because a browser that is
started once cannot change loops.
"""

import inspect
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError

from tests.browser.app import lab as models
from tests.browser.app.asked_before import begin_with_demo
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import QUICK, RunningApp
from tests.model_server import ModelServer
from tests.real_model.llama import GROUP

HERE = "tests/browser/"
LaunchApp = Callable[..., RunningApp]
SOON_GONE = "--js-flags=--no-opt --no-maglev"
"""A page that lives for seconds is left before it has run what was made faster."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lives here as browser tests, all on the session's loop."""
    for item in items:
        if not item.nodeid.startswith(HERE):
            continue
        item.add_marker(pytest.mark.browser)
        group = (
            GROUP
            if "real_model" in getattr(item, "fixturenames", ())
            else item.path.stem
        )
        item.add_marker(pytest.mark.xdist_group(group))  # they share an app
        if inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the whole worker, with one process for all tabs of a context."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable_path(),
            args=[*arguments(), "--process-per-site", SOON_GONE],
        )
        yield chromium
        await chromium.close()


@dataclass(slots=True)
class Problems:
    """What a page did that it must not.

    Attributes:
        found: In words, in order.
        expected: Set by a test that provokes some, so that they do not fail it.
    """

    found: list[str] = field(default_factory=list)
    expected: bool = False


@pytest.fixture
def problems() -> Problems:
    """What the test's page did that it must not."""
    return Problems()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def warm_context(browser: Browser) -> BrowserContext:
    """Where visitors come and go, so that Streamlit's front end is compiled once.

    Visitors want little motion: a test that looks at some asks for it (ADR 37).
    """
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    keeper = await context.new_page()  # of the process, while there is no visitor
    await keeper.route("**/*", lambda route: route.fulfill(body=""))
    await keeper.goto("http://127.0.0.1/")  # all ports are one site
    return context


@pytest_asyncio.fixture(loop_scope="session")
async def page(warm_context: BrowserContext, problems: Problems) -> AsyncIterator[Page]:
    """A fresh visitor at 1440x900; ``problems`` at the end fail the test.

    That is: a request to another host than the first one visited, an uncaught error in
    the page, and anything the Content-Security-Policy had to stop.
    """
    visitor = await warm_context.new_page()
    watch(visitor, problems.found)
    yield visitor
    await forget_visitor(warm_context)
    assert problems.expected or not problems.found, problems.found


async def forget_visitor(context: BrowserContext) -> None:
    """Close all tabs but the keeper's, and leave nothing of what they had stored."""
    await context.clear_cookies()
    for tab in context.pages[1:]:
        with suppress(PlaywrightError):  # it may have shown nothing
            await tab.evaluate("localStorage.clear()")
        await tab.close()


def watch(page: Page, problems: list[str]) -> None:
    """Write what ``page`` must not do into ``problems``."""
    homes: list[str] = []

    def check_address(url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in {"http", "https", "ws", "wss"}:
            return
        homes[:] = homes or [address.netloc]
        if address.netloc != homes[0]:
            problems.append(f"asked another host: {url}")

    def check_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            problems.append(f"stopped by the policy: {message.text}")

    page.on("request", lambda request: check_address(request.url))
    page.on("websocket", lambda websocket: check_address(websocket.url))
    page.on("console", check_console)
    page.on("pageerror", lambda error: problems.append(f"error in the page: {error}"))


def launching(folder: Path, new_file: Path) -> Iterator[LaunchApp]:
    """Gives what starts apps, each in a folder of its own; ends them all.

    Args:
        folder: Where they have their folders.
        new_file: Their database, unless they get another as ``database``.
    """
    launched: list[RunningApp] = []

    def launch(
        environment: dict[str, str] | None = None,
        *,
        database: Path = new_file,
        **how: object,
    ) -> RunningApp:
        home = folder / f"app{len(launched)}"
        home.mkdir()
        running = RunningApp(home, environment, **how)
        shutil.copy(database, running.database)
        launched.append(running)
        running.start()
        return running

    yield launch
    for running in launched:
        running.stop()


@pytest.fixture
def launch_app(tmp_path: Path, new_file: Path) -> Iterator[LaunchApp]:
    """Start apps that end with the test; they take what ``RunningApp`` takes."""
    yield from launching(tmp_path, new_file)


@pytest.fixture(scope="module")
def launch_shared(
    tmp_path_factory: pytest.TempPathFactory, new_file: Path
) -> Iterator[LaunchApp]:
    """Start apps that end with the module: for tests that leave them as they were."""
    yield from launching(tmp_path_factory.mktemp("shared"), new_file)


@pytest.fixture(scope="session")
def lab_server() -> Iterator[ModelServer]:
    """The model server of ``lab``."""
    with ModelServer() as server:
        server.models = {"data": [{"id": name} for name in models.NAMES]}
        yield server


@pytest.fixture
def server(lab_server: ModelServer) -> ModelServer:
    """The same, which forgets what other tests did with it: every model answers."""
    lab_server.forget()
    for name in models.NAMES:
        lab_server.plays[name] = models.says(name)
    return lab_server


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    """What a model may wait for before it ends its answer; set when the test ends."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(scope="session")
def lab(
    tmp_path_factory: pytest.TempPathFactory, new_file: Path, lab_server: ModelServer
) -> Iterator[RunningApp]:
    """The real app, shared by all tests that may find conversations of others in it.

    It has the models of ``server``, and simulated ones that are ``QUICK``. New chats
    begin with these.
    """
    folder = tmp_path_factory.mktemp("lab")
    for launch in launching(folder, new_file):
        endpoints = {"POLYPHONY_ENDPOINTS": f"{models.ENDPOINT}={lab_server.url}"}
        environment = {**QUICK, **endpoints, "POLYPHONY_PRICES": models.PRICES}
        database = shutil.copy(new_file, folder / "begins-with-demo.db")
        begin_with_demo(database)  # not with what other tests asked last
        yield launch(environment, database=database)
