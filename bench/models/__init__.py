"""Serves models at an exact pace, and the mixtures that use them."""

from bench.models import texts
from bench.models.mixtures import Pace, Work
from bench.models.model_server import ROOT, ModelServers, Row
from bench.models.texts import text

__all__ = [
    "ROOT",
    "ModelServers",
    "Pace",
    "Row",
    "Work",
    "text",
    "texts",
]
