"""Stores exact mixtures, each once, however many runs and presets use it."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from moa_core.mixture import MoAConfig, config_from_dict, config_sha256, config_to_dict
from storage.schema import ConfigRow


def config_id(session: Session, config: MoAConfig) -> int:
    """The row of this exact mixture, added when it is new."""
    sha256 = config_sha256(config)
    its_id = select(ConfigRow.id).where(ConfigRow.sha256 == sha256)
    known = session.scalar(its_id)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            row = ConfigRow(sha256=sha256, config=config_to_dict(config))
            session.add(row)
    except IntegrityError:  # another process has just added it
        return session.scalars(its_id).one()
    return row.id


def stored_config(columns: Mapping[str, Any]) -> MoAConfig:
    """The mixture that a row's ``config`` describes."""
    return _parsed(json.dumps(columns))


@lru_cache(maxsize=256)
def _parsed(config: str) -> MoAConfig:
    return config_from_dict(json.loads(config))
