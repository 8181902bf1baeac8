"""The composer in a browser: its focus, its drafts, its shortcuts, its queue."""

import re
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest
from playwright.async_api import expect

from moa_core.messages import Question
from moa_core.mixture.links import encode_mixture
from moa_core.mixture.shipped import mixture_from_refs
from moa_core.plan import estimate
from moa_core.pricing import PriceBook
from moa_core.tokens import estimate_tokens
from tests.browser.app.lab import mixture
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click, press_shortcut
from tests.model_server import Play

FOOT_PX = 130
ODD = "def Été(x):\n\treturn [1234, 'naïveté']  # Привет, 你好, かな, 🙂 ... \n\n"
READABLE_PX = 860
REFUSE = """CREATE TRIGGER refuse BEFORE INSERT ON turns
            BEGIN SELECT RAISE(ABORT, 'not today'); END"""


@pytest.fixture
def go_on(server):
    """What ``solo`` waits for before it ends an answer."""
    lock = threading.Event()
    pieces = ["This is what solo ", "says."]
    server.plays["solo"] = Play(pieces=pieces, held_until=lock)
    yield lock
    lock.set()


def ends(line):
    """The lowest and highest cost that a line names."""
    [found] = re.findall(r"(\$[\d.]+) to (\$[\d.]+)", line)
    return found


def cost_usd(config, text):
    """The lowest and highest cost of a question."""
    priced = estimate(config, (Question(text).message,), PriceBook())
    return np.array([float(priced.low.usd), float(priced.high.usd)])


async def test_one_writes_the_next_question_while_models_write(lab, page, go_on):
    chat = ChatPage(page)
    dear = mixture_from_refs(("openai/gpt-4o",), aggregator="openai/gpt-4o")
    await chat.open(f"{lab.url}/?preset={encode_mixture(dear)}")
    line = page.locator(".st-key-next-turn")
    await expect(line).to_contain_text(" to $")
    empty = await line.inner_text()
    lorem = "lorem " * 100  # says nothing of how long its answer will be
    nothing, some = (cost_usd(dear, text) for text in ("", lorem))
    for typed in ("lighthouse keeper " * 500, ODD * 99):
        await chat.composer.fill(typed)
        share = estimate_tokens(typed) / estimate_tokens(lorem)
        expected = nothing + (some - nothing) * share
        await expect(line).to_contain_text("${:.4f} to ${:.4f}".format(*expected))
    await chat.composer.fill("")
    await expect(line).to_contain_text(" to ".join(ends(empty)))

    link = f"{lab.url}/?preset={encode_mixture(mixture('ada', aggregator='solo'))}"
    await chat.open(link)
    await expect(chat.composer).to_be_focused()
    foot = await page.locator(".stBottom").bounding_box()
    assert foot["height"] <= FOOT_PX
    field = await chat.composer.bounding_box()
    assert field["width"] <= READABLE_PX
    runs_by_itself = "field => getComputedStyle(field).unicodeBidi === 'plaintext'"
    assert await chat.composer.evaluate(runs_by_itself)

    await page.keyboard.type("Why is the sky blue?")
    await chat.open(link)  # as a reload, which would forget the mixture
    await expect(chat.composer).to_have_value("Why is the sky blue?")
    await expect(chat.composer).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat.questions).to_have_count(1)
    await expect(chat.composer).to_have_value("")

    await page.keyboard.type("And at night?")
    await page.keyboard.press("Enter")
    queued = page.locator(".st-key-queued")
    await expect(queued).to_contain_text("And at night?")
    await expect(chat.composer).to_be_focused()
    await page.wait_for_url(re.compile("c="))
    await page.reload()
    await expect(queued).to_contain_text("And at night?")
    go_on.set()
    await expect(chat.questions).to_have_count(2)
    await chat.answered()
    await expect(queued).to_have_count(0)

    go_on.clear()
    await page.keyboard.type("And on Mars?")
    await page.keyboard.press("Enter")
    await expect(chat.stop).to_be_visible()
    await page.keyboard.type("a draft")
    await page.keyboard.press("Escape")
    await chat.see("Stopped.")
    await expect(chat.composer).to_have_value("a draft")
    await expect(chat.composer).to_be_focused()
    await press_shortcut(page, "Control+Shift+O")
    await expect(chat.questions).to_have_count(0)
    await expect(chat.composer).to_have_value("")
    await expect(chat.composer).to_be_focused()
    await page.go_back()
    await expect(chat.composer).to_have_value("a draft")

    await click(page.get_by_role("link", name="Spend", exact=True))
    await expect(page.get_by_role("heading", name="Spend", exact=True)).to_be_visible()
    await press_shortcut(page, "Control+K")
    await expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    await page.keyboard.press("Escape")
    await click(page.get_by_role("link", name="Chat", exact=True))
    await expect(chat.composer).to_have_value("a draft")
    await expect(chat.composer).to_be_focused()  # closed menus are there before it
    await expect(chat.questions).to_have_count(3)


async def test_a_question_that_is_refused_twice_is_still_in_the_field(launch_app, page):
    app = launch_app()
    with closing(sqlite3.connect(app.database)) as database:
        database.execute(REFUSE)
    chat = await ChatPage(page).open(app.url)
    await chat.send("Is this kept?")
    await chat.see("database")
    await expect(chat.composer).to_have_value("Is this kept?")
    await chat.composer.press("Enter")
    await expect(chat.composer).to_have_value("")  # on its way
    await expect(chat.composer).to_have_value("Is this kept?")
