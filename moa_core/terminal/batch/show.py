"""Shows how far a batch is, from its files alone."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from moa_core.batch import BatchFiles, BatchSummary, batch_summary
from moa_core.errors import ConfigError
from moa_core.text import counted, one_line

_LONGEST_REASON = 300


def show_batch(call: argparse.Namespace) -> str:
    """What a batch has come to, as text or JSON.

    Raises:
        ConfigError: There is none.
    """
    summary = batch_summary(*files_at(call.output))
    return _as_json(summary) if call.json else _as_text(summary)


def files_at(path: Path) -> list[BatchFiles]:
    """Those of the batch whose answers are there: a file, or a folder of workers.

    Raises:
        ConfigError: There is none.
    """
    if path.is_dir():
        files = BatchFiles.in_folder(path)
    else:
        files = BatchFiles.beside(path).parts
    if not any(p.exists() for f in files for p in (f.answers, f.errors, f.journal)):
        raise ConfigError(f"{path}: there is no batch.")
    return files


def _as_json(summary: BatchSummary) -> str:
    values = asdict(summary)
    usd = summary.spent.total_usd
    values["spent"] = {
        "usd": None if usd is None else float(usd),
        "known_usd": float(summary.spent.usd),
        "unknown_calls": summary.spent.unknown_calls,
    }
    reasons = summary.reasons.items()
    values["reasons"] = {code: {"rows": n, "message": m} for code, (n, m) in reasons}
    return json.dumps(values)


def _as_text(summary: BatchSummary) -> str:
    read, written = summary.tokens
    lines = [
        f"{summary.answered:,} answered, {summary.failed:,} failed, "
        f"{summary.cut_off:,} cut off",
        f"{summary.spent} spent",
        *map(str, summary.mixtures),
        f"{counted(summary.calls, 'call')} for the answers, {read:,} tokens read, "
        f"{written:,} written",
    ]
    if summary.shortened:
        were = "was" if summary.shortened == 1 else "were"
        lines.append(f"{counted(summary.shortened, 'answer')} {were} cut at a limit")
    for code, (count, message) in summary.reasons.items():
        lines.append(f"{count:,} × {code}: {one_line(message, _LONGEST_REASON)}")
    return "\n".join(lines)
