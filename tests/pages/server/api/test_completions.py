"""Answers: whole and streamed, and what becomes of a run whose client has left."""

import json
import socket
import threading
from decimal import Decimal

import pytest

from moa_core.mixture.config import AgentSpec, Layer, MoAConfig, Preset
from moa_core.settings import EndpointSettings
from pages.server.api import completion
from services.api import ApiAsking
from tests.browser.app.lab import says
from tests.model_server import Play
from tests.support.api_client import ApiClient, question
from tests.support.files.attached import data_url, png
from tests.support.waiting import eventually

ANSWER = "This is what chief says."


def run_of(app, reply):
    return app.runs.load(reply.headers["x-polyphony-run"])


def test_a_whole_answer_is_a_run_that_is_kept(app, api, models):
    reply = api.ask(question(text="Why is the sea salty?"))
    assert reply.status == 200
    body, about = reply.body, reply.body["polyphony"]
    assert body["object"] == "chat.completion"
    assert body["model"] == "polyphony/quick"
    [choice] = body["choices"]
    assert choice["message"]["content"] == ANSWER
    assert choice["finish_reason"] == "stop"
    assert body["usage"]["total_tokens"] == 3 * 18
    assert len(models.calls) == len(about["calls"]) == 3
    run = reply.headers["x-polyphony-run"]
    assert reply.headers["x-request-id"] == about["run"] == run
    assert body["id"] == f"chatcmpl-{run}"
    assert reply.headers["cache-control"] == "no-store"
    assert about["url"].startswith("https://moa.example/poly/?c=")
    stored = run_of(app, reply)
    assert stored.state.status == "succeeded"
    assert stored.state.synthesis.text == ANSWER


@pytest.mark.parametrize("more", [{}, {"stream_options": {"include_usage": True}}])
def test_a_stream_tells_of_the_panel_and_ends_when_it_is_kept(app, api, more):
    stream = api.stream(question(**more))
    assert stream.status == 200
    kind = stream.headers["content-type"]
    assert kind == "text/event-stream; charset=utf-8"
    assert stream.headers["x-accel-buffering"] == "no"
    assert stream.headers["cache-control"] == "no-store"
    assert stream.done
    assert stream.text == ANSWER
    assert all(each["object"] == "chat.completion.chunk" for each in stream.data)
    told = ["run_started", "layer_started", "proposal_finished", "proposal_finished"]
    told += ["layer_finished", "synthesis_started", "run_finished"]
    assert stream.told == told
    assert bool(stream.data[-1].get("usage")) == bool(more)
    assert run_of(app, stream).state.status == "succeeded"


