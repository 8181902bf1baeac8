"""Writes the log as JSON, one object a line, for programs that collect logs.

No line has a question, an answer or a key: messages are our own words and libraries',
shortened and with secrets hidden, and of an exception that is neither ours nor the
system's only its kind and the places in the code are told.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from moa_core.errors import MoAError
from moa_core.run import called_by
from moa_core.text import redact

_OURS: Final = ("moa_core", "storage", "services", "pages")
_SERVERS: Final = ("streamlit", "uvicorn")
_MOST_PLACES: Final = 20
_log = logging.getLogger(__name__)


class _JsonLines(logging.Formatter):
    """One JSON object for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        time = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(_message(record)),
        }
        if run := getattr(record, "run", "") or next(reversed(called_by.get()), ""):
            line["run"] = run
        if request := getattr(record, "request", None):
            line["request"] = request
        if record.exc_info and (error := record.exc_info[1]):
            line["error"] = _described(error)
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """What is said; of libraries the first line, for asyncio goes on with values."""
    try:
        message = record.getMessage()
    except Exception:  # noqa: BLE001 - a library's mistake costs no line
        message = str(record.msg)
    ours = record.name.split(".")[0] in _OURS
    return message if ours else message.strip().partition("\n")[0]


def _described(error: BaseException) -> dict[str, Any]:
    """Its kind and where it came from; in its words only if they hold no texts."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_PLACES:]
    described: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
    }
    if isinstance(error, MoAError | OSError | ImportError):
        described["message"] = redact(str(error))
    if cause := error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    ):
        described["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return described


def log_as_json() -> None:
    """Write everything that is logged, warned of or not caught to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)  # of libraries: at INFO some tell every address
    for name in (*_OURS, *_SERVERS):
        logging.getLogger(name).setLevel(logging.INFO)
    for each in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(each, logging.Logger):
            take_over_logger(each)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda told: _log_uncaught(
        told.exc_type, told.exc_value, told.exc_traceback
    )


def take_over_logger(logger: logging.Logger) -> None:
    """Have a logger with handlers of its own write where all do."""
    logger.handlers.clear()
    logger.propagate = True


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, places: TracebackType | None
) -> None:
    if error is None or issubclass(kind, SystemExit | KeyboardInterrupt):
        return
    _log.critical("not caught", exc_info=(kind, error, places))
