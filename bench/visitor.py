"""A browser's end of the page's websocket: asks, reads along, and counts messages."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE_S = 60.0
COMPRESSION_BITS: Final = 15  # offered as every browser does; the server may decline

_BYTES_RECEIVED: Final = 128  # offset of tcpi_bytes_received in Linux's tcp_info


@dataclass(frozen=True, slots=True)
class Drawn:
    """Markdown that was drawn, and when."""

    at_s: float
    body: str


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


class Visitor:
    """A browser that has one conversation open; an async context manager.

    Args:
        address: Of the app.
        conversation_uid: Which one to open.

    Attributes:
        page: What it sees.
        drawn: Every Markdown element since the last question.
        messages: How many messages came since then.
    """

    def __init__(self, address: str, conversation_uid: str) -> None:
        self.page = PageTree()
        self.drawn: list[Drawn] = []
        self.messages = 0
        self._address = address
        self._query = f"c={conversation_uid}"
        self._session: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None

    @property
    def received_bytes(self) -> int:
        """Bytes that came over the wire, as the kernel counts them."""
        assert self._socket
        wire: socket.socket = self._socket.get_extra_info("socket")
        info = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        count: int = struct.unpack_from("<Q", info, _BYTES_RECEIVED)[0]
        return count

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        self._socket = await self._session.ws_connect(
            f"{self._address}/_stcore/stream",
            protocols=("streamlit",),
            origin=self._address,
            compress=COMPRESSION_BITS,
            max_msg_size=0,
        )
        await self._rerun()
        await self.read_until(self._can_ask)
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._socket:
            await self._socket.close()
        if self._session:
            await self._session.close()

    async def ask(self, question: str) -> None:
        """Type a question and read until it can ask the next one."""
        self.drawn, self.messages = [], 0
        entered = WidgetState(id=self._chat_input())
        entered.chat_input_value.data = question
        await self._rerun(entered)
        while not self._is_under_way():
            self.page.take(await self._read())
        await self.read_until(self._can_ask)

    async def click(self, label: str) -> None:
        """Click the last button that is called so, and read until it is all drawn."""
        buttons = (element.button for element in self.page.elements())
        ids = [button.id for button in buttons if button.label == label]
        await self._rerun(WidgetState(id=ids[-1], trigger_value=True))
        await self.read_until(lambda: True)

    async def read_until(self, wanted: Callable[[], bool]) -> None:
        """Read until the script has come to its end and the page is as ``wanted``.

        Raises:
            TimeoutError: That did not happen.
        """
        while True:
            message = await self._read()
            self.page.take(message)
            ended = message.WhichOneof("type") == "script_finished"
            if ended and wanted():
                return

    async def _read(self) -> ForwardMsg:
        assert self._socket
        received = await self._socket.receive(PATIENCE_S)
        if received.type is not WSMsgType.BINARY:
            raise ConnectionError(f"the page's websocket was closed: {received}")
        message = ForwardMsg()
        message.ParseFromString(received.data)
        self.messages += 1
        if body := message.delta.new_element.markdown.body:
            self.drawn.append(Drawn(time.monotonic(), body))
        return message

    async def _rerun(self, *changed: WidgetState) -> None:
        assert self._socket
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend(changed)
        await self._socket.send_bytes(message.SerializeToString())

    def _chat_input(self) -> str:
        inputs = (element.chat_input for element in self.page.elements())
        return next((each.id for each in inputs if each.id), "")

    def _can_ask(self) -> bool:
        return bool(self._chat_input()) and not self._is_under_way()

    def _is_under_way(self) -> bool:
        """Whether something is being answered: a question sent now would wait."""
        return any(element.button.label == "Stop" for element in self.page.elements())
