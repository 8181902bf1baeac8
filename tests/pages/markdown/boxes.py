"""Containers that remember what was drawn in them, in place of Streamlit's."""

from pages.widgets.markdown.live_text import LiveText


class Place:
    """One element of a page: everything it has shown, in order."""

    def __init__(self):
        self.shown = []

    def markdown(self, text):
        self.shown.append(("markdown", text))

    def text(self, text):
        self.shown.append(("text", text))

    def container(self, **_options):
        """Return itself as the row, the column and the place for a table."""
        return self

    def empty(self):
        return self

    def space(self, _size):
        """Take the room below a table."""


class Box:
    """A container that remembers its elements."""

    def __init__(self):
        self.places = []
        self.captions = []

    def empty(self):
        self.places.append(Place())
        return self.places[-1]

    def text(self, text):
        self.empty().text(text)

    def caption(self, text):
        self.captions.append(text)

    def now(self):
        """Return what each element that is not empty shows now."""
        return [place.shown[-1] for place in self.places if place.shown]


def chunked(text, sizes):
    """Cut ``text`` into chunks of these sizes, and the rest."""
    chunks, start = [], 0
    for size in sizes:
        chunks.append(text[start : start + size])
        start += size
    return [*chunks, text[start:]]


def drawn_live(text, sizes=()):
    """Draw a text that arrives in chunks of these sizes."""
    box = Box()
    live = LiveText(box)
    parts = []
    for chunk in chunked(text, sizes):
        parts.append(chunk)
        live.update(parts)
    live.update(parts, done=True)
    return box
