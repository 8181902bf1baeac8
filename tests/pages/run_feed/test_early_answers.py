"""What a browser is told of an answer that began before its drafts were complete."""

from pages.widgets.run_feed.run_json import Look, seat_json, state_json
from tests.moa_core.engine.fast_start.early_runs import Paced, ran


def told(state, **more):
    return state_json(Look(state=state, now_s=state.now_s, live=False, **more))


def test_a_revision_is_called_one_and_says_what_it_changed():
    state, _ = ran(Paced(check="Point 0 holds. No more."), "provisional")
    said = told(state)
    assert said["heading"] == "Revised answer"
    assert said["revised"]["label"].startswith("Provisional answer")
    kinds = {kind for kind, _ in said["revised"]["parts"]}
    assert kinds == {"kept", "removed", "added"}
    after = "".join(t for kind, t in said["revised"]["parts"] if kind != "removed")
    assert after == state.synthesis.text


def test_an_answer_that_stands_is_the_answer_and_nothing_else():
    state, _ = ran(Paced(), "provisional")
    said = told(state)
    assert "heading" not in said
    assert "revised" not in said
    assert [each["kind"] for each in said["decided"]] == [
        "AnswerBegun",
        "ProvisionalJudged",
    ]


def test_an_answer_that_was_never_checked_stays_provisional():
    state, _ = ran(Paced(), "provisional", stop_s=4.0)
    assert state.synthesis is state.provisional
    assert told(state)["heading"] == "Provisional answer"


def test_requests_of_one_answer_are_no_failed_attempts():
    state, _ = ran(Paced(), "chunks")
    assert len(state.synthesis.earlier) > 2
    assert "earlier" not in seat_json(state, state.synthesis, None)
