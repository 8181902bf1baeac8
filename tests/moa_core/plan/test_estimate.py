from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.messages import Message
from moa_core.mixture.agent_prompt import prompt_for
from moa_core.mixture.config import (
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    AgentSpec,
    Layer,
    MoAConfig,
    Seat,
)
from moa_core.mixture.pace import Auto, EarlyExit, FastStart, Hedging, Pace
from moa_core.mixture.prompts import LENGTHS, PLACEMENTS, Prompts
from moa_core.plan.estimate import estimate
from moa_core.pricing import CACHED_FROM_TOKENS, CachedShare, PriceBook
from moa_core.run.results import Call
from moa_core.run.rework import ReusedCall, Rework
from moa_core.settings import OwnPrice
from moa_core.tokens import estimate_prompt_tokens
from moa_core.usage import Cost, Usage
from tests.moa_core.generated import conversations, texts
from tests.profiles import examples
from tests.support.counted_calls import counted_calls


def _price(input_usd, output_usd):
    return OwnPrice(
        input_usd_per_mtok=Decimal(input_usd), output_usd_per_mtok=Decimal(output_usd)
    )


PRICES = PriceBook({"lab/cheap": _price("0.1", "0.4"), "lab/dear": _price("10", "30")})
CHEAP = AgentSpec.from_ref("lab/cheap")
DEAR = AgentSpec.from_ref("lab/dear")
UNKNOWN = AgentSpec.from_ref("lab/nobody-knows-its-price")
FREE = AgentSpec.from_ref("simulated/explainer")
QUESTION = (Message.from_text("user", "Why does bread rise?"),)

made_up = examples(0.6)

priced = st.builds(
    AgentSpec,
    endpoint=st.just("lab"),
    model=st.sampled_from(["cheap", "dear", "gpt-5-of-the-lab"]),
    max_tokens=st.integers(1, 8192),
    system_prompt=st.none() | st.just("You are a baker."),
    effort=st.sampled_from([None, "low", "medium", "high"]),
)
priced_layers = st.lists(priced, min_size=1, max_size=MAX_AGENTS_PER_LAYER - 1).map(
    lambda proposers: Layer(tuple(proposers))
)
mixtures = st.builds(
    MoAConfig,
    layers=st.lists(priced_layers, min_size=1, max_size=MAX_LAYERS - 1).map(tuple),
    aggregator=priced,
    prompts=st.sampled_from([Prompts(placement=each) for each in PLACEMENTS]),
    length=st.sampled_from(LENGTHS),
    method=st.sampled_from(["synthesise", "rank"]),
)


def mixture(*layers, aggregator=CHEAP, **options):
    return MoAConfig(
        layers=tuple(Layer(tuple(layer)) for layer in layers),
        aggregator=aggregator,
        **options,
    )


def of(config, messages=QUESTION):
    return estimate(config, messages, PRICES)


def never_lower(more, less):
    """Whether ``more`` is at least ``less`` in every figure."""
    return (
        more.calls >= less.calls
        and all(
            getattr(more, end).usd >= getattr(less, end).usd
            and getattr(more, end).unknown_calls >= getattr(less, end).unknown_calls
            for end in ("low", "high")
        )
        and all(
            getattr(more, kind)[end] >= getattr(less, kind)[end]
            for kind in ("input_tokens", "output_tokens")
            for end in (0, 1)
        )
    )


@made_up
@given(mixtures, conversations)
def test_low_is_never_above_high(config, messages):
    said = of(config, messages)
    assert said.low.usd <= said.high.usd
    assert said.low.unknown_calls == said.high.unknown_calls
    assert said.input_tokens[0] <= said.input_tokens[1]
    assert said.output_tokens[0] <= said.output_tokens[1]


@made_up
@given(mixtures, conversations)
def test_equal_questions_get_equal_estimates(config, messages):
    assert of(config, messages) == of(config, messages)


@made_up
@given(mixtures)
def test_every_proposer_and_one_aggregator_is_a_call(config):
    proposers = sum(len(layer.proposers) for layer in config.layers)
    with_fallbacks = replace(config, fallbacks=(DEAR, DEAR))
    assert of(config) == of(with_fallbacks)
    assert of(config).calls == proposers + 1


