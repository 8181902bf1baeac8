"""A local server that loads, is slow and has one slot: the page says what goes on."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.links import encode_mixture
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

NAMES = ("ada", "ben", "chief")
PARAGRAPH = "Air scatters short waves of light more than long ones. " * 8


def agent(name: str) -> AgentSpec:
    return AgentSpec(endpoint="lab", model=name)


MIXTURE = MoAConfig(
    layers=(Layer((agent("ada"), agent("ben"))),), aggregator=agent("chief")
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.models = {"data": [{"id": name} for name in NAMES]}
        server.slots = 1
        for name in NAMES:
            pieces = [f"This is what {name} says: ", *(["and on "] * 8)]
            server.plays[name] = Play(pieces=pieces, pause_s=0.3)
        yield server


async def ask(page, app: RunningApp) -> ChatPage:
    chat = ChatPage(page)
    await chat.open(f"{app.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask("Why is the sky blue?")
    return chat


async def test_a_server_that_loads_and_has_one_slot_loses_nothing(
    page, launch_app, server
):
    """At every moment the page says what it waits for; `docs/adr/0017-deadlines.md`."""
    server.loads_s = 2.0
    app = launch_app({"POLYPHONY_ENDPOINTS": f"lab={server.url}"})
    chat = await ask(page, app)
    await chat.see("loading the model")
    await chat.see("waiting for a free slot")
    await expect(chat.columns.get_by_text("writing", exact=True)).to_have_count(1)
    await chat.see("This is what chief says")
    await chat.answered()
    await chat.see("2 of 2 answered")
    drafts = server.calls[-1].body["messages"][-1]["content"]
    assert drafts.count("says: and on") == 2
    answered = [call.body["model"] for call in server.calls if call.ended == "answered"]
    assert answered[-1] == "chief"
    assert not any(call.ended == "dropped" for call in server.calls)


async def test_a_text_that_a_deadline_cut_is_kept_and_told_from_a_whole_one(
    page, launch_app, server
):
    server.plays["ben"] = Play(pieces=[PARAGRAPH, "x"], fault="stall", after=1)
    server.plays["chief"] = Play(pieces=[PARAGRAPH, "x"], fault="stall", after=1)
    app = launch_app(
        {"POLYPHONY_ENDPOINTS": f"lab={server.url}", "POLYPHONY_IDLE_S": "1"}
    )
    chat = await ask(page, app)
    await chat.answered()
    await chat.see("Incomplete: timed out when nothing more arrived.")
    await chat.see("Rewrite answer")
    await click(chat.layer(1))
    await chat.see("ben sent nothing for 1 seconds. What arrived is used.")
    drafts = server.calls[-1].body["messages"][-1]["content"]
    assert PARAGRAPH.strip() in drafts


async def test_a_silent_model_is_given_more_time(page, launch_app, server):
    """Its offer comes after ten seconds."""
    server.plays["ada"] = Play(pieces=["at last"], headers_after_s=14)
    app = launch_app(
        {"POLYPHONY_ENDPOINTS": f"lab={server.url}", "POLYPHONY_FIRST_TOKEN_S": "13"}
    )
    server.slots = 2
    chat = await ask(page, app)
    await click(page.get_by_role("button", name="Give it more time"))
    await chat.answered()
    drafts = server.calls[-1].body["messages"][-1]["content"]
    assert "at last" in drafts
