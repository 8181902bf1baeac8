"""The wording of the page that compares, a test a widget."""

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.plan import rework_plan
from tests.pages.app_page import by_key, fill, fitting
from tests.pages.wording.said import assert_wording, said

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wording of compare")]


@pytest.fixture(scope="module")
def empty(open_page):
    """The page before anything was asked."""
    return open_page("compare")


@pytest.fixture(scope="module")
def compared(empty, shared_app, asked, reworked, open_page):
    """An answer of two versions beside the proposals that it was made of."""
    begun = asked()
    state = shared_app.runs.load(begun.run_uid).state
    plan = rework_plan.resynthesise(
        state, aggregator=AgentSpec.from_ref("simulated/thinker")
    )
    reworked(begun.run_uid, plan)
    page = open_page("compare", c=begun.conversation_uid, run=begun.run_uid)
    return fill(page, "*-shown-None-*", ["v1"])


def test_an_empty_page(empty):
    assert_wording("compare-nothing", by_key(empty, "nothing-yet"))


def test_the_views(empty):
    assert_wording("compare-views", by_key(empty, "view"))


def test_the_pickers(compared):
    names = ("chat", "question", "run")
    assert_wording("run-picker", *(by_key(compared, f"compared-{n}") for n in names))


def test_the_controls(compared):
    keys = ("*-shown-0-*", "*-shown-None-*", "compare-layout", "compare-marking")
    nodes = [by_key(compared, key) for key in (*keys, "*-against-*")]
    assert_wording("compare-controls", *nodes)


def test_the_table_of_figures(compared):
    assert_wording("figures-heading", *compared.header)
    head = said(by_key(compared, "figures"))[0].splitlines()[0]
    assert head == (
        "| Text | Words | Characters | Tokens | First token | Time | Cost "
        "| TF-IDF vs v2 | BLEU vs v2 | Edits vs v2 | Share of v2 |"
    )


def test_the_agreement_of_a_layer(compared):
    first, second = by_key(compared, "agreement").markdown[0].value.splitlines()
    assert first.startswith("**Layer 1** · ")
    assert second.startswith("**Layer 2** · ")


def test_word_differences(compared):
    fill(compared, "compare-marking", "words")
    legends = [card.caption[1] for card in fitting(compared, "*-[DE]")]
    fill(compared, "compare-marking", "nothing")
    assert_wording("difference-legend", legends[0])


def test_sources(compared):
    fill(compared, "compare-marking", "sources")
    legend = said(by_key(compared, "*-v1").caption[1])[0]
    [sentences] = by_key(compared, "*-v1").expander
    fill(compared, "compare-marking", "nothing")
    assert "similarity, not proof" in legend
    assert said(sentences)[0] == "Sentence by sentence"


def test_what_has_no_text(asked, open_page):
    agents = [AgentSpec.from_ref(f"simulated/{name}") for name in ("broken", "brief")]
    begun = asked(MoAConfig(layers=(Layer(tuple(agents)),), aggregator=agents[1]))
    page = open_page("compare", c=begun.conversation_uid)
    assert_wording("without-text", by_key(page, "without-text"))


def test_what_is_gone(compared, open_page):
    page = open_page("compare", c="gone")
    assert_wording("compared-missing", by_key(page, "chat-missing"))
