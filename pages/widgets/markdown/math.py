r"""Writes every formula between dollar signs, and escapes dollar signs of prices.

The browser knows ``$x$`` and ``$$x$$`` only, and takes any two dollar signs of a line
for a formula: "from $5 to $10". Models write ``\(x\)`` and ``\[x\]`` as well.
"""

import re
from functools import partial
from itertools import groupby
from typing import Final

from pages.widgets.markdown.fenced_code import lines_in_fences
from pages.widgets.markdown.formula_limits import (
    FormulaLimits,
    source_block,
    source_code,
)

# Of a formula: pairs of a backslash and what follows, and everything but dollar signs.
_BODY: Final = r"(?:(?!\n\n)(?:\\[^()\[\]$]|[^$\\]))"
_TOKEN: Final = re.compile(
    rf"""
      (?P<as_it_is> \\[\\$`]
        | (?P<ticks>`++) (?:(?!\n\n).){{1,1000}}? (?<!`)(?P=ticks)(?!`)
        | `++
        | (?<![A-Za-z])https?://(?!\S*\\)\S+ )
    | (?P<run_in> ^(?P<margin>[ \t]*)
        \$\$ (?P<from_here>[^$\n]+\n (?:(?!\n\n)[^$])*? [^$\s]) \$\$ [ \t]*$ )
    | (?P<fence> ^(?P<lead>[ \t>]*(?:(?:[*+-]|\d{{1,9}}[.)])[ \t]+)*)
        (?P<dollars>\${{2,}}) (?P<info>[^$\n]*)\n (?P<lines>.*?)
        (?: ^(?P<closing>[ \t>]*) (?P=dollars)\$*[ \t]*$ | \Z ) )
    | (?P<shown> (?P<pair>\${{2,}})
        (?P<body>(?:(?!\n\n)[^$]){{1,2000}}) (?P=pair)(?!\$) )
    | (?P<block> ^(?P<indent>[ \t]*)
        \\\[ (?P<between_lines> {_BODY}{{1,2000}}? ) \\\] [ \t]*$ )
    | \\\[ (?P<display> {_BODY}{{1,2000}}? ) \\\]
    | \\\( (?P<inline> {_BODY}{{1,400}}? ) \\\)
    | (?P<formula> \$ (?P<between> [^\s$] (?:[^$\n]*[^\s$\\])? ) \$ (?!\d) )
    | (?P<lone> \$+ )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_PRICE: Final = re.compile(r"\d[\d.,]*[kKmMbB]?(?:[ /-]|[ ]?\N{EN DASH})[A-Za-z]{2}")
_AMOUNT_IN_PROSE: Final = re.compile(
    r"\d[^\\^_=+<>{}]*[\s(][A-Za-z]{2}[^\\^_=+<>{}]*\Z"
)
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{2,}[/:,=]\Z")  # "$HOME/$USER"
_PROSE: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}[ ,]+[A-Za-z]{3,}|://")
_OPERATOR: Final = re.compile(r"[\\^_=+<>{}]")


def normalize_math(text: str) -> str:
    """Write every formula between dollar signs, and escape those that begin none.

    Formulas that would freeze the browser become code. Code stays as it is.

    Args:
        text: Markdown, perhaps unfinished.
    """
    if "$" not in text and "\\(" not in text and "\\[" not in text:
        return text
    in_dollars = partial(_in_dollars, limits=FormulaLimits())
    fenced = lines_in_fences(text)
    lines = enumerate(text.split("\n"))
    parts = []
    for is_code, group in groupby(lines, lambda numbered: numbered[0] in fenced):
        part = "\n".join(line for _, line in group)
        parts.append(part if is_code else _TOKEN.sub(in_dollars, part))
    return "\n".join(parts)


def _in_dollars(token: re.Match[str], limits: FormulaLimits) -> str:
    match token.lastgroup:
        case "fence":
            return _fence(token, limits)
        case "shown":
            return _drawn_or_code(token[0], token["body"], limits)
        case "block" | "run_in":
            return _block(token, limits)
        case "display" if _OPERATOR.search(token["display"]):
            source = token["display"].strip()
            return _drawn_or_code(f"$${source}$$", source, limits)
        case "inline" if _is_formula(token["inline"]):
            source = " ".join(token["inline"].split())
            return _drawn_or_code(f"${source}$", source, limits)
        case "formula" if not _is_money(token["between"]):
            return _drawn_or_code(token[0], token["between"], limits)
        case "formula" | "lone":
            return token[0].replace("$", "\\$")
        case _:
            return token[0]


def _fence(token: re.Match[str], limits: FormulaLimits) -> str:
    """A formula on lines of its own, perhaps unfinished."""
    lead, lines, closing = token["lead"], token["lines"], token["closing"]
    unfinished = closing is None and token["info"].strip()
    if unfinished or (lead.strip() and "\n\n" in lines):
        return token[0].replace("$", "\\$")  # the browser would not end it here
    if limits.allow(lines):
        return token[0]
    return source_block(lines, lead, closing)


def _block(token: re.Match[str], limits: FormulaLimits) -> str:
    """A formula that shall stand on lines of its own."""
    indent = token["indent"] or token["margin"] or ""
    source = (token["between_lines"] or token["from_here"]).strip()
    if limits.allow(source):
        return f"{indent}$$\n{indent}{source}\n{indent}$$"
    return source_block(f"{indent}{source}\n", indent, indent)


def _drawn_or_code(formula: str, source: str, limits: FormulaLimits) -> str:
    return formula if limits.allow(source) else source_code(formula)


def _is_money(between: str) -> bool:
    """Whether what stands between two dollar signs is prose, after an amount or so."""
    kinds = (_PRICE, _AMOUNT_IN_PROSE, _VARIABLE)
    return any(kind.match(between) for kind in kinds)


def _is_formula(text: str) -> bool:
    """Whether ``text`` is one, and no remark in escaped brackets."""
    if not text.strip():
        return False
    return bool(_OPERATOR.search(text)) or not _PROSE.search(text)
