"""Makes every text that we did not write harmless before Streamlit sees it.

Model output, titles, model names and provider errors are Markdown to Streamlit, which
loads the pictures in it by itself. `safe_markdown` takes the teeth out of a text and
says what it stopped; `plain_label` turns a text into one line without any markup.

The rule that makes this hold against any parser: an image needs the two characters
``![`` side by side, so none are left standing but in code that is code however one
reads it. Anything doubtful counts as text. (docs/adr/0004-untrusted-markdown.md)
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.render_limits import would_freeze
from pages.widgets.markdown.source_text import as_parsed

PICTURE: Final = ":material/image: "
"""The sign that stands where a picture would have been."""

_MAX_PASSES: Final = 4  # a text that still changes after these is shown as plain text
_WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a token

# Without any of these a text is harmless as it is: the cheap way out for most texts.
_SUSPECT: Final = re.compile(
    r"!\[|\]\((?!https?://[^\s`()]*\))|\]:|\[\^|mermaid|<[a-z][a-z0-9+.-]+:|:[\w+-]+[\[{]|:material|:streamlit"
    r"|^[ \t>*+\-0-9.)]*(?:::|(?:`{3}|~{3})[^\n]*[&\\])",
    re.IGNORECASE | re.MULTILINE,
)
_TOKEN: Final = re.compile(
    r"""
      (?P<escape>  \\(?!!\[|<[A-Za-z][A-Za-z0-9+.-]+:)[!-/:-@\[-`{-~] )
    | (?P<code>    (?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`) )
    | (?P<stray>   `+ | \$ | <(?![A-Za-z][A-Za-z0-9+.-]+:) | \](?=\[[^\]]*`)
                 | (?:https?:/|www\.)(?=\S*`) )
    | (?P<picture> !\[ )
    | (?P<address> \][(:]\s*<? ) (?=(?P<target>.*))
    | (?P<auto>    < )
    | (?P<note>    \[\^ )
    | (?P<icon>    :material/(?!image:) | :(?=material_|streamlit:) )
    | (?P<colon>   :(?=\w[\w-]*[\[{]) )
    | (?P<bare>    (?:https?://|www\.)[^\s<>`$!\[\]()\\]* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PREFIX: Final = r"^(?P<prefix>(?:[\s>]|[*+-](?=\s)|\d{1,9}[.)](?=\s))*)"
_FENCE_OPENING: Final = re.compile(
    _PREFIX + r"(?P<ticks>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$"
)
_NOTE_OR_DIRECTIVE: Final = re.compile(_PREFIX + r"(?=\[\^[^\]]*\]:|::+\w|\[\^[^\]]*$)")
_TABLE_RULE: Final = re.compile(r"^[ \t>|:+*-]*-[ \t>|:-]*$", re.MULTILINE)
_QUIET: Final = re.compile(r"[^`~$<!\[\]:\\]*")
_SIMPLE_ADDRESS: Final = re.compile(r"[^`()<>\"'\s]*\)")
_DEFINITION_LABEL: Final = re.compile(_PREFIX + r"\[?[^\[\]]*$")
_PICTURE_LABEL: Final = re.compile(
    r"!\[(?P<label>(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\])*)\](?P<next>[(\[]?)",
    re.DOTALL,
)
_DEFINED: Final = re.compile(r"\[([^\]]+)\]:")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):")
_ALLOWED_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

Stopped = Literal["image", "diagram", "link"]

_NAMES: Final[Mapping[Stopped, tuple[str, str]]] = {
    "image": ("remote image", "remote images"),
    "diagram": ("Mermaid diagram", "Mermaid diagrams"),
    "link": ("unsafe link", "unsafe links"),
}


@dataclass(frozen=True, slots=True)
class Safe:
    """A text that may be shown.

    Attributes:
        markdown: What to hand to ``st.markdown``; when ``plain``, the text as it came.
        found: How many of what was taken out.
        plain: Whether Markdown would freeze the browser; show it by ``st.text``.
    """

    markdown: str
    found: Mapping[Stopped, int] = field(default_factory=dict)
    plain: bool = False

    @property
    def stopped(self) -> tuple[str, ...]:
        """What was taken out, in words: ``("1 remote image", "2 unsafe links")``."""
        return in_words(self.found)


def in_words(found: Mapping[Stopped, int]) -> tuple[str, ...]:
    """Say what was stopped; sums of several texts too."""
    return tuple(
        f"{count} {_NAMES[kind][count > 1]}" for kind, count in found.items() if count
    )


def safe_markdown(text: str) -> Safe:
    """Make Markdown from outside harmless; code, LaTeX and ordinary links stay.

    Pictures become a sign and a link, Mermaid diagrams their source code, links to
    ``data:``, ``file:``, ``javascript:`` and the like lead nowhere, and Streamlit's own
    directives are shown as written. HTML needs nothing: Streamlit shows it as text.
    Doing it twice changes nothing more.
    """
    if would_freeze(text):
        return Safe(text, plain=True)
    markdown = as_parsed(text)
    if not _SUSPECT.search(markdown):
        return Safe(markdown)
    found: Counter[Stopped] = Counter()
    for _ in range(_MAX_PASSES):
        before, markdown = markdown, _Pass(markdown, found).result()
        if markdown == before:
            return Safe(markdown, found)
    return Safe(text, plain=True)


def plain_label(text: str, limit: int = 80) -> str:
    """Return ``text`` as one line that Streamlit shows letter by letter.

    For buttons, expanders, titles, captions, toasts and errors. Control and
    bidirectional-override characters go; more than ``limit`` characters end in "…".
    """
    line = " ".join(_INVISIBLE.sub("", _BREAKS.sub(" ", text[: 20 * limit])).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    line = _LINKED.sub(lambda match: match[0] + _WORD_JOINER, line)
    return _PUNCTUATION.sub(r"\\\g<0>", line)


def plain_piece(text: str, mark: Callable[[str], str] = str) -> str:
    """A piece of a line as ``plain_label``, marked; blanks at its ends stay."""
    escaped = plain_label(text, limit=len(text) + 1)
    if not escaped:
        return " " if text else ""
    before = " " if text[0].isspace() else ""
    after = " " if text[-1].isspace() else ""
    return before + mark(escaped) + after


def title_label(title: str, limit: int) -> str:
    """A conversation's title as ``plain_label``; never nothing: one must hit it."""
    return plain_label(title, limit) or "Untitled"


_BREAKS: Final = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_INVISIBLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# Streamlit makes links, icons, emoji, arrows and its logo of these, after Markdown's
# escapes are gone.
_LINKED: Final = re.compile(
    r"https?:(?=//)|www(?=\.)|:(?=material[/_]|streamlit:|[\w+-]*[A-Za-z1][\w+-]*:)"
    r"|[\w.+-]+(?=@)|(?<!\S)[<>~-](?=(?:->|>|-|=)(?!\S))",
    re.IGNORECASE,
)
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")


class _Pass:
    """One walk over a text; where the code is depends on what the last walk changed."""

    def __init__(self, text: str, found: Counter[Stopped]) -> None:
        self._text = text
        self._found = found
        self._in_fence = lines_in_fences(text)
        self._defined = {label.casefold().strip() for label in _DEFINED.findall(text)}
        self._has_table = bool(_TABLE_RULE.search(text))
        self._line_start = 0
        self._certain = True  # that code on this line is code to every parser

    def result(self) -> str:
        """Return the text with what was found made harmless."""
        lines = self._text.split("\n")
        for number, line in enumerate(lines):
            if number in self._in_fence:
                self._certain = True
            else:
                following = lines[number + 1] if number + 1 < len(lines) else ""
                lines[number] = self._line(line, following)
            self._line_start += len(line) + 1
        return "\n".join(lines)

    def _line(self, line: str, following: str) -> str:
        if not line.strip(" \t"):
            self._certain = True  # nothing inline crosses a blank line
        if _QUIET.fullmatch(line):
            return line
        if (opening := _FENCE_OPENING.match(line)) and _is_mermaid(opening["info"]):
            self._found["diagram"] += 1
            return opening["prefix"] + opening["ticks"] + "text"
        line = _NOTE_OR_DIRECTIVE.sub(r"\g<prefix>\\", line)
        return _TOKEN.sub(lambda token: self._token(token, following), line)

    def _token(self, token: re.Match[str], following: str) -> str:
        match token.lastgroup:
            case "code":
                return self._code(token[0])
            case "stray" | "note":
                self._certain = False
                return token[0]
            case "picture":
                return self._picture(token)
            case "target":
                return self._address(token, following)
            case "auto":
                return self._autolink(token)
            case "icon":
                return ":material\\/" if token[0][-1] == "/" else ":" + _WORD_JOINER
            case "colon":
                return "\\:"
            case _:
                return token[0]

    def _code(self, code: str) -> str:
        if self._has_table and "|" in code:
            self._certain = False  # a table would have split it into two cells
        return code if self._certain else code.replace("![", "!\\[")

    def _picture(self, token: re.Match[str]) -> str:
        """Turn ``![`` into the sign of a picture and a link, or into two characters."""
        start = self._text.find(token.string[token.start() :], self._line_start)
        label = _PICTURE_LABEL.match(self._text, start)
        if label is None or not (
            label["next"] or label["label"].casefold().strip() in self._defined
        ):
            return "! [" if "$" in self._text else "!\\["  # the first is LaTeX-proof
        self._found["image"] += 1
        return PICTURE + ("[" if label["label"].strip() else "[image")

    def _address(self, token: re.Match[str], following: str) -> str:
        target = token["target"]
        if "`" in target and not _SIMPLE_ADDRESS.match(target):
            self._certain = False  # the tick may belong to the address, not to code
        defines = token[0][1] == ":"
        before = token.string[: token.start()]
        if not _leads_astray(target or following.lstrip(" \t>")):
            return token[0]
        if defines and not _DEFINITION_LABEL.match(before):
            return token[0].replace("<", "&lt;")  # it is a link by itself
        self._found["link"] += 1
        return token[0] + "#"

    def _autolink(self, token: re.Match[str]) -> str:
        self._certain = False
        if not _leads_astray(token.string[token.end() :]):
            return token[0]
        self._found["link"] += 1
        return "&lt;"  # a backslash could belong to an address before it


def _is_mermaid(info: str) -> bool:
    return "mermaid" in html.unescape(info).replace("\\", "").lower()


def _leads_astray(target: str) -> bool:
    """Whether a link target leaves http(s), or leaves this host without saying how."""
    start = html.unescape(target[:400]).replace("\\", "")
    start = "".join(char for char in start if char > " " and char != "\x7f").lower()
    scheme = _SCHEME.match(start)
    if scheme:
        return scheme[1] not in _ALLOWED_SCHEMES
    return start.startswith("//") or target.startswith(("\\\\", "/\\", "<//"))