def test_a_stream_is_never_compressed_and_a_client_may_send_no_type(api):
    reply = api.ask(question(stream=True), {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in reply.headers
    assert reply.text.endswith("data: [DONE]\n\n")


def test_drafts_are_told_as_reasoning_where_the_key_or_the_request_says_so(
    app, address, api
):
    _, secret = app.api_keys.create("with drafts", expose="full")
    full = ApiClient(address, secret)
    for stream in (
        full.stream(question()),
        api.stream(question(polyphony={"expose": "full"})),
    ):
        assert "This is what ada says." in "\n".join(stream.lines)
    stream = full.stream(question(polyphony={"expose": "none"}))
    assert stream.told == []
    assert "ada" not in "\n".join(stream.lines)


def test_errors_have_the_reason_of_each_member(app, api):
    reply = api.ask(question("broken-panel"))
    assert reply.code == (424, "panel_failed")
    assert reply.headers["x-should-retry"] == "false"
    models = {each["model"] for each in reply.error["polyphony"]["members"]}
    assert models == {"lab/down", "lab/gone"}
    assert run_of(app, reply).state.status == "failed"
    stream = api.stream(question("broken-panel"))
    assert stream.status == 200
    assert stream.data[-1]["error"]["code"] == "panel_failed"
    assert stream.done
    reply = api.ask(question("broken-writer"))
    assert reply.code == (424, "aggregator_failed")
    assert reply.error["polyphony"]["usage"]["total_tokens"] == 2 * 18


def test_a_cap_refuses_before_anything_is_asked(app, address, models):
    _, secret = app.api_keys.create("poor", cap_usd=Decimal("0.0001"))
    reply = ApiClient(address, secret).ask(question())
    assert reply.code == (402, "cap_exceeded")
    assert reply.headers["x-should-retry"] == "false"
    assert "poor" in reply.error["message"]
    assert models.calls == []


@pytest.mark.parametrize("streamed", [True, False])
def test_a_client_that_leaves_stops_its_run_and_all_its_calls(
    app, api, models, streamed
):
    for name in ("ada", "ben"):
        models.plays[name] = says(name, fault="stall", after=1)
    connection = api.connect()
    body = json.dumps(question(stream=streamed)).encode()
    connection.request("POST", "/poly/v1/chat/completions", body, api.headers())
    models.wait_until_asked(2)
    uids = list(app.live._runs)
    connection.sock.close()
    models.wait_until_dropped(2)
    eventually(lambda: not app.live._runs)
    assert [app.runs.load(uid).state.status for uid in uids] == ["stopped"]


def test_a_run_that_takes_for_ever_is_stopped(api, models, monkeypatch):
    monkeypatch.setattr(completion, "LONGEST_S", 0.05)
    models.plays["ada"] = says("ada", fault="stall", after=1)
    assert api.ask(question()).code == (424, "run_stopped")
    assert api.stream(question()).data[-1]["error"]["code"] == "run_stopped"


def test_a_comment_comes_where_nothing_else_does(api, models, monkeypatch):
    monkeypatch.setattr(completion, "KEEP_ALIVE_S", 0.05)
    go_on = threading.Event()
    models.plays["ada"] = says("ada", held_until=go_on)
    seen = []

    def read(line):
        seen.append(line)
        if seen.count(": keep-alive") == 3:
            go_on.set()

    stream = api.stream(question(), watch=read)
    assert stream.text == ANSWER


def test_the_end_of_a_run_is_told_though_it_could_not_be_recorded(
    app, api, monkeypatch
):
    async def fail(*_):
        raise OSError("disk on fire")

    monkeypatch.setattr(app.live._listener, "record", fail)
    stream = api.stream(question())
    assert stream.done
    assert stream.data[-1]["error"]["code"] == "internal_error"
    assert api.ask(question()).status == 500


def save(app, name, *proposers):
    chief = AgentSpec(endpoint="lab", model="chief")
    config = MoAConfig(layers=(Layer(proposers),), aggregator=chief)
    return app.presets.save(
        Preset(name=name, title=name, description="", config=config)
    )


@pytest.fixture
def here(app, address, key):
    """An endpoint that is this API: its presets are models like any other."""
    endpoint = EndpointSettings(
        name="here", kind="compatible", base_url=address, api_key=key
    )
    app.live.submit(app.endpoints.set_started(endpoint)).result(30)
    yield lambda name: AgentSpec(endpoint="here", model=f"polyphony/{name}")
    app.live.submit(app.endpoints.set_started()).result(30)


def test_a_preset_may_ask_another_one_but_never_itself(app, api, here, models):
    ada = AgentSpec(endpoint="lab", model="ada")
    saved = [
        save(app, "Of presets", here("quick")),
        save(app, "There", here("back"), ada),
        save(app, "Back", here("there")),
        save(app, "Itself", here("itself")),
    ]
    try:
        reply = api.ask(question("of-presets"))
        assert reply.status == 200
        assert len(models.calls) == 4
        reply = api.ask(question("there"))
        assert reply.status == 200, "ada answers"
        [back] = [each for each in reply.body["polyphony"]["calls"] if "error" in each]
        assert back["model"] == "here/polyphony/back"
        assert "would ask itself" in back["error"]["sentence"]
        reply = api.ask(question("itself", stream=False))
        assert reply.code == (424, "panel_failed")
        assert "would ask itself" in reply.error["message"]
    finally:
        for each in saved:
            app.presets.delete(each.uid)


def test_presets_do_not_ask_one_another_for_ever(api, models):
    runs = [f"elsewhere{number}" for number in range(4)]
    reply = api.ask(question(polyphony={"runs": runs}))
    assert reply.code == (400, "preset_asks_itself")
    assert api.ask(question(polyphony={"runs": runs[:3]})).status == 200


def test_a_conversation_goes_on_where_it_was(api):
    asked = {"role": "user", "content": "Why is the sea salty?"}
    first = api.ask({"model": "polyphony/quick", "messages": [asked]}).body
    said = first["choices"][0]["message"]
    talk = [asked, {"role": "assistant", "content": said["content"]}]
    talk += [{"role": "user", "content": "And lakes?"}]
    second = api.ask({"model": "polyphony/quick", "messages": talk}).body
    again = api.ask({"model": "polyphony/quick", "messages": [asked]}).body
    places = {each["polyphony"]["url"] for each in (first, second, again)}
    assert len(places) == 1


@pytest.mark.parametrize("streamed", [True, False])
def test_a_bug_is_told_in_words_and_its_traceback_in_the_log(
    api, monkeypatch, caplog, streamed
):
    def fail(*_):
        raise AttributeError("a secret")

    name = "event_of" if streamed else "whole_answer"
    monkeypatch.setattr(completion, name, fail)
    if streamed:
        assert not api.stream(question()).done
    else:
        reply = api.ask(question())
        assert reply.code == (424, "internal_error")
        assert "secret" not in reply.text
    monkeypatch.setattr(ApiAsking, "start", fail)
    assert api.ask(question()).code == (500, "internal_error")
    assert "a secret" in caplog.text


def test_a_picture_reaches_the_panel_too_as_it_is_found_to_see(api, app, models):
    app.app_settings.set_model_sees("lab/ben", sees=False)
    url = {"url": data_url(png())}
    text = {"type": "text", "text": "What is this?"}
    content = [text, {"type": "image_url", "image_url": url}]
    messages = [{"role": "user", "content": content}]
    assert api.ask({"model": "polyphony/quick", "messages": messages}).status == 200
    sent = {call.body["model"]: json.dumps(call.body) for call in models.calls}
    assert url["url"] in sent["chief"]
    assert url["url"] in sent["ada"]
    assert url["url"] not in sent["ben"]
    assert "you cannot see it" in sent["ben"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.com/cat.png", "fetches nothing from an address"),
        ("http://127.0.0.1:80/", "fetches nothing from an address"),
        ("data:image/png;base64,AA==", "cannot be read"),
        ("data:image/png;base64,%%%", "is no base64"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "cannot be read"),
    ],
)
def test_what_is_no_image_here_is_refused_before_anybody_is_asked(
    api, models, url, said
):
    content = [{"type": "image_url", "image_url": {"url": url}}]
    messages = [{"role": "user", "content": content}]
    reply = api.ask({"model": "polyphony/quick", "messages": messages})
    assert reply.status == 400
    assert said in reply.text
    assert models.calls == []


def test_a_client_that_reads_nothing_has_left(app, api, models, monkeypatch):
    monkeypatch.setattr(completion, "SLOWEST_READER_S", 0.05)
    pieces = ["x" * 100_000] * 200
    models.plays["chief"] = Play(pieces=pieces, fault="stall", after=199)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((api._at.hostname, api._at.port))
        body = json.dumps(question(stream=True))
        head = "POST /poly/v1/chat/completions HTTP/1.1\r\nHost: x\r\n"
        head += f"Authorization: Bearer {api.key}\r\nContent-Length: {len(body)}"
        connection.sendall(f"{head}\r\n\r\n{body}".encode())
        models.wait_until_dropped(1)
        eventually(lambda: not app.live._runs)
