"""Begins an answer before its drafts are complete: in chunks, or provisionally."""

from moa_core.engine.fast_start.continuing import Continuations

__all__ = ["Continuations"]
