import pytest

from moa_core.settings import Settings
from services import build_services
from services.people import OpenDatabases
from tests.support.new_database import copy_new_file


@pytest.fixture
def settings(tmp_path, model_server):
    copy_new_file(tmp_path / "polyphony.db")
    return Settings.from_mapping(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/polyphony.db",
            "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SIMULATED_PACE": "0",
            "POLYPHONY_TRUSTED_HEADER": "X-User",
            "POLYPHONY_TRUSTED_PROXIES": "127.0.0.1",
            "POLYPHONY_ADMINISTRATORS": "root",
        }
    )


@pytest.fixture
def databases(settings):
    databases = OpenDatabases(build_services(settings))
    yield databases
    databases.close()


@pytest.fixture
def root(databases):
    return databases.people.signed_in("proxy:root", "root", "administrator")


@pytest.fixture
def ada(databases, root):
    return databases.people.signed_in("proxy:ada", "ada", "user")


@pytest.fixture
def bob(databases, root):
    return databases.people.signed_in("proxy:bob", "bob", "user")
