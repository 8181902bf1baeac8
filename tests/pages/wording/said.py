"""Reads all wording of a page that Streamlit's AppTest runs, or of a part of it."""

import os
import re
from pathlib import Path

from tests.pages.app_page import run_data

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


def offered(page, key="*-run"):
    """What is offered where a run is drawn, a line for each, without addresses."""
    told = run_data(page, key)["page"]
    seats = sorted({str(seat["use"]) for seat in told["seats"].values()})
    versions = [each["label"] for each in told["versions"]]
    offers = [
        [str(each[name]) for name in ("kind", "text", "label", "price") if name in each]
        for each in told["offers"]
    ]
    single = [told[name] for name in ("rewrite", "use", "writeWith", "note")]
    parts = [" / ".join(each) for each in (seats, versions, *offers) if each]
    lines = [*parts, *(text for text in single if text)]
    return [SECONDS.sub("N ", line) for line in lines]


def oneofs(proto):
    return [each.name for each in proto.DESCRIPTOR.oneofs]


def assert_wording(name, *nodes):
    """What the nodes say, or a list of lines, is what stands in ``texts``.

    ``WORDING=write pytest tests/pages/wording`` writes what they say now.
    """
    path = TEXTS / f"{name}.txt"
    told = [said(node) if not isinstance(node, list) else node for node in nodes]
    lines = [line for texts in told for text in texts for line in text.split("\n")]
    now = "".join(f"{line.rstrip()}\n" for line in lines)
    assert now
    if os.environ.get("WORDING") == "write":
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8")
