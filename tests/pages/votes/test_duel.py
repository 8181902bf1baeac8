import json
import time
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.evaluation import strip_signature
from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.plan import rework_plan
from moa_core.providers.simulated.texts import label
from moa_core.providers.simulated.voices import VOICES
from pages.widgets.markdown import plain_label
from pages.widgets.votes.blinding import in_random_order, synthesis_comes_first
from pages.widgets.votes.mix_vote import mix_pair
from storage.settings import Caps
from tests.pages.app_page import (
    SHELL,
    ask,
    by_key,
    fill,
    fitting,
    has,
    open_uid,
    press,
    row_of,
    words,
)

pytestmark = pytest.mark.slow

QUESTION = "Why is the sea salty?"
A, B, C = (f"won-{place}" for place in range(3))
TIE, BOTH_BAD = "tie-*", "both_bad-*"
"""Ends of the keys of the buttons to vote."""


def alone(model):
    return MoAConfig(layers=(), aggregator=AgentSpec.from_ref(f"simulated/{model}"))


def mixture(*models, aggregator="synthesist"):
    agents = tuple(AgentSpec.from_ref(f"simulated/{model}") for model in models)
    return MoAConfig(
        layers=(Layer(agents),),
        aggregator=AgentSpec.from_ref(f"simulated/{aggregator}"),
    )


MINE = mixture("explainer", "sceptic"), "My mixture"
BRIEF = alone("brief"), None
NOBODY = alone("nobody"), "Broken"
"""There is no simulated model of this name, so this side fails."""


@pytest.fixture
def open_compare(app):
    """Opens a view of the page as a browser tab would, by its address."""

    def opened(view, **address):
        page = AppTest.from_file(SHELL, default_timeout=30)
        page.query_params["view"] = view
        for name, value in address.items():
            page.query_params[name] = value
        page.switch_page("compare.py").run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def fight(app):
    """Fights a duel to its end; its uid."""

    def fight(*sides, blind=True):
        uid = app.asking().start_duel(Question(QUESTION), sides, blind=blind)
        while app.duels.load(uid).live:
            time.sleep(0.01)
        return uid

    return fight


@pytest.fixture
def fought(fight, open_compare):
    """Opens a duel that was fought to its end."""
    return lambda *sides, **how: open_compare("duel", d=fight(*sides, **how))


@pytest.fixture
def form(open_compare):
    return open_compare("duel")


def start(form, question=QUESTION, *, blind=True):
    by_key(form, "duel-question").set_value(question)
    by_key(form, "duel-blind").set_value(blind)
    return press(form, "start-duel")


def sides(page):
    """What the browser is told of each side besides its stream."""
    return [json.loads(each.proto.json) for each in fitting(page, "*-side-*-known")]


def duel_of(app, page):
    uid = page.query_params["d"]
    return app.duels.load(uid if isinstance(uid, str) else uid[0])


def everything(page):
    """What the browser is sent: elements with all their labels, keys and helps."""
    protos = (getattr(node, "proto", "") for node in page._tree)
    return "".join(map(str, protos)).replace("\\", "")


def vote(page, choice):
    return press(page, f"vote-*-{choice}")


def test_a_duel_begins_with_the_mixture_in_hand_against_its_aggregator(form):
    a, b, c = (by_key(form, f"duel-side-{place}").value for place in range(3))
    assert (a, b, c) == ("hand", "model:simulated/synthesist", None)
    assert "7 calls" in words(by_key(form, "duel-price"))


def test_three_sides_are_priced_one_by_one_and_together(form):
    fill(form, "duel-side-2", "model:simulated/brief")
    assert "6 calls ·" in words(by_key(form, "duel-cell-0"))
    assert "1 call ·" in words(by_key(form, "duel-cell-1"))
    assert "1 call ·" in words(by_key(form, "duel-cell-2"))
    assert "8 calls ·" in words(by_key(form, "duel-price"))


def test_an_open_duel_shows_both_answers_under_their_names(app, form):
    start(form, blind=False)
    assert "**Simulated, free**" in words(by_key(form, "side-A"))
    uid = duel_of(app, form).uid
    assert [side["run"] for side in sides(form)] == [f"side:{uid}:0", f"side:{uid}:1"]
    assert "**simulated/synthesist**" in words(by_key(form, "side-B"))
    while duel_of(app, form).live:
        time.sleep(0.01)
    assert len(duel_of(app, form).answers) == 2


def test_a_blind_duel_names_nobody_until_the_vote(fought):
    page = fought(MINE, BRIEF)
    sent = everything(page)
    for name in (*VOICES, "My mixture", "simulated/", "tokens", "Layer", "$0"):
        assert name not in sent
    vote(page, B)
    sent = everything(page)
    for name in ("explainer", "sceptic", "synthesist", "brief", "My mixture"):
        assert name in sent
    assert "**B**" in words(by_key(page, "verdict"))
    assert len(sides(page)) == 2


