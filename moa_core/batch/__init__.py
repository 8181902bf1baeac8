"""Puts a file of prompts through a mixture, and goes on where it was cut off."""

from typing import TYPE_CHECKING

from moa_core.batch.asked import AskedBatch
from moa_core.batch.batch import Batch, BatchEnded
from moa_core.batch.cap import Cap, LocalCap
from moa_core.batch.files import BatchFiles, BatchWriter
from moa_core.batch.forecast import SAMPLE, BatchForecast, Speed, batch_forecast
from moa_core.batch.gathering import gather
from moa_core.batch.known import KnownBatch
from moa_core.batch.newest import newest_answers
from moa_core.batch.progress import BatchListener, BatchProgress, EndReason
from moa_core.batch.prompts import MODEL, Row, checked_row, read_rows, shard
from moa_core.batch.row_runner import RowResult, RowRunner
from moa_core.batch.summary import BatchAnswer, BatchSummary, answers_of, batch_summary
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.batch.on_ray import RAY_HERE, RayBatch, cluster

__all__ = [
    "MODEL", "RAY_HERE", "SAMPLE", "AskedBatch", "Batch", "BatchAnswer", "BatchEnded",
    "BatchFiles", "BatchForecast", "BatchListener", "BatchProgress", "BatchSummary",
    "BatchWriter", "Cap", "EndReason", "KnownBatch", "LocalCap", "RayBatch", "Row",
    "RowResult", "RowRunner", "Speed", "answers_of", "batch_forecast", "batch_summary",
    "checked_row", "cluster", "gather", "newest_answers", "read_rows", "shard",
]  # fmt: skip

if not TYPE_CHECKING:  # who reads a batch does without what answers it elsewhere
    __getattr__ = names_on_demand(__name__, {"on_ray": "RAY_HERE RayBatch cluster"})
