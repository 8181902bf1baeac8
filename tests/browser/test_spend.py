"""The page of spending, in a real browser: figures that lead to their runs."""

import csv
import io
import re
import shutil

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import text

from storage.database.sessions import Database
from tests.browser.app.asked_before import ask_before
from tests.browser.pages.hand import click

QUESTION = "Why is the sky blue?"
DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def app(launch_shared, new_file, tmp_path_factory):
    """The app with a question that was answered, at a price, on each of three days."""
    path = tmp_path_factory.mktemp("asked") / "polyphony.db"
    shutil.copy(new_file, path)
    ask_before(path, QUESTION, "Why is it red?", "Why is it dark?")
    make_dear(path)
    return launch_shared(database=path)


@pytest_asyncio.fixture(loop_scope="session")
async def main(app, page):
    """The page of spending, after that question."""
    await page.goto(f"{app.url}/spend")
    main = page.locator(".stMain")
    heading = main.get_by_role("heading", name="Spend by")
    await expect(heading).to_be_visible()
    return main


def make_dear(path) -> None:
    """As if every call had cost a cent, and each run were a day older than another."""
    database = Database.open(f"sqlite:///{path}")
    with database.writing() as session:
        for statement in (
            "UPDATE calls SET cost_nusd = 10000000",
            "UPDATE runs SET cost_nusd = 10000000"
            " * (SELECT count(*) FROM calls WHERE run_id = runs.id)",
            "DELETE FROM spend_days",
            "UPDATE runs SET counted = false",
            f"UPDATE runs SET created_at = created_at - {DAY_MS} * (id - 1)",
        ):
            session.execute(text(statement))
    database.close()


async def test_a_figure_leads_to_its_runs_and_a_run_to_its_turn(page, main):
    await expect(main.get_by_text("Today")).to_have_count(2)
    await click(main.get_by_role("radio", name="Role"))
    await click(main.get_by_role("button", name="Aggregators"))
    dialog = page.get_by_role("dialog")
    await click(dialog.get_by_role("link", name=QUESTION))
    await expect(page).to_have_url(re.compile(r"/\?c=\w+&t=\w+$"))
    await expect(page.locator(".stMain").get_by_text(QUESTION).first).to_be_visible()


async def test_a_bar_leads_to_the_runs_of_its_day(page, main):
    chart = main.get_by_test_id("stEChartsChart")
    box = await chart.locator("canvas").bounding_box()
    # Today is the last of thirty days.
    await page.mouse.click(box["x"] + box["width"] - 16, box["y"] + box["height"] - 60)
    dialog = page.get_by_role("dialog", name="Today")
    await expect(dialog.get_by_role("link", name=QUESTION)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await click(main.get_by_role("radio", name="7 days"))
    await expect(main.get_by_text("Spend by")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_figures_come_along_as_csv(page, main):
    for name, lines in (("Summary", 5), ("All calls", 5)):
        await click(main.get_by_role("button", name="CSV"))
        async with page.expect_download() as downloading:
            await click(page.get_by_role("button", name=name))
        download = await downloading.value
        assert re.fullmatch(
            r"polyphony-spend-30-days-[\d-]+(-calls)?\.csv", download.suggested_filename
        )
        said = (await download.path()).read_text("utf-8")
        assert len(list(csv.DictReader(io.StringIO(said)))) >= lines
        await page.keyboard.press("Escape")


async def test_on_a_phone_nothing_is_pushed_aside(page, main):
    await page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Model", "Outcome"):
        await click(main.get_by_role("radio", name=name))
        await expect(main.get_by_role("heading", name="Spend by")).to_be_visible()
        aside = await main.evaluate("main => main.scrollWidth - main.clientWidth")
        assert aside == 0
