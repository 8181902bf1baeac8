"""Walks through an experiment on a real, tiny model, once for all cameras."""

from collections.abc import Sequence
from typing import Final

from playwright.async_api import Page, expect

from moa_core.mixture import encode_mixture
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.evaluate_page import EvaluatePage
from tests.browser.pages.hand import pick
from tests.real_model import llama
from tests.screenshots.camera import Camera

QUESTIONS: Final = (
    "Name a fruit that is red.",
    "What is the capital of France?",
    "Why do leaves fall in autumn?",
    "How many days has a week?",
    "What do bees make?",
    "Who wrote Hamlet?",
)
VOTES: Final = ("first", "second", "tie", "first")
JUDGE: Final = "simulated/brief"
EXPERIMENT_MS: Final = 900_000
MIXTURE: Final = llama.mixture(2, max_tokens=64)


async def real_experiment(cameras: Sequence[Camera], app: RunningApp) -> None:
    """Its form, a pair that is voted on, and what it found."""
    address = ""
    for camera in cameras:
        async with camera.page() as page:
            tab = await _filled_in(page, app)
            await tab.part("experiment-forecast").scroll_into_view_if_needed()
            await camera.take(page, "experiment")
            if not address:
                address = await _carried_out(tab)
    for view, name in (("votes", "ballot"), ("result", "verdict")):
        for camera in cameras:
            async with camera.page() as page:
                await page.goto(f"{address}&view={view}")
                await expect(
                    page.get_by_role("heading", name="Evaluate")
                ).to_be_visible()
                await EvaluatePage(page).settled()
                await camera.take(page, name)
        if view == "votes":
            await _voted_on(cameras[0], f"{address}&view={view}")


async def _filled_in(page: Page, app: RunningApp) -> EvaluatePage:
    tab = EvaluatePage(page)
    await tab.open(app.url, f"?e=new&preset={encode_mixture(MIXTURE)}")
    await tab.bring(QUESTIONS)
    await pick(page.get_by_role("combobox", name="Judge"), JUDGE)
    await tab.settled()
    return tab


async def _carried_out(tab: EvaluatePage) -> str:
    await tab.start()
    await tab.finished(EXPERIMENT_MS)
    return tab.page.url


async def _voted_on(camera: Camera, address: str) -> None:
    async with camera.page() as page:
        tab = EvaluatePage(page)
        await page.goto(address)
        await expect(tab.votes).to_be_visible()
        await tab.settled()
        for verdict in VOTES:
            await tab.vote(verdict)