@made_up
@given(mixtures, priced, st.data())
def test_one_more_proposer_never_lowers_the_estimate(config, agent, data):
    index = data.draw(st.integers(0, len(config.layers) - 1))
    wider = Layer((*config.layers[index].proposers, agent))
    layers = (*config.layers[:index], wider, *config.layers[index + 1 :])
    assert never_lower(of(replace(config, layers=layers)), of(config))


@made_up
@given(mixtures, priced_layers)
def test_a_layer_put_first_never_lowers_the_estimate(config, layer):
    deeper = replace(config, layers=(layer, *config.layers))
    assert never_lower(of(deeper), of(config))


@made_up
@given(mixtures, st.data())
def test_a_doubled_layer_never_lowers_the_estimate(config, data):
    index = data.draw(st.integers(0, len(config.layers) - 1))
    layers = (*config.layers[: index + 1], *config.layers[index:])
    assert never_lower(of(replace(config, layers=layers)), of(config))


@made_up
@given(mixtures, conversations, texts, texts)
def test_a_longer_conversation_never_takes_less_input(config, messages, said, answer):
    *earlier, question = messages
    longer = (
        Message.from_text("user", said),
        Message.from_text("assistant", answer),
        *earlier,
        question,
    )
    before, after = of(config, messages), of(config, longer)
    assert after.input_tokens[0] >= before.input_tokens[0]
    assert after.input_tokens[1] >= before.input_tokens[1]


@made_up
@given(mixtures, st.integers(1, 300))
def test_nobody_is_expected_to_write_more_than_allowed(config, max_tokens):
    def capped(agent):
        return replace(agent, max_tokens=max_tokens)

    layers = tuple(Layer(tuple(map(capped, each.proposers))) for each in config.layers)
    said = of(replace(config, layers=layers, aggregator=capped(config.aggregator)))
    assert said.output_tokens[1] <= max_tokens * said.calls


def test_an_unknown_price_is_counted_and_never_zero():
    said = of(mixture([UNKNOWN, CHEAP], [UNKNOWN], aggregator=CHEAP))
    assert said.low.unknown_calls == said.high.unknown_calls == 2
    assert said.low.usd > 0
    assert said.low.total_usd is said.high.total_usd is None


def test_free_models_cost_nothing_but_use_tokens():
    said = of(mixture([FREE, FREE], aggregator=FREE))
    assert said.low == said.high == Cost(Decimal(0))
    assert said.input_tokens[0] > 0
    assert said.output_tokens[0] > 0


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_every_reference_is_paid_for_as_input(placement):
    prompts = Prompts(placement=placement)
    tokens = [
        of(mixture([FREE] * count, aggregator=FREE, prompts=prompts)).input_tokens
        for count in range(1, 6)
    ]
    question_tokens = estimate_prompt_tokens(QUESTION)
    for fewer, more in pairwise(tokens):
        assert more[0] - fewer[0] > question_tokens + 100
        assert more[1] - fewer[1] > more[0] - fewer[0]


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("method", ["synthesise", "rank"])
def test_the_prompts_are_those_that_would_be_sent(placement, method):
    """With answers of known length, only tokenizers leave room."""
    config = mixture(
        [replace(CHEAP, max_tokens=1, system_prompt="Rhyme.")] * 3,
        aggregator=replace(DEAR, max_tokens=1),
        prompts=Prompts(placement=placement),
        method=method,
    )
    sent = [
        *(
            prompt_for(agent, "proposer", config, QUESTION, [])
            for agent in config.layers[0].proposers
        ),
        prompt_for(config.aggregator, "aggregator", config, QUESTION, ["Hm"] * 3),
    ]
    low, high = of(config).input_tokens
    assert 0.85 < low / sum(map(estimate_prompt_tokens, sent)) < 1
    assert 1 < high / sum(map(estimate_prompt_tokens, sent)) < 1.3


def test_an_edited_prompt_is_paid_for():
    wordy = Prompts(
        for_aggregator="Please consider all of this. " * 50 + "{references}"
    )
    plain, edited = of(mixture([CHEAP])), of(mixture([CHEAP], prompts=wordy))
    assert edited.input_tokens[0] - plain.input_tokens[0] > 150


def test_a_short_answer_costs_less_than_an_essay():
    config = mixture([CHEAP, DEAR], aggregator=DEAR)
    word = of(
        config, (Message.from_text("user", "Yes or no, in one word: is it raining?"),)
    )
    essay = of(
        config, (Message.from_text("user", "Write a detailed essay about the rain."),)
    )
    assert word.high.usd < essay.high.usd
    assert word.low.usd < essay.low.usd


