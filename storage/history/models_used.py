"""Finds the models and presets that have answered so far."""

import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.schema import ConfigRow, RunRow


class ModelsUsed:
    """The models of every mixture that was ever used; each mixture is read once."""

    def __init__(self) -> None:
        self._models: dict[int, frozenset[str]] = {}
        self._reading = threading.Lock()

    def all(self, session: Session) -> list[str]:
        """Every model, by name, whoever served it."""
        models = self._by_config(session).values()
        return sorted(set().union(*models), key=str.casefold)

    def configs_with(self, session: Session, model: str | None) -> list[int] | None:
        """The rows of the mixtures that have the model; ``None`` where any will do."""
        if model is None:
            return None
        by_config = self._by_config(session)
        return [row_id for row_id, models in by_config.items() if model in models]

    def counts(self, session: Session, config_ids: Collection[int]) -> dict[int, int]:
        """How many models each of these mixtures has, by their rows."""
        models = self._by_config(session).items() if config_ids else ()
        return {row_id: len(names) for row_id, names in models if row_id in config_ids}

    def _by_config(self, session: Session) -> Mapping[int, frozenset[str]]:
        """Mixtures never change, so only new ones are read."""
        with self._reading:
            known = max(self._models, default=0)
            rows = session.execute(
                select(ConfigRow.id, ConfigRow.config).where(ConfigRow.id > known)
            )
            self._models |= {row.id: frozenset(_models(row.config)) for row in rows}
            return dict(self._models)


def presets_used(session: Session) -> list[str]:
    """The names of every preset that has run."""
    names = session.scalars(
        select(RunRow.preset_name).where(RunRow.preset_name.is_not(None)).distinct()
    )
    return sorted((name for name in names if name), key=str.casefold)


def _models(config: Mapping[str, Any]) -> Iterator[str]:
    for layer in config["layers"]:
        yield from (agent["model"] for agent in layer["proposers"])
    yield config["aggregator"]["model"]
    yield from (agent["model"] for agent in config["fallbacks"])
