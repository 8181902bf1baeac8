"""Tries how one begins: without a key, with a server, a preset or any base URL."""

import asyncio
import re
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

from playwright.async_api import expect

from moa_core.mixture import AgentSpec, Layer, MoAConfig
from tests.browser.app.lab import mixture
from tests.browser.pages.hand import pick
from tests.front_room.stage import QUESTION, Evidence, Stage, last_words
from tests.front_room.visitor import Visitor
from tests.model_server import ModelServer, Play

SIMULATED = re.compile("simulated|demo", re.IGNORECASE)
LOCAL = "local-model"
NEW = "( the new endpoint)?"
SECRET = "sk-front-room-0123456789"
BUILT_IN = (
    "MoA, as in the paper",
    "MoA-Lite",
    "MoA with GPT-4o",
    "Self-MoA",
    "OpenAI, fast",
    "OpenAI, best",
    "Real, tiny models",
)


async def opens_without_a_key(stage: Stage, seen: Evidence) -> None:
    seen.saw(f"healthy after {stage.bare_start_s:.1f} s")
    async with stage.visit(stage.bare_url) as visitor:
        began = time.monotonic()
        await visitor.open()
        seen.saw(f"open after {time.monotonic() - began:.1f} s")
        await visitor.ask(QUESTION)
        await visitor.ended()
        labelled = await visitor.there(visitor.main.get_by_text(SIMULATED))
        seen.need(labelled, "made-up answers are not labelled", "answers as a demo")
        await _finds_a_local_server(stage, visitor, seen)
        await _takes_a_key(visitor, seen)


async def _finds_a_local_server(stage: Stage, visitor: Visitor, seen: Evidence) -> None:
    """While the page stays open: first it is still loading, then it answers."""
    with ModelServer(stage.local_port) as local:
        local.is_loading = True
        local.models = {"data": [{"id": LOCAL}]}
        words = ["From here. ", last_words(LOCAL)]
        local.plays[LOCAL] = Play(pieces=words)
        await asyncio.to_thread(_is_listening, local.url)
        await visitor.page.wait_for_timeout(4000)
        local.is_loading = False
        use = visitor.control(r"^(bolt )?use .*(ollama|local|lm studio|llama|vllm)")
        offered = await visitor.there(use, visitor.patience_ms)
        seen.need(offered, "a local server that appears is not offered")
        seen.saw("a local server that had been loading is offered without a reload")
        await visitor.click(use)
        await visitor.idle()
        await visitor.ask("And at night?")
        answers = await visitor.sees(last_words(LOCAL), visitor.patience_ms)
        seen.need(answers, "the local server does not answer", "one click: it answers")
        await visitor.ended()


def _is_listening(url: str) -> None:
    with suppress(HTTPError), urlopen(f"{url}/models", timeout=10):
        pass


async def _takes_a_key(visitor: Visitor, seen: Evidence) -> None:
    await visitor.open(path="settings")
    key = visitor.main.get_by_label(re.compile("key.*OpenAI|OpenAI.*key", re.I))
    seen.need(await visitor.soon(key), "no field for a key in Settings")
    await visitor.type(key, "not a kéy")
    await visitor.press("^test( key)?( for OpenAI)?$")
    said = visitor.main.get_by_text(re.compile("doesn.t look like a key|keys? ", re.I))
    seen.need(await visitor.soon(said), "a bad key is not answered")
    traceback = visitor.page.get_by_test_id("stException")
    seen.need(not await traceback.count(), "a traceback", "a bad key gets a sentence")


async def the_default_works_and_dead_ids_are_flagged(
    stage: Stage, seen: Evidence
) -> None:
    async with stage.visit() as visitor:
        stage.play().set()
        await visitor.open()
        await visitor.ask(QUESTION)
        await visitor.ended()
        seen.need(
            stage.asked, "a new chat asks simulated models, though some are there"
        )
        seen.saw(f"a new chat asks what is connected: {len(stage.asked)} calls")
    stage.server.forget()
    async with stage.visit() as visitor:
        stage.play().set()
        await visitor.open(mixture("ben", "cleoo"))
        flag = re.compile(r"(doesn.t|does not) offer .?cleoo", re.I)
        flagged = await visitor.soon(visitor.main.get_by_text(flag))
        seen.need(flagged, "a dead id is not flagged at the composer")
        seen.need(
            not stage.asked, "it was asked before", "flagged before anything is spent"
        )
        fix = visitor.control(r"^(\w+ )?(use|replace).*cleo")
        seen.need(await visitor.soon(fix), "nothing replaces it with a click")
        await visitor.click(fix)
        await visitor.idle()
        await visitor.ask(QUESTION)
        answered = await visitor.sees(last_words("chief"), visitor.patience_ms)
        seen.need(answered, "no answer after it was replaced")
        right = sorted(stage.asked) == ["ben", "chief", "cleo"]
        seen.need(right, f"asked: {stage.asked}", "one click puts cleo in its place")


