"""Asks the API as a program would that has nothing but the standard library."""

import http.client
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response; ``body`` is what its JSON says."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> dict[str, Any]:
        """What is told of an error; that there is one, too, is looked at."""
        assert self.status >= 400, self.text
        assert set(self.body) == {"error"}, self.text
        return self.body["error"]

    @property
    def code(self) -> tuple[int, str]:
        return self.status, self.error["code"]


@dataclass(slots=True)
class Stream:
    """A streamed response, read to its end."""

    status: int
    headers: Mapping[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def data(self) -> list[Any]:
        """What the events say, but for ``[DONE]``."""
        said = [line[6:] for line in self.lines if line.startswith("data: ")]
        return [json.loads(each) for each in said if each != "[DONE]"]

    @property
    def done(self) -> bool:
        return self.lines[-2:] == ["data: [DONE]", ""]

    @property
    def text(self) -> str:
        deltas = [each["choices"][0]["delta"] for each in self.data if each["choices"]]
        return "".join(delta.get("content") or "" for delta in deltas)

    @property
    def told(self) -> list[str]:
        """What the extension tells of, in order."""
        return [each["polyphony"]["event"] for each in self.data if "polyphony" in each]


def question(model: str = "quick", text: str = "Why?", **more: Any) -> dict[str, Any]:
    """The body of a request to a preset."""
    messages = [{"role": "user", "content": text}]
    return {"model": f"polyphony/{model}", "messages": messages, **more}


class ApiClient:
    """A client of the API at ``url``, which ends with ``/v1``, with a key."""

    def __init__(self, url: str, key: str | None) -> None:
        self.url, self.key = url, key
        self._at = urlsplit(url)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            self._at.hostname or "", self._at.port, timeout=WAIT_S
        )

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {**key, **(more or {})}

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """The reply to a request; a body that is not bytes is sent as JSON."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        with closing(self.connect()) as connection:
            address = self._at.path + path
            connection.request(method, address, data, self.headers(headers))
            response = connection.getresponse()
            text = response.read().decode()
            return Reply(response.status, _lower(response), text)

    def ask(self, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        return self.call("POST", "/chat/completions", body, headers)

    def stream(
        self, body: dict[str, Any], watch: Callable[[str], None] = lambda _line: None
    ) -> Stream:
        """A streamed answer, read to its end; each line is shown to ``watch``."""
        with closing(self.connect()) as connection:
            data = json.dumps({**body, "stream": True}).encode()
            address = f"{self._at.path}/chat/completions"
            connection.request("POST", address, data, self.headers())
            response = connection.getresponse()
            stream = Stream(response.status, _lower(response))
            while line := response.readline():
                stream.lines.append(line.decode().rstrip("\n"))
                watch(stream.lines[-1])
            return stream


def _lower(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
