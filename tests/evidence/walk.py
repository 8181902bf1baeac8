"""Goes through an experiment in a browser, from its questions to its verdict."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright, expect

from moa_core.mixture import encode_mixture
from moa_core.mixture.shipped import preset_named
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.evaluate_page import EvaluatePage
from tests.browser.pages.hand import pick
from tests.real_model import llama

QUESTIONS: Final = tuple(f"What is {n} times {n + 3}?" for n in range(2, 22))
FEW: Final = QUESTIONS[:4]
VOTES: Final = ("first", "second", "tie", "both_bad", "skipped", "first", "second")
JUDGE: Final = "simulated/brief"
LONG_MS: Final = 900_000
SIZES: Final = {"1440": (1440, 900), "390": (390, 844)}


async def check_walk(shots: Path | None) -> tuple[bool, str]:
    """Simulated models, 20 questions, A to D, judged and voted on."""
    config = encode_mixture(preset_named("simulated").config)
    with _app(POLYPHONY_SIMULATED_PACE="0.002") as app:
        async with _tab() as page:
            return True, await walk(
                page, app.url, config, QUESTIONS, shots, "simulated"
            )


async def check_real_walk(shots: Path | None) -> tuple[bool, str]:
    """A real llama.cpp proposes and writes; a simulated model judges."""
    config = encode_mixture(llama.mixture(2, max_tokens=48))
    with llama.serving() as server, _app(**llama.environment(server)) as app:
        async with _tab() as page:
            return True, await walk(page, app.url, config, FEW, shots, "real")


async def walk(
    page: Page,
    url: str,
    config: str,
    questions: tuple[str, ...],
    shots: Path | None,
    name: str,
) -> str:
    """Set up, start, wait, vote by keys, and read the verdict; what was seen."""
    tab = EvaluatePage(page)
    await tab.open(url, f"?e=new&preset={config}")
    await tab.bring(questions)
    await tab.tick("C")
    await pick(page.get_by_role("combobox", name="Judge"), JUDGE)
    await tab.settled()
    said = await tab.part("experiment-forecast").inner_text()
    await picture(page, shots, f"{name}-form")
    await tab.start()
    await tab.finished(LONG_MS)
    await tab.view("Vote")
    await picture(page, shots, f"{name}-vote")
    for verdict in VOTES[: len(questions)]:
        await tab.vote(verdict)
    so_far = await tab.so_far()
    await tab.view("Result")
    await expect(tab.part("three-lines")).to_be_visible()
    await picture(page, shots, f"{name}-result")
    verdict = await tab.part("verdict").inner_text()
    return "; ".join(" ".join(each.split()) for each in (said, so_far, verdict))


async def picture(page: Page, shots: Path | None, name: str) -> None:
    """All of what is shown, in both sizes, light and dark."""
    if shots is None:
        return
    for theme in ("dark", "light"):
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for size, (wide, high) in reversed(SIZES.items()):
            await page.set_viewport_size({"width": wide, "height": high})
            needed = "document.querySelector('.stMain').scrollHeight"
            tall = max(high, int(await page.evaluate(needed)))
            await page.set_viewport_size({"width": wide, "height": tall})
            await page.wait_for_timeout(3000)  # charts are drawn anew
            await page.screenshot(path=shots / f"{name}-{theme}-{size}.png")
    await page.set_viewport_size({"width": 1440, "height": 900})


@contextmanager
def _app(**environment: str) -> Iterator[RunningApp]:
    with tempfile.TemporaryDirectory() as folder:
        app = RunningApp(Path(folder), environment)
        app.start()
        try:
            yield app
        finally:
            app.stop()


@asynccontextmanager
async def _tab() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        size = {"width": 1440, "height": 900}
        yield await browser.new_page(viewport=size, reduced_motion="reduce")
        await browser.close()
