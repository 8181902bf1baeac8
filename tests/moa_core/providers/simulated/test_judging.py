import json

import pytest

from moa_core.evaluation import (
    GradedTurn,
    grading_messages,
    pair_messages,
    read_grade,
    read_pair,
    shipped_prompt,
)
from moa_core.messages import Message
from moa_core.mixture import references_in
from moa_core.mixture.config import AgentSpec
from moa_core.providers.simulated.judging import judgement_of
from moa_core.providers.simulated.provider import Simulated
from moa_core.run import CompletionRequest, Delta

LONG, SHORT = "one two three four five six", "one two"


@pytest.mark.parametrize(
    ("first", "second", "better"),
    [(LONG, SHORT, "first"), (SHORT, LONG, "second"), (LONG, LONG, "same")],
)
def test_a_simulated_judge_prefers_the_same_answer_in_both_orders(
    first, second, better
):
    messages = pair_messages(shipped_prompt("pair"), "Why?", first, second)
    reading = read_pair(judgement_of(messages))
    assert (reading.better, reading.kind) == (better, "facts")


def test_it_names_the_kind_of_the_question():
    for question, kind in ("What is 2 + 2?", "maths"), ("Write a function.", "code"):
        messages = pair_messages(shipped_prompt("pair"), question, LONG, SHORT)
        assert json.loads(judgement_of(messages))["kind"] == kind


async def test_any_simulated_model_judges_when_it_is_asked_to():
    messages = pair_messages(shipped_prompt("pair"), "Why?", LONG, SHORT)
    agent = AgentSpec(endpoint="simulated", model="analyst")
    items = Simulated(0).stream(CompletionRequest(agent, messages))
    text = "".join([item.text async for item in items if isinstance(item, Delta)])
    assert read_pair(text).better == "first"


def test_a_system_message_without_a_list_has_no_references():
    asked = [Message.from_text("system", "Be brief."), Message.from_text("user", "Hi")]
    assert references_in(asked) == []
    assert judgement_of(asked) is None


def test_it_grades_an_answer_by_its_words_or_skill_by_skill():
    turns = [
        GradedTurn("Why?", "a " * 90),
        GradedTurn("And?", " ".join(map(str, range(40)))),
    ]
    single = grading_messages(shipped_prompt("single"), turns)
    assert read_grade(judgement_of(single)).scores == {"overall": 3}
    skills = ("readability", "factuality")
    told = judgement_of(grading_messages(shipped_prompt("skills"), turns, skills))
    assert read_grade(told, skills).scores == {"readability": 3, "factuality": 3}
