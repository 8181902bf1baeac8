"""Whatever comes is answered in words: no traceback, and nothing is kept of it."""

import json
import re
import socket
from decimal import Decimal

import pytest

from moa_core.openai_wire import MOST_BYTES
from pages.server.api import places, request_body
from pages.server.api.closing import CLOSING
from storage.errors import DatabaseLockedError
from storage.settings import Caps
from tests.support.api_client import ApiClient, question
from tests.support.files.attached import data_url, png
from tests.support.waiting import eventually

DEEP = b'{"model":"polyphony/quick","messages":' + b"[" * 100_000
DEEP_TOOLS = json.dumps(question(tools="?")).replace(
    '"?"', '{"a":' * 2000 + "1" + "}" * 2000
)


def user(content, **more):
    return {"role": "user", "content": content, **more}


def of(*messages):
    return {**question(), "messages": list(messages)}


PICTURE = {"type": "image_url", "image_url": {"url": data_url(png())}}
AUDIO = {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}

REFUSED = {
    "no JSON": (b"{", None),
    "nothing": (b"", None),
    "not UTF-8": (b'{"model": "\xff"}', None),
    "a list": ([], None),
    "a text": ("polyphony/quick", None),
    "null": (None, None),
    "NaN": (b'{"model": "polyphony/quick", "temperature": NaN}', None),
    "a number of many digits": (b'{"seed": ' + b"9" * 9000 + b"}", None),
    "a key twice": (b'{"model": "polyphony/quick", "model": "polyphony/none"}', None),
    "deep": (DEEP, None),
    "deep tools": (DEEP_TOOLS.encode(), None),
    "half a pair": (b'{"model":"polyphony/quick","messages":[{"role":"user",'
                    b'"content":"\\ud800"}]}', None),
    "a form": (b"model=polyphony/quick&messages=x", None),
    "no model": ({"messages": [user("x")]}, "model"),
    "a model that is none": ({**question(), "model": ["polyphony/quick"]}, "model"),
    "no messages": ({"model": "polyphony/quick"}, "messages"),
    "empty messages": (of(), "messages"),
    "only a system message": (of({"role": "system", "content": "x"}), "messages"),
    "an unknown role": (of(user("x", role="king")), "messages[0].role"),
    "a message that is none": (of("x"), "messages[0]"),
    "no content": (of({"role": "user"}), "messages[0].content"),
    "a number": (of(user(7)), "messages[0].content"),
    "sound": (of(user([AUDIO])), "messages[0].content"),
    "two answers": (question(n=2), "n"),
    "true answers": (question(n=True), "n"),
    "logprobs": (question(logprobs=True), "logprobs"),
    "too hot": (question(temperature=9), "temperature"),
    "hot as can be": (b'{"model":"polyphony/quick","temperature":1e999,'
                      b'"messages":[{"role":"user","content":"x"}]}', "temperature"),
    "no tokens": (question(max_tokens=-1), "max_tokens"),
    "many tokens": (question(max_tokens=10**30), "max_tokens"),
    "what no key may be": (question(polyphony={"expose": "all"}), "polyphony.expose"),
    "runs that are none": (question(polyphony={"runs": {"a": 1}}), "polyphony.runs"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_kept(app, models, caplog):
    """Nothing was stored, nobody asked, and the log has no traceback."""
    before = len(app.history.uids()), len(app.live._runs)
    yield
    assert (len(app.history.uids()), len(app.live._runs)) == before
    assert models.calls == []
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_answered_is_refused_in_words(api, what):
    body, param = REFUSED[what]
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = api.ask(data)
    assert reply.status == 400, reply.text
    assert reply.error["type"] == "invalid_request_error"
    assert reply.error["code"]
    assert reply.headers["x-should-retry"] == "false"
    assert not re.search(r"Traceback|File \"|Error:|moa_core", reply.text)
    assert len(reply.text) < 1000
    if param:
        assert reply.error["param"] == param


def test_no_more_is_read_than_may_be_sent(api, key, address):
    """40 MB, in one piece and in many, with a key and without."""
    body = b" " * (MOST_BYTES + (8 << 20))
    assert api.ask(body).code == (413, "request_too_large")
    pieces = (body[at : at + (1 << 20)] for at in range(0, len(body), 1 << 20))
    connection = api.connect()
    path = "/poly/v1/chat/completions"
    connection.request("POST", path, pieces, api.headers(), encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
    stranger = ApiClient(address, None)
    assert stranger.ask(body[: 10 << 20]).code == (401, "invalid_api_key")


def test_a_body_that_is_compressed_is_not_unpacked(api):
    reply = api.ask(b"\x1f\x8b", {"Content-Encoding": "gzip"})
    assert reply.code == (415, "unsupported_encoding")


def raw(api, *parts, close=False):
    """The response to bytes as they are."""
    with socket.create_connection((api._at.hostname, api._at.port), 30) as connection:
        for part in parts:
            connection.sendall(part)
        if close:
            return b""
        received = b""
        while piece := connection.recv(65536):
            received += piece
            if re.search(rb"content-length: (\d+)\r\n.*\r\n\r\n", received, re.S):
                head, _, body = received.partition(b"\r\n\r\n")
                length = int(re.search(rb"content-length: (\d+)", head)[1])
                if len(body) >= length:
                    break
        return received


def head(api, *more, version="1.1"):
    lines = [f"POST /poly/v1/chat/completions HTTP/{version}", "Host: x"]
    lines += [f"Authorization: Bearer {api.key}", *more, "", ""]
    return "\r\n".join(lines).encode()


def test_a_body_that_does_not_come_is_not_waited_for(api, monkeypatch):
    monkeypatch.setattr(request_body, "LONGEST_S", 0.05)
    received = raw(api, head(api, "Content-Length: 100"), b'{"model"')
    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"request_timeout" in received


def test_nonsense_instead_of_pieces_is_refused(api):
    chunked = head(api, "Transfer-Encoding: chunked")
    assert raw(api, chunked, b"zz\r\nnonsense\r\n").startswith(b"HTTP/1.1 400 ")


def test_whoever_leaves_before_the_body_is_whole_has_asked_nothing(api):
    for _ in range(3):
        raw(api, head(api, "Content-Length: 100"), b'{"model"', close=True)
    eventually(lambda: not places.PLACES._taken)


def test_a_revoked_key_and_a_large_body(api, app, address):
    made, secret = app.api_keys.create("revoked")
    app.api_keys.revoke(made.uid)
    reply = ApiClient(address, secret).ask(b" " * (10 << 20))
    assert reply.code == (401, "invalid_api_key")


def test_no_more_are_answered_at_once_than_may_be(api, app, address, monkeypatch):
    monkeypatch.setattr(places, "MOST_PER_KEY", 1)
    with socket.create_connection((api._at.hostname, api._at.port), 30) as slow:
        slow.sendall(head(api, "Content-Length: 100"))
        eventually(lambda: places.PLACES._taken)
        reply = api.ask(question())
        assert reply.code == (429, "too_many_runs")
        assert reply.headers["x-should-retry"] == "true"
        assert int(reply.headers["retry-after"]) > 0
        _, other = app.api_keys.create("another")
        monkeypatch.setattr(places, "MOST_AT_ONCE", 1)
        reply = ApiClient(address, other).ask(question())
        assert reply.code == (429, "too_many_runs")
    eventually(lambda: not places.PLACES._taken)


def test_nothing_is_begun_while_the_program_ends(api):
    CLOSING.set()
    try:
        reply = api.ask(question())
    finally:
        CLOSING.clear()
    assert reply.code == (503, "shutting_down")
    assert reply.headers["x-should-retry"] == "true"


def test_nothing_is_begun_where_it_cannot_be_stored(api, app, monkeypatch):
    def locked(*_, **__):
        raise DatabaseLockedError("/home/ann/polyphony.db")

    monkeypatch.setattr(app.database, "writing", locked)
    for reply in (api.ask(question()), api.ask(question(stream=True))):
        assert reply.code == (503, "storage_error")
        assert "/home" not in reply.text
    monkeypatch.setattr(app.database, "reading", locked)
    assert api.ask(question()).code == (503, "storage_error")
    assert api.call("GET", "/models").code == (503, "storage_error")


def test_a_cap_refuses_before_anything_is_asked(app, api):
    app.app_settings.set_caps(Caps(per_day_usd=Decimal(0)))
    try:
        reply = api.ask(question())
    finally:
        app.app_settings.set_caps(Caps())
    assert reply.code == (402, "cap_exceeded")
    assert reply.headers["x-should-retry"] == "false"
