"""Benchmarks on a provider whose models answer by their name and question."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from moa_core.errors import ConfigError, ServerFailedError
from moa_core.evaluation import mt_bench_means, skill_means
from moa_core.evaluation.benchmarks import Grade
from moa_core.experiments import (
    AnswerKey,
    GradeKey,
    Item,
    JudgementKey,
    Reference,
    benchmark_report,
    benchmark_result,
    benchmark_to_dict,
    design_from_dict,
    forecast_of,
    questions_of,
)
from moa_core.experiments.benchmark.protocol import sha256_of
from moa_core.mixture import MoAConfig
from moa_core.review import matches_prompt_hash, sent_to
from tests.moa_core.experiments.desk import JUDGE, MIXTURE, PRICES, Desk, World, reply

ALPACA = [
    {"instruction": f"Question {n}?", "output": f"Base {n}.", "generator": "gpt4"}
    for n in range(4)
]
SKILLS = ["Readability", "Logical Correctness", "Conciseness"]
FLASK = [
    {"idx": n, "instruction": f"Question {n}?", "answer": f"Right {n}.",
     "skill": SKILLS, "domain": ["Law", "History"], "difficulty": "easy"}
    for n in range(3)
]  # fmt: skip


def graded(score):
    return json.dumps({"reason": "so", "score": score})


def world(judge=lambda _, __: graded(7)):
    return World(judge)


def in_file(*rows):
    return "\n".join(map(json.dumps, rows)).encode()


def design(found, count=None, **more):
    """A protocol on questions that were read, and its items."""
    items = found.drawn(count, seed=3)
    mixture = more.pop("mixture", MIXTURE)
    return replace(found.protocol_for(items, "Mine", mixture, JUDGE), **more), items


def desk_of(path, provider, found, count=None, **more):
    return Desk.of(path, provider, *design(found, count, **more))


def result_of(desk):
    return benchmark_result(desk.protocol, desk.items, desk.progress)


async def test_the_second_turn_reads_the_mixtures_own_first_answer(tmp_path):
    provider = world()
    desk = desk_of(tmp_path, provider, questions_of("mt_bench"), 6)
    assert (await desk.run()).reason == "done"
    assert provider.count("chief") == provider.count("judge") == 12
    assert [provider.count(name) for name in "abc"] == [12, 12, 12]
    for item in desk.items:
        if item.follows:
            first = next(each for each in desk.items if each.id == item.follows)
            own = (await desk.folder.texts_of(first))["B"]
            asked = [
                messages
                for model, messages in provider.asked
                if model == "a" and messages[-1].text == item.question
            ]
            [[before, said, _]] = asked
            assert (before.text, said.role, said.text) == (
                first.question,
                "assistant",
                own,
            )
            state = (await desk.folder.runs_of(item))[AnswerKey(item.id, "B")].state
            seat = state.synthesis
            sent = sent_to(state, seat.seat, (*first.messages, said, *item.messages))
            assert matches_prompt_hash(seat.call, sent)


async def test_the_judge_sees_both_turns_and_the_references(tmp_path):
    provider = world()
    found = questions_of("mt_bench")
    maths = [item for item in found.items if item.id in ("111.1", "111.2")]
    desk = desk_of(tmp_path, provider, replace(found, items=tuple(maths)))
    await desk.run()
    prompts = [m[1].text for model, m in provider.asked if model == "judge"]
    one, both = sorted(prompts, key=len)
    first, second = (item.reference.answer for item in maths)
    assert first in one
    assert second not in one
    assert all(text in both for text in (first, second, maths[1].question))
    assert len(re.findall(r"<answer-\w+>", both)) == 2


async def test_answers_are_sampled_as_the_benchmark_says(tmp_path):
    found = questions_of("mt_bench")
    protocol, _ = design(found)
    kinds = {item.reference.category: item for item in found.items}
    by_kind = {
        kind: protocol.config_for(kinds[kind]) for kind in ("roleplay", "stem", "math")
    }
    agents = {kind: {*config.agents} for kind, config in by_kind.items()}
    assert {a.temperature for a in agents["roleplay"]} == {0.7}
    assert {a.temperature for a in agents["stem"]} == {0.1}
    assert {(a.temperature, a.max_tokens) for a in agents["math"]} == {(0.0, 1024)}
    thinker = replace(MIXTURE.aggregator, model="o3-mini", temperature=None)
    config = replace(protocol, mixture=replace(MIXTURE, aggregator=thinker))
    assert config.config_for(kinds["math"]).aggregator == thinker
    own, items = design(questions_of("questions", b"Why?", "q.txt"))
    assert own.config_for(items[0]) == MIXTURE


async def test_a_grade_that_cannot_be_read_is_asked_for_once_more_then_left_out(
    tmp_path,
):
    def judge(prompt, messages):
        if "Question 0?" in prompt:
            return "I cannot say."
        return graded(4) if messages > 2 else "hm"

    provider = world(judge)
    data = b"Question 0?\n\nQuestion 1?\n\nQuestion 2?"
    desk = desk_of(tmp_path, provider, questions_of("questions", data, "q.txt"))
    assert (await desk.run()).reason == "done"
    assert provider.count("judge") == 6
    result = result_of(desk)
    assert (result.judged, result.unreadable, result.overall.n) == (3, 1, 2)
    assert result.overall.mean == 4
    assert "unreadable" in result.warnings
    asked = len(provider.asked)
    assert (await desk.run()).reason == "done"
    assert len(provider.asked) == asked


async def test_alpaca_is_judged_in_both_orders_against_the_recorded_answers(tmp_path):
    def judge(prompt, _):
        first = re.search(r"<answer-1-\w+>\n(.*)\n", prompt)[1]
        return reply("2" if first.startswith("Base") else "1")

    provider = world(judge)
    desk = desk_of(tmp_path, provider, questions_of("alpaca", in_file(*ALPACA)))
    assert (await desk.run()).reason == "done"
    assert provider.count("judge") == 2 * 4
    result = result_of(desk)
    assert (result.overall.mean, result.overall.n) == (100, 4)
    assert result.pair.tally.wins == 4
    assert result.protocol.baseline == "gpt4"
    both = [desk.progress.judgements[JudgementKey("0001", "BR", o)] for o in (1, 0)]
    assert [each.better for each in both] == ["first", "second"]
    assert "Against gpt4: 4 won" in benchmark_report(result)


async def test_flask_is_graded_skill_by_skill_and_has_no_overall_figure(tmp_path):
    scores = {"readability": 5, "correctness": None, "conciseness": 2}

    def judge(prompt, _):
        assert "Right" in prompt
        told = {name: {"reason": "so", "score": n} for name, n in scores.items()}
        return json.dumps({"scores": told})

    desk = desk_of(tmp_path, world(judge), questions_of("flask", in_file(*FLASK)))
    assert (await desk.run()).reason == "done"
    result = result_of(desk)
    assert result.overall is None
    means = {name: f.mean for name, f in result.groups["skill"].items()}
    assert means == {"readability": 5, "conciseness": 2}
    theirs = skill_means(each.scores for each in desk.progress.grades.values())
    assert means == {name: each.mean for name, each in theirs.items()}
    assert result.groups["domain"]["Law"].n == 6
    assert result.groups["difficulty"]["easy"].mean == 3.5


async def test_mt_bench_is_added_up_as_fastchat_does(tmp_path):
    grades = iter(range(100))
    desk = desk_of(
        tmp_path, world(lambda _, __: graded(1 + next(grades) % 10)),
        questions_of("mt_bench"), 12,
    )  # fmt: skip
    await desk.run()
    result = result_of(desk)
    turn = {item.id: 2 if item.follows else 1 for item in desk.items}
    category = {item.id: item.reference.category for item in desk.items}
    means = mt_bench_means(
        Grade(
            question_id=1,
            category=category[key.item],
            turn=turn[key.item],
            score=reading.scores["overall"],
        )
        for key, reading in desk.progress.grades.items()
    )
    told = {"average": result.overall.mean}
    told |= {f"turn{name}": f.mean for name, f in result.groups["turn"].items()}
    told |= {name: f.mean for name, f in result.groups["category"].items()}
    told |= {name: f.mean for name, f in result.groups["category and turn"].items()}
    assert told == pytest.approx(means)
    assert result.overall.low < result.overall.mean < result.overall.high
    written = benchmark_to_dict(result)
    assert written["overall"]["n"] == 24
    assert {each["benchmark"] for each in written["published"]} == {"MT-Bench"}
    assert "Not comparable" in benchmark_report(result)


async def test_a_budget_ends_it_when_what_is_left_is_too_little_for_one(tmp_path):
    """What runs side by side hold back ends nothing: it may not be needed."""
    provider = world()
    found = questions_of("mt_bench")
    desk = desk_of(tmp_path / "a", provider, found, 6, budget_usd=Decimal("0.05"))
    assert (await desk.run()).reason == "done"
    desk = desk_of(tmp_path / "b", provider, found, 6, budget_usd=Decimal("0.02"))
    asked = -1
    while len(provider.asked) > asked:
        asked = len(provider.asked)
        assert (await desk.run()).reason == "capped"
        assert 0 < desk.folder.spent.usd <= Decimal("0.02")


async def test_it_pauses_and_goes_on_and_a_dead_model_ends_it(tmp_path):
    provider = world()
    desk = desk_of(tmp_path, provider, questions_of("mt_bench"), 9)
    steps = []

    def pause(step):
        steps.append(step)
        if len(steps) == 4:
            desk.runner.pause()

    assert (await desk.run(pause)).reason == "paused"
    provider.broken["chief"] = lambda request: request.error(ServerFailedError, "down")
    ended = await desk.run()
    assert ended.reason == "failing"
    provider.broken.clear()
    assert (await desk.run()).reason == "done"
    assert [provider.count(name) for name in "abc"] == [18, 18, 18]
    assert steps[0].all == 36


async def test_a_single_model_answers_as_well(tmp_path):
    provider = world()
    alone = MoAConfig(layers=(), aggregator=MIXTURE.aggregator)
    found = questions_of("mt_bench")
    desk = desk_of(tmp_path, provider, found, 2, mixture=alone)
    assert (await desk.run()).reason == "done"
    assert {model for model, _ in provider.asked} == {"chief", "judge"}
    assert len(provider.asked) == 4 + 4


async def test_the_forecast_counts_all_that_is_missing(tmp_path):
    found = questions_of("mt_bench")
    protocol, items = design(found)
    expected = forecast_of(protocol, items, PRICES)
    assert (expected.answers, expected.judgements) == (160 * 4, 160)
    assert 0 < expected.low.usd < expected.high.usd
    first = [item for item in items if not item.follows]
    done = {AnswerKey(item.id, "B") for item in first} | {GradeKey("81.1")}
    left = forecast_of(protocol, items, PRICES, done)
    assert (left.answers, left.judgements) == (80 * 4, 159)
    # the second turn is asked with the first answer
    assert left.input_tokens[0] > expected.input_tokens[0] / 2


def test_a_protocol_comes_back_and_names_its_questions():
    protocol, items = design(questions_of("alpaca", in_file(*ALPACA)), 2)
    again = design_from_dict(json.loads(json.dumps(protocol.to_dict())))
    assert again == protocol
    assert again.sha256 == protocol.sha256
    other = replace(items[0], reference=replace(items[0].reference, baseline="Other."))
    assert sha256_of([other, *items[1:]]) != protocol.questions_sha256
    renamed = [replace(item, id=f"x{item.id}") for item in items]
    assert sha256_of(renamed) == protocol.questions_sha256


def test_questions_are_drawn_with_those_that_follow_them():
    found = questions_of("mt_bench")
    assert len(found) == 80
    items = found.drawn(7, seed=1)
    assert len(items) == 14
    assert all(b.follows == a.id for a, b in zip(items[::2], items[1::2], strict=True))
    assert items == found.drawn(None, seed=1)[:14]
    with pytest.raises(ConfigError, match="only 80 questions, not 81"):
        found.drawn(81, seed=1)


@pytest.mark.parametrize(
    ("benchmark", "rows", "said"),
    [
        ("alpaca", [ALPACA[0], ALPACA[0]], "line 2, instruction: it was there before"),
        ("alpaca", [ALPACA[0], ALPACA[1] | {"generator": "b"}], "of b and of gpt4"),
        ("flask", [FLASK[0] | {"skill": ["Charm"]}], "line 1, skill: “Charm” is none"),
        ("mt_bench", [{"question_id": 1, "category": "x", "turns": ["a", " "]}],
         "line 1, turns: one of them is empty"),
        ("questions", [{"question": " "}], "line 1, question: it is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_of_a_file_is_named(benchmark, rows, said):
    with pytest.raises(ConfigError, match=said):
        questions_of(benchmark, in_file(*rows), "file.jsonl")


def test_what_ships_with_a_question_is_checked_when_it_is_read():
    given = {"answer": "x", "skills": ["a"]}
    assert Reference.from_dict(given).to_dict() == {"answer": "x", "skills": ("a",)}
    for wrong in ({"size": "x"}, {"answer": 3}, {"skills": "a"}, {"skills": [1]}):
        with pytest.raises(ConfigError, match="reference"):
            Reference.from_dict(wrong)


def test_an_item_without_a_reference_is_written_as_before():
    assert Item(id="a", messages=()).reference.to_dict() == {}
