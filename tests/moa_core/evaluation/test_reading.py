"""What judges reply is read for what it says, and never guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.evaluation import (
    KINDS,
    Choice,
    Kind,
    PairReading,
    SkillScores,
    Steadiness,
    outcome,
    read_pair,
    read_score,
    read_skills,
)
from moa_core.evaluation.judging import (
    UNREADABLE_RATING,
    flask_skill,
    recorded_rating,
    steadiness,
)

FIRST, SECOND, SAME, UNREADABLE = (
    PairReading(better=better) for better in ("first", "second", "same", None)
)


CODE: Kind = "code"
NOTHING: SkillScores = {}
CHOICES: dict[str, Choice] = {"1": "first", "2": "second", "same": "same"}


def said(**fields):
    return json.dumps({"reason": "shorter, and right", **fields})


@pytest.mark.parametrize(
    ("reply", "better"),
    [
        (said(better="2", clearly=True, kind="maths"), "second"),
        (f"Well.\n```json\n{said(better=1)}\n```\nDone.", "first"),
        (f"{said(better='1')} No: {said(better=' Same ')}", "same"),
        (said(better="2")[:-1], "second"),
        ('{"reason": "they said {\\"better\\": \\"1\\"}", "better": "2"}', "second"),
        ("BETTER: 2", "second"),
        ("better=1, as said, better: 1", "first"),
        ("better: 1, or better: same", None),
        (said(better="both"), None),
        (said(better=["1"]), None),
        (said(better=True), None),
        ("The first one, clearly.", None),
        ('{"reason": "and then it was cu', None),
        ("", None),
    ],
)
def test_a_reply_is_read_for_its_choice(reply, better):
    assert read_pair(reply).better == better


def test_a_reading_keeps_what_else_was_said():
    reading = read_pair(said(better="1", clearly=True, kind="code"))
    assert reading == PairReading(
        better="first", clearly=True, kind="code", reason="shorter, and right"
    )
    vague = read_pair(json.dumps({"better": "1", "clearly": "yes", "kind": "poetry"}))
    assert vague == FIRST
    assert CODE in KINDS


@pytest.mark.parametrize(
    "reply",
    [
        "{" * 200_000,
        '{"a":' * 20_000,
        "[" * 50_000 + '{"better":' * 5_000,
        "[[" + "1" * 200_000,
        "{'" * 50_000,
        '{"better": ' + "1" * 5_000,
        '{"score": ' + "9" * 5_000 + "}",
    ],
)
def test_a_reply_that_is_made_to_hurt_is_soon_unreadable(reply):
    assert read_pair(reply).better is None
    assert read_score(reply) is None
    assert recorded_rating(reply) == UNREADABLE_RATING
    assert read_skills(reply, ["Factuality"]) == NOTHING


def test_an_object_is_found_behind_many_braces():
    assert read_pair(said(better="2") + "{" * 10_000).better == "second"


@given(st.text(), st.sampled_from(["1", "2", "same"]))
def test_no_reason_gets_in_the_way_of_the_choice(reason, better):
    reply = json.dumps({"reason": reason, "better": better})
    assert read_pair(reply) == PairReading(better=CHOICES[better], reason=reason)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (FIRST, SECOND, 1),
        (SECOND, FIRST, 0),
        (FIRST, FIRST, 0.5),
        (SECOND, SECOND, 0.5),
        (FIRST, SAME, 0.5),
        (SAME, SAME, 0.5),
        (FIRST, UNREADABLE, None),
        (UNREADABLE, SAME, None),
    ],
)
def test_only_who_wins_in_both_orders_has_won(first, second, expected):
    assert outcome(first, second) == expected


def test_contradictions_are_counted_with_the_place_they_favour():
    pairs = [
        *[(FIRST, SECOND)] * 3,
        (SAME, SAME),
        *[(FIRST, FIRST)] * 2,
        (SECOND, SECOND),
        (FIRST, SAME),
        (UNREADABLE, FIRST),
    ]
    steady = steadiness(pairs)
    assert steady == Steadiness(pairs=8, consistent=4, first=2, second=1, unreadable=1)
    assert (steady.share, steady.first_share) == (0.5, 2 / 3)
    nothing = steadiness([])
    assert (nothing.share, nothing.first_share) == (None, None)


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ('{"reason": "fine", "score": 3}', 3),
        ('{"score": " 4.5 "}', 4.5),
        ('{"score": 2} or rather {"score": 9}', 9),
        ("I would say [[6]].", 6),
        ('{"score": null} [[5.5]]', 5.5),
        ('{"score": 0.5}', None),
        ('{"score": 12} [[5]]', None),
        ('{"score": NaN}', None),
        ('{"score": 1e400}', None),
        ('{"score": false}', None),
        ("[3]", None),
        ("six", None),
    ],
)
def test_a_grade_is_read_if_it_is_in_its_range(reply, score):
    assert read_score(reply, 1, 10) == score


@pytest.mark.parametrize(
    ("text", "rating"),
    [("So: [[4]], not [[9]]", 4), ("see [2]. [[3.5]]", 3.5), ("[8]", 8), ("8", -1)],
)
def test_a_recorded_rating_is_read_as_it_was_recorded(text, rating):
    assert recorded_rating(text) == rating


@pytest.mark.parametrize(
    ("reply", "scores"),
    [
        (
            '{"scores": {"factuality": {"reason": "so", "score": 2}, "readability": '
            '{"score": null}}}',
            {"factuality": 2, "readability": None},
        ),
        ('{"scores": {"Factuality": "4", "Harmlessness": 5}}', {"factuality": 4}),
        ("... {'Factuality': 3, 'logical_correctness': 'N/A'}", {
            "factuality": 3, "correctness": None}),
        ("{'Factuality': 1} and finally {'Factuality': 5}", {"factuality": 5}),
        ("{'Factuality': 6, 'Readability': 'good'}", {}),
        ("It is factual.", {}),
    ],
)  # fmt: skip
def test_skills_are_read_from_replies_and_from_recorded_reviews(reply, scores):
    asked = ["Factuality", "Readability", "Logical Correctness"]
    assert read_skills(reply, asked) == scores


def test_skills_go_by_many_names():
    names = ["Commonsense Understanding", "commonsense_understanding", "COMMONSENSE"]
    assert {flask_skill(name) for name in names} == {"commonsense"}
    assert [flask_skill(name) for name in ("Logical", "Beauty", "")] == [None] * 3
