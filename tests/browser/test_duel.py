"""Duels as the browser gets them: nothing in it says who wrote what until the vote."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from moa_core.mixture.config import Preset
from moa_core.mixture.links import encode_mixture
from storage.database.sessions import Database
from storage.presets.preset_store import Presets
from storage.votes.vote_store import Votes
from tests.browser.app.lab import NAMES, PRICES, mixture
from tests.browser.app.running_app import RunningApp
from tests.browser.conftest import watch
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.duel_page import DuelPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer, Play

QUESTION = "Why is the sky blue?"
PIECES = [f"Light meets air, part {number}. " for number in range(20)]
MIXTURE = mixture("ada", "ben")
PRESET = Preset(name="harbour", title="Harbour", description="Two.", config=MIXTURE)
SECRETS = ("ada", "ben", "chief", "solo", "Harbour", "harbour", "lab/", "lab ", "$0.")
WHOLE_WORD = re.compile("|".join(rf"(?<!\w){re.escape(each)}" for each in SECRETS))


@pytest.fixture
def writing(server) -> ModelServer:
    """The server, whose models write for a while."""
    for name in NAMES:
        server.plays[name] = Play(pieces=PIECES, pause_s=0.05)
    return server


@contextmanager
def opened(app: RunningApp) -> Iterator[Database]:
    """The database of an app that runs."""
    database = Database.open(f"sqlite:///{app.database}")
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="module")
def prepared_lab(lab) -> Iterator[RunningApp]:
    """The shared app, with one preset for the server's models until the end."""
    with opened(lab) as database:
        saved = Presets(database).save(PRESET)
        yield lab
        Presets(database).delete(saved.uid)


@pytest.fixture
def models_listed(server) -> Iterator[threading.Event]:
    """What the server waits for before it lists its models."""
    server.lists_when = lists_when = threading.Event()
    yield lists_when
    lists_when.set()


@pytest.fixture
def own_lab(launch_app, server, models_listed) -> RunningApp:
    """Another such app, for a test that counts votes; it does not know its models."""
    app = launch_app(
        {"POLYPHONY_ENDPOINTS": f"lab={server.url}", "POLYPHONY_PRICES": PRICES}
    )
    with opened(app) as database:
        Presets(database).save(PRESET)
    return app


def votes_in(lab: RunningApp):
    with opened(lab) as database:
        return [kept.vote for kept in Votes(database).all()]


@pytest_asyncio.fixture(loop_scope="session")
async def duel(page, prepared_lab, writing) -> DuelPage:
    """The form, with a preset on one side and a single model on the other."""
    return await duel_form(page, prepared_lab)


async def duel_form(page, app: RunningApp) -> DuelPage:
    tab = await DuelPage(page).open(f"{app.url}/compare?view=duel")
    await tab.choose("A", "Harbour")
    await tab.choose("B", "Single model: solo · lab")
    return tab


def named_in(text: str) -> set[str]:
    return set(WHOLE_WORD.findall(text))


async def test_a_blind_duel_tells_the_browser_nothing_until_the_vote(
    duel, browser, server
):
    looked = threading.Event()
    server.plays["solo"] = Play(pieces=PIECES, held_until=looked)
    await duel.start(QUESTION)
    await expect(duel.main.get_by_text("sides are done").first).to_be_visible()
    assert named_in(await duel.page.content()) == set()

    context = await browser.new_context()
    other = await DuelPage(await context.new_page()).open(duel.page.url)
    await expect(other.main.get_by_text("sides are done").first).to_be_visible()
    looked.set()
    await duel.can_vote()
    await other.can_vote()
    for tab in (duel, other):
        shown = await tab.page.content()
        assert shown.count(PIECES[-1].strip()) == 2
        assert named_in(shown) == set()
        assert named_in(await tab.page.title() + tab.page.url) == set()
    wire = b"".join(other.sent).decode("utf-8", "replace")
    assert PIECES[0].strip() in wire, "it can be read"
    assert named_in(wire) == set()

    await duel.vote("A is better")
    shown = await duel.page.content()
    assert {"Harbour", "solo", "$0."} <= named_in(shown)
    await context.close()
    await what_stood_there_before_is_gone_while_a_blind_duel_runs(duel)


async def what_stood_there_before_is_gone_while_a_blind_duel_runs(
    duel: DuelPage,
) -> None:
    await duel.press("New duel")
    await expect(duel.main.get_by_text("Earlier duels")).to_be_visible()
    assert {"Harbour", "solo"} <= named_in(await duel.page.content())
    await duel.start(QUESTION)
    await expect(duel.main.get_by_text("sides are done").first).to_be_visible()
    assert named_in(await duel.page.content()) == set()
    await duel.vote("Tie")
    await duel.press("Rematch")
    await duel.press("Start rematch")
    await expect(duel.main.get_by_text("sides are done").first).to_be_visible()
    assert named_in(await duel.page.content()) == set()
    await duel.can_vote()  # the next test counts its own calls


