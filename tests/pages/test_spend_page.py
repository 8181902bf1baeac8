import asyncio
import csv
import io
import random

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from moa_core.messages import Question
from moa_core.run.run_state import RunState
from pages.widgets.spend import wording
from storage.spending.csv_export import breakdown_csv, cell
from tests.pages.app_page import SHELL, by_key, fill, fitting, has, press, words
from tests.storage.fabricated import Storyteller, mixture

pytestmark = pytest.mark.slow

HOSTILE = (
    '=HYPERLINK("http://evil.example";![x](http://evil.example/a.png)) **b** | $x$'
)

DAY = "spend-day-All time"


@pytest.fixture
def spend_page(app):
    """Opens the page of spending."""

    def opened():
        page = AppTest.from_file(SHELL, default_timeout=20)
        page.switch_page("spend.py").run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def ran(app):
    """Runs a made-up run to its end."""

    def run(question="Why?", preset_name=None, seed=1, trouble=0.0, endpoint="lab"):
        config = mixture(2, 2, endpoint=endpoint)
        begun = app.runs.begin(Question(question), config, preset_name=preset_name)
        asyncio.run(told(app, begun, config, random.Random(seed), trouble))
        return begun

    return run


async def told(app, begun, config, dice, trouble) -> None:
    state = RunState(config)
    for event in Storyteller(config, dice, trouble).tell():
        state.apply(event)
        await app.recorder.record(begun.run_uid, event, state)


def links(page):
    return [link.proto.label for link in page.get("page_link")]


def test_where_nothing_was_spent_it_says_what_will_be_here(spend_page):
    page = spend_page()
    assert has(page, "nothing-yet")
    assert by_key(page, "nothing-yet").get("page_link")


def test_today_the_month_and_all_time_are_what_the_calls_have_cost(
    app, ran, spend_page
):
    for seed in range(3):
        ran(seed=seed, trouble=0.3)
    page = spend_page()
    total = app.spend.breakdown().total
    assert str(total.cost).removesuffix(" + unknown") in words(
        by_key(page, "spend-so-far")
    )
    assert total.cost.unknown_calls
    said = words(page)
    assert f"{total.cost.unknown_calls} calls of unknown cost" in said
    assert f"{total.calls} calls" in said


def test_a_share_leads_to_its_runs_and_they_to_their_turns(app, ran, spend_page):
    begun = ran("Where do otters sleep?", "Mine", seed=1)
    ran("What do badgers eat?", seed=2)
    page = spend_page()
    fill(page, "spend-by", "preset")
    names = [g.call_filter.preset for g in app.spend.breakdown().by("preset")]
    press(page, f"spend-runs-preset-{names.index('Mine')}")
    dialog = page.get("dialog")[0]
    found = dialog.get("page_link")
    assert [link.proto.label for link in found] == ["Where do otters sleep\\?"]
    where = found[0].proto.query_string
    assert f"c={begun.conversation_uid}" in where
    assert f"t={begun.turn_uid}" in where


@pytest.mark.parametrize("name", ["role", "preset", "endpoint", "outcome"])
def test_money_can_be_looked_at_from_every_side(ran, spend_page, name):
    for seed in range(4):
        ran(seed=seed, trouble=0.5, endpoint=f"lab{seed % 2}")
    page = spend_page()
    fill(page, "spend-by", name)
    assert has(page, f"spend-runs-{name}-*")


def test_pages_show_amounts_as_large_as_there_can_be(app, ran, spend_page, open_page):
    begun = [ran(seed=seed) for seed in range(3)]
    with app.database.writing() as session:
        for statement in (
            "UPDATE calls SET cost_nusd = 1000000000000000000,"
            " cost_source = 'computed', input_tokens = 1000000000000000000,"
            " duration_ms = 7258118400000",
            "UPDATE runs SET cost_nusd = 1000000000000000000, counted = false,"
            " cost_unknown_calls = 0, ttft_ms = 7258118400000",
            "UPDATE conversations SET cost_nusd = 1000000000000000000",
            "DELETE FROM spend_days",
        ):
            session.execute(text(statement))
    page = spend_page()
    assert "1,000,000,000.00" in words(by_key(page, "spend-so-far"))
    fill(page, "spend-by", "preset")
    assert breakdown_csv(app.spend.breakdown()).count("1000000000.000000000")
    assert not page.switch_page("history.py").run().exception
    assert not page.switch_page("compare.py").run().exception
    assert not open_page(begun[0].conversation_uid).exception


def test_other_times_show_other_runs(app, ran, spend_page):
    ran("Long ago", "Old", seed=1)
    with app.database.writing() as session:
        for statement in (
            "UPDATE runs SET created_at = 1600000000000",
            "DELETE FROM spend_days",
            "UPDATE runs SET counted = false",
        ):
            session.execute(text(statement))
    page = spend_page()
    assert has(page, "nothing-in-period")
    fill(page, "spend-period", "All time")
    assert "Long ago" in links(page)
    fill(page, DAY, by_key(page, DAY).options[0])
    [dialog] = page.get("dialog")
    assert [each.proto.label for each in dialog.get("page_link")] == ["Long ago"]


def test_hostile_names_are_shown_letter_by_letter(ran, spend_page):
    ran(HOSTILE, HOSTILE, endpoint="lab")
    page = spend_page()
    fill(page, "spend-by", "preset")
    drawn = [each.value for each in (*page.markdown, *page.caption)]
    bars = [str(bar.proto) for bar in fitting(page, "spend-runs-*")]
    for shown in (*drawn, *bars, *links(page)):
        assert "![" not in shown
        assert "**b**" not in shown


def test_the_csv_of_figures_adds_up_and_no_cell_is_a_formula(app, ran):
    ran(preset_name=HOSTILE, seed=1, trouble=0.4)
    ran(preset_name="+1", seed=2)
    spent = app.spend.breakdown()
    lines = list(csv.DictReader(io.StringIO(breakdown_csv(spent))))
    assert len(lines) == len(spent.groups)
    assert {line["preset"][:2] for line in lines} == {"'=", "'+"}
    known = sum(int(line["cost_usd"].replace(".", "") or 0) for line in lines)
    assert known == int(spent.total.cost.usd.scaleb(9))
    unknown = sum(int(line["calls_of_unknown_cost"]) for line in lines)
    assert unknown == spent.total.cost.unknown_calls
    assert_safe(lines)


def test_the_csv_of_calls_has_every_call(app, ran):
    ran(HOSTILE, HOSTILE, seed=1, trouble=0.4)
    ran("@SUM(1)", "-2+3", seed=2)
    lines = list(csv.DictReader(io.StringIO(app.spend.calls_csv().decode())))
    spent = app.spend.breakdown()
    assert len(lines) == spent.total.calls
    blank = sum(line["cost_usd"] == "" for line in lines)
    assert blank == spent.total.cost.unknown_calls
    assert {line["title"] for line in lines} <= {cell(HOSTILE), "'@SUM(1)"} | {
        line["title"] for line in lines if line["title"].startswith("'=")
    }
    assert_safe(lines)


def assert_safe(lines):
    for line in lines:
        for value in line.values():
            assert not value.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "＝1", "'=1", "\0=1", "\n=1"],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "a=1", "org/model-1", "1-2", "Löwe", "a\n=b"])
def test_what_it_would_not_run_stays_as_it_is(text):
    assert cell(text) == text


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (12_345, "12.3K"),
        (726_000, "726K"),
        (2_000_000, "2.0M"),
        (1_998_027_703, "2.0B"),
    ],
)
def test_long_counts_are_told_short(count, said):
    assert wording.short_count(count) == said