def test_the_length_that_is_asked_of_the_aggregator_counts():
    short, balanced, thorough = (
        of(mixture([CHEAP], aggregator=DEAR, length=each)).high.usd for each in LENGTHS
    )
    assert short < balanced < thorough


def test_a_ranker_writes_only_a_number():
    written = of(mixture([CHEAP] * 3, aggregator=DEAR))
    ranked = of(mixture([CHEAP] * 3, aggregator=DEAR, method="rank"))
    assert ranked.output_tokens[1] < written.output_tokens[1] - 500


@pytest.mark.parametrize(
    "model",
    [
        "o3",
        "openai/gpt-5.4-mini",
        "deepseek-ai/DeepSeek-V4.1-Flash",
        "Qwen/Qwen3.7-Plus",
        "claude-thinking",
        "qwen3:8b",
    ],
)
def test_a_model_that_may_think_may_cost_more(model):
    thinker = AgentSpec(endpoint="lab", model=model)
    plain, thinking = of(mixture([UNKNOWN])), of(mixture([thinker]))
    assert thinking.output_tokens[0] == plain.output_tokens[0]
    assert thinking.output_tokens[1] > plain.output_tokens[1] + 500
    assert thinking.input_tokens == plain.input_tokens  # nobody reads its thoughts


@pytest.mark.parametrize(
    "model", ["gpt-4o", "Qwen/Qwen1.5-72B-Chat", "meta-llama/Llama-3-70b-chat-hf"]
)
def test_a_model_that_only_answers_is_not_said_to_think(model):
    silent = AgentSpec(endpoint="lab", model=model)
    assert of(mixture([silent])) == of(mixture([UNKNOWN]))


def test_more_effort_is_more_thinking():
    low, medium, high = (
        of(mixture([replace(DEAR, effort=effort, max_tokens=20_000)]))
        for effort in ("low", "medium", "high")
    )
    assert low.high.usd < medium.high.usd < high.high.usd
    assert low.low.usd < medium.low.usd < high.low.usd


def test_a_long_conversation_may_be_read_from_the_cache():
    prices = PriceBook()
    agent = AgentSpec.from_ref("openai/gpt-4.1")
    long = (Message.from_text("user", "word " * 2 * CACHED_FROM_TOKENS), *QUESTION)
    said = estimate(mixture([agent], aggregator=agent), long, prices)
    price = prices.price_of("openai", "gpt-4.1")
    assert price
    uncached_usd = said.input_tokens[0] * price.input_usd_per_mtok / 10**6
    assert said.low.usd < uncached_usd < said.high.usd


LISTED = AgentSpec.from_ref("openai/gpt-4.1")
WORDS = "word " * 2 * CACHED_FROM_TOKENS
LONG_CHAT = (
    *(Message.from_text(role, WORDS) for role in ("user", "assistant")),
    *QUESTION,
)


def with_share(low, high=None):
    prices = PriceBook()
    share = CachedShare(low, low if high is None else high)
    prices.use_cached_shares({LISTED.ref: share})
    return prices


def cost_range(prices, config, messages=LONG_CHAT):
    said = estimate(config, messages, prices)
    return said.low.usd, said.high.usd


TWO_LAYERS = mixture([LISTED], [LISTED], aggregator=LISTED)


@pytest.mark.parametrize("conversation", [QUESTION, LONG_CHAT])
def test_what_was_never_cached_is_not_expected_to_be(conversation):
    low, high = cost_range(with_share(0.0), TWO_LAYERS, conversation)
    unknown_low, unknown_high = cost_range(PriceBook(), TWO_LAYERS, conversation)
    assert high == unknown_high  # which assumes none
    assert low >= unknown_low
    if conversation is LONG_CHAT:
        assert low > unknown_low


def test_what_was_always_cached_is_expected_at_both_ends():
    _, none = cost_range(with_share(0.0), TWO_LAYERS)
    low, half = cost_range(with_share(0.5), TWO_LAYERS)
    _, all_of_it = cost_range(with_share(1.0), TWO_LAYERS)
    assert low < all_of_it < half < none


