"""Runs batches in the terminal, and tells of them as text or as JSON lines."""

from moa_core.terminal.batch.carry_out import carry_out_batch
from moa_core.terminal.batch.options import batch_parser
from moa_core.terminal.batch.show import show_batch

__all__ = ["batch_parser", "carry_out_batch", "show_batch"]
