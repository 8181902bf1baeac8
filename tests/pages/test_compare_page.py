import time

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.mixture.config import AgentSpec, Layer, MoAConfig
from moa_core.mixture.shipped import DEFAULT_PRESET
from moa_core.plan import rework_plan
from tests.pages.app_page import SHELL, by_key, drawn, fill, has, press, signed, words

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("compare")]

QUESTION = "Why is the sea salty?"


def run_of(*models, aggregator="synthesist"):
    agents = tuple(AgentSpec(endpoint="simulated", model=model) for model in models)
    return MoAConfig(
        layers=(Layer(agents),),
        aggregator=AgentSpec(endpoint="simulated", model=aggregator),
    )


@pytest.fixture(scope="module")
def app(shared_app):
    """One for all of these tests: none of them changes what another one has asked."""
    return shared_app


@pytest.fixture(scope="module")
def ask(app):
    """Asks a question and waits for its answer."""

    def asked(config=DEFAULT_PRESET.config, question=QUESTION, **where):
        begun = app.asking().start_question(Question(question), config, **where)
        ended(app, begun.run_uid)
        return begun

    return asked


@pytest.fixture(scope="module")
def synthesise_again(app):
    """Has another aggregator write another answer from the proposals of a run."""

    def reworked(run_uid, aggregator):
        state = app.runs.load(run_uid).state
        plan = rework_plan.resynthesise(
            state, aggregator=AgentSpec.from_ref(aggregator)
        )
        begun = app.asking().start_rework(run_uid, plan)
        ended(app, begun.run_uid)
        return begun

    return reworked


