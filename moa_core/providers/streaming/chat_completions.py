"""Streams answers from every endpoint that speaks OpenAI's chat completions."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from moa_core.errors import KeyMissingError, KeyRefusedError, ProviderError
from moa_core.messages import has_images
from moa_core.providers.answers import Answer, Event
from moa_core.providers.errors import (
    CallTarget,
    call_error,
    failure_of,
    image_error,
    suspected_images,
)
from moa_core.providers.streaming.connections import Connections, headers_for
from moa_core.providers.streaming.elimination import Elimination
from moa_core.providers.streaming.event_stream import EventStream
from moa_core.providers.streaming.quirks import Quirk, QuirkBook, RequestForm
from moa_core.run import (
    CompletionRequest,
    Delta,
    Finish,
    Note,
    Report,
    SignOfLife,
    SlottedServer,
    Spelling,
    StreamItem,
    ToolCallDelta,
    called_by_field,
)
from moa_core.settings import EndpointSettings

if TYPE_CHECKING:
    import httpx2

END_WAIT_S = 5.0
"""How long an answer that has ended waits for its token counts, or for more of it."""

CLOSED_WAIT_S = 0.5
"""The same once the token counts have come last, as they do."""

SIGN_EVERY_S = 1.0
"""How often, at most, a sign of life is passed on while no content comes."""

_TAKEN = (Delta, ToolCallDelta, Finish)
"""What shows that a request was taken."""

_LINGER_S = 0.02  # lets a finished response end, so that its connection is used again


class ChatCompletions:
    """One endpoint, over ``POST /chat/completions``.

    Reads the events itself: the SDK's typed chunks cost several times the CPU
    (docs/adr/0002-which-client-streams.md).

    Args:
        endpoint: Where it is, and with which key.
        connections: The pool it shares with all other endpoints.
        quirks: What is known of the models' quirks, shared likewise.
        local_server: Its server, where that is near by.
    """

    def __init__(
        self,
        endpoint: EndpointSettings,
        connections: Connections,
        quirks: QuirkBook | None = None,
        local_server: SlottedServer | None = None,
    ) -> None:
        self.local_server = local_server
        self._endpoint = endpoint
        self._connections = connections
        self._quirks = quirks or QuirkBook()

    async def stream(
        self, request: CompletionRequest
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer, in another form where the model refuses the usual one.

        Yields:
            Any number of deltas, then exactly one finish; before them, or before it
            fails, a note on all that was adapted. Closing the generator closes the
            connection.

        Raises:
            ProviderError: The call failed; nothing follows.
        """
        target = CallTarget.of(self._endpoint, request.agent.model)
        check_key(self._endpoint, target)
        elimination = Elimination(request, api_url(self._endpoint), self._quirks)
        failure: ProviderError | None = None
        taken = False
        while failure is None:
            try:
                answering = self._answer(request, elimination, target)
                async with aclosing(answering) as items:
                    async for item in items:
                        if not taken and isinstance(
                            item, Delta | ToolCallDelta | Finish
                        ):
                            taken = True
                            for note in elimination.take():
                                yield Note(note)
                        yield item
                return
            except ProviderError as error:
                fixed = taken or request.continues  # whoever asked so tries another way
                sent = has_images(request.messages) and not taken
                about = image_error(elimination.failure, target) if sent else None
                if fixed or about:
                    failure = about or error
                else:
                    failure = elimination.next_form(error)
        for note in elimination.refused:
            yield Note(note)
        suspected = has_images(request.messages) and not taken
        raise suspected_images(failure) if suspected else failure

    async def _answer(
        self, request: CompletionRequest, elimination: Elimination, target: CallTarget
    ) -> AsyncGenerator[StreamItem, None]:
        """Stream the answer to one request; say why when it is refused."""
        answer = Answer(target, elimination.form.fitted(request))
        elimination.failure = None
        if Quirk.NOT_STREAMED in elimination.form.quirks:
            yield Note(elimination.why_not_streamed, all_at_once=True)
        failure: ProviderError | None = None
        answering = False
        try:
            async with EventStream(
                await self._open(request, elimination.form), target
            ) as events:
                answering = True
                reading = _Reading(events, answer)
                while (batch := await reading.next()) is not None:
                    for item in reading.items_in(batch):
                        yield item
        except Exception as error:  # noqa: BLE001 - no surprise may end the whole run
            elimination.failure = told = failure_of(error)
            answer.note(told.document)
            failure = call_error(
                error if isinstance(error, ProviderError) else told,
                target,
                answering=answering,
            )
        for item in answer.end():
            yield item
        failure = failure or answer.failure()
        report = answer.report()
        if failure is None:
            yield Finish(
                reason=report.reason,
                usage=report.usage,
                model=report.model,
                response_id=report.response_id,
            )
            return
        if report != Report():
            yield report
        # raised out here, where it does not carry along the request and its key
        raise failure

    async def _open(
        self, request: CompletionRequest, form: RequestForm
    ) -> "httpx2.Response":
        """The response to ``request``, sent in ``form``."""
        url = api_url(self._endpoint, request.continues)
        client = await self._connections.openai(self._endpoint, url)
        opened = await client.chat.completions.with_streaming_response.create(
            model=request.agent.model,
            messages=[],  # in the body: here the SDK would take each one apart
            stream=True,
            extra_body=form.body(request) | called_by_field(request.agent.model),
            extra_headers={
                **headers_for(client, self._endpoint),
                **form.caching.headers(request),
            },
        ).__aenter__()
        response: httpx2.Response = opened.http_response
        return response


