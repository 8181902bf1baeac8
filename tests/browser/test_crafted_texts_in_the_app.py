"""The real app shows crafted questions, titles, model names, answers and errors safely.

A real model server answers with the crafted texts; real runs put them into a real
database; the app, started on it, draws them all.
"""

import time

import pytest
from playwright.async_api import expect

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.settings import Settings
from services import Services, build_services
from tests.browser.app.crafted import CRAFTED
from tests.browser.app.listener import Listener
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.compare_page import ComparePage
from tests.browser.pages.hand import click
from tests.model_server import Play

pytestmark = pytest.mark.slow

RUNS_END_WITHIN_S = 60.0
PATIENCE_MS = 60_000
SETTLE_MS = 1_500
A_TURN = 4
STARTS = range(0, len(CRAFTED), A_TURN)
"""Each turn has four of the texts, as its question, proposals, errors and answer."""


@pytest.fixture
def listener():
    with Listener() as listening:
        yield listening


def mixture(*, proposers: list[str], aggregator: str) -> MoAConfig:
    return MoAConfig(
        layers=(Layer(tuple(AgentSpec(endpoint="evil", model=m) for m in proposers)),),
        aggregator=AgentSpec(endpoint="evil", model=aggregator),
    )


def ask_all(services: Services, questions: list[str], configs: list[MoAConfig]) -> str:
    """Ask one question after the other in one conversation; return its id."""
    uid = None
    for question, config in zip(questions, configs, strict=True):
        begun = services.asking().start_question(
            Question(question), config, conversation_uid=uid
        )
        uid = begun.conversation_uid
        deadline = time.monotonic() + RUNS_END_WITHIN_S
        while services.live.get(begun.run_uid):
            assert time.monotonic() < deadline, question
            time.sleep(0.005)
    assert uid is not None
    return uid


@pytest.fixture
def haunted(launch_app, tmp_path, model_server, listener) -> tuple[RunningApp, str]:
    """The app, and a conversation of crafted questions, answers and errors."""
    texts = [crafted.aimed_at(listener.url) for crafted in CRAFTED]
    named = f"![model]({listener.url}/name)"
    model_server.models = {"object": "list", "data": [{"id": named}]}
    model_server.plays = {named: Play(pieces=("Fine.",))}
    for number, text in enumerate(texts):
        model_server.plays[f"says-{number}"] = Play(pieces=(text[:9], text[9:]))
        broken = {"error": {"message": text, "code": text, "type": text}}
        model_server.plays[f"breaks-{number}"] = Play(status=400, body=broken)
    turns = [range(first, min(first + A_TURN, len(texts))) for first in STARTS]
    questions = ["\n\n".join(texts[number] for number in turn) for turn in turns]
    for turn, said in zip(turns, questions, strict=True):
        model_server.plays[f"sums-up-{turn[0]}"] = Play(pieces=(said[:9], said[9:]))
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'haunted.db'}",
        "POLYPHONY_ENDPOINTS": f"evil={model_server.url}",
        "POLYPHONY_LOCAL_SERVERS": "off",
    }
    services = build_services(Settings.from_mapping(environment))
    try:
        configs = [
            mixture(
                proposers=[named, *(f"says-{n}" for n in turn)]
                + [f"breaks-{n}" for n in turn],
                aggregator=f"sums-up-{turn[0]}",
            )
            for turn in turns
        ]
        alone = mixture(proposers=[named], aggregator=named)
        for text in texts[::8]:  # conversations of their own, for their titles
            services.asking().start_question(Question(text), alone)
        uid = ask_all(services, questions, configs)
    finally:
        services.close()
    return launch_app(environment), uid


async def test_nothing_in_a_conversation_asks_runs_or_leaves(page, listener, haunted):
    app, uid = haunted
    await page.goto(app.url)
    await expect(page.get_by_test_id("stChatInput")).to_be_visible()
    await page.goto(f"{app.url}/?c={uid}")
    last = page.locator(".typed").nth(len(STARTS) - 1)
    await expect(last).to_be_attached(timeout=PATIENCE_MS)
    await check_that_it_is_quiet(page, f"{app.url}/?c={uid}")
    await click(ChatPage(page).layer(1))  # the last turn's columns, with model names
    await expect(page.get_by_text("model").last).to_be_visible()
    await check_that_it_is_quiet(page, f"{app.url}/?c={uid}")
    await page.goto(f"{app.url}/compare?c={uid}")
    compare = ComparePage(page)
    await compare.drawn()
    for marks in ("Word differences", "Sources"):
        await compare.mark(marks)
        await expect(page.locator(".polyphony").last).to_be_visible()
    await page.goto(f"{app.url}/history")
    await expect(page.locator(".stMain").get_by_role("link").first).to_be_visible()
    await check_that_it_is_quiet(page, f"{app.url}/history")
    assert listener.heard == []


async def check_that_it_is_quiet(page, url):
    await page.wait_for_timeout(SETTLE_MS)
    assert await page.evaluate("window.caught") is None
    assert page.url == url
