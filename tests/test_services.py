"""The wiring, end to end: how it starts and ends when something is in its way."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

import services
from moa_core.errors import DeadlineError
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs
from moa_core.network import NetworkSettings
from moa_core.providers.streaming import connections
from moa_core.settings import Settings
from services import build_services
from services.background import call_once
from storage.database import sqlite
from storage.database.sessions import Database
from storage.errors import NotADatabaseError
from storage.recording.runs import Runs
from tests.model_server import Play
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

HOLD = """
import sqlite3, sys
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
DIE_RUNNING = """
import os, sys
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.database import sqlite
from storage.database.sessions import Database
from storage.recording.runs import Runs
runs = Runs(Database.open(sys.argv[1]))
begun = runs.begin(Question("Q"), DEFAULT_PRESET.config)
print(begun.run_uid, flush=True)
os._exit(1)
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/polyphony.db"


@pytest.fixture
def settings(url, tmp_path, model_server):
    copy_new_file(tmp_path / "polyphony.db")
    return Settings.from_mapping(
        {
            "DATABASE_URL": url,
            "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_SIMULATED_PACE": "0",
        }
    )


def our_threads():
    return [t.name for t in threading.enumerate() if t.name.startswith("polyphony")]


def stored(url, run_uid):
    database = Database.open(url)
    try:
        return Runs(database).load(run_uid).state
    finally:
        database.close()


def test_closing_stops_runs_before_their_connections_close(settings, model_server):
    model_server.plays["long"] = Play(pieces=("word ",) * 5000, pause_s=0.001)
    app = build_services(settings)
    config = mixture_from_refs(("lab/long",) * 4, aggregator="lab/good")
    run = app.live.get(app.asking().start_question(Question("Why?"), config).run_uid)
    eventually(lambda: all(seat.text for seat in run.state.layers[0].seats))
    app.close()
    state = stored(settings.database_url, run.uid)
    assert state.status == "stopped"
    assert [call.outcome for call in state.calls] == ["stopped"] * 4
    assert all(call.text for call in state.calls)
    assert our_threads() == []


def test_a_model_that_only_reasons_within_a_cheap_call_can_be_called(
    settings, model_server
):
    model_server.plays["m"] = Play(pieces=(), reasoning=("Hm",), finish="length")
    app = build_services(settings)
    try:
        assert app.try_model("lab", "m").result(10) > 0
    finally:
        app.close()


@pytest.mark.parametrize(
    "play", [Play(headers_after_s=3600), Play(fault="stall", after=1)]
)
def test_a_test_of_a_model_that_stays_silent_ends(settings, model_server, play):
    """Also if it has written something."""
    model_server.plays["m"] = play
    app = build_services(settings)
    try:
        app.try_model("lab", "good").result(30)  # what is slow once has been done
        asked = app.live.submit(call_once(app.endpoints["lab"], "lab", "m", 0.3))
        with pytest.raises(DeadlineError, match=r"m did not answer within 0.3 seconds"):
            asked.result(10)
        assert model_server.wait_until_dropped()
    finally:
        app.close()


@pytest.mark.slow
def test_a_database_locked_at_start_is_waited_for_without_leaving_threads(
    settings, url, tmp_path, monkeypatch
):
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.5)
    dead = subprocess.run(
        [sys.executable, "-c", DIE_RUNNING, url], capture_output=True, text=True
    ).stdout.strip()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "polyphony.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        app = build_services(settings)
        assert app.runs.load(dead).state.live
    eventually(lambda: app.runs.load(dead).state.status == "interrupted")
    app.close()


def test_a_start_that_fails_leaves_no_thread(settings, tmp_path):
    (tmp_path / "polyphony.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(NotADatabaseError):
        build_services(settings)
    assert our_threads() == []


def test_however_many_pages_ask_at_once_there_is_one_wiring(monkeypatch, url, tmp_path):
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    monkeypatch.setattr(services, "ENV_FILE", tmp_path / ".env")
    at_once = threading.Barrier(8)

    def page(_):
        at_once.wait()
        return services.services()

    try:
        with ThreadPoolExecutor(8) as pages:
            assert len({id(made) for made in pages.map(page, range(8))}) == 1
        assert len(our_threads()) == 2
    finally:
        services.close_services()
    assert our_threads() == []
    services.close_services()  # nothing is left to close


def test_what_goes_wrong_in_the_background_is_in_the_log(settings, caplog, monkeypatch):
    def fail(network):
        raise OSError("no descriptors left")

    monkeypatch.setattr(connections, "_new_client", fail)
    app = build_services(settings)
    eventually(lambda: "no descriptors left" in caplog.text)
    app.close()
    assert "OSError" in caplog.text


def test_certificates_that_are_gone_do_not_keep_the_app_from_starting(settings):
    environ = {"SSL_CERT_FILE": "/nowhere/certificates.pem"}
    network = NetworkSettings.from_mapping(environ)
    app = build_services(replace(settings, network=network))
    begun = app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    app.close()
    assert stored(settings.database_url, begun.run_uid).status == "succeeded"


def test_a_question_is_answered_and_stored(settings):
    app = build_services(settings)
    begun = app.asking().start_question(
        Question("Why is the sky blue?"), DEFAULT_PRESET.config
    )
    eventually(lambda: app.live.get(begun.run_uid) is None)
    app.close()
    assert stored(settings.database_url, begun.run_uid).status == "succeeded"
