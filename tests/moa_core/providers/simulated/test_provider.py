import asyncio
import re
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from moa_core.errors import ModelNotFoundError
from moa_core.messages import Message, Question, conversation_messages
from moa_core.mixture.config import AgentSpec
from moa_core.mixture.prompts import (
    DEFAULT_PROMPTS,
    Prompts,
    references_in,
    with_references,
)
from moa_core.providers.simulated.provider import Simulated
from moa_core.providers.simulated.voices import AGGREGATOR, PROPOSERS, VOICES
from moa_core.run.completion import CompletionRequest, Delta

QUESTIONS = [
    "How do I learn to play the piano at 50?",
    "What is the difference between TCP and UDP?",
    "Why is the sky blue?",
    "Should I rent or buy a house?",
    "List ideas for a birthday party.",
    "Write a Python function that removes duplicates from a list.",
    "Write a SQL query for the ten best customers.",
    "Explain photosynthesis.",
    "Hi",
    "你好，请解释光合作用",
    "**bold** `code` | table | [link](http://x) <b>html</b> $x$ *",
    "word " * 400,
]


async def tell(model, messages, **options):
    """Answer, reasoning and finish of a simulated model, without waiting."""
    agent = AgentSpec(endpoint="simulated", model=model, **options)
    request = CompletionRequest(agent, tuple(messages))
    texts = {"answer": "", "reasoning": ""}
    async for item in Simulated(pace=0).stream(request):
        if isinstance(item, Delta):
            texts[item.kind] += item.text
        else:
            finish = item
    return texts["answer"], texts["reasoning"], finish


def kinds_of(text):
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return {token.type for token in tokens}, tokens


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("model", VOICES)
async def test_texts_are_readable_markdown_about_the_question(model, question):
    answer, _, _ = await tell(model, (Question(question).message,))
    assert 60 <= len(answer.split()) <= 350
    assert "simulated" in answer.splitlines()[0].lower()
    _, tokens = kinds_of(answer)
    for token in tokens:
        for child in token.children or ():
            assert child.type not in ("html_inline", "image", "link_open")
            if child.type == "text":
                assert "**" not in child.content
        assert token.type != "html_block"
    assert "{" not in re.sub(r"```.*?```", "", answer, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("question", "word"),
    [(QUESTIONS[0], "piano"), (QUESTIONS[2], "sky"), (QUESTIONS[7], "photosynthesis")],
)
@pytest.mark.parametrize("model", PROPOSERS)
async def test_texts_use_the_words_of_the_question(model, question, word):
    answer, _, _ = await tell(model, (Question(question).message,))
    assert answer.lower().count(word) >= 2


async def test_models_differ_in_form_and_wording():
    messages = (Question(QUESTIONS[0]).message,)
    answers = {name: (await tell(name, messages))[0] for name in PROPOSERS}
    assert len(set(answers.values())) == len(PROPOSERS)
    forms = {name: kinds_of(text)[0] for name, text in answers.items()}
    assert "table_open" in forms["analyst"]
    assert "ordered_list_open" in forms["builder"]
    assert "bullet_list_open" in forms["brief"]
    assert "blockquote_open" in forms["thinker"]


@pytest.mark.parametrize("model", VOICES)
async def test_the_same_request_gives_the_same_text(model):
    messages = (Question(QUESTIONS[1]).message,)
    assert await tell(model, messages) == await tell(model, messages)


async def test_only_one_model_shows_its_reasoning():
    thinking = [
        name
        for name in VOICES
        if (await tell(name, (Question(QUESTIONS[0]).message,)))[1]
    ]
    assert thinking == ["thinker"]


async def test_code_is_written_when_code_is_asked_for():
    for question, language in ((QUESTIONS[5], "python"), (QUESTIONS[6], "sql")):
        answer, _, _ = await tell("builder", (Question(question).message,))
        assert f"```{language}\n" in answer
        assert answer.count("```") == 2
    answer, _, _ = await tell("builder", (Question(QUESTIONS[0]).message,))
    assert "```" not in answer
    python, _, _ = await tell("builder", (Question(QUESTIONS[5]).message,))
    exec(re.search(r"```python\n(.*?)```", python, re.DOTALL)[1], {})


async def test_a_follow_up_refers_to_the_turn_before():
    history = [(Question("What is a mixture of agents?"), "Several models.")]
    answer, _, _ = await tell(
        "explainer", conversation_messages(history, Question("Is it worth it?"))
    )
    assert "mixture of agents" in answer


