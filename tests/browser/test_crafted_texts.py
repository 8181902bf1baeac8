"""No crafted text makes a browser ask, run or leave anything, however it is shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from pages.component import BUNDLE
from tests.browser.app.crafted import CRAFTED, SCRIPT
from tests.browser.app.listener import Listener
from tests.browser.app.running_app import RunningApp
from tests.browser.conftest import LaunchApp

SETTLE_MS = 1_500  # diagrams and formulas are drawn by code that is loaded first
EVERY_WAY = "component,others,label,error"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared_listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


@pytest.fixture
def listener(shared_listener) -> Listener:
    """The module's listener, which has heard nothing yet."""
    shared_listener.heard.clear()
    return shared_listener


@pytest.fixture(scope="module")
def texts(tmp_path_factory, shared_listener) -> Path:
    path = tmp_path_factory.mktemp("crafted") / "texts.json"
    path.write_text(json.dumps([t.aimed_at(shared_listener.url) for t in CRAFTED]))
    return path


def launch_crafted(launch: LaunchApp, texts: Path, policy: str) -> RunningApp:
    environment = {
        "TEXTS": str(texts),
        "POLICY": policy,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return launch(environment, script=SCRIPT)


@pytest.fixture(scope="module")
def with_policy(launch_shared, texts) -> RunningApp:
    return launch_crafted(launch_shared, texts, "on")


@pytest.fixture(scope="module")
def without_policy(launch_shared, texts) -> RunningApp:
    return launch_crafted(launch_shared, texts, "off")


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
    assert len(CRAFTED) >= 107
    assert len({crafted.name for crafted in CRAFTED}) == len(CRAFTED)


async def test_without_any_defence_the_listener_hears_many_of_them(
    page, problems, without_policy, listener
):
    problems.expected = True
    await watch_closely(page, without_policy, "raw")
    heard = {path.split("?")[0] for path in listener.heard}
    assert len(heard) > 25  # or the other tests here would prove nothing


async def test_the_sanitiser_alone_lets_nothing_through(page, without_policy, listener):
    await watch_closely(page, without_policy, EVERY_WAY)
    assert listener.heard == []


async def test_the_policy_alone_lets_nothing_through(
    page, problems, with_policy, listener
):
    problems.expected = True
    await watch_closely(page, with_policy, "raw")
    assert listener.heard == []
    assert any("stopped by the policy" in problem for problem in problems.found)


async def test_both_together_leave_the_policy_nothing_to_stop(
    page, with_policy, listener
):
    await watch_closely(page, with_policy, EVERY_WAY)
    assert listener.heard == []


GROW = """async ([texts, bundle]) => {
    const { GrowingText } = await import(bundle);
    const root = document.body.appendChild(document.createElement("div"));
    root.className = "polyphony";
    const growing = texts.map((source) => {
        const box = root.appendChild(document.createElement("div"));
        box.className = "text";
        return { source, text: new GrowingText(box), at: 0 };
    });
    while (growing.some((each) => each.at < each.source.length)) {
        for (const each of growing) {
            const end = each.at + 1 + Math.floor(Math.random() * 12);
            each.text.add(each.source.slice(each.at, end));
            each.at = end;
            each.text.draw(end >= each.source.length);
        }
        await new Promise(requestAnimationFrame);
    }
}"""
"""Lets all texts grow at once, cut at random, in a page that is open."""


async def test_nor_does_any_text_while_it_grows_however_it_is_cut(
    page, without_policy, texts, listener
):
    await watch_closely(page, without_policy, "none")
    [bundle] = BUNDLE.glob("main-*.js")
    grown = [json.loads(texts.read_text()), f"/bundle/{bundle.name}"]
    await page.evaluate(GROW, grown)
    await page.wait_for_timeout(SETTLE_MS)
    assert await page.locator(".polyphony .katex").count() > 3
    assert await page.evaluate("window.caught") is None
    assert listener.heard == []