async def test_an_open_duel_streams_side_by_side_and_goes_on_after_a_reload(
    duel, server
):
    reloaded = threading.Event()
    for name in ("solo", "chief"):
        server.plays[name] = Play(pieces=PIECES, held_until=reloaded)
    await duel.start(QUESTION, blind=False)
    await expect(duel.main.get_by_text("part 0").last).to_be_visible()
    await expect(duel.main.get_by_text("Harbour")).to_be_visible()
    await duel.page.reload()
    await expect(duel.button("Stop")).to_be_visible()
    reloaded.set()
    await duel.can_vote()
    assert len(server.calls) == 4
    await expect(duel.main.get_by_text("part 19")).to_have_count(2)


async def test_stop_ends_every_side(duel, server):
    server.plays["solo"] = server.plays["ada"] = Play(pieces=PIECES, pause_s=1)
    await duel.start(QUESTION)
    await asyncio.to_thread(server.wait_until_asked, 3)  # one side's layer, and solo
    await duel.press("Stop")
    await expect(duel.page.get_by_text("nothing to judge")).to_be_visible()
    await asyncio.to_thread(server.wait_until_dropped, 2)


async def test_the_scoreboard_equals_what_is_computed_by_hand(
    page, own_lab, models_listed
):
    """Models that come when the form is already there can be chosen in it."""
    duel = await DuelPage(page).open(f"{own_lab.url}/compare?view=duel")
    await duel.choose("A", "Harbour")
    models_listed.set()
    await duel.choose("B", "Single model: solo · lab")
    for choice in ("A is better", "Tie", "Neither"):
        await duel.start(QUESTION)
        await duel.vote(choice)
        await duel.press("New duel")
        await expect(duel.main.get_by_text("Earlier duels")).to_be_visible()
    votes = await asyncio.to_thread(votes_in, own_lab)
    await duel.page.goto(f"{own_lab.url}/compare?view=scoreboard")
    board = duel.main.get_by_role("row")
    for name in ("Harbour", "lab/solo"):
        sides = [
            (vote, place, side)
            for vote in votes
            for place, side in enumerate(vote.sides)
            if side.contestant.name == name
        ]
        won = sum(vote.winner == place for vote, place, _ in sides)
        cost = sum(side.cost.usd for _, _, side in sides)
        row = board.filter(has_text=name)
        await expect(row).to_be_visible()
        cells = [
            text.strip() for text in await row.get_by_role("cell").all_inner_texts()
        ]
        assert cells[2:7] == [str(won), str(1 - won), "1", "1", "3"]
        assert cells[1].startswith(f"{round(100 * (won + 0.5) / 2)}")
        assert cost > 0
        if won:
            price = float(cells[7].replace("$", ""))
            assert price == pytest.approx(float(cost) / won, rel=0.02)


async def test_in_one_click_the_chat_asks_whether_the_mix_helped(
    page, own_lab, server, models_listed
):
    models_listed.set()
    server.plays["ada"] = Play(pieces=["The sea is wide and the sky is high."])
    server.plays["ben"] = Play(pieces=PIECES)
    server.plays["chief"] = Play(pieces=[*PIECES, "That is why."])
    chat = await ChatPage(page).open(f"{own_lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.answered()
    asked = len(server.calls)
    tab = DuelPage(page)
    await click(page.get_by_role("link", name="Did the mix help?"))
    await tab.can_vote()
    # ben's proposal is the one it took most from
    await expect(tab.main.get_by_text("part 19")).to_have_count(2)
    assert named_in(await tab.main.inner_html()) == set()
    await tab.vote("A is better")
    await expect(tab.main.get_by_text("Proposal by ben")).to_be_visible()
    await expect(tab.page.get_by_text("times as much")).to_be_visible()
    assert len(server.calls) == asked
    [vote] = await asyncio.to_thread(votes_in, own_lab)
    assert vote.kind == "mix"
    assert {side.contestant.name for side in vote.sides} == {"Harbour", "lab/ben"}


async def test_a_duel_fits_a_phone(browser, prepared_lab, server, problems, go_on):
    for name in ("solo", "chief"):
        server.plays[name] = Play(pieces=PIECES, held_until=go_on)
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    tab = DuelPage(await context.new_page())
    watch(tab.page, problems.found)
    await tab.open(f"{prepared_lab.url}/compare?view=duel")
    assert await tab.overhang_px() <= 0
    await tab.choose("A", "Harbour")
    await tab.choose("B", "Single model: solo · lab")
    await tab.start(QUESTION, blind=False)
    await expect(tab.button("Stop")).to_be_visible()
    assert await tab.overhang_px() <= 0
    go_on.set()
    await tab.vote("Tie")
    assert await tab.overhang_px() <= 0
    await context.close()
    assert problems.found == []
