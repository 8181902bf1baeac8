"""A browser's end of a page's sockets: asks, reads along, and counts messages."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any, Final, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from bench.visitors.run_reader import DrawnText, FollowedRun, RunReader

PATIENCE_S = 60.0
RUN_COMPONENT: Final = "polyphony.run"
COMPRESSION_BITS: Final = 15  # offered as every browser does; the server may decline

_BYTES_RECEIVED: Final = 128  # offset of tcpi_bytes_received in Linux's tcp_info


class PageTree:
    """The page of one browser, grown from the messages it gets."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[int, ...], tuple[int, Element]] = {}
        self._run = 0

    def take(self, message: ForwardMsg) -> None:
        """Apply one message, as the browser does.

        Raises:
            ValueError: It refers to a message that we are said to have kept.
        """
        match message.WhichOneof("type"):
            case "new_session":
                self._run += 1
            case "delta":
                self._draw(tuple(message.metadata.delta_path), message.delta)
            case "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    drawn = self._drawn.items()
                    self._drawn = {p: each for p, each in drawn if each[0] == self._run}
            case "ref_hash":
                raise ValueError("the server refers to a message that nobody kept")
            case _:
                pass  # nothing of it is drawn

    def _draw(self, path: tuple[int, ...], delta: Delta) -> None:
        if delta.WhichOneof("type") == "add_block":
            self._drawn.pop(path, None)
            return
        if path not in self._drawn:  # perhaps a block, which goes with what it held
            for old in [each for each in self._drawn if each[: len(path)] == path]:
                del self._drawn[old]
        self._drawn[path] = self._run, delta.new_element

    def elements(self) -> Iterator[Element]:
        """Every element on the page, in order."""
        return (self._drawn[path][1] for path in sorted(self._drawn))

    def text(self) -> str:
        """All Markdown and plain text on the page, in order."""
        bodies = (
            element.markdown.body or element.text.body for element in self.elements()
        )
        return "\n\n".join(bodies)

    def runs(self) -> dict[str, bool]:
        """The runs on the page, and of each whether more of it is to come."""
        return {data["run"]: data["live"] for _, data in self._mounted()}

    def mount_of(self, run: str) -> str:
        """The id of the component that shows a run."""
        return next(id_ for id_, data in self._mounted() if data["run"] == run)

    def _mounted(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for element in self.elements():
            component = element.bidi_component
            if component.component_name == RUN_COMPONENT:
                yield component.id, json.loads(component.json)


class Visitor:
    """A browser that has one conversation open; an async context manager.

    Args:
        address: Of the app.
        conversation_uid: Which one to open.

    Attributes:
        page: What it sees.
        first_text_s: From the last question to the first text that was written for it.
    """

    def __init__(self, address: str, conversation_uid: str) -> None:
        self.page = PageTree()
        self.first_text_s = 0.0
        self._messages = 0
        self._address = address
        self._query = f"c={conversation_uid}"
        self._stack = AsyncExitStack()

    @property
    def messages(self) -> int:
        """How many messages have come over both sockets."""
        return self._messages + self._runs.messages

    @property
    def drawn(self) -> list[DrawnText]:
        """Every text of a run that grew, as it stood then."""
        return self._runs.drawn

    @property
    def received_bytes(self) -> int:
        """Bytes that came over both sockets, as the kernel counts them."""
        return sum(map(_received_bytes, (self._socket, self._runs.socket)))

    async def __aenter__(self) -> Self:
        session = await self._stack.enter_async_context(ClientSession())
        reader = RunReader(session, self._address, COMPRESSION_BITS)
        self._runs = await self._stack.enter_async_context(reader)
        self._socket = await self._stack.enter_async_context(
            session.ws_connect(
                f"{self._address}/_stcore/stream",
                protocols=("streamlit",),
                origin=self._address,
                compress=COMPRESSION_BITS,
                max_msg_size=0,
            )
        )
        await self._rerun()
        await self.read_until(self._is_at_rest)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    async def ask(self, question: str) -> FollowedRun:
        """Type a question, and read until its run has ended and is shown as stored."""
        before = set(self.page.runs())
        drawn, asked_s = len(self.drawn), time.monotonic()
        entered = WidgetState(id=self._chat_input())
        entered.chat_input_value.data = question
        await self._rerun(entered)
        await self.read_until(lambda: bool(self.page.runs().keys() - before))
        [uid] = self.page.runs().keys() - before
        run = await self._runs.follow(uid)
        await asyncio.wait_for(run.ended.wait(), PATIENCE_S)
        await self._rerun(_ended(self.page.mount_of(uid), uid))
        await self.read_until(self._is_at_rest)
        self.first_text_s = self.drawn[drawn].at_s - asked_s
        return run

    async def read_until(self, wanted: Callable[[], bool]) -> None:
        """Read until the script has come to its end and the page is as ``wanted``.

        Raises:
            TimeoutError: That did not happen.
        """
        while True:
            message = await self._read()
            self.page.take(message)
            if message.delta.new_element.bidi_component.component_name == RUN_COMPONENT:
                for uid in self.page.runs():
                    await self._runs.follow(uid)
            ended = message.WhichOneof("type") == "script_finished"
            if ended and wanted():
                return

    async def _read(self) -> ForwardMsg:
        received = await self._socket.receive(PATIENCE_S)
        if received.type is not WSMsgType.BINARY:
            raise ConnectionError(f"the page's websocket was closed: {received}")
        message = ForwardMsg()
        message.ParseFromString(received.data)
        self._messages += 1
        return message

    async def _rerun(self, *changed: WidgetState) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend(changed)
        await self._socket.send_bytes(message.SerializeToString())

    def _chat_input(self) -> str:
        inputs = (element.chat_input for element in self.page.elements())
        return next((each.id for each in inputs if each.id), "")

    def _is_at_rest(self) -> bool:
        return bool(self._chat_input()) and not any(self.page.runs().values())


def _ended(component: str, uid: str) -> WidgetState:
    """What the component of a run triggers when that has ended."""
    aggregator = f"$$STREAMLIT_INTERNAL_KEY_{component}__events"
    told = json.dumps({"event": "ended", "value": uid})
    return WidgetState(id=aggregator, json_trigger_value=told)


def _received_bytes(wire: ClientWebSocketResponse) -> int:
    connection: socket.socket = wire.get_extra_info("socket")
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    count: int = struct.unpack_from("<Q", info, _BYTES_RECEIVED)[0]
    return count
