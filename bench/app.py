"""Runs the real app as a process, and times how long its pages take to open."""

import asyncio
import os
import statistics
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from playwright.async_api import BrowserContext, async_playwright

from bench.figures import say
from bench.model_server import ModelServers
from moa_core.errors import RunStoppedError
from moa_core.messages import Question
from moa_core.mixture import MoAConfig
from moa_core.run import RunAborted, RunStarted, RunState
from moa_core.usage import FREE, Usage
from storage.database import Database
from storage.recording import Recorder, Runs
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import RunningApp

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_TIMES = 8
LINKS: Final = '[data-testid="stMain"] [data-testid="stPageLink"]'
"""To conversations, say; not those of the sidebar."""

# The page looks for itself, in each frame it draws: Playwright's own waiting looks
# after 20, 70, 170, 270 and 770 ms, so that most pages seemed to open at those times.
OPENED_S: Final = """drawn => {
    const shown = selector => [...document.querySelectorAll(selector)].pop();
    const ended = shown('[data-test-script-state="notRunning"]');
    const all = drawn.every(selector => shown(selector)?.checkVisibility());
    return ended && all ? performance.now() / 1000 : null;
}"""


class AppProcess(RunningApp):
    """`streamlit run app.py` on a free port; a context manager.

    Args:
        servers: The model servers it may ask; without them it has simulated ones.
        database_url: Its database; ``None`` for one of its own.
    """

    def __init__(
        self, servers: ModelServers | None = None, database_url: str | None = None
    ) -> None:
        self._folder = TemporaryDirectory()
        environment = {"POLYPHONY_ENDPOINTS": servers.endpoints} if servers else {}
        if database_url:
            environment["DATABASE_URL"] = database_url
        super().__init__(Path(self._folder.name), environment)

    def seed(self, mixtures: Iterable[MoAConfig]) -> list[str]:
        """Store a conversation for each mixture, which its next question will use.

        Returns:
            The conversations' uids. To be called before the app is started.
        """
        database = Database.open(f"sqlite:///{self.database}")
        recorder = Recorder(database)
        runs = Runs(database)
        uids = [asyncio.run(_stopped_run(runs, recorder, each)) for each in mixtures]
        recorder.close()
        database.close()
        return uids

    def cpu_s(self) -> float:
        """CPU seconds that the server has used so far."""
        assert self._process
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * TICK_S

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self._folder.cleanup()


async def _stopped_run(runs: Runs, recorder: Recorder, config: MoAConfig) -> str:
    """A conversation whose only run was stopped before it had asked anybody."""
    begun = runs.begin(Question("Which models shall answer?"), config)
    state = RunState(config)
    end = RunAborted(
        at_s=0.0,
        error=RunStoppedError(),
        text="",
        usage=Usage(),
        cost=FREE,
        latency_s=0.0,
    )
    for event in (RunStarted(0.0, config), end):
        state.apply(event)
        await recorder.record(begun.run_uid, event, state)
    return begun.conversation_uid


def opened_s(address: str, *drawn: str) -> float:
    """Median seconds from the request until all is drawn, for who was here before.

    Args:
        address: Of the page.
        drawn: CSS selectors: of each the last element must be seen, and the page's
            script must have ended.
    """
    return asyncio.run(_opened_s(address, drawn))


async def _opened_s(address: str, drawn: tuple[str, ...]) -> float:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        visitor = await browser.new_context()
        first, *others = [
            await _open(visitor, address, drawn) for _ in range(PAGE_TIMES)
        ]
        await browser.close()
    name = address.rpartition("/")[2] or "chat"
    say(
        f"{name}: page opened in {', '.join(f'{s:.2f}' for s in others)} s, "
        f"the first time in {first:.2f} s"
    )
    return statistics.median(others)


async def _open(visitor: BrowserContext, address: str, drawn: tuple[str, ...]) -> float:
    """Open the page in a new tab."""
    page = await visitor.new_page()
    await page.goto(address, wait_until="commit")
    seen = await page.wait_for_function(OPENED_S, arg=list(drawn), polling="raf")
    taken_s: float = await seen.json_value()
    await page.close()
    return taken_s
