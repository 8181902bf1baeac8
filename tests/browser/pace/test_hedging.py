"""A silent aggregator is asked twice; skipped layers are asked by one click."""

import json
import re
from dataclasses import replace

from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from moa_core.mixture.pace import EarlyExit, Hedging, Pace
from tests.browser.app.lab import agent, mixture, says
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.browser.pages.pictures import look
from tests.model_server import ModelServer, Play

BLUE = "The sky is blue since air scatters short waves of sunlight the most."
READ = {"prompt_tokens": 30, "completion_tokens": 2}
SILENT = f"data: {json.dumps({'choices': [], 'usage': READ})}\n\n".encode()
"""It says what it has read, and then nothing."""


def asked(server: ModelServer) -> list[str]:
    return [call.body["model"] for call in server.calls]


async def test_a_hedge_is_said_outlives_a_reload_and_both_requests_are_billed(
    lab, page, server, go_on
):
    """The layer before has agreed, so that the second one is skipped, too."""
    chat = ChatPage(page)
    for name in ("ada", "ben"):
        server.plays[name] = Play(pieces=[BLUE])
    server.plays["chief"] = Play(wire=[SILENT], stays_open=True)
    server.plays["solo"] = Play(pieces=["Air scatters ", "it."], held_until=go_on)
    pair = mixture("ada", "ben")
    config = replace(
        pair,
        layers=(*pair.layers, pair.layers[0]),
        fallbacks=(agent("solo"),),
        pace=Pace(hedging=Hedging(at_least_s=0.5), early_exit=EarlyExit()),
    )
    await chat.open(f"{lab.url}/?preset={encode_mixture(config)}")
    await chat.ask("Why is the sky blue?")
    answer = chat.main.locator(".answer-text")
    hedged = chat.main.locator('[data-decision="CallHedged"]')
    skipped = chat.main.locator('[data-decision="LayersSkipped"]')
    await expect(answer).to_have_text("Air scatters")
    await look(chat, "hedged")
    await chat.page.reload()
    await expect(answer).to_have_text("Air scatters")
    said = re.compile(r"Nothing came for \d+\.\d s, so solo was asked too\.")
    await expect(hedged).to_have_text(said)
    await expect(skipped).to_contain_text("so layer 2 was left out.")
    await chat.see("2 models · skipped")
    go_on.set()
    await chat.answered()
    await expect(answer).to_have_text("Air scatters it.")
    await expect(chat.main.locator(".answer-head .by")).to_contain_text("by solo")
    assert sorted(asked(server)) == ["ada", "ben", "chief", "solo"]
    (closed,) = [call for call in server.calls if call.body["model"] == "chief"]
    assert closed.ended == "dropped"
    spent = chat.main.locator('[class*="-calls"] summary').last
    await expect(spent).to_contain_text("$0.2000")  # 0.025 twice, 0.1 closed, 0.05
    offer = chat.main.locator(".note.skipped")
    await expect(offer).to_contain_text("so layer 2 was left out.")
    await expect(skipped).to_have_count(0)  # it is not told twice
    await look(chat, "skipped")
    server.plays["chief"] = says("chief")
    await click(offer.get_by_role("button"))
    await expect(answer).to_have_text("This is what chief says.")
    await chat.answered()
    assert sorted(asked(server)[4:]) == ["ada", "ben", "chief"]
    await expect(offer).to_have_count(0)
