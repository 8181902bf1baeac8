import time
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.plan import rework_plan
from moa_core.providers.simulated.texts import label
from moa_core.providers.simulated.voices import VOICES
from pages.widgets.markdown.sanitizer import plain_label
from pages.widgets.votes.blinding import (
    shuffled,
    strip_signature,
    synthesis_comes_first,
)
from pages.widgets.votes.mix_vote import mix_pair
from storage.settings import Caps
from tests.pages.app_page import SHELL, ask, button, by_label, open_uid, row_of, words

pytestmark = pytest.mark.slow

QUESTION = "Why is the sky blue?"


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
def fought(app, open_compare):
    """Opens a duel that was fought to its end."""

    def fight(*sides, blind=True):
        uid = app.asking().start_duel(Question(QUESTION), sides, blind=blind)
        while app.duels.load(uid).live:
            time.sleep(0.01)
        return open_compare("duel", d=uid)

    return fight


@pytest.fixture
def form(open_compare):
    return open_compare("duel")


def start(form, question=QUESTION, *, blind=True):
    form.text_area[0].set_value(question)
    by_label(form.toggle, "Blind").set_value(blind)
    button(form, "Start the duel").click().run()
    assert not form.exception
    return form


def duel_of(app, page):
    uid = page.query_params["d"]
    return app.duels.load(uid if isinstance(uid, str) else uid[0])


def everything(page):
    """What the browser is sent: elements with all their labels, keys and helps."""
    protos = (getattr(node, "proto", "") for node in page._tree)
    return "".join(map(str, protos)).replace("\\", "")


def labels(page):
    return {each.label.replace("\\", "") for each in page.button}


def vote(page, choice):
    button(page, choice).click().run()
    assert not page.exception
    return page


def test_a_duel_begins_with_the_mixture_in_hand_against_its_aggregator(form):
    a, b, c = (by_label(form.selectbox, f"Side {side}").value for side in "ABC")
    assert (a, b, c) == ("hand", "model:simulated/synthesist", None)
    assert "Together 7 calls" in words(form)


def test_three_sides_are_priced_one_by_one_and_together(form):
    by_label(form.selectbox, "Side C").set_value("model:simulated/brief").run()
    said = words(form)
    assert said.count("1 call ·") == 2
    assert "Together 8 calls" in said


def test_an_open_duel_shows_both_answers_under_their_names(app, form):
    start(form, blind=False)
    said = words(form)
    assert "**Simulated, free**" in said
    assert "**simulated/synthesist**" in said
    assert "3 of 3 answered" in said
    assert len(duel_of(app, form).answers) == 2


def test_a_blind_duel_names_nobody_until_the_vote(fought):
    page = fought(MINE, BRIEF)
    sent = everything(page)
    for name in (*VOICES, "My mixture", "simulated/", "tokens", "Layer", "$0"):
        assert name not in sent
    vote(page, "B is better")
    sent = everything(page)
    for name in ("explainer", "sceptic", "synthesist", "brief", "My mixture"):
        assert name in sent
    assert "You found **B** better." in words(page)
    assert "Layer 1" in sent


def test_a_vote_is_kept_with_who_won_and_whether_it_was_blind(app, fought):
    vote(fought(MINE, BRIEF), "B is better")
    [kept] = app.votes.all()
    assert kept.vote.kind == "duel"
    assert kept.vote.blind
    names = [side.contestant.name for side in kept.vote.sides]
    assert names == ["My mixture", "simulated/brief"]
    assert kept.vote.winner == 1


def test_after_undo_one_votes_again_but_no_longer_blindly(app, fought, open_compare):
    page = vote(fought(MINE, BRIEF), "Tie")
    button(page, "Undo").click().run()
    assert app.votes.all() == []
    rework_plan = open_compare("duel", d=duel_of(app, page).uid)
    assert "My mixture" in words(rework_plan)
    vote(rework_plan, "Both bad")
    [kept] = app.votes.all()
    assert kept.vote.verdict == "both_bad"
    assert not kept.vote.blind


def test_three_sides_are_lettered_and_one_can_be_the_best(app, fought):
    page = fought(MINE, BRIEF, (alone("thinker"), None))
    assert {"A is best", "B is best", "C is best", "All bad"} <= labels(page)
    vote(page, "C is best")
    [kept] = app.votes.all()
    assert kept.vote.winner == 2
    assert "You found **C** best." in words(page)


def test_a_side_that_fails_says_why_and_leaves_nothing_to_judge(fought):
    page = fought(NOBODY, BRIEF)
    said = words(page)
    assert "nothing to judge" in said
    assert "There is no simulated model nobody" in said
    assert "A is better" not in labels(page)


def test_of_three_sides_the_two_that_answered_are_judged(app, fought):
    page = fought(MINE, NOBODY, BRIEF)
    assert "nobody" not in everything(page)
    assert "Why not is said after the vote" in words(page)
    assert {"A is better", "C is better"} <= labels(page)
    assert "B is better" not in labels(page)
    vote(page, "C is better")
    assert "You found **C** better." in words(page)
    assert "There is no simulated model nobody" in words(page)
    [kept] = app.votes.all()
    assert kept.vote.sides[kept.vote.winner].contestant.name == "simulated/brief"


