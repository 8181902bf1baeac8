"""Lists batches, follows one, and shows its newest answers."""

from pages.widgets.batches.address import opened_batch
from pages.widgets.batches.batch import batch_view
from pages.widgets.batches.batch_list import batch_list

__all__ = ["batch_list", "batch_view", "opened_batch"]