def api_url(endpoint: EndpointSettings, continues: Spelling | None = None) -> str:
    """Base URL of the chat completions; Together's is configured without ``/v1``.

    DeepSeek continues a ``prefix`` under another one only (its "Chat Prefix
    Completion (Beta)").
    """
    if endpoint.kind == "together":
        return f"{endpoint.base_url}/v1"
    if continues == "prefix" and _DEEPSEEK.match(endpoint.base_url):
        return f"{endpoint.base_url.removesuffix('/v1')}/beta"
    return endpoint.base_url


_DEEPSEEK = re.compile(r"https://api\.deepseek\.com(/v1)?\Z")


@dataclass(slots=True)
class _Reading:
    """Reads the events of an answer, and does not wait for long after its end."""

    events: EventStream
    answer: Answer
    ended_s: float | None = None  # when it had ended, on the loop's clock
    sign_s: float = field(default_factory=time.monotonic)  # of the last sign of life

    async def next(self) -> list[Event] | None:
        """The next events; once the answer has ended, only what comes soon."""
        answer = self.answer
        if not answer.done and (answer.resumed or not answer.ended):
            self.ended_s = None
            return await self.events.next()
        now_s = asyncio.get_running_loop().time()
        self.ended_s = now_s if self.ended_s is None else self.ended_s
        wait_s = CLOSED_WAIT_S if answer.closed else END_WAIT_S
        left_s = self.ended_s + (_LINGER_S if answer.done else wait_s) - now_s
        try:
            return await self.events.next(left_s) if left_s > 0 else None
        except Exception:  # noqa: BLE001 - the answer is whole, however its stream ends
            return None

    def items_in(self, batch: list[Event]) -> Iterator[StreamItem]:
        """What ``batch`` brings; now and then a sign of life where that is nothing.

        Texts are one item where they came together: each item costs its way to a page.

        Raises:
            ProviderError: An event says so; what came before it has been brought.
        """
        items: list[StreamItem] = []
        failure: ProviderError | None = None
        try:
            for event in batch:
                items += self.answer.read(event)
        except ProviderError as error:
            failure = error
        yield from _joined(items)
        if failure:
            raise failure
        if not items and (now_s := time.monotonic()) - self.sign_s >= SIGN_EVERY_S:
            self.sign_s = now_s
            yield SignOfLife()


def _joined(items: Iterable[StreamItem]) -> Iterator[StreamItem]:
    """``items``, with texts of one kind that follow each other as one."""
    kinds = ((item, item.kind if isinstance(item, Delta) else None) for item in items)
    for kind, group in groupby(kinds, lambda pair: pair[1]):
        same = [item for item, _ in group]
        if kind is None:
            yield from same
        else:
            yield Delta("".join(i.text for i in same if isinstance(i, Delta)), kind)


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
