"""A finished run opened up: its bars, its layers, its prompts, and played again."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, expect

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from tests.browser.app.asked_before import ask_before
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click, stands_still
from tests.model_server import ModelServer, Play

QUESTION = "Why is the sky blue?"
HOSTILE = "<img src=x onerror=alert(1)>"
SLOW_S = 0.25
Lab = tuple[RunningApp, list[str]]


def agent(name: str) -> AgentSpec:
    return AgentSpec(endpoint="lab", model=name)


MIXTURE = MoAConfig(
    layers=(Layer((agent("ada"), agent(HOSTILE))),), aggregator=agent("chief")
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.plays["ada"] = Play(pieces=["Word "] * 16, pause_s=SLOW_S)
        server.plays[HOSTILE] = Play(pieces=["I am quick."])
        server.plays["chief"] = Play(pieces=["This is ", "the answer."])
        yield server


@pytest.fixture(scope="module")
def lab(launch_shared, server, new_file, tmp_path_factory) -> Lab:
    """The app with two finished runs, of which nobody changes the first."""
    path = tmp_path_factory.mktemp("asked") / "polyphony.db"
    shutil.copy(new_file, path)
    environment = {"POLYPHONY_ENDPOINTS": f"lab={server.url}"}
    uids = ask_before(path, QUESTION, QUESTION, config=MIXTURE, environment=environment)
    return launch_shared(environment, database=path), uids


async def opened(page, lab: Lab, number: int = 0) -> tuple[ChatPage, Locator]:
    app, uids = lab
    chat = await ChatPage(page).open(f"{app.url}/?c={uids[number]}")
    line = page.locator('[class*="-calls"]').last
    await click(line.locator("summary"))
    return chat, line


async def look_at(line: Locator, view: str) -> None:
    await click(line.get_by_role("radio", name=view))


@pytest.mark.parametrize("wide", [1440, 390])
async def test_a_run_opens_to_its_timeline_layers_and_prompts(page, lab, wide):
    await page.set_viewport_size({"width": wide, "height": 900})
    _, line = await opened(page, lab)
    await look_at(line, "Timeline")
    drawn = line.get_by_role("group", name="Timeline of a run")
    await expect(drawn.get_by_text("◆ ada")).to_be_visible()
    await expect(drawn.get_by_text("<img src=")).to_be_visible()
    await expect(line.get_by_text("sooner").first).to_be_visible()
    await look_at(line, "Layers")
    await expect(line.get_by_text("2 of 2 read")).to_be_visible()
    await look_at(line, "Prompts")
    await expect(line.get_by_text("Proven.")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= wide


async def test_a_run_is_played_again_and_nobody_is_asked(page, lab, server):
    chat, _ = await opened(page, lab)
    asked = len(server.calls)
    await click(page.get_by_role("button", name="More for the answer"))
    await click(page.get_by_role("menuitem", name="Replay this run"))
    await expect(page.get_by_text("I am quick.")).to_be_visible()
    await expect(page.get_by_text("This is the answer.")).to_have_count(0)
    skip = page.get_by_role("button", name="Skip ahead")
    for _ in range(2):
        await click(skip)
    await chat.see("This is the answer.")
    await click(page.get_by_role("button", name="End replay"))
    await expect(skip).to_have_count(0)
    await chat.see("This is the answer.")
    assert len(server.calls) == asked


async def test_the_page_stays_where_it_is_when_something_is_opened(page, lab):
    """Streamlit's glide is off: the composer does not stand where it would begin."""
    await page.set_viewport_size({"width": 1440, "height": 700})
    _, line = await opened(page, lab, 1)
    choice = line.get_by_role("radio", name="Timeline")
    await click(choice)
    await expect(line.get_by_text("sooner").first).to_be_visible()
    await stands_still(line)
    await expect(choice).to_be_in_viewport()
    await expect(line.locator("summary")).to_be_in_viewport()
