"""How much of a prompt is what was sent before, for each placement and each role."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.evaluation.judging.prompts import pair_messages, shipped_prompt
from moa_core.messages import Message
from moa_core.mixture.agent_prompt import prompt_for, shared_prefix
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.fitting import fitted_prompt
from moa_core.mixture.prompts import LENGTHS, PLACEMENTS, Prompts
from moa_core.titles import title_messages
from tests.moa_core.generated import agents, conversations, templates, texts

ROLES = ("proposer", "aggregator")
references = st.lists(texts, min_size=1, max_size=4)
any_prompts = st.builds(
    Prompts, for_proposers=templates, for_aggregator=templates, for_ranker=templates
)
configs = st.builds(
    lambda proposers, chief, prompts, length, method: MoAConfig(
        layers=tuple(Layer(tuple(each)) for each in proposers),
        aggregator=chief,
        prompts=prompts,
        length=length,
        method=method,
    ),
    st.lists(st.lists(agents, min_size=1, max_size=2), min_size=1, max_size=2),
    agents,
    any_prompts,
    st.sampled_from(LENGTHS),
    st.sampled_from(["synthesise", "rank"]),
)
roles = st.sampled_from(ROLES)


def next_turn(conversation, answer, question):
    said = Message.from_text("assistant", answer), Message.from_text("user", question)
    return (*conversation, *said)


def beginning(one, other):
    """What two texts, or two prompts, begin with alike."""
    pairs = zip(one, other, strict=False)
    return [a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)]


def same_text(one, other):
    return "".join(beginning(one.text, other.text))


@given(configs, agents, conversations, references, roles)
def test_every_later_layer_is_sent_the_prompt_of_the_first_and_one_block(
    config, agent, conversation, drafts, role
):
    first = prompt_for(agent, "proposer", config, conversation, [])
    later = prompt_for(agent, role, config, conversation, drafts)
    assert later[:-1] == first


@given(configs, agents, conversations, texts, references, roles)
def test_the_next_turn_begins_with_all_that_the_last_one_was_about(
    config, agent, conversation, answer, drafts, role
):
    before = prompt_for(agent, "proposer", config, conversation, [])
    then = next_turn(conversation, answer, "So?")
    for texts_read in ([], drafts):
        now = prompt_for(agent, role, config, then, texts_read)
        assert now[: len(before)] == before


@given(configs, agents, conversations, references)
def test_a_fallback_is_sent_what_the_aggregator_was(
    config, agent, conversation, drafts
):
    sent = {
        prompt_for(each, "aggregator", config, conversation, drafts)
        for each in (
            agent,
            AgentSpec(endpoint="lab", model="b", system_prompt=agent.system_prompt),
        )
    }
    assert len(sent) == 1


@given(configs, agents, conversations, references, texts)
def test_a_rework_with_another_draft_keeps_the_conversation_and_not_the_drafts(
    config, agent, conversation, drafts, more
):
    before = prompt_for(agent, "aggregator", config, conversation, drafts)
    now = prompt_for(agent, "aggregator", config, conversation, [*drafts, more])
    assert beginning(before, now) == list(before[:-1])


@given(configs, agents, conversations, references, st.integers(64, 2000))
def test_drafts_that_are_cut_leave_the_beginning_alone(
    config, agent, conversation, drafts, window_tokens
):
    first = prompt_for(agent, "proposer", config, conversation, [])
    fitted = fitted_prompt(
        agent, "aggregator", config, conversation, drafts, window_tokens
    )
    assert fitted.messages[:-1] == first


@given(agents, conversations, references, roles)
def test_the_papers_placement_keeps_nothing_but_the_instruction_where_drafts_are_read(
    agent, conversation, drafts, role
):
    config = mixture(agent, placement="paper")
    first = prompt_for(agent, "proposer", config, conversation, [])
    later = prompt_for(agent, role, config, conversation, drafts)
    assert beginning(first, later) == []
    assert later[0].text.startswith(agent.system_prompt or "")


@given(agents, conversations, texts)
def test_its_first_layer_begins_as_in_the_turn_before(agent, conversation, answer):
    config = mixture(agent, placement="paper")
    before = prompt_for(agent, "proposer", config, conversation, [])
    then = next_turn(conversation, answer, "So?")
    assert prompt_for(agent, "proposer", config, then, [])[: len(before)] == before


@given(texts, texts, texts)
def test_both_orders_of_a_pair_are_alike_up_to_the_answers(question, one, other):
    prompt = shipped_prompt("pair")
    system, user = pair_messages(prompt, question, one, other)
    turned_system, turned = pair_messages(prompt, question, other, one)
    assert system == turned_system
    assert question in same_text(user, turned)


def test_title_calls_begin_with_their_instruction():
    [one], [other] = title_messages("Why?", "So."), title_messages("How?", "Thus.")
    assert "Question:" in same_text(one, other)


ADA = AgentSpec(endpoint="lab", model="ada")


def mixture(agent=ADA, layers=1, chief="chief", **prompts):
    return MoAConfig(
        layers=(Layer((agent,)),) * layers,
        aggregator=AgentSpec(endpoint="lab", model=chief),
        prompts=Prompts(**prompts),
    )


QUESTION = (Message.from_text("user", "Why?"),)
FOLLOWING = next_turn(QUESTION, "So.", "And?")


def shared(config, conversation, drafts=(), agent=ADA):
    prompt = prompt_for(agent, "proposer", config, conversation, drafts)
    return shared_prefix(agent, config, prompt, reads=bool(drafts))


@given(configs, agents, conversations, texts, references)
def test_a_conversation_goes_by_one_key_in_every_layer_and_turn(
    config, agent, conversation, answer, drafts
):
    then = next_turn(conversation, answer, "So?")
    found = [
        shared(config, messages, texts_read, agent)
        for messages in (conversation, then)
        for texts_read in ([], drafts)
    ]
    assert len({each.key for each in found}) == 1
    assert [each.messages for each in found[:2]] == [found[0].messages] * 2


def test_another_conversation_has_another_key():
    other = (Message.from_text("user", "How?"),)
    keys = {shared(mixture(), messages).key for messages in (QUESTION, other)}
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_is_shared_is_the_conversation_unless_drafts_come_first(placement):
    config = mixture(placement=placement)
    assert shared(config, FOLLOWING).messages == 3
    found = shared(config, FOLLOWING, ["A draft."])
    assert (found and found.messages) == (3 if placement == "trailing" else None)


@pytest.mark.parametrize(
    ("config", "conversation", "again"),
    [
        (mixture(), QUESTION, False),
        (mixture(layers=2), QUESTION, True),
        (mixture(chief="ada"), QUESTION, True),
        (mixture(), FOLLOWING, True),
    ],
)
def test_a_prompt_comes_again_in_another_layer_or_in_a_chat_that_goes_on(
    config, conversation, again
):
    assert shared(config, conversation).again is again
