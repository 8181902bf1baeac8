r"""Writes every formula between dollar signs, and escapes dollar signs of prices.

The browser knows ``$x$`` and ``$$x$$`` only, and takes any two dollar signs of a line
for a formula: "from $5 to $10". Models write ``\(x\)`` and ``\[x\]`` as well.
"""

import re
from itertools import groupby
from typing import Final

from pages.widgets.markdown.fenced_code import lines_in_fences

# Of a formula: pairs of a backslash and what follows, and everything but dollar signs.
_BODY: Final = r"(?:(?!\n\n)(?:\\[^()\[\]$]|[^$\\]))"
_TOKEN: Final = re.compile(
    rf"""
      (?P<as_it_is> \\[\\$`]
        | (?P<ticks>`+)(?!`) (?:(?!\n\n).){{1,1000}}? (?<!`)(?P=ticks)(?!`)
        | \${{2,}} (?:(?!\n\n)[^$]){{1,2000}} \${{2,}}
        | \${{2,}}
        | https?://\S+ )
    | (?P<block> ^(?P<indent>[ \t]*)
        \\\[ (?P<shown> {_BODY}{{1,2000}}? ) \\\] [ \t]*$ )
    | \\\[ (?P<display> {_BODY}{{1,2000}}? ) \\\]
    | \\\( (?P<inline> {_BODY}{{1,400}}? ) \\\)
    | (?P<formula> \$ (?P<between> [^\s$] (?:[^$\n]*[^\s$\\])? ) \$ (?!\d) )
    | (?P<lone> \$ )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_PRICE: Final = re.compile(r"\d[\d.,]*[kKmMbB]?(?:[ /-]|[ ]?\N{EN DASH})[A-Za-z]{2}")
_PROSE: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}|://")
_OPERATOR: Final = re.compile(r"[\\^_=+<>{}]")


def normalize_math(text: str) -> str:
    """Write every formula between dollar signs, and escape those that begin none.

    Code stays as it is.

    Args:
        text: Markdown, perhaps unfinished.
    """
    if "$" not in text and "\\(" not in text and "\\[" not in text:
        return text
    fenced = lines_in_fences(text)
    lines = enumerate(text.split("\n"))
    parts = []
    for is_code, group in groupby(lines, lambda numbered: numbered[0] in fenced):
        part = "\n".join(line for _, line in group)
        parts.append(part if is_code else _TOKEN.sub(_in_dollars, part))
    return "\n".join(parts)


def _in_dollars(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "block":
            indent = token["indent"]
            return f"{indent}$$\n{indent}{token['shown'].strip()}\n{indent}$$"
        case "display" if _OPERATOR.search(token["display"]):
            return f"$${token['display'].strip()}$$"
        case "inline" if _is_formula(token["inline"]):
            return f"${' '.join(token['inline'].split())}$"
        case "formula" if _PRICE.match(token["between"]):
            return token[0].replace("$", "\\$")
        case "lone":
            return "\\$"
        case _:
            return token[0]


def _is_formula(text: str) -> bool:
    """Whether ``text`` is one, and no remark in escaped brackets."""
    if not text.strip():
        return False
    return bool(_OPERATOR.search(text)) or not _PROSE.search(text)
