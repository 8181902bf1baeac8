"""Writes the results of the behaviours as a Markdown table, without times."""

import re
from collections.abc import Sequence

from tests.real_servers.behaviours import (
    INPUT_USD_PER_MTOK,
    OUTPUT_USD_PER_MTOK,
    ListResult,
    Result,
)
from tests.real_servers.families import FULL

HEAD = f"""\
# Real servers

How Polyphony ends with what real model servers do. Made by
`python -m tests.real_servers`, which asks every behaviour of
`../shared/tools/bad_server.py` through the engine, all at once. Each is the only
proposer of a mixture, at ${INPUT_USD_PER_MTOK} for a million input tokens and
${OUTPUT_USD_PER_MTOK} for a million output tokens. Do not edit it.

- **Outcome**: what the user is told, or *Whole* for an answer that is complete, with
  its text where it is not the usual one.
- **Finish**: the finish reason that is stored.
- **Draft**: whether the next layer gets the text.
- **Requests**: what the server has seen.
- **Tokens**: in and out, of all attempts; *about* where Polyphony estimated them.
"""
_LONGEST_WHAT, _LONGEST_TEXT = 130, 60


def document(results: Sequence[Result], lists: Sequence[ListResult]) -> str:
    """The whole page."""
    rows = "\n".join(map(_row, results))
    list_rows = "\n".join(map(_list_row, lists))
    return (
        f"{HEAD}\n"
        "| name | what the server does | outcome | finish | draft | requests "
        "| tokens | cost |\n|---|---|---|---|---|--:|--:|--:|\n"
        f"{rows}\n\n## Lists of models\n\n"
        "| name | what the server sends | listed |\n|---|---|---|\n"
        f"{list_rows}\n"
    )


def _row(result: Result) -> str:
    usage, cost = result.usage, result.cost
    about = "about " if usage.source == "estimated" else ""
    tokens = f"{about}{usage.input_tokens:,} / {usage.output_tokens:,}"
    usd = f"${cost.usd:.6f}" if cost.total_usd is not None else "unknown"
    cells = (
        f"`{result.behaviour.name}`",
        _cell(result.behaviour.what, _LONGEST_WHAT),
        " ".join(_outcome(result)),
        f"`{finish}`" if (finish := result.call.finish_reason) else "",
        "yes" if result.draft else "no",
        str(result.requests),
        tokens if usage.total_tokens else "none",
        usd if cost.usd or cost.unknown_calls else "$0",
    )
    return f"| {' | '.join(cells)} |"


def _outcome(result: Result) -> list[str]:
    call, error = result.call, result.error
    text = "" if call.text == FULL else f"“{_cell(call.text, _LONGEST_TEXT)}”"
    if error is None:
        cut = call.finish_reason in ("length", "deadline")
        said = ["*Cut*:" if cut else "*Whole*" + (":" if text else "."), text]
    else:
        said = [_cell(f"{error} {error.advice}", 400)]
        said += [f"Kept: {text}"] if call.text else []
    return [
        part for part in (*said, *(_cell(note, 300) for note in result.notes)) if part
    ]


def _list_row(result: ListResult) -> str:
    models = result.models
    names = ", ".join(f"`{model.id}`" for model in models.models[:12])
    more = len(models.models) - 12
    listed = f"{names} and {more:,} more" if more > 0 else names
    said = listed or _cell(models.error or "no model", 300)
    return (
        f"| `{result.behaviour.name}` | {_cell(result.behaviour.what, 130)} | {said} |"
    )


def _cell(text: str, limit: int) -> str:
    """``text`` on one line, without what a table or a Markdown reader would act on."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b\ufeff]+", " ", text)
    line = re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", line)
    line = " ".join(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", line).split())
    short = line if len(line) <= limit else f"{line[: limit - 1]}…"
    return re.sub(r"([\\`*_{}\[\]<>|~$#])", r"\\\1", short)
