"""Reworking a finished run, counted at the model server: nothing is paid for twice."""

import re
import threading
from dataclasses import replace

import pytest
from playwright.async_api import Locator, expect

from moa_core.mixture import Pace, Quorum
from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE, mixture
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click, pick
from tests.model_server import TEXT, ModelServer, Play

QUESTION = "Why is the sky blue?"


@pytest.fixture
def own_lab(launch_app, server) -> RunningApp:
    """An app for a test that restarts it or leaves a run under way."""
    return launch_app({"POLYPHONY_ENDPOINTS": f"lab={server.url}"})


@pytest.fixture
def chat(page) -> ChatPage:
    return ChatPage(page)


async def ask(chat: ChatPage, app: RunningApp, question: str = QUESTION) -> None:
    await chat.open(f"{app.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(question)
    await chat.answered()


async def press(chat: ChatPage, name: str) -> None:
    """Press the last button of that name, whichever question it is about."""
    named = re.compile(f"^{re.escape(name)}(, question \\d+)?$")
    await click(chat.page.get_by_role("button", name=named).last)


async def ask_differently(chat: ChatPage, question: str) -> None:
    """Edit the first question."""
    await click(chat.page.get_by_role("button", name="Edit question").first)
    field = chat.page.get_by_role("textbox", name="Your question")
    await expect(field).to_be_focused()
    await field.fill(question)
    await press(chat, "Send edited question")


async def choose(chat: ChatPage, label: str, option: str) -> None:
    field = chat.main.get_by_role("combobox", name=label)
    await pick(field, f"{option} · lab")
    await expect(field).to_have_value(f"{option} · lab")


async def goes_on_from(chat: ChatPage, said: str) -> None:
    chip = chat.page.get_by_role("button", name=said, exact=True)
    await expect(chip).to_be_visible()


def asked(server: ModelServer) -> list[str]:
    """The models that were called, in order."""
    return [call.body["model"] for call in server.calls]


def last_prompt(server: ModelServer) -> str:
    return "\n".join(
        message["content"] for message in server.calls[-1].body["messages"]
    )


def stops(chat: ChatPage) -> Locator:
    """The buttons that stop one proposal."""
    return chat.main.get_by_role("button", name=re.compile("^Stop .*, layer 1"))


async def test_an_ablation_by_another_aggregator_is_one_call_and_goes_on(
    lab, chat, server
):
    await ask(chat, lab)
    assert sorted(asked(server)) == ["ada", "ben", "chief", "cleo"]
    await press(chat, "Rewrite answer")
    await choose(chat, "Written by", "deputy")
    await click(chat.main.get_by_text("2. ben"))
    await press(chat, "Rewrite answer")
    await chat.see("This is what deputy says.")
    await click(chat.main.get_by_text("Side by side"))
    for version in ("v1 · chief", "v2 · deputy"):
        await expect(chat.main.get_by_text(version, exact=True).first).to_be_visible()
    await chat.see("read 2 of 3 proposals")
    assert asked(server)[4:] == ["deputy"]
    prompt = last_prompt(server)
    assert "This is what ada says." in prompt
    assert "This is what ben says." not in prompt
    await goes_on_from(chat, "Continues from answer v2")
    await chat.ask_on("And the sea?")
    prompt = last_prompt(server)
    assert "This is what deputy says." in prompt
    assert "This is what chief says." not in prompt


async def test_the_user_chooses_what_the_conversation_goes_on_from(lab, chat, server):
    await ask(chat, lab)
    await press(chat, "Continues from the answer")
    await click(chat.page.get_by_text("proposal by ben, layer 1"))
    await chat.page.keyboard.press("Escape")
    await goes_on_from(chat, "Continues from ben's draft")
    await chat.ask_on("And the sea?")
    roles = [message["role"] for message in server.calls[4].body["messages"]]
    texts = [message["content"] for message in server.calls[4].body["messages"]]
    assert dict(zip(roles, texts, strict=True))["assistant"] == "This is what ben says."


async def test_a_retry_of_a_failed_proposal_is_one_call(lab, chat, server):
    server.plays["ben"] = Play(status=403, body={"error": "no"}, times=1)
    await ask(chat, lab)
    await chat.see("2 of 3 answered")
    before = len(server.calls)
    await click(chat.layer(1))
    await press(chat, "Retry ben, layer 1")
    await chat.see("A proposal is new.")
    assert asked(server)[before:] == ["ben"]
    await click(chat.main.locator(".note").get_by_role("button"))
    await chat.main.get_by_text("v2", exact=True).wait_for()
    assert asked(server)[before:] == ["ben", "chief"]
    assert TEXT in last_prompt(server)


async def test_a_failed_aggregator_leaves_the_proposals_and_one_click_to_another(
    lab, chat, server
):
    server.plays["chief"] = Play(status=400, body={"error": {"message": "not today"}})
    await ask(chat, lab)
    await chat.see("not today")
    before = len(server.calls)
    await press(chat, "Write answer with …")
    await click(chat.page.get_by_role("menuitem", name="deputy", exact=False))
    await chat.see("This is what deputy says.")
    assert asked(server)[before:] == ["deputy"]


async def test_both_branches_of_an_edited_question_outlive_a_restart(
    own_lab, chat, server
):
    await ask(chat, own_lab)
    await chat.ask_on("And the sea?")
    await ask_differently(chat, "Why is grass green?")
    await chat.see("Why is grass green?")
    await chat.answered()
    await expect(chat.main.get_by_text("And the sea?")).to_have_count(0)
    own_lab.stop()
    own_lab.start()
    await chat.open(chat.page.url)
    await chat.see("Why is grass green?")
    await chat.see("2 of 2")
    await click(chat.page.get_by_role("button", name="Earlier version"))
    await chat.see("And the sea?")
    await chat.see(QUESTION)


async def test_a_branch_from_an_earlier_answer_keeps_what_had_followed(
    lab, chat, server
):
    await ask(chat, lab)
    await chat.ask_on("And the sea?")
    await press(chat, "Branch from this answer")
    await expect(chat.page.get_by_text("New branch")).to_be_visible()
    await chat.ask_on("And the grass?")
    assert "And the sea?" not in await chat.words()
    assert "And the sea?" not in last_prompt(server)
    await click(chat.page.get_by_role("button", name="Earlier version"))
    await chat.see("And the sea?")


async def test_a_straggler_can_be_left_behind(lab, chat, server):
    server.plays["cleo"] = Play(pieces=["slow "] * 200, pause_s=0.3)
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.see("cleo is still writing")
    await press(chat, "Continue without it")
    await chat.see("This is what chief says.")
    await chat.see("2 of 3 answered")
    assert "slow" not in last_prompt(server)


async def test_a_late_answer_is_marked_outlives_a_reload_and_is_brought_in(
    lab, chat, server, tmp_path
):
    """A straggler and a hang: nobody waits for them, and the page says so."""
    held = threading.Event()
    server.plays["solo"] = Play(pieces=["This is what solo ", "says."], held_until=held)
    server.plays["deputy"] = Play(fault="stall", after=0)
    answer = threading.Event()
    server.plays["chief"] = Play(pieces=["The ", "answer."], held_until=answer)
    names = ("ada", "ben", "cleo", "ada", "solo", "deputy")
    config = replace(mixture(*names), pace=Pace(quorum=Quorum()))
    await chat.open(f"{lab.url}/?preset={encode_mixture(config)}")
    await chat.ask(QUESTION)
    said = chat.main.locator('[data-decision="LayerProceeded"]')
    await expect(said).to_contain_text("Went on without solo and deputy after")
    await chat.page.reload()  # in the middle of it
    await expect(said).to_contain_text("Went on without solo and deputy after")
    held.set()
    solo = chat.main.locator(".chip", has_text="solo")
    await expect(solo).to_contain_text("too late")
    await chat.page.screenshot(path=tmp_path / "straggler.png")
    answer.set()
    await chat.answered()
    offer = chat.main.locator(".note.late")
    await expect(offer).to_contain_text("solo came too late for this answer.")
    await chat.page.screenshot(path=tmp_path / "late.png", full_page=True)
    calls = len(server.calls)
    await press(chat, "Bring it in")
    await expect(offer).to_have_count(0)
    await chat.answered()
    assert asked(server)[calls:] == ["chief"]
    assert "solo says" in last_prompt(server)


async def test_one_proposer_can_be_asked_anew_while_the_others_go_on(lab, chat, server):
    server.plays["cleo"] = Play(fault="stall", times=1)
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.see("cleo is still writing")
    await press(chat, "Retry the missing model")
    await chat.see("This is what chief says.")
    await chat.see("3 of 3 answered")
    assert asked(server).count("cleo") == 2


async def test_of_two_stragglers_one_is_stopped_and_the_other_named(lab, chat, server):
    for name in ("ben", "cleo"):
        server.plays[name] = Play(pieces=["slow "] * 200, pause_s=0.3)
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.see("This is what ada says.")
    await expect(stops(chat)).to_have_count(2)
    ready = chat.main.get_by_role("button", name="Continue with this one")
    await expect(ready).to_be_visible()
    await click(stops(chat).first)
    await chat.see("cleo is still writing")
    await expect(ready).to_have_count(0)
    await expect(stops(chat)).to_have_count(1)
    await press(chat, "Wait for the rest of the layer")
    await expect(chat.main.get_by_text("cleo is still writing")).to_have_count(0)
    await click(stops(chat).first)
    await chat.see("This is what chief says.")
    assert "slow" not in last_prompt(server)


async def test_nothing_of_the_old_path_stays_while_another_question_is_answered(
    own_lab, chat, server
):
    await ask(chat, own_lab)
    await chat.ask_on("And the sea?")
    server.plays["cleo"] = Play(pieces=["slow "] * 200, pause_s=0.3)
    await ask_differently(chat, "Why is grass green?")
    await chat.see("cleo is still writing")
    await expect(chat.main.get_by_text("And the sea?")).to_have_count(0)
    await expect(chat.main.get_by_text("Rewrite answer")).to_have_count(0)
    await expect(chat.main.get_by_text("This is what chief says.")).to_have_count(0)


async def test_what_was_asked_on_another_device_meanwhile_is_said_beside_the_composer(
    lab, chat, server, browser
):
    await ask(chat, lab)
    await press(chat, "Rewrite answer")
    server.plays["chief"] = Play(pieces=["slow "] * 200, pause_s=0.3)
    elsewhere = await browser.new_context()  # tabs of one browser tell each other
    other = ChatPage(await elsewhere.new_page())
    await other.open(chat.page.url)
    await press(other, "Rewrite answer")
    await press(other, "Rewrite answer")
    await other.see("writing the answer")
    await press(chat, "Rewrite answer")
    said = chat.page.get_by_text("This chat is still being answered.")
    await expect(said).to_be_in_viewport()
    await click(chat.stop)
    await chat.see("Stopped. What arrived is kept.")
    assert asked(server).count("chief") == 2
    await elsewhere.close()
