"""Speaks OpenAI's protocol: reads requests, and writes answers, chunks and errors.

Pure: no server, no storage. A preset is a model there, and a run its completion.
"""

from moa_core.openai_wire.answers import (
    ApiRun,
    call_values,
    run_error,
    run_summary,
    usage_values,
    whole_answer,
)
from moa_core.openai_wire.chunks import StreamChunks
from moa_core.openai_wire.errors import ApiError, api_error_of, members_of
from moa_core.openai_wire.images import read_images
from moa_core.openai_wire.panel import PanelState, kept_panel, panel_state, writer_alone
from moa_core.openai_wire.parameters import OF_WRITER
from moa_core.openai_wire.request import (
    MOST_BYTES,
    ApiRequest,
    Expose,
    UsageOf,
    read_request,
)
from moa_core.openai_wire.server_sent_events import DONE_EVENT, KEEP_ALIVE, event_of

__all__ = [
    "DONE_EVENT",
    "KEEP_ALIVE",
    "MOST_BYTES",
    "OF_WRITER",
    "ApiError",
    "ApiRequest",
    "ApiRun",
    "Expose",
    "PanelState",
    "StreamChunks",
    "UsageOf",
    "api_error_of",
    "call_values",
    "event_of",
    "kept_panel",
    "members_of",
    "panel_state",
    "read_images",
    "read_request",
    "run_error",
    "run_summary",
    "usage_values",
    "whole_answer",
    "writer_alone",
]
