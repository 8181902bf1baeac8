"""Installs and serves real, tiny models on this machine, without a key."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from services.demo_models.demo_models import DemoModels, DemoState
from services.demo_models.install import DOWNLOAD_MB, installed

if TYPE_CHECKING:
    from services.demo_models.command import main

__all__ = ["DOWNLOAD_MB", "DemoModels", "DemoState", "installed", "main"]

if not TYPE_CHECKING:
    __getattr__ = names_on_demand(__name__, {"command": "main"})
