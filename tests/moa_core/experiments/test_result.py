import json

import pytest

from moa_core.experiments import (
    AnswerKey,
    Votes,
    combined_sentence,
    headline,
    report_of,
    result_of,
    result_to_dict,
)
from tests.moa_core.experiments.desk import progress_of, protocol, questions

COUNT = 100
YES, NO, OPEN = [1] * 90 + [0] * 10, [0.5] * 60 + [0, 1] * 20, [1] * 55 + [0] * 45


def result(worth=0.6, **outcomes):
    arms = ("A", "B", "C", "D")
    settings = protocol(COUNT, arms=arms, yardstick="judge alone", worth=worth)
    return result_of(settings, questions(COUNT), progress_of(outcomes))


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ({"BA": YES, "BC": YES, "BD": YES}, "more than asking one model as often"),
        ({"BA": YES, "BC": OPEN, "BD": YES}, "different models is not shown"),
        ({"BA": YES, "BC": NO, "BD": YES}, "different models is not shown"),
        ({"BA": YES, "BC": YES, "BD": NO}, "could be about anything"),
        ({"BA": NO, "BC": YES, "BD": YES}, "no better than without"),
        ({"BA": OPEN, "BC": YES, "BD": NO}, "cannot tell an answer"),
        ({"BA": OPEN, "BC": YES, "BD": YES}, None),
    ],
)
def test_what_the_comparisons_say_together(outcomes, said):
    sentence = combined_sentence(result(**outcomes))
    assert sentence is None if said is None else said in sentence


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (YES, "mixing helps: it wins 90 %"),
        (NO, "mixing does not help: it wins 50 %"),
        ([0] * 90 + [1] * 10, "and makes answers worse"),
        (OPEN, "it is not known yet whether mixing helps: it wins 55 % ("),
    ],
)
def test_the_verdict_in_one_sentence(outcomes, said):
    sentence = headline(result(BA=outcomes, BC=OPEN, BD=OPEN))
    assert said in sentence
    assert sentence.startswith("According to judge, ")


def test_a_judge_that_cannot_tell_wrong_drafts_gives_no_verdict_by_itself():
    found = result(BA=OPEN, BC=YES, BD=NO)
    assert headline(found) == combined_sentence(found)
    assert "cannot tell" in headline(found)


def test_a_sure_gain_that_is_too_small_says_so():
    found = result(worth=0.7, BA=[0.5] * 88 + [1] * 12, BC=OPEN, BD=OPEN)
    assert "mixing helps, but less than you asked for" in headline(found)


def test_without_votes_the_first_yardstick_asks_for_some():
    settings = protocol(COUNT, arms=("A", "B"))
    found = result_of(settings, questions(COUNT), progress_of({"BA": YES}))
    assert headline(found) == (
        "Not known yet whether mixing helps against chief alone: vote on about 30 "
        "questions."
    )
    votes = Votes({(f"q{n:03}", "BA"): 1.0 for n in range(30)}, {"BA": 20})
    found = result_of(settings, questions(COUNT), progress_of({"BA": YES}), votes)
    assert found.primary.verdict == "helps"
    assert "skipped" in found.primary.warnings


def test_what_is_not_voted_on_is_known_from_the_judge():
    """Only the primary pair is; else what the arms say together would stay unknown."""
    settings = protocol(COUNT, arms=("A", "B", "D"))
    progress = progress_of({"BA": YES, "BD": YES})
    found = result_of(settings, questions(COUNT), progress)
    assert (found.primary.yardstick, found.primary.verdict) == (
        "votes and judge",
        "not known",
    )
    placebo = found.pairs["BD"]
    assert (placebo.yardstick, placebo.verdict) == ("judge alone", "helps")
    without = result_of(
        protocol(COUNT, arms=("A", "B", "D"), judge=None, yardstick="votes"),
        questions(COUNT),
        progress,
    )
    assert without.pairs["BD"].yardstick == "votes"


def test_questions_without_an_answer_are_counted():
    progress = progress_of({"BA": YES})
    del progress.answers[AnswerKey("q000", "A")]
    found = result_of(protocol(COUNT, arms=("A", "B")), questions(COUNT), progress)
    assert found.primary.unanswered == 1


def test_the_report_names_its_protocol_and_json_has_every_figure():
    found = result(BA=YES, BC=NO, BD=OPEN)
    report = report_of(found)
    assert report.startswith("# According to judge, mixing helps")
    assert found.protocol.sha256 in report
    assert "chief alone" in report
    values = json.loads(json.dumps(result_to_dict(found)))
    assert values["pairs"]["BA"]["judged"]["tally"]["wins"] == 90
    assert values["pairs"]["BC"]["verdict"] == "does not"
