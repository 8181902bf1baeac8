"""Reads all wording of a page that Streamlit's AppTest runs, or of a part of it."""

import os
import re
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
SAID = ("title", "label", "body", "text", "content", "placeholder", "help")
SECONDS = re.compile(r"\b\d+(?:\.\d+)? (?=s\b)")


def said(node):
    """A line for each element: its texts, then what can be chosen, in brackets.

    Seconds, which differ from run to run, are said as ``N s``.
    """
    lines = []
    nodes = getattr(node, "_tree", node)
    for each in nodes if hasattr(nodes, "__iter__") else [nodes]:
        proto = getattr(each, "proto", None)
        if proto is None or each.type in ("html", "code"):
            continue
        if hasattr(proto, "WhichOneof"):  # a container's own words are in its kind
            kind = proto.WhichOneof("type") if "type" in oneofs(proto) else None
            proto = getattr(proto, kind) if kind else proto
        parts = [text for name in SAID if (text := getattr(proto, name, ""))]
        parts = [text for text in parts if isinstance(text, str)]
        options = getattr(proto, "options", ())
        chosen = [getattr(option, "content", option) for option in options]
        if chosen:
            parts.append(f"[{' / '.join(chosen)}]")
        if parts:
            lines.append(SECONDS.sub("N ", " | ".join(parts)).replace("\\", ""))
    return lines


def oneofs(proto):
    return [each.name for each in proto.DESCRIPTOR.oneofs]


def assert_wording(name, *nodes):
    """What the nodes say is what stands in ``texts``, to the letter.

    ``WORDING=write pytest tests/pages/wording`` writes what they say now.
    """
    path = TEXTS / f"{name}.txt"
    lines = [line for node in nodes for text in said(node) for line in text.split("\n")]
    now = "".join(f"{line.rstrip()}\n" for line in lines)
    assert now
    if os.environ.get("WORDING") == "write":
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")
