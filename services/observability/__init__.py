"""Tells those who run the app how it is: readiness, logs as JSON, metrics."""

from services.observability.json_logs import log_as_json, take_over_logger
from services.observability.metrics import CONTENT_TYPE, Metrics
from services.observability.readiness import NotReady, reason_of, why_not_ready

__all__ = [
    "CONTENT_TYPE", "Metrics", "NotReady", "log_as_json", "reason_of",
    "take_over_logger", "why_not_ready",
]  # fmt: skip