async def any_base_url_can_be_entered(stage: Stage, seen: Evidence) -> None:
    agent = AgentSpec(endpoint="mine", model="solo")
    config = MoAConfig(layers=(Layer((agent, agent)),), aggregator=agent)
    stage.play().set()
    async with stage.visit(stage.bare_url) as visitor:
        await visitor.open(path="settings")
        add = visitor.main.get_by_text(re.compile("add (an )?endpoint", re.I))
        seen.need(await visitor.soon(add), "Settings has no field for an endpoint")
        await _add_endpoint(stage, visitor, seen)
        shown = SECRET in await visitor.page.content()
        seen.need(not shown, "the key is shown", "its key is not shown again")
    async with stage.visit(stage.bare_url) as another:
        stage.play().set()
        await stage.ask(another, config)
        seen.saw("another browser's chat is answered by it, without a restart")


async def _add_endpoint(stage: Stage, visitor: Visitor, seen: Evidence) -> None:
    main = visitor.main
    await visitor.click(main.get_by_text(re.compile("add (an )?endpoint", re.I)))
    name = main.get_by_role("combobox", name="Name")
    await visitor.type(name, "mine", "Enter")
    await visitor.idle()
    for label, text in {"Base URL": stage.server.url, "Key (optional)": SECRET}.items():
        await visitor.type(main.get_by_role("textbox", name=label), text, "Tab")
        await visitor.idle()
    await visitor.click(visitor.control(f"^Test{NEW}$").last)
    tested = await visitor.sees(
        re.compile(r"answered in [\d.]+ s"), visitor.patience_ms
    )
    seen.need(tested, "its test says nothing", "an address is entered and tested")
    await visitor.click(visitor.control(f"^Save{NEW}$").last)
    card = main.get_by_text("mine", exact=True)
    seen.need(await visitor.soon(card), "it is not saved", "saved on this machine")


async def presets_can_be_saved(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        await visitor.open(path="presets")
        heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
        await expect(heading).to_be_visible()
        field = visitor.main.get_by_role("combobox", name="Preset").first
        await visitor.click(field)
        for name in BUILT_IN:
            await field.fill(name)
            entry = visitor.page.get_by_role("option", name=re.compile(re.escape(name)))
            seen.need(await visitor.soon(entry), f"no preset {name}")
        seen.saw(f"all {len(BUILT_IN)} kinds of built-in presets")
        lacks = visitor.page.get_by_role("option", name=re.compile("needs"))
        seen.need(await visitor.soon(lacks), "which cannot run is not said")
        seen.saw("those that cannot run say what they need")
        mine = f"Mine {time.monotonic_ns() % 10**6}"
        await visitor.open(mixture("ada", "ben"))
        await _save_in_the_chat(visitor, mine, seen)
    async with stage.visit() as another:
        await another.open(path="presets")
        field = another.main.get_by_role("combobox", name="Preset").first
        await pick(field, mine)
        await expect(field).to_have_value(mine)
        seen.saw("another browser's list has it")


async def _save_in_the_chat(visitor: Visitor, name: str, seen: Evidence) -> None:
    sheet = visitor.page.locator(".st-key-choose-mixture button")
    save = visitor.control("^(save )?Save as preset$")
    if await sheet.count():
        await visitor.click(sheet)
    seen.need(await visitor.soon(save), "a mixture cannot be saved in the chat")
    await visitor.click(save)
    title = visitor.page.get_by_label("Name", exact=True)
    await visitor.type(title, name, "Enter")
    await visitor.idle()
    await visitor.press("^Save$")
    said = visitor.page.get_by_text(re.compile(rf"“?{name}”? saved", re.I))
    chosen = visitor.page.get_by_role("combobox", name="Preset")
    for _ in range(100):
        if await chosen.count() and name in await chosen.first.input_value():
            break
        if await visitor.there(said):
            break
        await visitor.page.wait_for_timeout(100)
    else:
        seen.need(False, "saving says nothing")
    seen.saw("saved as mine in the chat")
