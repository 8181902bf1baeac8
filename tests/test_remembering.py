"""Endpoints and keys that are remembered: how the app and the command use them."""

import json
import logging
from dataclasses import replace

import pytest

import services
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET, mixture_from_refs, preset_named
from moa_core.settings import Settings
from services import HOME, build_services
from services.command import main
from services.remembering import endpoint_store
from storage.endpoints.endpoint_store import EndpointStore
from storage.errors import KeysFileDamagedError
from tests.support.new_database import copy_new_file
from tests.support.waiting import eventually

KEY = "sk-remembered-0123456789-WXYZ"
NAMES = {
    "POLYPHONY_LOCAL_SERVERS": "off",
    "POLYPHONY_SIMULATED_PACE": "0",
    "POLYPHONY_REMEMBER_KEYS": "file",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "TOGETHER_BASE_URL": "http://127.0.0.1:9",
}


def settings(tmp_path, **more):
    url = f"sqlite:///{tmp_path}/polyphony.db"
    return Settings.from_mapping({"DATABASE_URL": url, **NAMES, **more})


@pytest.fixture
def build(tmp_path):
    """Starts the app on the files of this test."""
    copy_new_file(tmp_path / "polyphony.db")
    built = []

    def start(**more):
        built.append(build_services(settings(tmp_path, **more)))
        return built[-1]

    yield start
    for app in built:
        app.close()


@pytest.fixture
def app(build):
    return build()


def info(app, name, keys=None):
    infos = {each.name: each for each in app.endpoints_for(keys).infos()}
    return infos.get(name)


def test_an_endpoint_that_is_saved_answers_at_once_and_after_a_restart(
    app, build, model_server
):
    app.remembering.save_endpoint("lab", model_server.url, KEY)
    config = mixture_from_refs(("lab/good",), aggregator="lab/good")
    begun = app.asking().start_question(Question("Why?"), config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    assert model_server.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    again = build()
    assert info(again, "lab").key_end == KEY[-4:]
    assert info(again, "lab").origin == "remembered"
    again.remembering.forget("lab", endpoint=True)
    assert info(again, "lab") is None
    app.remembering.keep_current()  # what another process did
    assert info(app, "lab") is None


def test_variables_come_first_and_a_key_of_the_tab_before_them(build):
    app = build(
        OPENAI_API_KEY="sk-environment-000000",
        POLYPHONY_ENDPOINTS="lab=http://127.0.0.1:9/v1",
    )
    for name in ("openai", "together", "lab"):
        app.remembering.save_key(name, KEY)
    app.remembering.save_endpoint("lab", "http://127.0.0.1:10/v1", KEY)
    origins = {each.name: each.key_origin for each in app.endpoints.infos()}
    assert origins["openai"] == "environment"
    assert origins["together"] == origins["lab"] == "remembered"
    assert info(app, "lab").base_url == "http://127.0.0.1:9/v1"
    assert info(app, "openai", {"openai": "sk-tab"}).key_origin == "session"


def test_a_damaged_file_is_said_and_the_app_starts(tmp_path, build):
    path = tmp_path / "endpoints.json"
    path.write_text("{", "utf-8")
    app = build()
    assert isinstance(app.remembering.problem, KeysFileDamagedError)
    with pytest.raises(KeysFileDamagedError):
        app.remembering.save_key("openai", KEY)
    assert path.read_text("utf-8") == "{"
    path.unlink()
    app.remembering.keep_current()
    assert app.remembering.problem is None


@pytest.mark.parametrize(
    ("choice", "url", "shared", "remembers"),
    [
        ("auto", "sqlite:///data/a.db", False, True),
        ("auto", "sqlite:///data/a.db", True, False),
        ("auto", "postgresql://host/polyphony", False, False),
        ("file", "postgresql://host/polyphony", True, True),
        ("keyring", "sqlite:///data/a.db", True, True),
        ("off", "sqlite:///data/a.db", False, False),
    ],
)
def test_nothing_is_remembered_in_a_shared_installation_unless_it_is_wanted(
    choice, url, shared, remembers
):
    of = Settings.from_mapping({"DATABASE_URL": url, "POLYPHONY_REMEMBER_KEYS": choice})
    assert (endpoint_store(of, HOME, shared=shared) is not None) == remembers


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("127.0.0.1", False),
        ("localhost", False),
        ("::1", False),
        ("0.0.0.0", True),
        ("192.168.1.2", True),
        (None, True),
    ],
)
def test_who_listens_to_a_network_is_shared(monkeypatch, address, shared):
    monkeypatch.setattr(services, "_shared", None)
    services.serve_at(address)
    assert services._shared is shared


def test_a_shared_installation_begins_with_nobodys_last_mixture(tmp_path):
    for shared in (False, True):
        app = build_services(settings(tmp_path), shared=shared)
        begun = app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config)
        eventually(lambda app=app, uid=begun.run_uid: app.live.get(uid) is None)
        assert (app.last_used() is None) == shared
        app.close()


