import socket
import threading
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

import services
from moa_core.mixture.config import Preset
from pages.server.routes import MIDDLEWARE, routes
from tests.browser.app.lab import ENDPOINT, PRICES, mixture, says
from tests.model_server import ModelServer
from tests.pages.conftest import use_folder
from tests.support.api_client import ApiClient
from tests.support.waiting import eventually

MIXTURES = {
    "Quick": mixture("ada", "ben"),
    "Broken panel": mixture("down", "gone"),
    "Broken writer": mixture("ada", "ben", aggregator="down"),
}


@pytest.fixture(scope="module")
def model_server():
    with ModelServer() as server:
        yield server


@pytest.fixture
def models(model_server):
    """The server of all models: each says whose answer it is, but for two."""
    model_server.forget()
    for name in ("ada", "ben", "cleo", "chief"):
        model_server.plays[name] = says(name)
    for name, status in (("down", 400), ("gone", 404)):
        error = {"error": {"message": f"{name} today", "code": name}}
        model_server.plays[name] = says(name, status=status, body=error)
    return model_server


@pytest.fixture(scope="module")
def app(tmp_path_factory, new_file, model_server):
    """The services behind the API, with a few presets, for a module."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_folder(monkeypatch, tmp_path_factory.mktemp("api"), new_file)
        monkeypatch.setenv("POLYPHONY_ENDPOINTS", f"{ENDPOINT}={model_server.url}")
        monkeypatch.setenv("POLYPHONY_PRICES", PRICES)
        monkeypatch.setenv("POLYPHONY_URL", "https://moa.example/poly")
        app = services.services()
        for name, config in MIXTURES.items():
            app.presets.save(
                Preset(name=name, title=name, description="", config=config)
            )
        yield app
        services.close_services()


@contextmanager
def serving(site):
    """Serve ``site`` from a thread of its own; gives its address."""
    config = uvicorn.Config(site, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        eventually(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def address(app):
    """Where the API is, below a path of its own as behind a proxy."""
    site = Starlette(routes=list(routes("poly")), middleware=list(MIDDLEWARE))
    with serving(site) as url:
        yield f"{url}/poly/v1"


@pytest.fixture(scope="module")
def key(app):
    """A key of the module, as it was shown once."""
    return app.api_keys.create("tests")[1]


@pytest.fixture
def api(address, key, models):
    return ApiClient(address, key)