@pytest.mark.parametrize("placement", ["trailing", "paper"])
async def test_the_synthesist_builds_on_the_proposals_it_is_given(placement):
    messages = (Question("How do tides work?").message,)
    proposals = [
        "Tides are caused by the gravity of the moon. The sun helps a little as well.",
        "- The moon pulls the water, and tides follow it around the earth.",
        "| What | When |\n|---|---|\n| spring tides | full moon |\n\nTides differ by "
        "coast, so never trust one table alone.\n\n```python\nprint('tide')\n```",
    ]
    prompts = Prompts(placement=placement)
    asked = with_references(messages, proposals, prompts, "aggregator")
    answer, _, _ = await tell(AGGREGATOR, asked)
    assert "3 proposals" in answer
    assert "gravity of the moon" in answer
    assert "follow it around the earth" in answer
    assert "| spring tides | full moon |" in answer
    assert "print('tide')" in answer
    assert {"table_open", "fence", "bullet_list_open"} <= kinds_of(answer)[0]

    other = with_references(messages, proposals[:2], prompts, "aggregator")
    assert "spring tides" not in (await tell(AGGREGATOR, other))[0]


async def test_a_proposer_of_a_later_layer_takes_up_a_point():
    messages = (Question("How do tides work?").message,)
    point = "The moon pulls the water, and tides follow it around the earth."
    asked = with_references(messages, [point], DEFAULT_PROMPTS, "proposer")
    answer, _, _ = await tell("explainer", asked)
    assert point in answer


async def test_layers_of_simulated_models_stay_readable():
    messages = (Question(QUESTIONS[3]).message,)
    layer = [(await tell(name, messages))[0] for name in PROPOSERS]
    for _ in range(3):
        asked = with_references(messages, layer, DEFAULT_PROMPTS, "proposer")
        layer = [(await tell(name, asked))[0] for name in PROPOSERS]
    asked = with_references(messages, layer, DEFAULT_PROMPTS, "aggregator")
    answer, _, _ = await tell(AGGREGATOR, asked)
    assert 100 < len(answer.split()) < 350
    assert answer.count("simulated") + answer.count("Simulated") == 1


async def test_an_answer_is_cut_at_max_tokens():
    messages = (Question(QUESTIONS[0]).message,)
    whole, _, finish = await tell("explainer", messages)
    assert finish.reason == "stop"
    short, _, finish = await tell("explainer", messages, max_tokens=40)
    assert finish.reason == "length"
    assert whole.startswith(short)
    assert finish.usage.output_tokens <= 40
    assert finish.usage.source == "estimated"


async def test_an_unknown_name_is_not_found():
    with pytest.raises(ModelNotFoundError):
        await tell("nobody", (Question("Hi").message,))


async def test_the_pace_is_lifelike(monkeypatch):
    loop, really_sleep, waits_s = asyncio.get_running_loop(), asyncio.sleep, []

    async def sleep(wait_s):
        waits_s.append(wait_s)
        await really_sleep(0)

    monkeypatch.setattr(loop, "time", lambda: sum(waits_s))
    monkeypatch.setattr(asyncio, "sleep", sleep)
    agent = AgentSpec(endpoint="simulated", model="brief")
    request = CompletionRequest(agent, (Question(QUESTIONS[0]).message,))
    async with aclosing(Simulated(pace=1).stream(request)) as items:
        async for _ in items:
            if len(waits_s) == 40:
                break
    assert 0.15 < waits_s[0] < 5
    assert 0.3 < sum(waits_s[1:]) < 5


async def test_instant_models_do_not_wait():
    async with asyncio.timeout(30):  # at their pace it would be a minute
        answers = await asyncio.gather(
            *(tell("explainer", (Question(QUESTIONS[0]).message,)) for _ in range(20))
        )
    assert all(answers)


DRAFTS = st.lists(st.text(min_size=1).map(str.strip).filter(bool), min_size=1)


@given(DRAFTS)
def test_delimited_references_come_back_exactly(drafts):
    asked = with_references(
        (Question("Why?").message,), drafts, DEFAULT_PROMPTS, "aggregator"
    )
    assert references_in(asked) == drafts


def test_numbered_references_come_back_with_their_own_lists():
    drafts = ["First:\n\n1. one\n2. two", "Second", "Third\n\n- a"]
    asked = with_references(
        (
            Message.from_text("system", "1. Be brief.\n\n2. Be kind."),
            Message.from_text("user", "Why?"),
        ),
        drafts,
        Prompts(placement="paper"),
        "aggregator",
    )
    assert references_in(asked) == drafts


def test_a_prompt_without_references_has_none():
    assert references_in([]) == []
    assert references_in((Question("1. a\n\n2. b").message,)) == []
    assert (
        references_in(
            (
                Message.from_text("system", "1. Be brief."),
                Message.from_text("user", "x"),
            )
        )
        == []
    )
