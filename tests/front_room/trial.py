"""Starts apps, models and a browser, and tries every row on them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from tests.browser.app.chromium import arguments, executable_path
from tests.front_room.jobs import JOBS
from tests.front_room.measures import MEASURES
from tests.front_room.points import POINTS, Row
from tests.front_room.report import Report, Tried
from tests.front_room.running import lab_environment, local_port, running_app
from tests.front_room.stage import ALL_NAMES, Evidence, Stage, UnmetError
from tests.model_server import ModelServer


async def try_all(root: Path, only: str, shots: Path | None) -> Report:
    """Try the rows whose name holds ``only`` on a checkout, and print them."""
    report = Report.of(root)
    async with _stage(root) as stage:
        stage.shots = shots
        for title, rows in (("point", POINTS), ("measured", MEASURES), ("job", JOBS)):
            chosen = {name: row for name, row in rows.items() if only in name}
            await _table(stage, report, title, chosen)
    report.print_sum()
    return report


@asynccontextmanager
async def _stage(root: Path) -> AsyncIterator[Stage]:
    with ExitStack() as stack:
        server = stack.enter_context(ModelServer())
        server.models = {"data": [{"id": name} for name in ALL_NAMES]}
        lab, _ = stack.enter_context(running_app(root, **lab_environment(server.url)))
        bare, start_s = stack.enter_context(
            running_app(root, POLYPHONY_LOCAL_SERVERS="on")
        )
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=executable_path(), args=arguments()
            )
            yield Stage(browser, lab, bare, start_s, server, local_port())


async def _table(
    stage: Stage, report: Report, title: str, rows: Mapping[str, Row]
) -> None:
    report.begin(title, rows)
    for name, row in rows.items():
        report.add(title, name, await _try(stage, row))


async def _try(stage: Stage, row: Row) -> Tried:
    stage.server.forget()
    seen = Evidence()
    try:
        await row(stage, seen)
    except (UnmetError, PlaywrightError, AssertionError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return Tried(False, seen.said, lines[0])
    finally:
        stage.let_go()
    return Tried(True, seen.said)
