"""Texts that keep a browser busy for seconds where nothing limits them."""

from typing import Final

ORDINARY: Final = (
    "## A heading\n\n"
    + "lorem ipsum dolor sit amet " * 12
    + "\n\n- **one** with `code`"
    " and [a link](https://example.com)\n- two\n- three, $x^2$\n\n```python\n"
    + "x = foo(1, 'a') # c\n" * 8
    + "```\n\n| a | b | c |\n|---|:-:|--:|\n"
    + "| one | two | three |\n" * 4
    + "\n"
)
"""What answers consist of."""

FLOODS: Final = {
    "headings": "# a\n\n" * 5_000,
    "underlined headings": "a\n=\n\n" * 5_000,
    "paragraphs": "a\n\n" * 5_000,
    "lists": ("".join("  " * depth + "- a\n" for depth in range(20)) + "\n\n") * 200,
    "quotes": (">" * 20 + " a\n\n") * 1_000,
    "fences": "```py\nx=1\n```\n\n" * 1_000,
    "languages": "".join(f"```l{n}\nx\n```\n\n" for n in range(1_000)),
    "tables": "|a|b|\n|-|-|\n|c|d|\n\n" * 1_000,
    "links": "[a](https://b.c/d) [e](https://b.c/d)\n\n" * 3_000,
    "emphasis": "*a* **b** _c_\n\n" * 3_000,
    "formulas": "$x^2$ and $y_1$\n\n" * 3_000,
    "rules": "---\n\n" * 5_000,
    "tasks": "- [ ] a\n\n" * 3_000,
    "HTML": "<b>a</b>\n\n" * 3_000,
}
"""Many small pieces: each is cheap, all together are not."""

HEAVY: Final = {
    "emphasis in one": "*a_ " * 8_000,
    "a long table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 5_000,
    "quotes in quotes": ">" * 3_000 + " a",
    "lists in lists": "".join(" " * 2 * depth + "- a\n" for depth in range(400)),
    "a megabyte": "lorem ipsum dolor " * 55_000,
    "an endless language": "```" + "a" * 5_000 + "\nx\n```",
    "endless languages": ("```" + "a" * 300 + "\nx\n```\n") * 5,
    "fences in one": "```py\nx=1\n```\n" * 500,
    "combining marks": "a" + "\u0301" * 60_000,
    "Arabic marks": "\u0628" + "\u064b" * 18_000,
    "enclosing marks": "a" + "\u20dd" * 100,
    "marks of several kinds": "a" + "\u0301\u200d\u0489\u034f" * 50,
    "invisible characters": "a" + "\u200b\u2060" * 100,
    "tags": "\U0001f3f4" + "\U000e0067" * 100,
    "joined emoji": "\U0001f468\u200d" * 9_000,
    "joined letters": "a\u200d" * 100,
}
"""One piece that is too heavy."""

FORMULAS: Final = {
    "long": "x+" * 10_000,
    "cells": r"\begin{matrix}" + "a&" * 5_000 + r"\end{matrix}",
    "rows": r"\begin{matrix}" + r"a\\" * 5_000 + r"\end{matrix}",
    "arrays": r"\begin{array}{c}" * 30 + "x" + r"\end{array}" * 30,
    "macros": r"\def\a{" + "x" * 200 + "}" + r"\a" * 300,
    "tall": r"\rule{1em}{97000px}",
    "wide": r"\phantom{\rule{115000px}{1em}}",
}
"""LaTeX that freezes or fills a page."""

WIDE: Final = (
    "$\\llap{left of all that}x$ and $\\smash{\\raisebox{20em}{high}}$",
    "$\\rlap{" + "x" * 300 + "}$ and $\\mathclap{" + "y" * 300 + "}$",
    "inline $\\text{" + "word " * 100 + "}$ goes on",
    "$$\n" + "x_{10} + " * 60 + "y\n$$",
    "- item $\\text{" + "word " * 100 + "}$",
    "\u1100" * 2_000,
    "\u0915\u094d" * 2_000,
    "\u0600" * 2_000,
    "a" + "\u20dd" * 60,
    "Z" + "\u0321\u034a" * 30,
    "w" * 5_000,
    "`" + "w" * 5_000 + "`",
    "| " + " | ".join(["a cell"] * 40) + " |\n|" + "---|" * 40,
    "https://example.com/" + "a" * 3_000,
)
"""Texts that want more room than their column has."""
