"""The wording of duels, votes and their scoreboard, a test a widget."""

import time

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, MoAConfig
from tests.pages.app_page import by_key, fill, fitting, press
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of votes")]


def alone(model):
    return MoAConfig(layers=(), aggregator=AgentSpec.from_ref(f"simulated/{model}"))


ONE, OTHER = (alone("brief"), "One"), (alone("explainer"), "Other")
THIRD, NOBODY = (alone("sceptic"), "Third"), (alone("nobody"), "Broken")


@pytest.fixture(scope="module")
def fought(shared_app, open_page):
    """Opens a duel that was fought to its end."""

    def fight(*sides):
        question = Question("Why is the sky blue?")
        uid = shared_app.asking().start_duel(question, sides, blind=True)
        while shared_app.duels.load(uid).live:
            time.sleep(0.005)
        return open_page("compare", view="duel", d=uid)

    return fight


@pytest.fixture(scope="module")
def board(open_page):
    """The scoreboard before any vote."""
    return open_page("compare", view="scoreboard")


@pytest.fixture(scope="module")
def duel(board, fought):
    """A blind duel of two sides, before the vote."""
    return fought(ONE, OTHER)


@pytest.fixture(scope="module")
def listed(duel, open_page):
    """The form, and below it a blind duel without a vote."""
    return open_page("compare", view="duel")


@pytest.fixture(scope="module")
def judged(listed, duel):
    """The duel after the vote."""
    return press(duel, "vote-*-won-1")


def test_a_scoreboard_without_votes(board):
    assert_wording("no-votes", by_key(board, "no-votes"))


def test_nothing_to_judge_yet(board, open_page):
    page = open_page("compare", view="mix")
    assert_wording("mix-nothing", by_key(page, "nothing-yet"))


def test_the_form_of_a_duel(listed):
    keys = ("duel-question", "duel-cell-1", "duel-cell-2", "start-duel", "duel-blind")
    nodes = [by_key(listed, key) for key in (*keys, "duel-price")]
    assert_wording("duel-form", *nodes)


def test_a_blind_duel_in_the_list(listed):
    [line] = by_key(listed, "earlier-*").caption
    assert line.value.endswith(" · blind · names hidden until you vote · not voted")


def test_what_no_duel_begins_with(listed, open_page):
    page = press(open_page("compare", view="duel"), "start-duel")
    assert_wording("duel-without-question", by_key(page, "duel-problem"))
    by_key(page, "duel-question").set_value("Why?")
    by_key(page, "duel-side-1").set_value("hand")
    assert_wording("duel-same-sides", by_key(press(page, "start-duel"), "duel-problem"))


def test_the_buttons_to_vote(listed, fought, open_page):
    page = fought(ONE, OTHER, THIRD)
    assert_wording("vote-of-three", *fitting(page, "vote-*"))
    press(page, "vote-*-won-2")
    assert_wording("verdict-of-three", by_key(page, "verdict"))


def test_a_verdict_and_what_next(judged):
    assert_wording("verdict", by_key(judged, "verdict"), *fitting(judged, "vote-*"))
    keys = ("to-scoreboard", "duel-again", "another-duel")
    assert_wording("after-vote", *(by_key(judged, key) for key in keys))


def test_a_judged_duel_in_the_list(judged, open_page):
    page = open_page("compare", view="duel")
    lines = [said(each.caption[0])[0] for each in fitting(page, "earlier-*")]
    assert any(
        line.endswith(" · blind · **simulated/explainer** beat simulated/brief")
        for line in lines
    )


def test_a_side_without_an_answer(fought):
    page = fought(ONE, OTHER, NOBODY)
    assert_wording("no-answer", by_key(page, "no-answer-C"))
    assert_wording("vote", *fitting(page, "vote-*"))
    page = fought(ONE, NOBODY)
    assert_wording("nothing-to-judge", by_key(page, "nothing-to-judge"))


def test_a_duel_that_is_gone(open_page):
    page = open_page("compare", view="duel", d="gone")
    assert_wording("duel-missing", by_key(page, "duel-missing"))


def test_whether_the_mix_helped(asked, open_page):
    begun = asked()
    page = open_page("compare", view="mix", c=begun.conversation_uid)
    assert_wording("mix-hidden", by_key(page, "mix-hidden"))
    press(page, "vote-*-tie-*")
    nodes = [by_key(page, key) for key in ("mix-known", "verdict", "mix-record")]
    assert_wording("mix-known", *nodes)


def test_a_mix_of_one(asked, open_page):
    begun = asked(alone("brief"))
    page = open_page("compare", view="mix", c=begun.conversation_uid)
    assert_wording("nothing-to-compare", by_key(page, "nothing-to-compare"))


def test_the_scoreboard(judged, open_page):
    page = open_page("compare", view="scoreboard")
    head = said(by_key(page, "scores"))[0].splitlines()[0]
    assert head.replace("\N{NO-BREAK SPACE}", " ") == (
        "| Contestant | Win rate | Won | Lost | Tied | Neither | Votes "
        "| Cost per win | Strength |"
    )
    assert ":gray[no wins yet]" in said(by_key(page, "scores"))[0]
    explained = [each for each in page.caption if "Bradley-Terry" in each.value]
    names = said(by_key(page, "scoreboard-names"))
    assert names[0] == "What these names stand for"
    undo = fitting(page, "undo-vote-*")[0]
    filters = [by_key(page, f"scoreboard-{name}") for name in ("period", "kind")]
    assert_wording("scoreboard", *filters, *explained, undo)
    press(page, undo.key)
    assert_wording("vote-undone", by_key(page, "vote-undone"))
    press(page, "redo-vote")


def test_a_kind_without_votes(judged, shared_app, open_page):
    page = open_page("compare", view="scoreboard")
    for stored in shared_app.votes.all(kind="mix"):
        shared_app.votes.undo(stored.uid)
    fill(page, "scoreboard-kind", "Did the mix help?")
    assert_wording("no-such-votes", by_key(page, "no-such-votes"))
