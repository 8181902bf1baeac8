"""The wording of what is offered of a turn that was answered, a test a widget."""

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Seat
from moa_core.plan import rework_plan
from tests.pages.app_page import by_key, words
from tests.pages.wording.said import assert_wording, offered

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of rework")]


def model(name):
    return AgentSpec.from_ref(f"simulated/{name}")


def mixture(*layers):
    rows = tuple(Layer(tuple(map(model, layer.split()))) for layer in layers)
    return MoAConfig(layers=rows, aggregator=model("synthesist"))


@pytest.fixture(scope="module")
def asked_again(shared_app, asked, reworked, open_page):
    """Opens a chat whose first proposer was asked again, or another in its place."""

    def page(config, other=None):
        begun = asked(config)
        state = shared_app.runs.load(begun.run_uid).state
        plan = rework_plan.retry_seats(state, [Seat(0, 0)], other and model(other))
        reworked(begun.run_uid, plan)
        return open_page(c=begun.conversation_uid)

    return page


def test_the_offer_to_read_a_new_proposal(asked_again):
    page = asked_again(mixture("explainer brief"), "thinker")
    assert_wording("offer-stale", offered(page))
    page = asked_again(mixture("explainer", "sceptic"), "thinker")
    assert_wording("offer-stale-layer", offered(page))


def test_the_offer_to_go_on(asked_again):
    page = asked_again(mixture("broken"), "brief")
    assert_wording("offer-unfinished", offered(page))
    page = asked_again(mixture("broken", "sceptic"), "brief")
    assert_wording("offer-unfinished-layer", offered(page))


def test_a_retry_that_failed(asked_again):
    page = asked_again(mixture("broken brief"))
    assert_wording("offer-nothing-new", offered(page))


@pytest.fixture(scope="module")
def two_turns(shared_app, asked, reworked):
    """A chat of two questions, the first of which has two answers."""
    begun = asked(mixture("explainer brief"))
    uid = begun.conversation_uid
    first = shared_app.conversations.load(uid).turns[0]
    asked(mixture("explainer"), "And the sea?", conversation_uid=uid)
    plan = rework_plan.resynthesise(first.run.state, aggregator=model("thinker"))
    reworked(first.run.uid, plan)
    return shared_app.conversations.load(uid)


def test_versions_side_by_side(shared_app, asked, reworked, open_page):
    begun = asked(mixture("explainer"))
    state = shared_app.runs.load(begun.run_uid).state
    plan = rework_plan.resynthesise(state, aggregator=model("thinker"))
    reworked(begun.run_uid, plan)
    turn = shared_app.conversations.load(begun.conversation_uid).turns[0]
    page = open_page(c=begun.conversation_uid)
    for name in ("side-by-side", "differences"):
        page.session_state[f"{turn.uid}-{name}"] = True
    page.run()
    names = ("differences", "v2-goes-on", "v1-go-on")
    parts = (by_key(page, f"{turn.uid}-{each}") for each in names)
    assert_wording("versions", offered(page), *parts)
    legend = by_key(page, f"{turn.uid}-v2").caption
    assert "only in v1" in "".join(each.value for each in legend)


def test_a_kept_proposal_in_the_timeline(shared_app, asked, reworked, open_page):
    begun = asked(mixture("explainer brief"))
    state = shared_app.runs.load(begun.run_uid).state
    plan = rework_plan.resynthesise(state, included=[Seat(0, 0)])
    run_uid = reworked(begun.run_uid, plan).run_uid
    page = open_page(c=begun.conversation_uid)
    page.session_state[f"{run_uid}-calls"] = True
    page.session_state[f"{run_uid}-look-at"] = "Timeline"
    page.run()
    drawn = "".join(each.proto.body for each in page.get("html"))
    assert drawn.count("kept from an earlier run") == 2
    assert drawn.count("kept from an earlier run · left out") == 1
    assert "| Began at |" in words(by_key(page, f"{run_uid}-calls"))


def test_a_branch(open_page, two_turns):
    turn = two_turns.turns[0]
    page = open_page(c=two_turns.uid)
    assert_wording("branch", offered(page, f"{turn.uid}-run"))
    page = open_page(c=two_turns.uid, at=turn.uid)
    notes = [each for each in page.caption if "branch" in each.value]
    assert_wording("branch-begun", *notes, by_key(page, f"{turn.uid}-followed"))


def test_the_form_of_a_model_alone(asked, open_page):
    begun = asked(MoAConfig(layers=(), aggregator=model("brief")))
    page = open_page(c=begun.conversation_uid)
    assert_wording("ask-alone-again", offered(page))
    assert_wording("origin-alone", by_key(page, "*-from"))
    assert_wording("run-alone", by_key(page, "*-calls"))
    assert_wording("composer-alone", by_key(page, "next-turn"))
