"""Answers a batch on a Ray cluster: workers on several machines, one rate, one cap."""

from moa_core.batch.on_ray.cluster import RAY_HERE, cluster
from moa_core.batch.on_ray.ray_batch import RayBatch

__all__ = ["RAY_HERE", "RayBatch", "cluster"]
