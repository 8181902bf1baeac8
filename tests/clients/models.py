"""What the models behind the presets do: answer, call a tool, fill in a form, fail."""

from typing import Any

from tests.browser.app.lab import ENDPOINT, says
from tests.model_server import Play

ANSWERING = ("ada", "ben", "cleo", "chief", "long")
PRICES = ";".join(f"{ENDPOINT}/{name}=1/2" for name in ANSWERING)


def _refused(status: int, code: str) -> Play:
    error = {"error": {"message": f"refused: {code}", "code": code}}
    return Play(status=status, body=error)


def _writes(body: dict[str, Any]) -> str:
    """A form where one is asked for, else a few words."""
    if "response_format" in body:
        return '{"answer": "forty two"}'
    return " ".join(f"word{number}" for number in range(30))


def _calls_tool(body: dict[str, Any]) -> tuple[str, str] | None:
    """The first tool, unless one has been called already."""
    roles = [message["role"] for message in body["messages"]]
    if "tools" not in body or "tool" in roles:
        return None
    return body["tools"][0]["function"]["name"], '{"city": "Paris"}'


PLAYS: dict[str, Play] = {
    **{name: says(name) for name in ("ada", "ben", "cleo")},
    "chief": Play(writes=_writes, calls_tool=_calls_tool),
    "long": Play(pieces=[f"word{number} " for number in range(3000)], pause_s=0.5),
    "down": _refused(400, "invalid_request"),
    "gone": _refused(404, "model_not_found"),
    "limited": _refused(429, "rate_limit_exceeded"),
}
