"""No crafted text makes a browser ask, run or leave anything, however it is shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.app.crafted import CRAFTED
from tests.browser.app.listener import Listener
from tests.browser.app.running_app import RunningApp
from tests.browser.conftest import LaunchApp

SCRIPT = Path(__file__).parent / "crafted_app" / "app.py"
SETTLE_MS = 1_500  # diagrams and formulas are drawn by code that is loaded first

pytestmark = pytest.mark.slow


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


def show_crafted(
    launch_app: LaunchApp, tmp_path: Path, listener: Listener, *, policy: bool
) -> RunningApp:
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps([text.aimed_at(listener.url) for text in CRAFTED]))
    environment = {
        "TEXTS": str(texts),
        "POLICY": "on" if policy else "off",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return launch_app(environment, script=SCRIPT)


async def watch_closely(page: Page, app: RunningApp, how: str) -> None:
    """Show the texts, wait until all is quiet, and check that nothing ran or left."""
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await page.goto(f"{app.url}/?how={how}")
    await page.get_by_text("all drawn").wait_for(timeout=60_000)
    await page.wait_for_timeout(SETTLE_MS)
    assert await page.evaluate("window.caught") is None
    assert page.url == f"{app.url}/?how={how}"
    assert not dialogs


def test_the_set_is_large_and_its_names_are_unique():
    assert len(CRAFTED) >= 45
    assert len({crafted.name for crafted in CRAFTED}) == len(CRAFTED)


async def test_without_any_defence_the_listener_hears_many_of_them(
    page, problems, launch_app, tmp_path, listener
):
    problems.expected = True
    app = show_crafted(launch_app, tmp_path, listener, policy=False)
    await watch_closely(page, app, "raw")
    heard = {path.split("?")[0] for path in listener.heard}
    assert len(heard) > 25  # or the other tests here would prove nothing


@pytest.mark.parametrize("how", ["answer", "streamed", "label", "error"])
async def test_the_sanitiser_alone_lets_nothing_through(
    how, page, launch_app, tmp_path, listener
):
    app = show_crafted(launch_app, tmp_path, listener, policy=False)
    await watch_closely(page, app, how)
    assert listener.heard == []


async def test_the_policy_alone_lets_nothing_through(
    page, problems, launch_app, tmp_path, listener
):
    problems.expected = True
    app = show_crafted(launch_app, tmp_path, listener, policy=True)
    await watch_closely(page, app, "raw")
    assert listener.heard == []
    assert any("stopped by the policy" in problem for problem in problems.found)


@pytest.mark.parametrize("how", ["answer", "label", "error"])
async def test_both_together_leave_the_policy_nothing_to_stop(
    how, page, launch_app, tmp_path, listener
):
    app = show_crafted(launch_app, tmp_path, listener, policy=True)
    await watch_closely(page, app, how)
    assert listener.heard == []
