"""Measures how long a browser is busy with one text, by Chromium's own count."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright

from bench.figures import Figures, say
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.crafted import SCRIPT
from tests.browser.app.heavy import FLOODS, FORMULAS, HEAVY, ORDINARY
from tests.browser.app.running_app import ROOT, RunningApp

_SETTLE_MS: Final = 1_000  # code and formulas are drawn by modules that come late
_NOTHING: Final = "-"


def measure_rendering() -> Figures:
    """CPU seconds of the page's thread for each heavy text, beside an empty page's."""
    texts = {
        _NOTHING: "a",
        "an ordinary answer": ORDINARY * 10,
        **FLOODS,
        **HEAVY,
        **{name: f"$$\n{source}\n$$" for name, source in FORMULAS.items()},
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps(list(texts.values())))
        environment = {"TEXTS": str(file), "POLICY": "on", "PYTHONPATH": str(ROOT)}
        app = RunningApp(Path(folder), environment, script=SCRIPT)
        app.start()
        try:
            busy_s = asyncio.run(_busy_s(app.url, list(texts)))
        finally:
            app.stop()
    least_s = busy_s.pop(_NOTHING)
    costs_s = {name: seconds - least_s for name, seconds in busy_s.items()}
    for name, seconds in sorted(costs_s.items(), key=lambda cost: -cost[1]):
        say(f"{name}: {seconds:.2f} s")
    ordinary_s = costs_s.pop("an ordinary answer")
    return {"render_ordinary_s": ordinary_s, "render_heaviest_s": max(costs_s.values())}


async def _busy_s(address: str, names: list[str]) -> dict[str, float]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        busy_s = {
            name: await _thread_s(browser, f"{address}/?how=component&only={number}")
            for number, name in enumerate(names)
        }
        await browser.close()
    return busy_s


async def _thread_s(browser: Browser, address: str) -> float:
    """What the page's main thread uses until all is drawn."""
    page = await browser.new_page()
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.goto(address)
    await page.get_by_text("all drawn").wait_for(timeout=60_000)
    await page.wait_for_timeout(_SETTLE_MS)
    counted = await session.send("Performance.getMetrics")
    await page.close()
    metrics = {metric["name"]: metric["value"] for metric in counted["metrics"]}
    return float(metrics["TaskDuration"])
