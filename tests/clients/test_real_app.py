"""The API beside Streamlit's own routes: nothing of Streamlit stands in its way."""

import json

import pytest

from moa_core.openai_wire import MOST_BYTES
from tests.support.api_client import ApiClient, question

HOSTILE = {
    "deep": b'{"model":"polyphony/quick","messages":' + b"[" * 50_000,
    "many messages": json.dumps(
        {**question(), "messages": [{"role": "king", "content": "x"}] * 10_000}
    ).encode(),
    "a NUL": json.dumps(question(text="\0", n=3)).encode(),
    "a form": b"model=x",
    "too long": b" " * (MOST_BYTES + 1),
}


def test_hostile_requests_are_answered_in_words_and_leave_no_trace(served, api):
    asked = len(served.models.calls)
    for what, body in HOSTILE.items():
        reply = api.ask(body, {"Content-Type": "multipart/form-data; boundary=x"})
        assert reply.status in (400, 413), what
        assert "Traceback" not in reply.text
    stranger = ApiClient(served.url, None)
    assert stranger.ask(b"x" * (10 << 20)).code == (401, "invalid_api_key")
    for method in ("OPTIONS", "GET", "PUT", "DELETE"):
        reply = stranger.call(
            method, "/chat/completions", headers={"Origin": "http://x"}
        )
        assert reply.code == (404, "unknown_url")
        assert "access-control-allow-origin" not in reply.headers
    assert stranger.call("GET", "/models/../../healthz").status in (400, 404)
    assert len(served.models.calls) == asked
    assert "Traceback" not in served.app.logged()


def test_ten_thousand_messages_are_read(served, api):
    talk = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hm"}]
    messages = [*talk * 5_000, {"role": "user", "content": "Why?"}]
    reply = api.ask({**question("solo"), "messages": messages})
    assert reply.status == 200
    assert len(served.models.calls[-1].body["messages"]) > 10_000


@pytest.mark.parametrize("body", [question(), question(stream=True)])
def test_a_cookie_and_a_page_of_elsewhere_change_nothing(api, body):
    headers = {
        "Origin": "https://evil.example",
        "Sec-Fetch-Site": "cross-site",
        "Cookie": "_streamlit_xsrf=x; _streamlit_session=y",
    }
    reply = api.ask(body, headers)
    assert reply.status == 200
    assert "set-cookie" not in reply.headers
    assert "access-control-allow-origin" not in reply.headers
