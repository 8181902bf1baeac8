import asyncio
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE, NAMES, mixture
from tests.browser.app.running_app import QUICK, RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play
from tests.support.waiting import eventually

QUESTION = "Why is the sky blue?"


@pytest.fixture
def chat(page) -> ChatPage:
    return ChatPage(page)


@pytest.fixture
def looked(server) -> Iterator[threading.Event]:
    """Every model waits for this before it ends: runs go on until one has looked."""
    looked = threading.Event()
    for name in NAMES:
        pieces = [f"This is what {name} says. ", "And on. ", "The end."]
        server.plays[name] = Play(pieces=pieces, held_until=looked)
    yield looked
    looked.set()


async def ask(chat: ChatPage, app: RunningApp) -> None:
    """Ask three models and an aggregator, and wait until the first writes."""
    await chat.open(f"{app.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.see("This is what ada says.")


async def test_without_a_key_simulated_models_answer_one_question_after_the_other(
    launch_app, chat
):
    app = launch_app(QUICK)
    await chat.open(app.url)
    await chat.see("Made-up answers")
    await chat.ask(QUESTION)
    await chat.answered()
    await chat.see("5 of 5 answered")
    await chat.see("Simulated answer by “synthesist”")
    await layers_folded_when_the_answer_started_and_unfold_by_a_click(chat)
    await chat.ask_on("And at night?")
    await expect(chat.main.locator(".polyphony .answer")).to_have_count(2)


async def layers_folded_when_the_answer_started_and_unfold_by_a_click(
    chat: ChatPage,
) -> None:
    await expect(chat.columns).to_have_count(0)
    await click(chat.layer(1))
    await expect(chat.columns).to_have_count(3)
    await chat.see("Simulated answer by “explainer”")
    await click(chat.layer(1))
    await expect(chat.columns).to_have_count(0)


async def test_columns_move_while_they_are_written_and_stay_folded_if_they_were(
    lab, chat, server
):
    server.plays["ben"] = Play(pieces=["word "] * 400, pause_s=0.2)
    await ask(chat, lab)
    await chat.see("word word")
    await expect(chat.stop).to_be_visible()  # not only when all have written
    assert await chat.grows()
    await click(chat.layer(1))
    await expect(chat.columns).to_have_count(0)
    await asyncio.sleep(1)  # five more words come
    await expect(chat.columns).to_have_count(0)
    await expect(chat.stop).to_be_visible()
    await click(chat.stop)
    await chat.see("Stopped. What arrived is kept.")


async def test_a_reload_and_a_second_tab_in_the_middle_lose_nothing_and_go_on_live(
    lab, chat, looked
):
    await ask(chat, lab)
    await chat.page.wait_for_url(re.compile(r"c="))
    await chat.page.reload()
    await chat.see("This is what ada says.")
    await expect(chat.stop).to_be_visible()
    second = ChatPage(await chat.page.context.new_page())
    await second.open(chat.page.url)
    await second.see("This is what ada says.")
    looked.set()
    await second.answered()
    await chat.answered()
    for tab in (chat, second):
        await tab.see("3 of 3 answered")
        await tab.see("This is what chief says. And on. The end.")
    await chat.ask("And at night?")
    await expect(second.questions).to_have_count(2)
    await second.answered()
    await second.ask("And on Mars?")
    await expect(chat.questions).to_have_count(3)


async def test_stop_keeps_what_had_arrived(lab, chat, looked):
    await ask(chat, lab)
    await click(chat.stop)
    await chat.see("Stopped. What arrived is kept.")
    await chat.see("This is what ada says.")
    await chat.page.reload()
    await chat.see("Stopped. What arrived is kept.")
    await chat.see("This is what ada says.")
    await expect(chat.composer).to_be_enabled()
    assert not looked.is_set()


async def test_after_kill_9_the_next_start_shows_the_interrupted_run(
    launch_app, chat, server, looked
):
    app = launch_app({"POLYPHONY_ENDPOINTS": f"lab={server.url}"})
    await ask(chat, app)
    await chat.page.wait_for_url(re.compile(r"c="))
    await asyncio.to_thread(wait_until_stored, app.database, "This is what ada says.")
    app.kill9()
    app.start()
    await chat.open(chat.page.url)
    await chat.see("Polyphony closed before this was finished.")
    await chat.see("This is what ada says.")
    assert not looked.is_set()


def wait_until_stored(database: Path, text: str) -> None:
    """Wait until a text that is being written is kept: that is done once a second."""
    kept = "SELECT call_id FROM call_texts WHERE output LIKE ?"
    with closing(sqlite3.connect(database)) as connection:
        eventually(lambda: connection.execute(kept, (f"%{text}%",)).fetchone())


async def test_changing_the_mixture_while_it_writes_does_not_touch_the_run(
    lab, chat, looked
):
    await ask(chat, lab)
    form = await chat.mixture.open()
    await form.change_layer(1, "Duplicate layer")
    field = chat.page.get_by_role("combobox", name="Add a model to layer 2")
    await expect(field).to_be_visible()
    await form.done()
    looked.set()
    await chat.answered()
    await chat.see("3 of 3 answered")
    await expect(chat.page.locator(".st-key-next-turn")).to_contain_text("3 + 3 models")


async def test_several_users_at_once_do_not_see_each_others_drafts(lab, chat, browser):
    context = await browser.new_context()
    other = ChatPage(await context.new_page())
    await chat.open(lab.url)
    await other.open(lab.url)
    await asyncio.gather(chat.ask("About whales"), other.ask("About trains"))
    await asyncio.gather(chat.answered(), other.answered())
    assert "About trains" not in await chat.words()
    assert "About whales" not in await other.words()
    await context.close()


async def test_a_failing_proposer_says_why_and_the_rest_go_on(
    lab, chat, server: ModelServer
):
    server.plays["dead"] = Play(status=500)
    server.plays["cut"] = Play(fault="drop", pieces=["half ", "an ", "answer"])
    failing = encode_mixture(mixture("dead", "cut", "ada"))
    await chat.open(f"{lab.url}/?preset={failing}")
    await chat.ask(QUESTION)
    await chat.answered()
    await chat.see("1 of 3 answered")
    await click(chat.layer(1))
    await expect(chat.columns.first).to_contain_text("failed")
    await chat.see("status 500")
    text = chat.main.get_by_text("half an").first  # below it, earlier attempts
    await expect(text).to_be_visible()
    assert "Traceback" not in await chat.words()


async def test_on_a_phone_everything_is_in_one_column_and_nothing_sticks_out(
    lab, chat, looked
):
    await chat.page.set_viewport_size({"width": 390, "height": 844})
    await ask(chat, lab)
    assert await chat.main.evaluate("main => main.scrollWidth") <= 390
    looked.set()
    await chat.answered()
    assert await chat.main.evaluate("main => main.scrollWidth") <= 390
