"""Knows which models see images, and says what each got of attached files."""

from moa_core.engine.sight.received import received
from moa_core.engine.sight.sight import Sight

__all__ = ["Sight", "received"]
