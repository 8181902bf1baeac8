"""What was asked is found again in a real browser, opened, and put in order."""

import re
import shutil

import pytest
from playwright.async_api import Locator, Page, expect

from storage.database.sessions import Database
from tests.browser.app.held_socket import HeldSocket
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.storage.written import Writer


@pytest.fixture(scope="module")
def conversations(new_file, tmp_path_factory):
    """A database with conversations from before; and their uids."""
    path = tmp_path_factory.mktemp("kept") / "polyphony.db"
    shutil.copy(new_file, path)
    database = Database.open(f"sqlite:///{path}")
    writer = Writer(database)
    uids = {}
    for title in (
        "Where do otters sleep?",
        "What do badgers eat?",
        "Why is it raining?",
    ):
        uids[title] = writer.conversation(title)
        turn = writer.turn(uids[title], "And in winter?")
        writer.run(turn, "In a holt, mostly.", answer="In **holts**, as a rule.")
    database.close()
    return path, uids


@pytest.fixture(scope="module")
def kept(launch_shared, conversations):
    """The app with these conversations, for who leaves them as they are."""
    path, uids = conversations
    return launch_shared(database=path), uids


@pytest.fixture
def own(launch_app, conversations):
    """An app with these conversations, for who changes them."""
    path, uids = conversations
    return launch_app(database=path), uids


def entry(uid: str) -> str:
    """The selector of a chat in the sidebar."""
    return f'.polyphony.chats [data-chat="{uid}"]'


class HistoryPage:
    """The page of the history in one browser tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator(".stMain")

    async def open(self, url: str) -> "HistoryPage":
        await self.page.goto(f"{url}/history")
        await expect(self.main.get_by_role("heading", name="History")).to_be_visible()
        return self

    def line(self, uid: str) -> Locator:
        return self.page.locator(f".st-key-listed-{uid}")

    async def search(self, words: str) -> None:
        await self.main.get_by_placeholder("Search questions").fill(words)

    async def settled(self) -> None:
        """Wait until what was searched for has all been drawn."""
        idle = self.page.locator('[data-test-script-state="notRunning"]')
        await expect(idle).to_have_count(1)

    async def choose(self, uid: str, action: str, *, listed: bool = True) -> None:
        """Take an action in a conversation's menu: of the history, or the sidebar."""
        of_history, of_sidebar = f".st-key-menu-{uid} button", f"{entry(uid)} .tool"
        menu = self.page.locator(of_history if listed else of_sidebar)
        await click(menu.filter(visible=True).first)
        await click(self.page.get_by_text(action, exact=True).last)

    @property
    def titles(self) -> Locator:
        """The links to all that is listed, in order."""
        return self.main.locator('[class*="st-key-listed-"]').get_by_role("link")


async def test_a_search_shows_the_words_leads_to_the_turn_and_is_there_on_the_way_back(
    page, kept
):
    app, uids = kept
    history = await HistoryPage(page).open(app.url)
    await history.search("holt")
    await expect(history.main.get_by_text("Answer v1").first).to_be_visible()
    await expect(history.main.locator("strong", has_text="holts").first).to_be_visible()
    await history.search("otters")
    link = history.main.get_by_role("link", name="Where do otters sleep?")
    found = history.main.locator("strong", has_text="otters").first
    await expect(found).to_be_visible()  # the link stood there before, too
    await history.settled()
    await click(link)
    await expect(page).to_have_url(
        re.compile(rf"c={uids['Where do otters sleep?']}&t=[0-9a-f]{{32}}")
    )
    await ChatPage(page).see("In holts, as a rule.")
    await click(page.get_by_role("link", name="All chats"))
    field = history.main.get_by_placeholder("Search questions")
    await expect(field).to_have_value("otters")
    address = await link_of(page, app, "And in winter?")
    await streamlit_still_misdirects_links_and_cuts_their_titles(page, app, address)
    await page.goto(address)  # as a new tab would
    await ChatPage(page).see("In holts, as a rule.")


async def test_a_hit_opens_though_what_was_typed_last_is_heard_after_the_click(
    page, kept
):
    app, _uids = kept
    socket = await HeldSocket().put_before(page)
    history = await HistoryPage(page).open(app.url)
    await history.search("otter")
    found = history.main.locator("strong", has_text="otters").first
    await expect(found).to_be_visible()
    socket.ask_late()
    await history.search("otters")
    await socket.asked()
    socket.hold()
    await click(history.main.get_by_role("link", name="Where do otters sleep?"))
    socket.ask()
    await socket.answered()
    socket.let_go()
    await ChatPage(page).see("In holts, as a rule.")
    await expect(page).to_have_url(re.compile("c="))


async def link_of(page: Page, app: RunningApp, words: str) -> str:
    """The address behind the first result of a search."""
    history = await HistoryPage(page).open(app.url)
    await history.search(words)
    await expect(history.main.locator("strong").first).to_be_visible()
    link = history.main.get_by_role("link").filter(has_text="?").first
    return await link.evaluate("link => link.href")


async def streamlit_still_misdirects_links_and_cuts_their_titles(page, app, address):
    assert address.startswith(f"{app.url}/history?")  # it leads to the chat
    title = page.locator(".stPageLink p").first
    overflow = "title => getComputedStyle(title).textOverflow"
    assert await title.evaluate(overflow) == "ellipsis"
    await page.evaluate(
        "document.querySelector('[href$=\"corrections.css\"]').remove()"
    )
    assert await title.evaluate(overflow) == "clip"