def ended(app, run_uid):
    """Wait until the run is over and its end is stored."""
    deadline = time.monotonic() + 20
    while app.live.get(run_uid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def compare(app):
    """Opens the page of comparisons, at a run or at none."""

    def opened(begun=None, **address):
        page = AppTest.from_file(SHELL, default_timeout=20).switch_page("compare.py")
        if begun:
            page.query_params["c"] = begun.conversation_uid
            page.query_params["run"] = begun.run_uid
        for name, value in address.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return opened


@pytest.fixture(scope="module")
def newest(compare, ask):
    """The page at an answer that no test looks at in another way."""
    return compare(ask())


def table(page):
    """The table of figures, a list of cells for each text."""
    [said] = by_key(page, "figures").markdown
    rows = [line.strip("|").split("|") for line in said.value.split("\n")]
    return [[cell.strip() for cell in row] for row in rows]


def test_without_any_run_the_page_says_what_to_do(compare):
    assert has(compare(), "nothing-yet")


def test_chats_with_the_same_title_are_told_apart(ask, compare):
    first, second = ask(), ask()
    page = compare(second)
    labels = by_key(page, "compared-chat").options
    assert len(set(labels)) == len(labels)
    fill(page, "compared-chat", first.conversation_uid)
    assert page.query_params["c"] in (first.conversation_uid, [first.conversation_uid])


def test_the_last_layer_and_the_answer_stand_side_by_side(newest):
    said = words(newest)
    assert signed("analyst") in said
    assert signed("synthesist") in said
    assert signed("explainer") not in said


def test_the_newest_answered_question_is_shown_without_an_address(ask, compare):
    ask(question="First?")
    ask(question="Second?")
    page = compare()
    assert by_key(page, "compared-chat").options[0].startswith("Second?")


def test_any_layer_can_be_ticked(ask, compare):
    page = fill(compare(ask()), "*-shown-0-*", ["A", "C"])
    said = words(page)
    assert signed("explainer") in said
    assert signed("sceptic") not in said
    assert signed("builder") in said


def test_the_table_counts_every_text_and_compares_it(newest):
    _, _, *rows = table(newest)
    assert [row[0].split("*")[2] for row in rows] == ["A", "B", "C", "D", "E", "v1"]
    assert all(row[1].isdigit() for row in rows)
    shares = [
        int(row[-1].removesuffix("\N{NO-BREAK SPACE}%")) for row in rows if row[-1]
    ]
    assert len(shares) == 2
    assert 0 < sum(shares) <= 101


def test_agreement_is_drawn_and_said_for_each_layer(newest):
    first, second = words(by_key(newest, "agreement")).splitlines()
    assert first.count("%") == second.count("%") + 1  # of two, no two are most alike
    assert 'aria-label="Similarity' in "".join(h.proto.body for h in newest.get("html"))


def test_word_differences_are_marked_against_the_chosen_text(ask, compare):
    page = fill(compare(ask()), "compare-marking", "words")
    assert has(page, "*-v1-text")
    difference = drawn(page, "*-D-text-words")["difference"]
    assert [kind for kind, _ in difference].count("removed") > 3
    fill(page, "*-against-*", "D")
    assert has(page, "*-D-text")
    difference = drawn(page, "*-v1-text-words")["difference"]
    assert [kind for kind, _ in difference].count("removed") > 3


def test_sources_stand_behind_the_sentences_and_in_a_list_of_them(app, ask, compare):
    begun = ask()
    page = fill(compare(begun), "compare-marking", "sources")
    said = words(page)
    assert ":small[:color[ D ]" in said
    pieces = drawn(page, "*-v1-text-sources")["sentences"]
    assert ["D", 1.0] in [mark for _, marks in pieces for mark in marks]
    answer = app.runs.load(begun.run_uid).state.synthesis.text
    assert "".join(text for text, _ in pieces) == answer
    [sentences] = by_key(page, "*-v1").get("expander")
    listed = words(sentences)
    assert "- Simulated answer by" in listed or "- *Simulated answer by" in listed
    assert "word for word · " in listed
    assert ":gray[**D** " in listed


def test_one_column_is_maximised_and_all_come_back(app, ask, compare):
    begun = ask()
    page = compare(begun)
    press(page, f"{begun.run_uid}-E-maximise")
    said = words(page)
    assert signed("thinker") in said
    assert signed("analyst") not in said
    press(page, f"{begun.run_uid}-E-maximise")
    assert signed("analyst") in words(page)


def test_a_proposer_that_said_nothing_is_named_and_keeps_its_letter(ask, compare):
    page = compare(ask(run_of("broken", "explainer")))
    assert "broken" in words(by_key(page, "without-text"))
    assert [row[0].split("*")[2] for row in table(page)[2:]] == ["B", "v1"]


def test_every_version_of_an_answer_can_be_compared(ask, compare, synthesise_again):
    first = ask()
    second = synthesise_again(first.run_uid, "simulated/thinker")
    page = compare(second)
    assert [row[0].split("*")[2] for row in table(page)[-2:]] == ["v1", "v2"]
    assert len(by_key(page, "compared-run").options) == 2
    fill(page, "*-shown-None-*", ["v1", "v2"])
    assert signed("synthesist") in words(by_key(page, "*-v1"))
    assert signed("thinker") in words(by_key(page, "*-v2"))


def test_another_question_of_the_chat_is_picked(ask, compare):
    first = ask(question="First?")
    ask(question="Second?", conversation_uid=first.conversation_uid)
    page = compare(first)
    picker = by_key(page, "compared-question")
    assert [option[:10] for option in picker.options] == ["1. First?", "2. Second?"]
    picker.select_index(1).run()
    assert not page.exception
    assert page.query_params["run"] != [first.run_uid]


def test_an_address_of_something_gone_shows_what_there_is(ask, compare):
    ask()
    for name in ("c", "run", "t"):
        assert signed("synthesist") in words(compare(**{name: "gone"}))


def test_a_single_model_has_an_answer_and_no_proposals(ask, compare):
    page = compare(
        ask(MoAConfig(layers=(), aggregator=AgentSpec.from_ref("simulated/thinker")))
    )
    assert [row[0].split("*")[2] for row in table(page)[2:]] == ["v1"]
    fill(page, "compare-marking", "sources")
    assert signed("thinker") in words(page)
