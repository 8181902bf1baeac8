"""Reads a finished run: its timeline, its replay, and the prompts that were sent."""

from moa_core.review.call_times import Bar, LayerTime, SeatTime
from moa_core.review.replay import Replay
from moa_core.review.sent_prompt import matches_prompt_hash, sent_to
from moa_core.review.timeline import StepKind, Timeline, timeline

__all__ = [
    "Bar", "LayerTime", "Replay", "SeatTime", "StepKind", "Timeline",
    "matches_prompt_hash", "sent_to", "timeline",
]  # fmt: skip