@pytest.mark.parametrize("question", ["", "  \n"])
def test_without_a_question_nothing_begins(app, form, question):
    start(form, question)
    assert "needs a question" in words(form)
    assert app.duels.newest() == []


def test_a_side_against_itself_is_refused(app, form):
    by_label(form.selectbox, "Side B").set_value("shipped:simulated")
    start(form)
    assert "Two sides are the same" in words(form)
    assert app.duels.newest() == []


def test_a_cap_refuses_and_the_draft_stays(app, form):
    app.app_settings.set_caps(Caps(per_run_usd=Decimal("0.000001")))
    by_label(form.selectbox, "Side B").set_value("shipped:moa-lite")
    start(form)
    assert form.error
    assert form.text_area[0].value == QUESTION
    assert by_label(form.selectbox, "Side B").value == "shipped:moa-lite"
    assert app.duels.newest() == []


def test_the_list_names_nobody_of_a_blind_duel_without_a_vote(fought, open_compare):
    page = fought(MINE, BRIEF)
    fought((mixture("builder"), "Other mixture"), BRIEF, blind=False)
    listed = words(open_compare("duel"))
    assert QUESTION in labels(open_compare("duel"))
    assert "names are hidden until the vote" in listed
    assert "My mixture" not in listed
    assert "Other mixture against simulated/brief" in listed
    vote(page, "A is better")
    assert "**My mixture** won against simulated/brief" in words(open_compare("duel"))


def test_a_duel_is_opened_from_the_list_and_left_again(app, fought, open_compare):
    uid = duel_of(app, fought(MINE, BRIEF, blind=False)).uid
    page = open_compare("duel")
    button(page, QUESTION).click().run()
    assert duel_of(app, page).uid == uid
    button(page, "Another duel").click().run()
    assert "d" not in page.query_params


def test_asked_again_the_sides_of_an_open_duel_are_swapped(app, fought):
    page = fought(MINE, BRIEF, blind=False)
    button(page, "Ask them again").click().run()
    assert not page.exception
    duel = duel_of(app, page)
    assert [run.preset_name for run in duel.sides] == [None, "My mixture"]
    assert len(app.duels.newest()) == 2


def test_an_unknown_duel_is_said_to_be_gone(open_compare):
    page = open_compare("duel", d="never")
    assert "That duel is not here" in words(page)
    assert page.text_area


def test_the_scoreboard_says_what_the_votes_come_to(app, fought, open_compare):
    choices = ["A is better", "A is better", "B is better", "Tie", "Both bad"]
    for choice in choices:
        vote(fought(MINE, BRIEF), choice)
    vote(fought(BRIEF, MINE), "A is better")
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
    vote(mix, "A is better")
    [kept] = app.votes.all()
    assert kept.vote.kind == "mix"
    assert kept.vote.blind
    said = words(mix)
    assert "The best proposal is the one that the answer took most from" in said
    assert "The mix cost $0; the proposal $0." in said
    assert "**The mix**" in said


def test_the_verdict_says_whether_the_mix_helped(app, mix):
    vote(mix, "A is better")
    [kept] = app.votes.all()
    won = kept.answers[kept.vote.winner]
    helped = won.seat.layer_index == 2
    assert ("**helped**" if helped else "**not help**") in words(mix)


def test_the_sides_of_a_mix_stay_where_they_are(app, mix, page, open_compare):
    rework_plan = open_compare("mix", c=open_uid(page))
    first, second = ([m.value for m in each.markdown] for each in (mix, rework_plan))
    assert first == second


def test_a_second_synthesis_is_judged_by_itself(app, page, mix, open_compare):
    vote(mix, "Tie")
    first = app.conversations.load(open_uid(page)).turns[-1].run
    other = AgentSpec.from_ref("simulated/thinker")
    plan = rework_plan.resynthesise(first.state, aggregator=other)
    begun = app.asking().start_rework(first.uid, plan)
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    second = open_compare("mix", c=open_uid(page), run=begun.run_uid)
    assert "A is better" in labels(second)
    vote(second, "B is better")
    assert {"Undo"} <= labels(second)
    assert len(app.votes.all()) == 2


def test_one_model_alone_leaves_no_mix_to_judge(app, page, open_compare):
    begun = app.asking().start_question(Question(QUESTION), BRIEF[0])
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    said = words(open_compare("mix", c=begun.conversation_uid))
    assert "nothing to compare" in said


def test_without_any_answer_it_says_how_to_get_one(open_compare):
    assert "Nothing to judge yet" in words(open_compare("mix"))


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
    first = [shuffled("ab")[0] for _ in range(400)]
    assert set(first) == set("ab")
    assert 120 < first.count("a") < 280
    tossed = sum(synthesis_comes_first(f"{number:032x}") for number in range(400))
    assert 120 < tossed < 280
