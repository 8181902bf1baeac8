"""Installs and serves real, tiny models on this machine, without a key."""

from services.demo_models.command import main
from services.demo_models.demo_models import DemoModels, DemoState
from services.demo_models.install import DOWNLOAD_MB, installed

__all__ = ["DOWNLOAD_MB", "DemoModels", "DemoState", "installed", "main"]
