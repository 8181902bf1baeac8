import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.app.running_app import QUICK
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

QUESTION = "Why is the sky blue?"


@pytest.fixture
def chat(page):
    return ChatPage(page)


async def test_without_a_key_columns_move_while_they_are_written(app, chat):
    await chat.open(app.url)
    await chat.see("simulated")
    await chat.ask(QUESTION)
    # Only a column says this line; it is the first text that a proposer writes.
    await chat.see("Simulated answer by “builder”")
    await expect(chat.stop).to_be_visible()  # not only when all have written
    assert await chat.grows()
    await chat.answered()
    await chat.see("5 of 5 answered")
    await chat.see("Simulated answer by “synthesist”")


async def test_layers_fold_when_the_answer_starts_and_unfold_by_a_click(
    quick_app, chat
):
    await chat.open(quick_app.url)
    await chat.ask(QUESTION)
    await chat.answered()
    assert "explainer" not in await chat.words()
    await click(chat.layer(1))
    await chat.see("explainer")
    await click(chat.layer(1))
    await expect(chat.main.get_by_text("explainer")).to_have_count(0)


async def test_a_layer_that_the_user_folded_stays_folded_while_it_writes(app, chat):
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("explainer")
    await click(chat.layer(1))
    await expect(chat.main.get_by_text("explainer")).to_have_count(0)
    await asyncio.sleep(1)
    assert "explainer" not in await chat.words()


async def test_a_follow_up_goes_on_below_the_first_answer(quick_app, chat):
    await chat.open(quick_app.url)
    await chat.ask(QUESTION)
    await chat.answered()
    await chat.ask_on("And at night?")
    assert (await chat.words()).count("5 of 5 answered") == 2


async def test_a_reload_in_the_middle_loses_nothing_and_goes_on_live(app, chat):
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await chat.page.wait_for_url(re.compile(r"c="))
    await chat.page.reload()
    await chat.see("Simulated answer by “explainer”")
    assert await chat.grows()
    await chat.answered()
    await chat.see("5 of 5 answered")


async def test_a_second_tab_sees_the_same_run(app, chat):
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await chat.page.wait_for_url(re.compile(r"c="))
    second = ChatPage(await chat.page.context.new_page())
    await second.open(chat.page.url)
    await second.see("Simulated answer by “explainer”")
    await second.answered()
    await chat.answered()
    assert "5 of 5 answered" in await second.words()


async def test_stop_keeps_what_had_arrived(app, chat):
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await click(chat.stop)
    await chat.see("Stopped. What had arrived is kept.")
    await chat.see("Simulated answer by “explainer”")
    await chat.page.reload()
    await chat.see("Stopped. What had arrived is kept.")
    await chat.see("Simulated answer by “explainer”")
    await expect(chat.composer).to_be_enabled()


async def test_after_kill_9_the_next_start_shows_the_interrupted_run(launch_app, chat):
    app = launch_app()
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await chat.page.wait_for_url(re.compile(r"c="))
    await asyncio.sleep(1.5)  # partial texts are written once a second
    app.kill9()
    app.start()
    await chat.open(chat.page.url)
    await chat.see("Polyphony was closed while this was being written.")
    await chat.see("Simulated answer by “explainer”")


async def test_changing_the_mixture_while_it_writes_does_not_touch_the_run(app, chat):
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    await click(chat.page.get_by_role("button", name="Add layer"))
    await chat.answered()
    await chat.see("5 of 5 answered")
    await chat.see("Next answer: 3 + 2 + 2 models")


async def test_several_users_at_once_do_not_see_each_others_drafts(
    quick_app, chat, browser
):
    context = await browser.new_context()
    other = ChatPage(await context.new_page())
    await chat.open(quick_app.url)
    await other.open(quick_app.url)
    await asyncio.gather(chat.ask("About whales"), other.ask("About trains"))
    await asyncio.gather(chat.answered(), other.answered())
    assert "About trains" not in await chat.words()
    assert "About whales" not in await other.words()
    await context.close()


async def test_a_failing_proposer_says_why_and_the_rest_go_on(launch_app, chat):
    with ModelServer() as server:
        server.plays["dead"] = Play(status=500)
        server.plays["cut"] = Play(fault="drop", pieces=["half ", "an ", "answer"])
        server.models = {"data": [{"id": name} for name in ("dead", "cut", "good")]}
        app = launch_app({**QUICK, "POLYPHONY_ENDPOINTS": f"lab={server.url}"})
        await chat.open(app.url)
        await chat.unpick("Layer 1", "builder")
        await chat.pick("Layer 1", "dead")
        await chat.pick("Layer 1", "cut")
        await chat.ask(QUESTION)
        await chat.answered()
        await chat.see("4 of 6 answered")
        await click(chat.layer(1))
        await chat.see("did not answer")
        await chat.see("status 500")
        text = chat.main.get_by_text("half an").first  # below it, earlier attempts
        await expect(text).to_be_visible()
        assert "Traceback" not in await chat.words()


async def test_on_a_phone_everything_is_in_one_column_and_nothing_sticks_out(app, chat):
    await chat.page.set_viewport_size({"width": 390, "height": 844})
    await chat.open(app.url)
    await chat.ask(QUESTION)
    await chat.see("Simulated answer by “explainer”")
    assert await chat.main.evaluate("main => main.scrollWidth") <= 390
    await chat.answered()
    assert await chat.main.evaluate("main => main.scrollWidth") <= 390