async def test_a_conversation_is_pinned_renamed_archived_and_deleted(page, own):
    app, uids = own
    oldest, middle, newest = uids.values()
    history = await HistoryPage(page).open(app.url)
    await expect(history.titles).to_contain_text(list(uids)[::-1])

    await history.choose(oldest, "Pin")
    await expect(history.main.get_by_text("Pinned")).to_be_visible()
    await expect(history.titles.first).to_contain_text("Where do otters sleep?")

    await history.choose(middle, "Rename")
    field = page.get_by_role("dialog").get_by_label("Title")
    await field.fill("Badgers ![x](http://127.0.0.1:9/x.png)")
    await field.press("Enter")
    await expect(history.line(middle)).to_contain_text("Badgers ![x](")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await history.choose(newest, "Archive")
    await expect(history.line(newest)).to_have_count(0)
    await click(history.main.get_by_role("button", name="Undo"))
    await expect(history.line(newest)).to_have_count(1)

    await history.choose(newest, "Delete")
    await expect(history.line(newest)).to_have_count(0)
    await click(history.main.get_by_role("button", name="Undo"))
    await expect(history.line(newest)).to_have_count(1)
    await expect(history.main.get_by_role("button", name="Undo")).to_have_count(0)


async def test_the_sidebar_leads_to_all_and_has_the_menu_of_the_open_one(page, own):
    app, uids = own
    chat = await ChatPage(page).open(app.url)
    uid = uids["What do badgers eat?"]
    await click(page.locator(f"{entry(uid)} .open"))
    await chat.see("In holts, as a rule.")
    history = HistoryPage(page)
    await history.choose(uid, "Delete", listed=False)
    await expect(page.locator(entry(uid))).to_have_count(0)
    await click(page.get_by_role("button", name="Undo"))
    await expect(page.locator(entry(uid))).to_have_count(1)
    await click(page.get_by_role("link", name="All chats"))
    await expect(history.line(uid)).to_be_visible()


async def test_a_hit_on_the_page_of_the_chat_is_where_its_address_says(page, kept):
    app, _uids = kept
    chat = await ChatPage(page).open(app.url)
    await page.keyboard.press("Control+K")
    await page.get_by_role("searchbox", name="Search").fill("holt")
    hit = page.locator(".st-key-hit-0").get_by_role("link")
    address = await hit.get_attribute("href")
    await click(hit)
    await chat.see("In holts, as a rule.")
    await expect(page).to_have_url(f"{app.url}/{address}")
    await page.go_back()
    await expect(page).to_have_url(f"{app.url}/")
    await expect(page.locator(".st-key-welcome")).to_be_visible()


async def test_on_a_phone_nothing_scrolls_sideways_nor_covers_the_page(page, kept):
    app, uids = kept
    await page.set_viewport_size({"width": 390, "height": 844})
    history = await HistoryPage(page).open(app.url)
    title = history.main.get_by_role("link", name="Why is it raining?")
    await expect(title).to_be_visible()
    assert not await _too_wide(page)
    await titles_have_the_line_and_the_menu_stays_on_it(history, uids)
    await history.search("holt")
    await expect(history.main.get_by_text("Answer v1").first).to_be_visible()
    assert not await _too_wide(page)

    sidebar = page.get_by_test_id("stSidebar")
    await click(page.get_by_test_id("stExpandSidebarButton"))
    await expect(sidebar).to_have_attribute("data-collapsed", "false")
    await click(sidebar.get_by_role("link", name="All chats"))
    await expect(sidebar).to_have_attribute("data-collapsed", "true")
    await history.settled()
    await page.keyboard.press("Control+K")
    await expect(history.main.get_by_placeholder("Search questions")).to_be_focused()


async def titles_have_the_line_and_the_menu_stays_on_it(history, uids):
    uid = uids["Where do otters sleep?"]
    line, menu = history.line(uid), history.page.locator(f".st-key-menu-{uid} button")
    button = await menu.filter(visible=True).first.bounding_box()
    # Only now: before the menu was there, the title had its room as well.
    title = await line.get_by_role("link").bounding_box()
    about = await line.get_by_text(re.compile(r"\d{4}$")).bounding_box()
    assert title["width"] > 250
    assert about["y"] >= title["y"] + title["height"] - 8
    assert button["y"] < about["y"] + about["height"]
    assert button["x"] > title["x"] + title["width"] - 1


async def test_an_older_page_is_seen_from_its_beginning(page, launch_app):
    app = launch_app()
    database = Database.open(f"sqlite:///{app.database}")
    writer = Writer(database)
    for number in range(95):
        writer.conversation(f"Question {number}?")
    database.close()
    history = await HistoryPage(page).open(app.url)
    for newest in (64, 34):
        await click(history.main.get_by_role("button", name="Older"))
        first = history.titles.first
        await expect(first).to_contain_text(f"Question {newest}?")
        await expect(first).to_be_in_viewport()
    await page.route("**/page_turn.js", lambda route: route.abort())
    await history.open(app.url)
    await click(history.main.get_by_role("button", name="Older"))
    await expect(history.titles.first).to_contain_text("Question 64?")
    await expect(history.titles.first).not_to_be_in_viewport()  # as Streamlit has it


async def _too_wide(page: Page) -> bool:
    return await page.evaluate(
        "[document.documentElement, document.querySelector('.stMain')]"
        ".some(each => each.scrollWidth > each.clientWidth)"
    )
