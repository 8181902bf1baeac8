"""What one browser is told adds up to the run, whenever it looks and breaks off."""

import json

from hypothesis import given
from hypothesis import strategies as st

from moa_core.run.run_state import RunState
from pages.widgets.run_feed.run_json import (
    Look,
    layer_json,
    place_json,
    seat_json,
    state_json,
)
from pages.widgets.run_feed.run_news import Position, RunNews
from tests.moa_core.generated_runs import runs
from tests.moa_core.scripted import mixture
from tests.pages.run_feed.browser import Browser
from tests.profiles import examples

acts = st.lists(st.sampled_from(["look", "wait", "wait", "break", "tab"]), min_size=1)


def look(state, now_s=None):
    at_s = state.now_s if now_s is None else now_s
    return Look(state, at_s, live=state.live)


def follow(browser, state):
    """Begin to follow with what the browser has."""
    have = [Position(*each) for each in browser.have()]
    news = RunNews("r", look(state), have)
    browser.take(news.first(look(state)))
    return news


def knows_all(browser, state):
    for index, seat in enumerate(state.seats):
        assert browser.text(index) == seat.text
        assert browser.reasoning(index) == seat.reasoning
        told = place_json(state, seat) | seat_json(state, seat, None)
        known = dict(browser.seats[index])
        known.pop("quiet", None)
        assert known == json.loads(json.dumps(told))
    assert browser.state == json.loads(json.dumps(state_json(look(state))))
    last = state.now_s
    assert browser.layers == [layer_json(state, each, last) for each in state.layers]


@given(runs, acts)
@examples(1)
def test_deltas_add_up_to_the_whole_across_breaks_restarts_and_reclassified_text(
    made, script
):
    state, browser = RunState(made.config, made.rework), Browser()
    news = follow(browser, state)
    for number, event in enumerate(made.events()):
        state.apply(event)
        match script[number % len(script)]:
            case "look":
                if said := news.next(look(state)):
                    browser.take(said)
            case "break":
                news = follow(browser, state)
            case "tab":
                browser = Browser()
                news = follow(browser, state)
            case _:
                pass
    if said := news.next(look(state)):
        browser.take(said)
    knows_all(browser, state)
    assert news.next(look(state)) is None or state.layers


@given(runs)
@examples(0.3)
def test_what_is_told_once_is_not_told_again_after_a_break(made):
    state, browser = RunState(made.config, made.rework), Browser()
    for event in made.events():
        state.apply(event)
    follow(browser, state)
    again = RunNews("r", look(state), [Position(*each) for each in browser.have()])
    said = json.loads(again.first(look(state)))
    assert "d" not in said
    assert "t" not in said


def test_half_a_character_does_not_break_the_message():
    state = RunState(mixture(["a"]))
    state.seats[0].parts = ["\ud83d"]
    said = RunNews("r", look(state)).first(look(state))
    said.encode()
    assert json.loads(said)["d"] == [[0, "\ud83d", 1]]
