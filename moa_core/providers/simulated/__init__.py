"""Answers without a key: simulated models that write about the question."""

from moa_core.providers.simulated.provider import VOICES, Simulated

__all__ = [
    "VOICES",
    "Simulated",
]
