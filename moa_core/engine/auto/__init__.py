"""Opens runs of Auto mixtures: one model answers first, and is doubted or not."""

from moa_core.engine.auto.auto_run import AutoRun

__all__ = ["AutoRun"]