def test_a_vote_is_kept_with_who_won_and_whether_it_was_blind(app, fought):
    vote(fought(MINE, BRIEF), B)
    [kept] = app.votes.all()
    assert kept.vote.kind == "duel"
    assert kept.vote.blind
    names = [side.contestant.name for side in kept.vote.sides]
    assert names == ["My mixture", "simulated/brief"]
    assert kept.vote.winner == 1


def test_after_undo_one_votes_again_but_no_longer_blindly(app, fought, open_compare):
    page = vote(fought(MINE, BRIEF), TIE)
    press(page, "vote-*-undo")
    assert app.votes.all() == []
    again = open_compare("duel", d=duel_of(app, page).uid)
    assert "My mixture" in words(again)
    vote(again, BOTH_BAD)
    [kept] = app.votes.all()
    assert kept.vote.verdict == "both_bad"
    assert not kept.vote.blind


def test_three_sides_are_lettered_and_one_can_be_the_best(app, fought):
    page = fought(MINE, BRIEF, (alone("thinker"), None))
    assert all(has(page, f"vote-*-{choice}") for choice in (A, B, C, TIE, BOTH_BAD))
    vote(page, C)
    [kept] = app.votes.all()
    assert kept.vote.winner == 2
    assert "**C**" in words(by_key(page, "verdict"))


def test_a_side_that_fails_says_why_and_leaves_nothing_to_judge(fought):
    page = fought(NOBODY, BRIEF)
    assert has(page, "nothing-to-judge")
    assert len(sides(page)) == 2
    assert not has(page, "vote-*")


def test_of_three_sides_the_two_that_answered_are_judged(app, fought):
    page = fought(MINE, NOBODY, BRIEF)
    assert "nobody" not in everything(page)
    assert has(page, "no-answer-B")
    assert has(page, f"vote-*-{A}")
    assert not has(page, f"vote-*-{B}")
    vote(page, C)
    assert "**C**" in words(by_key(page, "verdict"))
    assert len(sides(page)) == 3
    [kept] = app.votes.all()
    assert kept.vote.sides[kept.vote.winner].contestant.name == "simulated/brief"


@pytest.mark.parametrize("question", ["", "  \n"])
def test_without_a_question_nothing_begins(app, form, question):
    start(form, question)
    assert has(form, "duel-problem")
    assert app.duels.newest() == []


def test_a_side_against_itself_is_refused(app, form):
    by_key(form, "duel-side-1").set_value("shipped:simulated")
    start(form)
    assert has(form, "duel-problem")
    assert app.duels.newest() == []


def test_a_cap_refuses_and_the_draft_stays(app, form):
    app.app_settings.set_caps(Caps(per_run_usd=Decimal("0.000001")))
    by_key(form, "duel-side-1").set_value("shipped:moa-lite")
    start(form)
    assert "cap" in words(by_key(form, "duel-problem"))
    assert by_key(form, "duel-question").value == QUESTION
    assert by_key(form, "duel-side-1").value == "shipped:moa-lite"
    assert app.duels.newest() == []


def test_the_list_names_nobody_of_a_blind_duel_without_a_vote_and_opens_it(
    app, fought, open_compare
):
    page = fought(MINE, BRIEF)
    blind = duel_of(app, page).uid
    other = fought((mixture("builder"), "Other mixture"), BRIEF, blind=False)
    open_ = duel_of(app, other).uid
    listed = open_compare("duel")
    assert "My mixture" not in everything(listed)
    assert "simulated/brief" not in words(by_key(listed, f"earlier-{blind}"))
    said = words(by_key(listed, f"earlier-{open_}"))
    assert "Other mixture vs simulated/brief" in said
    vote(page, A)
    said = words(by_key(open_compare("duel"), f"earlier-{blind}"))
    assert said.index("**My mixture**") < said.index("simulated/brief")
    press(listed, f"duel-{blind}")
    assert duel_of(app, listed).uid == blind
    press(listed, "another-duel")
    assert "d" not in listed.query_params


def test_asked_again_the_sides_of_an_open_duel_are_swapped(app, fought):
    page = fought(MINE, BRIEF, blind=False)
    press(page, "duel-ask-again")
    duel = duel_of(app, page)
    assert [run.preset_name for run in duel.sides] == [None, "My mixture"]
    assert len(app.duels.newest()) == 2


def test_an_unknown_duel_is_said_to_be_gone(open_compare):
    page = open_compare("duel", d="never")
    assert has(page, "duel-missing")
    assert has(page, "duel-question")


