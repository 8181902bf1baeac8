"""Streams answers from every endpoint that speaks OpenAI's chat completions."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from moa_core.errors import KeyMissingError, KeyRefusedError, ProviderError
from moa_core.providers.errors import CallTarget, Failure, call_error
from moa_core.providers.streaming.answer import Answer
from moa_core.providers.streaming.connections import Connections, headers_for
from moa_core.providers.streaming.event_stream import EventStream
from moa_core.providers.streaming.quirks import QuirkBook, parameters, quirk_behind
from moa_core.run import CompletionRequest, StreamItem
from moa_core.settings import EndpointSettings

if TYPE_CHECKING:
    import httpx2

USAGE_WAIT_S = 1.0
"""How long a finished answer waits for its token counts."""

_LINGER_S = 0.02  # lets a finished response end, so that its connection is used again


class ChatCompletions:
    """One endpoint, over ``POST /chat/completions``.

    Reads the events itself: the SDK's typed chunks cost several times the CPU
    (docs/adr/0002-which-client-streams.md).

    Args:
        endpoint: Where it is, and with which key.
        connections: The pool it shares with all other endpoints.
        quirks: What is known of the models' quirks, shared likewise.
    """

    def __init__(
        self,
        endpoint: EndpointSettings,
        connections: Connections,
        quirks: QuirkBook | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._connections = connections
        self._quirks = quirks or QuirkBook()

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer.

        Yields:
            Any number of deltas, then exactly one finish. Closing the generator
            closes the connection.

        Raises:
            ProviderError: The call failed; nothing follows.
        """
        target = CallTarget.of(self._endpoint, request.agent.model)
        check_key(self._endpoint, target)
        answer = Answer(target, request.agent.max_tokens)
        failure: ProviderError | None = None
        answering = False
        try:
            async with EventStream(await self._open(request), target) as events:
                answering = True
                while (payloads := await _next(events, answer)) is not None:
                    for payload in payloads:
                        for delta in answer.read(payload):
                            yield delta
        except Exception as error:  # noqa: BLE001 - no surprise may end the whole run
            failure = call_error(error, target, answering=answering)
        if failure is not None:
            # raised out here, where it does not carry along the request and its key
            raise failure
        for delta in answer.end():
            yield delta
        yield answer.finish()

    async def _open(self, request: CompletionRequest) -> "httpx2.Response":
        """The response to ``request``, adapted to the model's quirks if need be."""
        base_url = api_url(self._endpoint)
        model = request.agent.model
        client = await self._connections.openai(self._endpoint, base_url)
        headers = headers_for(client, self._endpoint)
        quirks = self._quirks.of(base_url, model)
        while True:
            try:
                opened = await client.chat.completions.with_streaming_response.create(
                    model=model,
                    messages=[],  # in the body: here the SDK would take each one apart
                    stream=True,
                    extra_body=parameters(request, quirks),
                    extra_headers=headers,
                ).__aenter__()
            except Exception as error:
                quirk = quirk_behind(Failure.from_exception(error), quirks)
                if quirk is None:
                    raise
                quirks |= {quirk}
            else:
                self._quirks.learn(base_url, model, quirks)
                response: httpx2.Response = opened.http_response
                return response


def api_url(endpoint: EndpointSettings) -> str:
    """Base URL of the chat completions; Together's is configured without ``/v1``."""
    if endpoint.kind == "together":
        return f"{endpoint.base_url}/v1"
    return endpoint.base_url


async def _next(events: EventStream, answer: Answer) -> list[str] | None:
    """The next payloads; once the answer has finished, only what comes at once."""
    if answer.finish_reason is None and not answer.done:
        return await events.next()
    waits_for_usage = answer.usage is None and not answer.done
    try:
        return await events.next(USAGE_WAIT_S if waits_for_usage else _LINGER_S)
    except Exception:  # noqa: BLE001 - the answer is whole, however its stream ends
        return None


def check_key(endpoint: EndpointSettings, target: CallTarget) -> None:
    """Refuse a call that cannot succeed.

    Raises:
        KeyMissingError: The endpoint needs a key and has none.
        KeyRefusedError: The key cannot be sent.
    """
    key = endpoint.api_key
    if not key and endpoint.needs_key:
        variable = f" ({endpoint.key_variable})." if endpoint.key_variable else ""
        sentence = f"No key is set for {target.label}{variable}"
        raise target.error(KeyMissingError, sentence)
    if key and not (key.isascii() and key.isprintable()):
        sentence = f"The key of {target.label} contains characters that no key has."
        raise target.error(KeyRefusedError, sentence)
