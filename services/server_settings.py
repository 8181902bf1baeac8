"""Reads how the server is run: who may frame it, its log, its metrics, its notice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from moa_core.errors import ConfigError
from moa_core.text import one_line

LogFormat = Literal["text", "json"]

SHORTEST_TOKEN: Final = 16
LONGEST_NOTICE: Final = 300
_ANCESTOR: Final = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """How the server is run, read once at start-up.

    Attributes:
        frame_ancestors: Origins whose pages may show the app in a frame, such as
            ``https://huggingface.co``; none by default.
        log_format: ``json`` writes one object a line.
        metrics_token: What a reader of ``/metrics`` has to send; ``""``: there are no
            metrics. Never shown or logged.
        notice: A sentence above every page, such as that this is a demo; or ``""``.
    """

    frame_ancestors: tuple[str, ...] = ()
    log_format: LogFormat = "text"
    metrics_token: str = field(default="", repr=False)
    notice: str = ""

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from ``environ``; absent or empty names keep their default.

        Raises:
            ConfigError: A value cannot be understood; the message names its variable.
        """
        return cls(
            frame_ancestors=_ancestors(environ.get("POLYPHONY_FRAME_ANCESTORS", "")),
            log_format=_log_format(environ.get("POLYPHONY_LOG", "")),
            metrics_token=_token(environ.get("POLYPHONY_METRICS_TOKEN", "")),
            notice=one_line(environ.get("POLYPHONY_NOTICE", ""), LONGEST_NOTICE),
        )


def _ancestors(value: str) -> tuple[str, ...]:
    origins = tuple(value.lower().split())
    for origin in origins:
        if not _ANCESTOR.fullmatch(origin):
            raise ConfigError(
                f"POLYPHONY_FRAME_ANCESTORS: {origin!r} is no origin; write those of "
                "the pages that may show the app, for example https://huggingface.co."
            )
    return origins


def _log_format(value: str) -> LogFormat:
    match value.strip().lower():
        case "" | "text":
            return "text"
        case "json":
            return "json"
        case _:
            raise ConfigError("POLYPHONY_LOG: write text or json.")


def _token(value: str) -> str:
    token = value.strip()
    if token and len(token) < SHORTEST_TOKEN:
        raise ConfigError(  # what it is, nobody need see
            f"POLYPHONY_METRICS_TOKEN: write at least {SHORTEST_TOKEN} characters, for "
            "example those that `openssl rand -hex 32` prints."
        )
    if not token.isascii() or not token.isprintable():
        raise ConfigError("POLYPHONY_METRICS_TOKEN: write letters and digits only.")
    return token
