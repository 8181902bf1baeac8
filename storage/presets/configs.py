"""Stores exact mixtures, each once, however many runs and presets use it."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from moa_core.mixture import (
    AgentSpec,
    MoAConfig,
    agent_from_dict,
    config_from_dict,
    config_sha256,
    config_to_dict,
)
from storage.schema import ConfigRow

T = TypeVar("T")


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
    config: MoAConfig = _parsed(config_from_dict, json.dumps(columns))
    return config


def stored_agent(endpoint: str, model: str, params: Mapping[str, Any]) -> AgentSpec:
    """The agent that the columns of a call describe.

    Raises:
        ConfigError: They describe none.
    """
    whom = {"endpoint": endpoint, "model": model}
    agent: AgentSpec = _parsed(_READ_AGENT, json.dumps({**whom, **params}))
    return agent


_READ_AGENT = partial(agent_from_dict, where="params")


@lru_cache(maxsize=1024)
def _parsed(read: Callable[[object], T], described: str) -> T:
    """Conversations ask the same few mixtures and agents again and again."""
    return read(json.loads(described))
