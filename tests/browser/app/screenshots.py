"""Takes the pictures in `docs/screenshots/`: `make screenshots`.

The real app in a real Chromium, wide and on a phone, light and dark: a run from its
start to its rework, one with a failed proposer, a duel, and every page.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from bench.database import fill
from storage.database.sessions import Database
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import ROOT, RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.duel_page import DuelPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

FOLDER = ROOT / "docs" / "screenshots"
PAGES = ("presets", "settings")
SIZES = {"1440": (1440, 900), "390": (390, 844)}
THEMES = ("light", "dark")
FILLED = ("history", "spend")
"""Pages that say something only where much has been asked."""

QUESTION = "Should a small team rent its servers or own them?"


async def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ModelServer() as server:
        server.plays["overloaded-70b"] = Play(status=503)
        server.models = {"data": [{"id": "overloaded-70b"}]}
        app = RunningApp(_folder(folder, "app"))
        busy = RunningApp(_folder(folder, "busy"))
        _fill(busy)
        sick = RunningApp(
            _folder(folder, "sick"), {"POLYPHONY_ENDPOINTS": f"lab={server.url}"}
        )
        apps = (app, sick, busy)
        for each in apps:
            each.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=executable_path(), args=arguments()
                )
                for theme in THEMES:
                    for size in SIZES:
                        await _pages(browser, app, theme, size, PAGES)
                        await _pages(browser, busy, theme, size, FILLED)
                        await _a_run(browser, app, theme, size)
                        await _a_duel(browser, app, theme, size)
                        await _a_failure(browser, sick, theme, size)
        finally:
            for each in apps:
                each.stop()


def _folder(parent: str, name: str) -> Path:
    folder = Path(parent) / name
    folder.mkdir()
    return folder


def _fill(app: RunningApp) -> None:
    """Let it look back on a year of questions."""
    database = Database.open(f"sqlite:///{app.database}")
    fill(database, conversations=300)
    database.close()


async def _pages(
    browser: Browser, app: RunningApp, theme: str, size: str, names: Sequence[str]
) -> None:
    """Some pages, from the top."""
    for name in names:
        page = await _open(browser, theme, size)
        await page.goto(f"{app.url}/{name}")
        title = page.get_by_role("heading", name=name.capitalize(), exact=True)
        await expect(title).to_be_visible(timeout=30_000)
        await asyncio.sleep(2)
        await page.screenshot(path=FOLDER / f"{name}-{theme}-{size}.png")
        await page.close()


async def _open(browser: Browser, theme: str, size: str) -> Page:
    wide, high = SIZES[size]
    return await browser.new_page(
        viewport={"width": wide, "height": high},
        color_scheme="dark" if theme == "dark" else "light",
    )


async def _a_run(browser: Browser, app: RunningApp, theme: str, size: str) -> None:
    chat = await _visit(browser, app, theme, size)
    await asyncio.sleep(0.5)
    await _save(chat, "start", theme, size)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await asyncio.sleep(1.8)
    await _top(chat)
    await _save(chat, "running", theme, size)
    await chat.answered()
    await _top(chat)
    await _save(chat, "done", theme, size)
    await _anatomy(chat, theme, size)
    await _a_rework(chat, theme, size)
    await _compared(chat, theme, size)
    await chat.page.close()


async def _anatomy(chat: ChatPage, theme: str, size: str) -> None:
    """Where the time of the run went."""
    line = chat.main.get_by_text("5 of 5 answered").last
    await click(line)
    await click(chat.main.get_by_text("Timeline", exact=True))
    await asyncio.sleep(1.5)
    await line.evaluate("line => line.scrollIntoView({block: 'start'})")
    await asyncio.sleep(0.5)
    await _save(chat, "timeline", theme, size)
    await click(line)


async def _a_rework(chat: ChatPage, theme: str, size: str) -> None:
    """The answer with its sources, then a second version beside the first."""
    await click(chat.main.get_by_text("Sources", exact=True).last)
    await chat.see("similarity, not proof")
    await asyncio.sleep(1)
    await _save(chat, "sources", theme, size)
    await click(chat.main.get_by_text("Sources", exact=True).last)
    await click(chat.main.get_by_role("button", name="Rewrite answer").last)
    await click(chat.main.get_by_text("2. thinker").last)
    await click(chat.page.get_by_role("button", name="Rewrite answer").last)
    await chat.main.get_by_text("v2", exact=True).wait_for(timeout=30_000)
    await click(chat.main.get_by_text("Side by side"))
    await click(chat.main.get_by_text("Mark differences"))
    await asyncio.sleep(2)
    await _save(chat, "versions", theme, size)


async def _compared(chat: ChatPage, theme: str, size: str) -> None:
    await click(chat.main.get_by_role("link", name="Compare").last)
    await expect(chat.page.get_by_role("heading", name="Compare")).to_be_visible()
    await asyncio.sleep(2)
    await _save(chat, "compare", theme, size)


async def _a_duel(browser: Browser, app: RunningApp, theme: str, size: str) -> None:
    """A blind duel before the vote, and the board after it."""
    duel = await DuelPage(await _open(browser, theme, size)).open(
        f"{app.url}/compare?view=duel"
    )
    await duel.choose("A", "Simulated, free")
    await duel.start(QUESTION)
    await duel.can_vote()
    await asyncio.sleep(1)
    await duel.page.screenshot(path=FOLDER / f"duel-{theme}-{size}.png")
    await duel.vote("Tie")
    await duel.page.goto(f"{app.url}/compare?view=scoreboard")
    await asyncio.sleep(3)
    await duel.page.screenshot(path=FOLDER / f"scoreboard-{theme}-{size}.png")
    await duel.page.close()


async def _a_failure(browser: Browser, app: RunningApp, theme: str, size: str) -> None:
    chat = await _visit(browser, app, theme, size, width=1440)
    form = await chat.mixture.open()
    await form.remove(1, "builder")
    await form.remove(1, "sceptic")
    await form.add(1, "overloaded-70b")
    await form.change_layer(2, "Remove layer")
    await form.done()
    width, height = SIZES[size]
    await chat.page.set_viewport_size({"width": width, "height": height})
    await chat.ask(QUESTION)
    await chat.answered()
    await click(chat.layer(1))
    await chat.see("failed")
    await _top(chat)
    failure = chat.main.get_by_text("status 503")
    await failure.evaluate("failure => failure.scrollIntoView({block: 'center'})")
    await asyncio.sleep(0.5)
    await _save(chat, "failed", theme, size)
    await chat.page.close()


async def _visit(
    browser: Browser, app: RunningApp, theme: str, size: str, width: int | None = None
) -> ChatPage:
    wide, high = SIZES[size]
    page = await browser.new_page(
        viewport={"width": width or wide, "height": high},
        color_scheme="dark" if theme == "dark" else "light",
    )
    chat = await ChatPage(page).open(app.url)
    await expect(chat.main.get_by_text("Next answer")).to_be_visible()
    return chat


async def _top(chat: ChatPage) -> None:
    """Go up to the question, as somebody who reads does, and let the page settle."""
    await chat.main.hover()
    await chat.page.mouse.wheel(0, -10_000)
    await chat.page.mouse.move(0, 0)
    await asyncio.sleep(0.6)


async def _save(chat: ChatPage, what: str, theme: str, size: str) -> None:
    await chat.page.screenshot(path=FOLDER / f"{what}-{theme}-{size}.png")


if __name__ == "__main__":
    asyncio.run(main())
