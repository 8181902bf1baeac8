"""A run that another process works on is followed by what is stored of it."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from moa_core.run.run_state import RunState
from pages.widgets.run_feed import feeds
from pages.widgets.run_feed.feeds import RunFeed, carry_over
from pages.widgets.run_feed.run_json import Look
from pages.widgets.run_feed.run_news import RunNews
from pages.widgets.run_feed.subscription import Following
from tests.moa_core.scripted import mixture
from tests.pages.run_feed.browser import Browser


class NothingHere:
    """The runs of a process that has none."""

    trouble = None

    def get(self, uid):
        return None

    def stop(self, uid):
        return None


async def test_it_is_told_as_it_is_saved_and_its_end_is_not_lost(
    ask, models, app, monkeypatch
):
    monkeypatch.setattr(feeds, "ELSEWHERE_S", 0.0)
    uid, browser = ask(), Browser()
    following = Following(uid, RunFeed(uid, NothingHere(), app.runs))
    browser.take(await following.first())
    while browser.text(1) != "ben ":
        await asyncio.sleep(0.02)
        if said := await following.next():
            browser.take(said)
    assert browser.state["elsewhere"], "so that no Stop is offered that does nothing"
    assert following.end is None
    models.released.set()
    while not following.end:
        await asyncio.sleep(0.02)
        if said := await following.next():
            browser.take(said)
    assert "elsewhere" not in browser.state
    assert browser.text(2) == "chief says."
    assert browser.received.count("ben ") == 1
    assert "expected" in browser.state["facts"]


texts = st.text("ab", max_size=4)


@given(st.lists(st.tuples(texts, texts, st.integers(1, 2)), min_size=2))
def test_what_was_saved_later_adds_up(saved):
    browser, news, before = Browser(), None, None
    for text, reasoning, attempt in saved:
        state = RunState(mixture(["a"]))
        seat = state.seats[0]
        seat.start(attempt, 0.0)
        seat.parts, seat.reasoning_parts = [text], [reasoning] if reasoning else []
        if before:
            carry_over(before, state)
        look, before = Look(state, 0.0, live=True), state
        if news:
            said = news.next(look)
        else:
            news = RunNews("r", look)
            said = news.first(look)
        if said:
            browser.take(said)
        assert (browser.text(0), browser.reasoning(0)) == (text, reasoning)
        assert browser.seats[0]["attempt"] == attempt
