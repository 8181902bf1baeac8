"""Keys of the API are created, shown once, changed and revoked in Settings."""

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from moa_core.usage import Cost
from services.api import model_of, preset_models
from storage.spending import Spending
from storage.transfer.export import export_lines
from tests.pages.app_page import SHELL, by_key, drawn, fill, fitting, has, press, words
from tests.support.programs import Program, user


@pytest.fixture
def settings(app):
    page = AppTest.from_file(SHELL, default_timeout=20)
    return page.switch_page("settings.py").run()


def create(page, name, cap=None):
    press(page, "create-api-key")
    by_key(page, "api-key-name").set_value(name)
    if cap is not None:
        by_key(page, "api-key-cap").set_value(cap)
    by_key(page, "api-key-expose").set_value(True)
    return press(page, "api-key-create")


def test_a_key_is_shown_once_and_kept_nowhere(app, settings, caplog):
    create(settings, "An editor", 2.5)
    secret = drawn(settings, "api-key-secret")["code"]
    key = app.api_keys.find(secret)
    assert (key.name, key.cap_usd, key.expose) == ("An editor", Decimal("2.5"), "full")
    listed = words(by_key(settings, f"api-key-{key.uid}"))
    assert key.begins in listed
    assert key.ends in listed
    press(settings, "api-key-done")
    state = settings.session_state._state.filtered_state
    assert not has(settings, "api-key-secret")
    assert secret not in f"{state} {dict(settings.query_params)}"
    exported = "".join(export_lines(app.database))
    files = [path.read_bytes() for path in app.database.path.parent.iterdir()]
    for start in range(len("poly-"), len(secret) - 12):
        piece = secret[start : start + 12]
        assert piece not in exported + caplog.text
        assert not any(piece.encode() in data for data in files)


def test_a_secret_that_was_left_alone_is_not_there_on_the_way_back(app, settings):
    create(settings, "An editor")
    secret = drawn(settings, "api-key-secret")["code"]
    settings.switch_page("history.py").run()
    settings.switch_page("settings.py").run()
    assert not has(settings, "api-key-secret")
    assert secret not in str(settings.session_state._state.filtered_state)


def test_a_key_without_a_name_is_not_created(app, settings):
    create(settings, " ")
    assert has(settings, "api-key-problem")
    assert app.api_keys.list() == []
    by_key(settings, "api-key-name").set_value("An editor")
    press(settings, "api-key-create")
    assert has(settings, "api-key-secret")


def test_name_cap_and_drafts_are_changed_where_the_key_stands(app, settings):
    key, secret = app.api_keys.create("An editor", Decimal(5))
    settings.run()
    fill(settings, f"name-api-key-{key.uid}", "The editor")
    assert by_key(settings, f"cap-api-key-{key.uid}").value == 5
    fill(settings, f"cap-api-key-{key.uid}", 0.5)
    fill(settings, f"expose-api-key-{key.uid}", True)
    found = app.api_keys.find(secret)
    assert (found.name, found.cap_usd) == ("The editor", Decimal("0.5"))
    assert found.expose == "full"
    fill(settings, f"cap-api-key-{key.uid}", None)
    assert app.api_keys.find(secret).cap_usd is None


def test_revoking_can_be_undone(app, settings):
    key, secret = app.api_keys.create("An editor")
    settings.run()
    press(settings, f"revoke-api-key-{key.uid}")
    assert app.api_keys.find(secret) is None
    assert has(settings, "no-api-keys")
    press(settings, "undo-revoke")
    assert app.api_keys.find(secret).uid == key.uid
    assert not has(settings, "api-key-revoked")


def test_what_a_key_spent_stands_with_it_and_leads_to_its_requests(
    app, settings, monkeypatch
):
    program = Program(app)
    program.ask(user("Where do otters sleep?"))
    app.api_keys.set_cap(program.key.uid, Decimal(1))
    spent = Spending(cost=Cost(Decimal("0.12")), reserved_usd=Decimal("0.08"))
    of_key = {program.key.uid: spent}
    monkeypatch.setattr(type(app.api_keys), "spent", lambda *_: of_key)
    said = words(by_key(settings.run(), f"api-key-{program.key.uid}"))
    for amount in ("$0.12", "$0.08", "$1.00", "$0.80"):
        assert amount in said
    press(settings, "show-api-requests")
    links = [link.proto.label for link in settings.get("page_link")]
    assert any("otters" in label for label in links)


def test_each_preset_has_a_name_as_a_model(app, settings):
    models = preset_models(app.presets)
    assert all(drawn(settings, "api-base")["code"].endswith(end) for end in ("/v1",))
    assert next(iter(models)) in drawn(settings, "api-curl")["code"]
    first, second = list(models.items())[1:3]
    for name, preset in (first, second):
        assert model_of(preset, None, app.presets) == name
    stored = [app.presets.save(preset) for _, preset in [first]]
    page = settings.switch_page("presets.py").run()
    assert drawn(page, "copy-model")["code"] in preset_models(app.presets)
    own = model_of(stored[0].preset, stored[0].uid, app.presets)
    assert own == f"{first[0]}-{stored[0].uid[:4]}"
    assert fitting(page, "api-model")