def test_a_key_reaches_no_database_export_backup_log_or_description(
    app, tmp_path, model_server, caplog
):
    caplog.set_level(logging.DEBUG)
    model_server.refuses_keys = True  # servers repeat keys when they refuse them
    app.remembering.save_endpoint("lab", model_server.url, KEY)
    app.remembering.save_key("openai", KEY)
    config = mixture_from_refs(("lab/good",), aggregator="lab/good")
    begun = app.asking().start_question(Question("Why?"), config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    trial = app.try_endpoint("lab", model_server.url, KEY).result(30)
    assert trial.problem
    backup = app.data_files.back_up()
    told = [app.data_files.export_json(), caplog.text, repr(trial.problem)]
    told += [repr(app), repr(app.settings), repr(app.endpoints.infos())]
    told += [repr(app.remembering._store.load())]
    assert KEY not in "".join(told)
    app.database.close()
    files = [*tmp_path.glob("polyphony.db*"), backup]
    assert files
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


@pytest.fixture
def ask(tmp_path, monkeypatch, capsys):
    """Runs `polyphony ask` on the files of this test."""
    monkeypatch.chdir(tmp_path)
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/polyphony.db")

    def run(*arguments):
        code = main(["ask", *arguments])
        return code, capsys.readouterr()

    return run


def test_the_command_begins_as_the_app_and_uses_its_endpoints(
    ask, tmp_path, model_server
):
    code, said = ask("Why?")
    assert (code, "note: Asking Simulated, free." in said.err) == (0, True)
    EndpointStore(tmp_path, "file").save_endpoint("lab", model_server.url, KEY)
    code, said = ask("Why?", "--placement", "paper")
    assert code == 0
    assert "note: Asking Local, lab, cost unknown." in said.err
    assert model_server.calls[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in said.out + said.err
    code, said = ask("Why?", "--proposer", "lab/good")
    assert code == 0
    (tmp_path / "endpoints.json").write_text("{", "utf-8")
    code, said = ask("Why?")
    assert code == 0
    assert "note: The file with your endpoints and keys" in said.err


def test_the_command_takes_the_default_preset_and_what_was_used_last(app, ask):
    ranked = preset_named("simulated-ranked")
    begun = app.asking().start_question(Question("Why?"), ranked.config)
    eventually(lambda: app.live.get(begun.run_uid) is None)
    assert "note: Asking Simulated, best of three." in ask("Why?")[1].err
    own = app.presets.save(replace(DEFAULT_PRESET, name="Mine", title="Mine"))
    app.presets.make_default(own.uid)
    assert "note: Asking Mine." in ask("Why?")[1].err


def test_the_commands_take_a_preset_of_ones_own_by_its_name(app, ask, tmp_path, capsys):
    app.presets.save(replace(DEFAULT_PRESET, name="My mix", title="My mix"))
    (tmp_path / "p.txt").write_text("Why?\n")
    for name in ("my mix", "polyphony/my-mix", "my-mix"):
        assert ask("Why?", "--preset", name)[0] == 0
        words = ["run", "p.txt", "--output", "a.jsonl", "--dry-run", "--json"]
        assert main(["batch", *words, "--preset", name]) == 0
        assert json.loads(capsys.readouterr().out)["rows"] == 1
    code, said = ask("Why?", "--preset", "nobody's")
    assert code == 2
    assert "There is no preset" in said.err


def test_an_own_preset_is_named_where_presets_are_listed(app, ask, capsys, tmp_path):
    app.presets.save(replace(DEFAULT_PRESET, name="My mix", title="My mix"))
    code, said = ask("Why?", "--preset", "nobody")
    assert (code, "; or one of your own: My mix." in said.err) == (2, True)
    assert main(["presets"]) == 0
    assert "My mix: My mix (" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["batch", "run", "--help"])
    assert "one of your own" in " ".join(capsys.readouterr().out.split())
    (tmp_path / "q.txt").write_text("Why?\n\nWhat?\n")
    asked = ["--questions", "q.txt", "--judge", "simulated/analyst", "--dry-run"]
    for name in ("my-mix", "polyphony/my-mix"):
        assert main(["evaluate", *asked, "--preset", name]) == 0
    against = [*asked, "--proposer", "simulated/analyst", "--against", "My mix"]
    assert main(["evaluate", *against]) == 0


def test_without_a_default_preset_the_best_of_what_is_connected_is_the_default(
    app, ask, tmp_path, model_server, capsys
):
    code, said = ask("Why?", "--preset", "polyphony/default")
    assert code == 2
    assert "You have no default preset, and no models are connected." in said.err
    EndpointStore(tmp_path, "file").save_endpoint("lab", model_server.url, KEY)
    code, said = ask("Why?", "--preset", "polyphony/default")
    assert code == 0
    assert "note: Asking Local, lab, cost unknown." in said.err
    (tmp_path / "p.txt").write_text("Why?\n")
    words = ["run", "p.txt", "--output", "a.jsonl", "--preset", "polyphony/default"]
    assert main(["batch", *words]) == 0
    assert "The row is answered" in capsys.readouterr().err
    app.presets.make_default(app.presets.save(DEFAULT_PRESET).uid)
    assert "Asking" not in ask("Why?", "--preset", "polyphony/default")[1].err
