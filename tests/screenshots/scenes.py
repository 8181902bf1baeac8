"""Walks to what the pictures show, as a user would."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from playwright.async_api import Locator, Page, expect

from moa_core.mixture import MoAConfig, encode_mixture, mixture_from_refs
from moa_core.mixture.shipped import preset_named
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.duel_page import DuelPage
from tests.browser.pages.hand import click
from tests.screenshots.camera import Camera
from tests.screenshots.seeded_models import SeededModels

REAL_QUESTION = "Give me three tips for sleeping better."
PROPOSERS = 3
QUESTION = "Should a small team rent its servers or own them?"
FAILING = "overloaded-70b"
SIMULATED: Final = preset_named("simulated").config
TINY: Final = preset_named("tiny").config
BALANCED: Final = preset_named("openai").config
RUN_MS = 300_000


class Apps(NamedTuple):
    """One app for each thing that a picture needs.

    Attributes:
        new: Nothing is connected, nothing was asked.
        simulated: Simulated models are asked.
        connected: A key connects OpenAI; the demo is in hand.
        failing: One of its models fails.
        busy: A year of chats.
        tiny: Real, tiny models.
        models: Those.
    """

    new: RunningApp
    simulated: RunningApp
    connected: RunningApp
    failing: RunningApp
    busy: RunningApp
    tiny: RunningApp
    models: SeededModels


Scene = Callable[[Camera, Apps], Awaitable[None]]


async def _chat(
    page: Page, app: RunningApp, config: MoAConfig | None = None
) -> ChatPage:
    query = f"/?preset={encode_mixture(config)}" if config else ""
    chat = await ChatPage(page).open(app.url + query)
    await chat.settled()
    return chat


async def _top(page: Page) -> None:
    """Up to the question, as somebody who reads does."""
    await page.locator(".stMain").evaluate("main => main.scrollTo(0, 0)")


async def _ended(chat: ChatPage) -> None:
    """Wait for the end of the run, as long as a tiny model on a busy machine takes."""
    await expect(chat.stop).to_have_count(0, timeout=RUN_MS)
    await chat.answered()


async def start(camera: Camera, apps: Apps) -> None:
    async with camera.page() as page:
        await _chat(page, apps.new)
        await camera.take(page, "start")


async def offer(camera: Camera, apps: Apps) -> None:
    async with camera.page() as page:
        await _chat(page, apps.connected)
        await expect(page.locator(".st-key-offer")).to_be_visible()
        await camera.take(page, "offer")


async def real_run(cameras: Sequence[Camera], apps: Apps) -> None:
    """One run for all cameras: held while it is under way, then what became of it."""
    async with cameras[0].page() as page:
        chat = await _chat(page, apps.tiny, TINY)
        await chat.ask(REAL_QUESTION)
        await _wait_for(lambda: apps.models.waiting >= PROPOSERS)
        await expect(page).to_have_url(re.compile("c="))
        for camera in cameras:
            async with camera.page() as other:
                await other.goto(page.url)
                await expect(ChatPage(other).columns).to_have_count(PROPOSERS)
                await camera.take(other, "running")
        apps.models.go_on.set()
        await _ended(chat)
        address = page.url
    for camera in cameras:
        async with camera.page() as page:
            await _real_answer(await ChatPage(page).open(address), camera)


async def _real_answer(chat: ChatPage, camera: Camera) -> None:
    """The answer, the proposals behind it, and one or two of them."""
    await chat.answered()
    await camera.take(chat.page, "answer")
    await click(chat.layer(1))
    await expect(chat.columns).to_have_count(PROPOSERS)
    await _top(chat.page)
    await camera.take(chat.page, "proposals")
    await click(chat.main.get_by_role("button", name="Expand").first)
    await camera.take(chat.page, "expanded")
    if camera.is_wide:
        await click(chat.main.get_by_role("button", name="Two at a time"))
        await camera.take(chat.page, "two")
    await _compare(chat, camera)


async def _wait_for(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + RUN_MS / 1000
    while not holds():
        assert time.monotonic() < ends, "the models did not write"
        await asyncio.sleep(0.1)


async def _written(columns: Locator, chars: int) -> None:
    """Wait until each column has so many characters."""
    for column in await columns.all():
        text = re.compile(rf"[\s\S]{{{chars}}}")
        await expect(column).to_contain_text(text, timeout=RUN_MS)


async def _compare(chat: ChatPage, camera: Camera) -> None:
    await click(chat.main.get_by_role("link", name="Compare").last)
    await expect(chat.page.get_by_role("heading", name="Compare")).to_be_visible()
    await chat.settled()
    await _top(chat.page)
    await camera.take(chat.page, "compare")


async def sheet(camera: Camera, apps: Apps) -> None:
    async with camera.page() as page:
        chat = await _chat(page, apps.connected, BALANCED)
        await chat.mixture.open()
        await chat.settled()
        await camera.take(page, "sheet")


async def rework(camera: Camera, apps: Apps) -> None:
    """Where the time of a run went, its replay, its sources, and another answer."""
    async with camera.page() as page:
        chat = await _chat(page, apps.simulated, SIMULATED)
        await chat.ask(QUESTION)
        await _ended(chat)
        line = chat.main.get_by_text(re.compile(r"tokens.*of \d+ answered")).last
        await click(line)
        await click(chat.main.get_by_text("Timeline", exact=True))
        await chat.settled()
        await line.evaluate("line => line.scrollIntoView({block: 'start'})")
        await camera.take(page, "timeline")
        await click(line)
        await _replay(chat, camera)
        await click(chat.main.get_by_role("button", name=re.compile("^Sources")).last)
        await chat.see("similarity, not proof")
        await camera.take(page, "sources")
        await click(chat.main.get_by_role("button", name=re.compile("^Sources")).last)
        await _versions(chat, camera)


async def _replay(chat: ChatPage, camera: Camera) -> None:
    await click(chat.main.get_by_role("button", name="More for the answer").last)
    await click(chat.page.get_by_role("menuitem", name="Replay this run"))
    await _written(chat.columns, 120)
    await _top(chat.page)
    await camera.take(chat.page, "replay")
    await click(chat.main.get_by_role("button", name="End replay"))
    await chat.settled()


async def _versions(chat: ChatPage, camera: Camera) -> None:
    await click(chat.main.get_by_role("button", name="Rewrite answer").last)
    await click(chat.main.get_by_text("2. thinker").last)
    await click(chat.page.get_by_role("button", name="Rewrite answer").last)
    await chat.main.get_by_text("v2", exact=True).wait_for()
    await _ended(chat)
    await click(chat.main.get_by_text("Side by side"))
    await click(chat.main.get_by_text("Mark differences"))
    await chat.settled()
    await camera.take(chat.page, "versions")


async def failure(camera: Camera, apps: Apps) -> None:
    refs = ("simulated/explainer", f"lab/{FAILING}", "simulated/builder")
    config = mixture_from_refs(refs, aggregator="simulated/synthesist")
    async with camera.page() as page:
        chat = await _chat(page, apps.failing, config)
        await chat.ask(QUESTION)
        await _ended(chat)
        await click(chat.layer(1))
        await chat.see("failed")
        if not camera.is_wide:
            await click(chat.main.get_by_role("button", name=f"Go to {FAILING}"))
        await _top(page)
        await camera.take(page, "failed")


async def duel(camera: Camera, apps: Apps) -> None:
    """A blind duel before the vote, and the board after it."""
    async with camera.page() as page:
        duels = await DuelPage(page).open(f"{apps.simulated.url}/compare?view=duel")
        await duels.choose("A", "Simulated, free")
        await duels.start(QUESTION)
        await duels.can_vote()
        await camera.take(page, "duel")
        await duels.vote("Tie")
        await page.goto(f"{apps.simulated.url}/compare?view=scoreboard")
        await duels.settled()
        await camera.take(page, "scoreboard")


async def settings(camera: Camera, apps: Apps) -> None:
    await _page(camera, apps.connected, "settings")


async def presets(camera: Camera, apps: Apps) -> None:
    await _page(camera, apps.connected, "presets")


async def history(camera: Camera, apps: Apps) -> None:
    await _page(camera, apps.busy, "history")


async def spend(camera: Camera, apps: Apps) -> None:
    await _page(camera, apps.busy, "spend")


async def _page(camera: Camera, app: RunningApp, name: str) -> None:
    async with camera.page() as page:
        await page.goto(f"{app.url}/{name}")
        title = page.get_by_role("heading", name=name.capitalize(), exact=True)
        await expect(title).to_be_visible()
        await ChatPage(page).settled()
        await camera.take(page, name)


async def sidebar(camera: Camera, apps: Apps) -> None:
    """On a phone, where it lies over the page."""
    if camera.is_wide:
        return
    async with camera.page() as page:
        await _chat(page, apps.busy)
        await click(page.get_by_role("button", name="Expand sidebar"))
        await camera.take(page, "sidebar")


ON_A_LAPTOP: Final = frozenset(("offer", "rework", "settings", "presets", "spend"))
"""Scenes of which no picture of a phone is shown."""

SCENES: Final[dict[str, Scene]] = {
    "start": start,
    "offer": offer,
    "sheet": sheet,
    "rework": rework,
    "failure": failure,
    "duel": duel,
    "settings": settings,
    "presets": presets,
    "history": history,
    "spend": spend,
    "sidebar": sidebar,
}