def test_who_is_asked_only_once_can_have_cached_no_more_than_the_turn_before():
    once = mixture([LISTED], aggregator=DEAR)
    alone = (Message.from_text("user", WORDS), *QUESTION)  # no turn before
    assert cost_range(with_share(1.0), once, alone) == cost_range(
        with_share(0.0), once, alone
    )
    assert cost_range(with_share(1.0), once)[1] < cost_range(with_share(0.0), once)[1]


def test_drafts_that_come_first_let_nothing_be_cached():
    paper = replace(TWO_LAYERS, prompts=Prompts(placement="paper"))
    rare = with_share(0.0)
    saved = [
        cost_range(rare, config)[1] - cost_range(with_share(1.0), config)[1]
        for config in (TWO_LAYERS, paper)
    ]
    assert 0 < saved[1] < saved[0]


def test_filling_a_cache_may_cost_more():
    claude = AgentSpec.from_ref("openrouter/anthropic/claude-sonnet-4.5")
    prices = PriceBook()
    said = estimate(mixture(aggregator=claude), LONG_CHAT, prices)
    price = prices.price_of("openrouter", "anthropic/claude-sonnet-4.5")
    least_usd = said.input_tokens[1] * price.input_usd_per_mtok / 10**6
    least_usd += said.output_tokens[1] * price.output_usd_per_mtok / 10**6
    assert said.high.usd > least_usd


def given_call(seat, text, agent=CHEAP, **more):
    return ReusedCall(
        Call(
            role="proposer",
            seat=seat,
            attempt=1,
            agent=agent,
            outcome="succeeded",
            text=text,
            reasoning="",
            finish_reason="stop",
            usage=Usage(),
            price=None,
            cost=Cost(),
            started_at_s=0.0,
            ttft_s=None,
            latency_s=1.0,
        ),
        **more,
    )


LONG = "Yeast makes bubbles of gas, and the dough keeps them. " * 100


def test_what_is_given_is_read_but_not_asked_for_again():
    config = mixture([DEAR, DEAR], aggregator=CHEAP)
    given = {Seat(0, n): given_call(Seat(0, n), LONG) for n in range(2)}
    said = estimate(config, QUESTION, PRICES, Rework(reused=given))
    assert said.calls == 1
    assert said.high.usd < of(config).low.usd
    sent = prompt_for(CHEAP, "aggregator", config, QUESTION, [LONG] * 2)
    tokens = estimate_prompt_tokens(sent)
    assert 0.85 * tokens < said.input_tokens[0] < tokens
    assert tokens < said.input_tokens[1] < 1.25 * tokens


def test_what_is_unticked_is_not_read():
    config = mixture([DEAR, DEAR], aggregator=CHEAP)
    both = {Seat(0, n): given_call(Seat(0, n), LONG) for n in range(2)}
    one = both | {Seat(0, 1): given_call(Seat(0, 1), LONG, included=False)}
    more, less = (
        estimate(config, QUESTION, PRICES, Rework(reused=given))
        for given in (both, one)
    )
    assert less.input_tokens[1] < more.input_tokens[0]


def test_a_retry_is_one_call_and_no_synthesis():
    config = mixture([DEAR, CHEAP], [DEAR], aggregator=DEAR)
    given = {seat: given_call(seat, LONG) for seat in (Seat(0, 0), Seat(1, 0))}
    said = estimate(config, QUESTION, PRICES, Rework(reused=given, synthesise=False))
    alone = of(mixture(aggregator=CHEAP))
    assert said.calls == 1
    assert (said.low, said.high) == (alone.low, alone.high)


def test_who_answers_alone_is_one_call_and_is_told_no_length():
    short, balanced, thorough = (
        of(mixture(aggregator=DEAR, length=each)) for each in LENGTHS
    )
    assert short == balanced == thorough
    assert balanced.calls == 1
    assert never_lower(of(mixture([CHEAP], aggregator=DEAR)), balanced)


def test_what_may_be_asked_twice_is_in_the_high_end_only():
    plain = MoAConfig(layers=(Layer((CHEAP,) * 4),), aggregator=DEAR)
    hedged = replace(plain, pace=Pace(hedging=Hedging()))
    all_hedged = replace(plain, pace=Pace(hedging=Hedging(proposers=True)))
    stood_in = replace(hedged, fallbacks=(CHEAP,))
    before, again, every, cheaper = (
        estimate(config, QUESTION, PRICES)
        for config in (plain, hedged, all_hedged, stood_in)
    )
    assert {each.low for each in (again, every, cheaper)} == {before.low}
    assert {each.calls for each in (again, every, cheaper)} == {5}
    highs = [each.high.usd for each in (before, cheaper, again, every)]
    assert highs == sorted(set(highs))
    assert again.output_tokens == before.output_tokens  # closed before it wrote
    retry = Rework(asks=frozenset({Seat(0, 0)}), synthesise=False)
    one = estimate(hedged, QUESTION, PRICES, retry)
    assert one == estimate(plain, QUESTION, PRICES, retry)


