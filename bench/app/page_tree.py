"""Builds a page from Streamlit's messages, as a browser does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass(slots=True)
class Node:
    """One place on the page: an element, or a block with places of its own.

    Attributes:
        run: The script run that drew it last.
    """

    element: Element | None = None
    run: int = 0
    children: dict[int, "Node"] = field(default_factory=dict)

    def elements(self) -> Iterator[Element]:
        """Every element from here on, in the order of the page."""
        if self.element is not None:
            yield self.element
        for position in sorted(self.children):
            yield from self.children[position].elements()

    def forget(self, before: int) -> None:
        """Take out what the script runs since ``before`` have not drawn again."""
        for position, child in list(self.children.items()):
            if child.run < before:
                del self.children[position]
            else:
                child.forget(before)


class PageTree:
    """The page of one browser, grown from the messages it gets."""

    def __init__(self) -> None:
        self._root = Node()
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
                self._draw(message)
            case "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self._root.forget(self._run)
            case "ref_hash":
                raise ValueError("the server refers to a message that nobody kept")
            case _:
                pass  # nothing of it is drawn

    def elements(self) -> Iterator[Element]:
        """Every element on the page, in order."""
        return self._root.elements()

    def text(self) -> str:
        """All Markdown and plain text on the page, in order."""
        bodies = (
            element.markdown.body or element.text.body for element in self.elements()
        )
        return "\n\n".join(bodies)

    def _draw(self, message: ForwardMsg) -> None:
        *above, position = message.metadata.delta_path
        parent, delta = self._at(above), message.delta
        if delta.WhichOneof("type") == "add_block":
            node = parent.children.setdefault(position, Node())
            node.element, node.run = None, self._run
        else:  # a new or a passing element
            parent.children[position] = Node(delta.new_element, run=self._run)

    def _at(self, path: Sequence[int]) -> Node:
        node = self._root
        for position in path:
            node = node.children.setdefault(position, Node(run=self._run))
            node.run = max(node.run, self._run)
        return node
