"""What points and jobs are tried on: apps, model servers and a browser."""

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from moa_core.mixture import MoAConfig
from tests.browser.app.lab import NAMES, mixture
from tests.front_room.visitor import Visitor
from tests.model_server import ModelServer, Play

QUESTION = "Why is the sky blue?"
PROPOSERS = ("ada", "ben", "cleo")
ANSWER = "chief"
THREE: MoAConfig = mixture(*PROPOSERS)
WORDS = 200
PROMPT_TOKENS, ANSWER_TOKENS = 900, 210
USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": ANSWER_TOKENS,
    "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
}
DRIP_S = 0.03
ALL_NAMES = (*NAMES, "dora")
MARKDOWN = "Some **bold** text.\n\n```python\nprint('sky')\n```\n\n"


def first_words(name: str) -> str:
    """How a model of the stage begins."""
    return f"First words of {name}"


def last_words(name: str) -> str:
    """How it ends."""
    return f"Last of {name}."


class UnmetError(AssertionError):
    """Something that a point asks for does not hold."""


@dataclass(slots=True)
class Evidence:
    """What was seen while a point was tried."""

    said: list[str] = field(default_factory=list)

    def saw(self, what: str) -> None:
        """Note something that holds."""
        self.said.append(what)

    def need(self, holds: object, failure: str, what: str = "") -> None:
        """Note ``what`` if it holds.

        Raises:
            UnmetError: It does not; says ``failure``.
        """
        if not holds:
            raise UnmetError(failure)
        if what:
            self.saw(what)


@dataclass(slots=True)
class Stage:
    """Where everything is tried.

    Attributes:
        browser: A Chromium.
        url: An app with the models of ``server``.
        bare_url: An app with nothing: no key, no endpoint, simulated models alone.
        bare_start_s: From its command to its first answer.
        server: Its models are held, or fail, as a point wants it.
        local_port: A free port where local servers are looked for.
        shots: A folder for pictures of what failed.
    """

    browser: Browser
    url: str
    bare_url: str
    bare_start_s: float
    server: ModelServer
    local_port: int
    shots: Path | None = None
    _held: list[threading.Event] = field(default_factory=list)

    @asynccontextmanager
    async def visit(
        self, url: str = "", width: int = 1440, height: int = 900, **how: Any
    ) -> AsyncIterator[Visitor]:
        """A fresh visitor of the app at ``url``, or of the one with models."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            permissions=["clipboard-read", "clipboard-write"],
            **how,
        )
        visitor = Visitor(await context.new_page(), url or self.url)
        try:
            yield visitor
        except Exception:
            if self.shots:
                path = self.shots / f"failed-{time.monotonic_ns()}.png"
                await visitor.page.screenshot(path=path)
            raise
        finally:
            self.let_go()
            await context.close()

    @asynccontextmanager
    async def answered(
        self, config: MoAConfig | None = THREE, url: str = "", **how: Any
    ) -> AsyncIterator[Visitor]:
        """A visitor whose first question has been answered."""
        async with self.visit(url, **how) as visitor:
            self.play().set()
            await self.ask(visitor, config)
            yield visitor

    async def ask(self, visitor: Visitor, config: MoAConfig | None = THREE) -> None:
        """Ask in a new chat, and wait for the whole answer.

        Raises:
            UnmetError: None came.
        """
        await visitor.open(config)
        await visitor.ask(QUESTION)
        aggregator = config.aggregator.model if config else ANSWER
        if not await visitor.sees(last_words(aggregator), visitor.patience_ms):
            raise UnmetError("no answer came")
        await visitor.ended()

    def play(self, pause_s: float = 0.0, **others: Play) -> threading.Event:
        """Let every model write two hundred words and hold its end.

        Args:
            pause_s: Wait before each word.
            others: What some models do instead.

        Returns:
            Set it to let all of them end; the end of a visit does so, too.
        """
        end = threading.Event()
        self._held.append(end)
        for name in ALL_NAMES:
            words = [f"{first_words(name)}. ", MARKDOWN, *["word "] * WORDS]
            self.server.plays[name] = Play(
                pieces=[*words, last_words(name)],
                held_until=end,
                pause_s=pause_s,
                usage=USAGE,
            )
        self.server.plays.update(others)
        return end

    def let_go(self) -> None:
        """Let all models end that are still held."""
        for end in self._held:
            end.set()
        self._held.clear()

    @property
    def asked(self) -> list[str]:
        """The models that were called, in order."""
        return [call.body["model"] for call in self.server.calls]