def test_nothing_has_to_be_asked_yet():
    said = of(mixture([CHEAP, CHEAP]), ())
    assert 0 < said.low.usd < said.high.usd


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_an_estimate_is_ready_while_one_types(placement):
    text = "The fox jumps over the lazy dog, again and again, and once more. " * 16
    roles = ("user", "assistant") * 5
    messages = (
        *(Message.from_text(role, f"{n} {text}") for n, role in enumerate(roles)),
        *QUESTION,
    )
    assert sum(len(message.text) for message in messages) > 10_000
    config = mixture([CHEAP] * 6, [DEAR] * 6, prompts=Prompts(placement=placement))
    of(config, messages)  # fills what is kept
    with counted_calls() as calls:
        of(config, messages)
    assert calls.total < 6_000  # measured: 3,000


def _paced(*layers, **modes):
    layers = tuple(Layer(layer) for layer in layers)
    return MoAConfig(layers=layers, aggregator=DEAR, pace=Pace(**modes))


def test_auto_takes_two_calls_at_least_and_one_more_than_the_mixture_at_most():
    layer = (CHEAP, DEAR, DEAR)
    whole = estimate(_paced(layer), QUESTION, PRICES)
    auto = estimate(_paced(layer, auto=Auto()), QUESTION, PRICES)
    assert (auto.fewest_calls, auto.calls) == (2, whole.calls + 1)
    assert auto.low.usd < whole.low.usd / 2
    assert auto.high.usd > whole.high.usd


def test_what_auto_may_not_ask_is_unknown_at_both_ends():
    auto = estimate(_paced((DEAR, UNKNOWN), auto=Auto()), QUESTION, PRICES)
    assert (auto.low.unknown_calls, auto.high.unknown_calls) == (1, 1)
    assert auto.low.usd > 0


def test_an_early_exit_takes_one_layer_at_least_and_all_of_them_at_most():
    layer = (CHEAP, DEAR)
    leaving = _paced(layer, layer, early_exit=EarlyExit())
    found = estimate(leaving, QUESTION, PRICES)
    assert found.low == estimate(_paced(layer), QUESTION, PRICES).low
    assert found.high == estimate(_paced(layer, layer), QUESTION, PRICES).high
    assert (found.fewest_calls, found.calls) == (3, 5)


def test_a_rework_of_auto_asks_whom_it_says_and_no_first_answer():
    rework = Rework(asks=frozenset([Seat(0, 0)]))
    auto = _paced((DEAR, DEAR), auto=Auto())
    found = estimate(auto, QUESTION, PRICES, rework)
    assert (found.fewest_calls, found.calls) == (None, 2)


def _early(way):
    messages = (Message.from_text("user", "Explain tides in detail."),)
    three = Layer((CHEAP, CHEAP, CHEAP))
    start = FastStart(way=way) if way else None
    config = MoAConfig(layers=(three,), aggregator=CHEAP, pace=Pace(fast_start=start))
    return estimate(config, messages, PRICES)


def test_chunks_may_cost_more_and_never_cost_less():
    usual, chunks = _early(None), _early("chunks")
    assert (chunks.calls, chunks.low) == (usual.calls, usual.low)
    assert usual.high.usd < chunks.high.usd < 5 * usual.high.usd


def test_a_provisional_answer_is_one_call_more_and_its_check_may_be_a_word():
    usual, early = _early(None), _early("provisional")
    assert early.calls == usual.calls + 1
    assert early.low.usd > usual.low.usd
    assert usual.high.usd < early.high.usd < 3 * usual.high.usd


def test_a_fast_start_without_drafts_costs_nothing():
    alone = MoAConfig(layers=(), aggregator=CHEAP)
    paced = replace(alone, pace=Pace(fast_start=FastStart(way="provisional")))
    question = (Message.from_text("user", "Why?"),)
    assert estimate(paced, question, PRICES) == estimate(alone, question, PRICES)
