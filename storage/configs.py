"""Exact mixtures as rows: each is kept once, however many runs and presets use it."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from moa_core.config import MoAConfig
from moa_core.presets import config_from_dict, config_sha256, config_to_dict
from storage.tables import ConfigRow


def config_id(session: Session, config: MoAConfig) -> int:
    """The row of this exact mixture, added when it is new."""
    sha256 = config_sha256(config)
    known = session.scalar(select(ConfigRow.id).where(ConfigRow.sha256 == sha256))
    if known is not None:
        return known
    row = ConfigRow(sha256=sha256, config=config_to_dict(config))
    session.add(row)
    session.flush()
    return row.id


def stored_config(columns: Mapping[str, Any]) -> MoAConfig:
    """The mixture that a row's ``config`` describes."""
    return _parsed(json.dumps(columns))


@lru_cache(maxsize=256)
def _parsed(config: str) -> MoAConfig:
    return config_from_dict(json.loads(config))
