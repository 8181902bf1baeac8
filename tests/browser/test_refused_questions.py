"""A question that cannot be stored stays where it was written, however often."""

import sqlite3
from contextlib import closing

from playwright.async_api import expect

from tests.browser.pages.chat_page import ChatPage

REFUSE = """CREATE TRIGGER refuse BEFORE INSERT ON turns
            BEGIN SELECT RAISE(ABORT, 'not today'); END"""


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
