"""Reads streamed answers: their text, reasoning and tokens, and how they ended."""

from moa_core.providers.answers.answer import Answer
from moa_core.providers.answers.event_decoder import Event, EventDecoder

__all__ = ["Answer", "Event", "EventDecoder"]
