"""Who may ask, and what can be asked for."""

import json
from urllib.parse import quote

import pytest

from moa_core.mixture.config import Preset
from moa_core.mixture.shipped import PRESETS
from moa_core.plan.beginning import first_mixture
from services.api import slug
from tests.browser.app.lab import mixture
from tests.support.api_client import ApiClient, question


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer poly-wrong", "Basic {key}", "{key}"],
)
def test_nobody_gets_in_without_a_key(address, key, models, authorization):
    headers = {}
    if authorization is not None:
        headers["Authorization"] = authorization.format(key=key)
    stranger = ApiClient(address, None)
    for reply in (
        stranger.call("GET", "/models", headers=headers),
        stranger.call("GET", "/models/polyphony/quick", headers=headers),
        stranger.ask(question(), headers),
    ):
        assert reply.code == (401, "invalid_api_key")
        assert reply.headers["x-should-retry"] == "false"
    assert models.calls == []


def test_a_key_in_the_address_counts_for_nothing(address, key):
    stranger = ApiClient(address, None)
    reply = stranger.call("GET", f"/models?key={key}&api_key={key}")
    assert reply.code == (401, "invalid_api_key")


def test_a_revoked_key_opens_nothing(app, address, api):
    made, secret = app.api_keys.create("to be revoked")
    client = ApiClient(address, secret)
    assert client.call("GET", "/models").status == 200
    app.api_keys.revoke(made.uid)
    assert client.call("GET", "/models").code == (401, "invalid_api_key")
    assert client.ask(question()).code == (401, "invalid_api_key")


def test_every_preset_is_a_model(api):
    reply = api.call("GET", "/models")
    assert reply.body["object"] == "list"
    models = {each["id"]: each for each in reply.body["data"]}
    names = ["default", *(slug(each.name) for each in PRESETS)]
    own = ["quick", "broken-panel", "broken-writer"]
    assert list(models) == [f"polyphony/{name}" for name in (*names, *own)]
    quick = models["polyphony/quick"]
    assert quick["polyphony"] == {
        "title": "Quick",
        "description": "",
        "layers": [["lab/ada", "lab/ben"]],
        "aggregator": "lab/chief",
        "ready": True,
        "missing_endpoints": [],
    }
    assert (quick["object"], quick["owned_by"]) == ("model", "polyphony")
    assert isinstance(quick["created"], int)
    assert reply.headers["cache-control"] == "no-store"
    for path in ("/models/polyphony/quick", "/models/polyphony%2Fquick"):
        assert api.call("GET", path).body == quick


def test_a_slash_at_the_end_lists_them_too(api):
    assert api.call("GET", "/models/").body == api.call("GET", "/models").body


def test_the_default_is_the_users_or_the_best_of_what_is_connected(app, api, models):
    def layers():
        told = api.call("GET", "/models/polyphony/default").body
        return told["polyphony"]["layers"]

    told = layers()  # the lists of models are there when it is answered
    best = first_mixture(app.endpoints.infos(), app.prices).preset.config
    assert told == [[each.ref for each in layer.proposers] for layer in best.layers]
    own = app.presets.named("Quick")
    app.presets.make_default(own.uid)
    try:
        assert layers() == [["lab/ada", "lab/ben"]]
        assert api.ask(question("default")).status == 200
        assert len(models.calls) == 3
    finally:
        app.presets.make_default(None)


def test_presets_that_would_be_called_alike_keep_their_names(app, api):
    config = mixture("ada")
    saved = [
        app.presets.save(Preset(name=name, title=name, description="", config=config))
        for name in ("Café №1!", "café no1", "default", "日本語")
    ]
    try:
        models = [each["id"] for each in api.call("GET", "/models").body["data"]]
        endings = [each.uid[:4] for each in saved]
        names = [
            "polyphony/café-no1",
            f"polyphony/café-no1-{endings[1]}",
            f"polyphony/default-{endings[2]}",
            "polyphony/日本語",
        ]
        assert models[-4:] == names
        unlisted = f"polyphony/café-no1-{endings[0]}"
        for name in (*names, unlisted):
            assert api.call("GET", f"/models/{quote(name)}").status == 200, name
        app.presets.delete(saved[0].uid)
        assert api.call("GET", f"/models/{quote(names[0])}").status == 200
    finally:
        for each in saved[1:]:
            app.presets.delete(each.uid)


def test_another_model_is_never_taken(api, models):
    for name in ("polyphony/none", "quick", "polyphony/", "gpt-4o", "x" * 5000):
        reply = api.ask({**question(), "model": name})
        assert reply.code == (404, "model_not_found")
        assert reply.error["param"] == "model"
        assert len(reply.text) < 500
        meant = "Did you mean 'polyphony/quick'? GET /v1/models"
        assert (meant in reply.error["message"]) == (name == "quick")
    reply = api.ask({**question(), "model": "polyphony/Quik"})
    assert meant in reply.error["message"]
    assert api.call("GET", "/models/polyphony/none").code == (404, "model_not_found")
    assert models.calls == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/completions"), ("POST", "/embeddings"), ("POST", "/responses"),
        ("GET", "/chat/completions"), ("DELETE", "/models/polyphony/quick"),
        ("POST", "/models"), ("OPTIONS", "/chat/completions"), ("OPTIONS", "/models"),
        ("GET", ""), ("GET", "/"), ("PUT", "/a/b"), ("PATCH", "/models"),
        ("GET", "/%00"), ("FOO", "/x"),
    ],
)  # fmt: skip
def test_what_is_not_served_is_a_404_as_json(api, method, path):
    origin = {"Origin": "https://evil.example"}
    asked = {"Access-Control-Request-Method": "POST", **origin}
    reply = api.call(method, path, headers=asked)
    assert reply.code == (404, "unknown_url")
    assert "chat/completions" in reply.error["message"]
    assert not [name for name in reply.headers if name.startswith("access-control")]


def test_no_answer_lets_a_page_of_elsewhere_read_it(api):
    origin = {"Origin": "https://evil.example"}
    for reply in (api.call("GET", "/models", headers=origin), api.ask({}, origin)):
        assert not [name for name in reply.headers if name.startswith("access-contr")]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert json.loads(reply.text)
