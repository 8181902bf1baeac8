"""The real app, with presets to ask and keys to ask with, for tests of its API."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from moa_core.mixture.config import AgentSpec, MoAConfig, Preset
from storage.api.api_keys import ApiKeys
from storage.database.sessions import Database
from storage.presets.preset_store import Presets
from tests.browser.app.lab import ENDPOINT, mixture
from tests.browser.app.running_app import RunningApp
from tests.clients.models import PLAYS, PRICES
from tests.model_server import ModelServer
from tests.support.api_client import ApiClient

MIXTURES = {
    "Quick": mixture("ada", "ben", "cleo"),
    "Long": mixture("ada", "ben", "cleo", aggregator="long"),
    "All fail": mixture("down", "gone"),
    "All limited": mixture("limited", "limited"),
    "Writer fails": mixture("ada", "ben", aggregator="down"),
    "Solo": MoAConfig(
        layers=(), aggregator=AgentSpec(endpoint=ENDPOINT, model="chief")
    ),
}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith("tests/clients/"):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("clients"))  # they share an app


@dataclass(frozen=True, slots=True)
class Served:
    """The app, its models, and the address and a key of its API."""

    app: RunningApp
    models: ModelServer
    url: str
    key: str

    @property
    def client(self) -> ApiClient:
        return ApiClient(self.url, self.key)


@pytest.fixture(scope="session")
def served(tmp_path_factory, new_file):
    folder = tmp_path_factory.mktemp("clients")
    with ModelServer() as models:
        models.plays.update(PLAYS)
        environment = {
            "POLYPHONY_ENDPOINTS": f"{ENDPOINT}={models.url}",
            "POLYPHONY_PRICES": PRICES,
        }
        app = RunningApp(folder, environment)
        shutil.copy(new_file, app.database)
        key = prepared(app.database)
        app.start()
        yield Served(app, models, f"{app.url}/v1", key)
        app.stop()


def prepared(file: Path) -> str:
    """Keep presets in a database, and make a key."""
    database = Database.open(f"sqlite:///{file}")
    for name, config in MIXTURES.items():
        preset = Preset(name=name, title=name, description="", config=config)
        Presets(database).save(preset)
    _, secret = ApiKeys(database).create("tests of clients")
    database.close()
    return secret


@pytest.fixture
def api(served: Served) -> ApiClient:
    return served.client
