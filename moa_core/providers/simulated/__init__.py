"""Answers without a key: simulated models that write about the question."""

from moa_core.providers.simulated.provider import Simulated
from moa_core.providers.simulated.voices import BLIND, VOICES

__all__ = ["BLIND", "VOICES", "Simulated"]
