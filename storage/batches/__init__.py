"""Lists batches: where their files are, and how far they have come."""

from storage.batches.batch_list import Batches
from storage.batches.stored_batch import BatchState, Reasons, StoredBatch

__all__ = ["BatchState", "Batches", "Reasons", "StoredBatch"]
