"""Measures how soon the app starts: its imports, and first paint in a cold Chromium."""

import os
import statistics
import subprocess
import sys

from playwright.sync_api import sync_playwright

from bench.app import OPENED_S, AppProcess
from bench.figures import Figures, say
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import ROOT

TIMES = 3
IMPORT = (
    "import time; began = time.perf_counter(); import {}; "
    "print(time.perf_counter() - began)"
)
PAINTED_S = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def measure_start() -> Figures:
    """Import and paint a few times, each in processes that are new."""
    app_s = _median_import_s("app")
    core_s = _median_import_s("moa_core.engine.execution, moa_core.providers.endpoints")
    say(f"start: app imported in {app_s:.2f} s, of it moa_core alone {core_s:.2f} s")
    painted = [_paint() for _ in range(TIMES)]
    first_s, usable_s = (
        statistics.median(column) for column in zip(*painted, strict=True)
    )
    say(f"start: first paint after {first_s:.2f} s, a question after {usable_s:.2f} s")
    return {
        "import_s": app_s,
        "import_core_s": core_s,
        "first_paint_s": first_s,
        "first_question_s": usable_s,
    }


def _median_import_s(modules: str) -> float:
    command = [sys.executable, "-c", IMPORT.format(modules)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return statistics.median(
        float(subprocess.check_output(command, cwd=ROOT, env=environment))
        for _ in range(TIMES)
    )


def _paint() -> tuple[float, float]:
    """Seconds from the address to the first paint, and to a place for the question."""
    with AppProcess() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable_path(), args=arguments()
        )
        page = browser.new_page()
        page.goto(app.url)
        composer = ['[data-testid="stChatInput"]']
        seen = page.wait_for_function(OPENED_S, arg=composer, polling="raf")
        usable_s: float = seen.json_value()
        first_s: float = page.evaluate(PAINTED_S)
        browser.close()
    return first_s, usable_s
