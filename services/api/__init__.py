"""Starts what other programs ask, and names presets as their models."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from services.api.models import (
    DEFAULT_MODEL,
    PREFIX,
    best_connected,
    model_of,
    preset_models,
    preset_of_model,
    slug,
)

if TYPE_CHECKING:
    from services.api.asking import ApiAsking, no_such_model

__all__ = [
    "DEFAULT_MODEL", "PREFIX", "ApiAsking", "best_connected", "model_of",
    "no_such_model", "preset_models", "preset_of_model", "slug",
]  # fmt: skip

if not TYPE_CHECKING:  # pages that name models need no request
    __getattr__ = names_on_demand(__name__, {"asking": "ApiAsking no_such_model"})
