import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig, Seat
from moa_core.run.run_state import RunState
from pages.widgets.votes.scoreboard import score_table
from storage.recording.run_start import Order
from storage.runs.answers import AnswerRef
from storage.schema import VoteRow
from tests.pages.app_page import by_key, fill, has, press, row_of, words
from tests.storage.fabricated import Storyteller, mixture

CONFIGS = mixture(1, 1), mixture(1, 2)
NAMES = "Mine", "Other"
HOSTILE = "![x](http://evil.example/a.png) | **bold**"


def page_of_the_scoreboard():
    from pages.widgets.formatting import page_begins, page_is_drawn
    from pages.widgets.votes.scoreboard import scoreboard_view
    from services import services

    page_begins()
    scoreboard_view(services().votes)
    page_is_drawn()


@pytest.fixture
def board(app):
    """The scoreboard as a browser tab would open it."""

    def opened():
        page = AppTest.from_function(page_of_the_scoreboard, default_timeout=20).run()
        assert not page.exception
        return page

    return opened


def vote(app, verdict, winner=None, kind="duel", names=NAMES, question="Which one?"):
    """Fight a duel to its end and judge it."""
    orders = [
        Order(config=config, preset_name=name)
        for config, name in zip(CONFIGS, names, strict=True)
    ]
    begun = app.runs.begin_duel(Question(question), orders, blind=True)
    for run, config in zip(begun, CONFIGS, strict=True):
        asyncio.run(told(app, run, config))
    answers = [AnswerRef(run.run_uid, Seat(1, 0)) for run in begun]
    turn_uid = begun[0].turn_uid
    return app.votes.cast(turn_uid, kind, answers, verdict, winner, blind=True)


async def told(app, run, config: MoAConfig) -> None:
    state = RunState(config)
    for event in Storyteller(config).tell():
        state.apply(event)
        await app.recorder.record(run.run_uid, event, state)


def test_without_votes_it_says_how_to_vote(board):
    assert has(board(), "no-votes")


def test_the_figures_stand_in_a_row_for_each_contestant(app, board):
    for verdict, winner in (("won", 0), ("won", 0), ("tie", None), ("both_bad", None)):
        vote(app, verdict, winner)
    page = board()
    _, rate, *counts, price, strength = row_of(page, "Mine")
    assert rate.startswith("**83\u00a0%**")
    assert counts == ["2", "0", "1", "1", "4"]
    assert price.startswith("\\$")
    assert strength == ":gray[needs 7 more decided votes]"
    _, rate, *counts, price, _ = row_of(page, "Other")
    assert rate.startswith("**17\u00a0%**")
    assert counts == ["0", "2", "1", "1", "4"]
    assert "\\$" not in price


@pytest.mark.slow
def test_with_enough_votes_there_is_a_strength(app, board):
    for winner in (0, 0, 1) * 3 + (0,):
        vote(app, "won", winner)
    page = board()
    mine, other = (int(row_of(page, name)[-1].replace(",", "")) for name in NAMES)
    assert mine > other
    assert mine + other == 2000


def test_an_undone_vote_no_longer_counts_until_it_is_taken_back(app, board):
    vote(app, "won", 0)
    page = board()
    press(page, "undo-vote-*")
    assert app.votes.all() == []
    assert has(page, "vote-undone")
    press(page, "redo-vote")
    assert len(app.votes.all()) == 1
    assert not has(page, "vote-undone")
    assert "Mine" in words(by_key(page, "scores"))


def test_old_votes_and_other_kinds_can_be_left_out(app, board):
    old, _ = vote(app, "won", 0, question="Long ago"), vote(app, "tie", kind="mix")
    week_ms = timedelta(days=8) // timedelta(milliseconds=1)
    with app.database.writing() as session:
        session.execute(
            update(VoteRow)
            .where(VoteRow.uid == old)
            .values(created_at=VoteRow.created_at - week_ms)
        )
    page = board()
    assert row_of(page, "Mine")[-3] == "2"
    fill(page, "scoreboard-period", "7 days")
    assert row_of(page, "Mine")[-3] == "1"
    assert "Long ago" not in words(page)
    fill(page, "scoreboard-kind", "Duels")
    assert has(page, "no-such-votes")


def test_names_and_questions_are_shown_letter_by_letter(app, board):
    vote(app, "won", 0, names=(HOSTILE, HOSTILE), question=HOSTILE)
    page = board()
    for text in (each.value for each in (*page.markdown, *page.caption)):
        assert "![" not in text
        assert "**bold" not in text
    [table] = by_key(page, "scores").markdown
    head, _, *rows = table.value.splitlines()
    assert {line.replace("\\|", "").count("|") for line in (head, *rows)} == {10}


def test_a_board_without_scores_is_a_head_only():
    assert len(score_table([]).splitlines()) == 2
