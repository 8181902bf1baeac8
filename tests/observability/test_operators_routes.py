"""What operators ask the server: whether it is ready, its metrics, who may frame it."""

import threading

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient

import pages.server.readiness
import services
from moa_core.engine import EngineLoop
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from pages.server.api.closing import CLOSING
from pages.server.routes import MIDDLEWARE, routes
from services.observability.readiness import why_not_ready
from storage.database.sessions import Database
from tests.pages.conftest import use_folder
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

TOKEN = "0123456789abcdef"


@pytest.fixture
def environment(tmp_path, monkeypatch, new_file):
    use_folder(monkeypatch, tmp_path, new_file)
    monkeypatch.setattr(
        pages.server.readiness, "_looks", pages.server.readiness._Looks()
    )
    services.server_settings.cache_clear()
    services.metrics.cache_clear()
    yield monkeypatch
    services.close_services()


@pytest.fixture
def client():
    with TestClient(
        Starlette(routes=list(routes("")), middleware=list(MIDDLEWARE))
    ) as client:
        yield client


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.text.strip()


def test_an_app_with_its_database_and_its_engine_is_ready(environment, client):
    assert ready(client) == (200, "ready")
    CLOSING.set()
    assert ready(client) == (503, "stopping")
    CLOSING.clear()


def test_a_wrong_setting_is_named_as_the_reason(environment, client):
    environment.setenv("POLYPHONY_LOG", "xml")
    assert ready(client) == (503, "configuration")


def test_a_database_that_does_not_open_is_the_reason(environment, client, tmp_path):
    """And nothing of its address is told."""
    environment.setenv("DATABASE_URL", "postgresql+psycopg://u:secret@127.0.0.1:9/d")
    assert ready(client) == (503, "database")


def test_a_look_that_hangs_is_taken_once_for_all_probes(environment, client):
    looks, go_on = [], threading.Event()

    def hang():
        looks.append(1)
        go_on.wait(30)

    environment.setattr(pages.server.readiness, "_why_not_ready", hang)
    environment.setattr(pages.server.readiness, "WITHIN_S", 0.05)
    assert [ready(client) for _ in range(3)] == [(503, "database")] * 3
    go_on.set()
    assert len(looks) == 1


def test_a_database_with_other_migrations_is_not_ready(tmp_path):
    database = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'polyphony.db')}")
    loop = EngineLoop()
    assert why_not_ready(database, loop) is None
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert why_not_ready(database, loop) == "migrations"
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert why_not_ready(database, loop) == "database"
    database.close()
    loop.close()


def test_an_engine_that_is_gone_is_not_ready(tmp_path):
    database = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'polyphony.db')}")
    loop = EngineLoop()
    loop.close()
    assert why_not_ready(database, loop) == "engine"
    database.close()


def test_there_are_no_metrics_unless_they_have_a_token(environment, client):
    assert client.get("/metrics").status_code == 404


def test_metrics_are_for_who_has_the_token_and_count_what_ran(environment, client):
    environment.setenv("POLYPHONY_METRICS_TOKEN", TOKEN)
    services.server_settings.cache_clear()
    services.metrics.cache_clear()
    app = services.services()
    begun = app.asking().start_question(Question("A secret?"), DEFAULT_PRESET.config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    client.get("/v1/models")
    for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN}):
        refused = client.get("/metrics", headers=headers)
        assert refused.status_code == 401
        assert "polyphony" not in refused.text
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    told = answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'polyphony_runs_total{end="answered"} 1.0' in told
    assert "polyphony_runs_under_way 0.0" in told
    assert "polyphony_recorder_waiting_events 0.0" in told
    assert "polyphony_calls_waiting 0.0" in told
    assert 'polyphony_api_requests_total{route="models",status="401"} 1.0' in told
    assert 'endpoint="simulated"' in told
    assert "secret" not in told.lower()
    assert begun.run_uid not in told


def test_nobody_may_frame_the_app_but_who_is_named(environment, client):
    headers = client.get("/healthz").headers
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    environment.setenv(
        "POLYPHONY_FRAME_ANCESTORS", "https://a.example https://*.b.example"
    )
    services.server_settings.cache_clear()
    headers = client.get("/healthz").headers
    policy = headers["content-security-policy"]
    assert policy.endswith("frame-ancestors https://a.example https://*.b.example")
    assert "x-frame-options" not in headers
