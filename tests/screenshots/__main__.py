"""Takes the pictures in `docs/screenshots/` anew: `make screenshots`.

The real app in a real Chromium, as on a laptop and on a phone, light and dark. Runs are
of the tiny models that come from PyPI, or of simulated ones, whose pages say so.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.async_api import async_playwright

from bench.database import fill
from moa_core.mixture.shipped import preset_named
from storage.database.sessions import Database
from tests.browser.app.asked_before import begin_with_demo
from tests.browser.app.chromium import arguments, executable_path
from tests.browser.app.running_app import RunningApp
from tests.model_server import ModelServer, Play
from tests.screenshots.camera import FOLDER, SIZES, Camera
from tests.screenshots.experiment import real_experiment
from tests.screenshots.gallery import write_gallery
from tests.screenshots.scenes import FAILING, ON_A_LAPTOP, SCENES, Apps, real_run
from tests.screenshots.seeded_models import SeededModels

SEEDS = (2, 3, 9)
OPENAI = {
    agent.model
    for name in ("openai", "openai-fast", "openai-best")
    for agent in preset_named(name).config.agents
}
REAL_RUN = "real run"
REAL_EXPERIMENT = "real experiment"
YEAR = 300
"""Conversations of somebody who has asked for a year."""


async def main() -> None:
    """Take every picture, or those of some scenes."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--only", default="", help="scenes whose name holds it")
    only = parser.parse_args().only
    scenes = {name: scene for name, scene in SCENES.items() if only in name}
    with _running() as apps:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=executable_path(), args=arguments()
            )
            cameras = [
                Camera(browser, theme, size)
                for theme in ("light", "dark")
                for size in SIZES
            ]
            if only in REAL_RUN:
                await real_run(cameras, apps)
            if only in REAL_EXPERIMENT:
                apps.models.go_on.set()
                await real_experiment(cameras, apps.tiny)
            for camera in cameras:
                for name, scene in scenes.items():
                    if camera.is_wide or name not in ON_A_LAPTOP:
                        await scene(camera, apps)
    write_gallery(FOLDER.parent)


@contextmanager
def _running() -> Iterator[Apps]:
    """All apps, and the model servers that they ask."""
    with ExitStack() as stack:
        parent = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(ModelServer())
        server.models = {"data": [{"id": name} for name in (*OPENAI, FAILING)]}
        server.plays[FAILING] = Play(status=503)
        tiny = stack.enter_context(SeededModels(SEEDS))

        def app(name: str, **environment: str) -> RunningApp:
            folder = parent / name
            folder.mkdir()
            return RunningApp(folder, environment)

        openai = {"OPENAI_API_KEY": "sk-picture", "OPENAI_BASE_URL": server.url}
        apps = Apps(
            new=app("new"),
            simulated=app("simulated"),
            connected=app("connected", **openai),
            failing=app("failing", POLYPHONY_ENDPOINTS=f"lab={server.url}"),
            busy=app("busy"),
            tiny=app("tiny", POLYPHONY_ENDPOINTS=f"tiny={tiny.url}"),
            models=tiny,
        )
        _prepare(apps)
        for each in apps[:-1]:
            stack.callback(each.stop)
            each.start()
        yield apps


def _prepare(apps: Apps) -> None:
    """What has happened before the pictures: a year of chats; a demo in hand."""
    for each, conversations in ((apps.busy, YEAR), (apps.connected, 0)):
        database = Database.open(f"sqlite:///{each.database}")
        if conversations:
            fill(database, conversations=conversations)
        database.close()
    for each in (apps.connected, apps.failing):
        Database.open(f"sqlite:///{each.database}").close()
        begin_with_demo(each.database)


if __name__ == "__main__":
    asyncio.run(main())