def test_the_scoreboard_says_what_the_votes_come_to(app, fight, fought, open_compare):
    won, tie, bad = "won", "tie", "both_bad"
    for verdict, winner in ((won, 0), (won, 0), (won, 1), (tie, None), (bad, None)):
        duel = app.duels.load(fight(MINE, BRIEF))
        app.votes.cast(duel.turn_uid, "duel", duel.answers, verdict, winner, blind=True)
    vote(fought(BRIEF, MINE), A)
    board = open_compare("scoreboard")
    votes = [kept.vote for kept in app.votes.all()]
    for name in ("My mixture", "simulated/brief"):
        won = sum(v.winner is not None and who(v) == name for v in votes)
        tied = sum(v.verdict == "tie" for v in votes)
        decided = sum(v.verdict != "both_bad" for v in votes)
        _, rate, *counts, _price, _ = row_of(board, plain_label(name))
        assert counts == [*map(str, (won, decided - won - tied, tied, 1, 6))]
        assert rate.startswith(f"**{round(100 * (won + tied / 2) / decided)}")


def who(its_vote):
    return its_vote.sides[its_vote.winner].contestant.name


def test_a_finished_answer_stands_blind_against_its_best_proposal(app, page):
    ask(page, QUESTION)
    run = app.conversations.load(open_uid(page)).turns[-1].run
    pair = mix_pair(run)
    proposal = next(side.seat for side in pair.sides if not side.is_mix)
    assert proposal.seat.layer_index == len(run.state.layers) - 1
    assert 0 < pair.share <= 1


@pytest.fixture
def mix(app, page, open_compare):
    ask(page, QUESTION)
    turn = app.conversations.load(open_uid(page)).turns[-1]
    return open_compare("mix", c=open_uid(page), t=turn.uid, run=turn.run.uid)


def test_whether_the_mix_helped_is_asked_without_names(app, mix):
    sent = everything(mix)
    for name in (*VOICES, "tokens", "Layer"):
        assert name not in sent
    assert has(mix, "mix-hidden")
    vote(mix, A)
    [kept] = app.votes.all()
    assert kept.vote.kind == "mix"
    assert kept.vote.blind
    assert has(mix, "mix-known")
    won = kept.answers[kept.vote.winner]
    helped = won.seat.layer_index == 2
    verdict = words(by_key(mix, "verdict"))
    assert ("**helped**" if helped else "not help**") in verdict
    assert verdict.count("$0") == 2
    assert words(mix).count("**The mix**") == 1


def test_the_sides_of_a_mix_stay_where_they_are(app, mix, page, open_compare):
    again = open_compare("mix", c=open_uid(page))
    first, second = ([m.value for m in each.markdown] for each in (mix, again))
    assert first == second


def test_a_second_synthesis_is_judged_by_itself(app, page, mix, open_compare):
    vote(mix, TIE)
    first = app.conversations.load(open_uid(page)).turns[-1].run
    other = AgentSpec.from_ref("simulated/thinker")
    plan = rework_plan.resynthesise(first.state, aggregator=other)
    begun = app.asking().start_rework(first.uid, plan)
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    second = open_compare("mix", c=open_uid(page), run=begun.run_uid)
    assert has(second, f"vote-*-{A}")
    vote(second, B)
    assert has(second, "vote-*-undo")
    assert len(app.votes.all()) == 2


def test_one_model_alone_leaves_no_mix_to_judge(app, page, open_compare):
    begun = app.asking().start_question(Question(QUESTION), BRIEF[0])
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    mix = open_compare("mix", c=begun.conversation_uid)
    assert has(mix, "nothing-to-compare")


def test_without_any_answer_it_says_how_to_get_one(open_compare):
    assert has(open_compare("mix"), "nothing-yet")


@pytest.mark.parametrize("model", VOICES)
@pytest.mark.parametrize("references", [0, 3])
def test_simulated_models_do_not_sign_what_is_read_blindly(model, references):
    assert strip_signature(label(model, references)) == (
        "*Simulated answer. No real model was asked.*"
    )
    assert model not in strip_signature(f"{label(model, references)[:24]}")


def test_what_other_models_write_is_left_as_it_is():
    text = "I am “gpt-9”. *Simulated* answer by nobody."
    assert strip_signature(text) == text


def test_the_order_is_fair_and_nothing_is_lost():
    first = [in_random_order("ab")[0] for _ in range(400)]
    assert set(first) == set("ab")
    assert 120 < first.count("a") < 280
    tossed = sum(synthesis_comes_first(f"{number:032x}") for number in range(400))
    assert 120 < tossed < 280
