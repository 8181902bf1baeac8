"""Takes the pictures in `docs/screenshots/`: `make screenshots`.

The real app in a real Chromium: start, running, done and with a failed proposer; wide
and on a phone; light and dark.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from tests.browser.chat_page import ChatPage
from tests.browser.chromium import arguments, executable_path
from tests.browser.running_app import ROOT, RunningApp
from tests.model_server import ModelServer, Play

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"1440": (1440, 900), "390": (390, 844)}
THEMES = ("light", "dark")
QUESTION = "Should a small team rent its servers or own them?"


async def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ModelServer() as server:
        server.plays["overloaded-70b"] = Play(status=503)
        server.models = {"data": [{"id": "overloaded-70b"}]}
        app = RunningApp(Path(folder))
        sick = RunningApp(Path(folder), {"POLYPHONY_ENDPOINTS": f"lab={server.url}"})
        app.start()
        sick.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=executable_path(), args=arguments()
                )
                for theme in THEMES:
                    for size in SIZES:
                        await _pages(browser, app, theme, size)
                        await _a_run(browser, app, theme, size)
                        await _a_failure(browser, sick, theme, size)
        finally:
            app.stop()
            sick.stop()


async def _pages(browser: Browser, app: RunningApp, theme: str, size: str) -> None:
    """The presets and the settings, from the top."""
    wide, high = SIZES[size]
    scheme = "dark" if theme == "dark" else "light"
    for name in ("presets", "settings"):
        page = await browser.new_page(
            viewport={"width": wide, "height": high}, color_scheme=scheme
        )
        await page.goto(f"{app.url}/{name}")
        title = page.get_by_role("heading", name=name.capitalize(), exact=True)
        await expect(title).to_be_visible(timeout=30_000)
        await asyncio.sleep(1.5)
        await page.screenshot(path=FOLDER / f"{name}-{theme}-{size}.png")
        await page.close()


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


async def _a_failure(browser: Browser, app: RunningApp, theme: str, size: str) -> None:
    chat = await _visit(browser, app, theme, size, width=1440)
    await chat.unpick("Layer 1", "builder")
    await chat.unpick("Layer 1", "sceptic")
    await chat.pick("Layer 1", "overloaded-70b")
    await chat.remove_layer(2)
    width, height = SIZES[size]
    await chat.page.set_viewport_size({"width": width, "height": height})
    await chat.ask(QUESTION)
    await chat.answered()
    await chat.layer(1).click()
    await chat.see("did not answer")
    await _top(chat)
    failure = chat.main.get_by_text("status 503")
    await failure.evaluate("failure => failure.scrollIntoView({block: 'center'})")
    await asyncio.sleep(0.5)
    await _save(chat, "failed", theme, size)


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
    if what in ("done", "failed"):
        await chat.page.close()


if __name__ == "__main__":
    asyncio.run(main())
