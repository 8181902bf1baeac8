"""Which row of an export belongs to which: references that lead nowhere are refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moa_core.errors import ConfigError
from moa_core.mixture import MoAConfig
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import Section
from storage.transfer.import_fields import parse_mixture


@dataclass(slots=True)
class Places:
    """Which conversation the rows of an export are parts of, as far as it was read."""

    _talks: dict[str, dict[str, str]] = field(default_factory=dict)

    def talk_of(self, section: Section, record: Record) -> str:
        """The uid of the conversation that a record is a part of.

        Raises:
            ConfigError: It is a part of nothing that was read before it.
        """
        if section.name == "conversations":
            return str(record["uid"])
        owner = section.owner
        name = record[owner.name]
        if owner.target is None or name is None:
            raise ConfigError(f"{owner.name}: this names nothing")
        if owner.target.name == "conversations":
            talk = str(name)
        else:
            talk = self._talks.get(owner.target.name, {}).get(name, "")
        if not talk:
            raise ConfigError(f"{owner.name}: it is not in this file")
        if "uid" in record:
            self._talks.setdefault(section.name, {})[record["uid"]] = talk
        return talk


@dataclass(frozen=True, slots=True)
class TurnPlace:
    """A turn: its id, its conversation and the turn it follows, by their uids."""

    id: int
    talk: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class RunPlace:
    """A run: its id, the uid of its turn and the hash of its mixture."""

    id: int
    turn: str
    config: str


@dataclass(slots=True)
class Related:
    """What was taken in so far, and what refers to it."""

    configs: dict[str, int]
    mixtures: dict[str, str] = field(default_factory=dict)
    talks: dict[str, int] = field(default_factory=dict)
    turns: dict[str, TurnPlace] = field(default_factory=dict)
    runs: dict[str, RunPlace] = field(default_factory=dict)
    votes: dict[str, tuple[int, str]] = field(default_factory=dict)

    def ids(self, section: Section, record: Record, row_id: int) -> dict[str, Any]:
        """The ids that its references stand for, but for those of calls.

        Args:
            section: Of the record.
            record: With all its fields checked one by one.
            row_id: The id that it is going to have, if rows of its kind have one.

        Raises:
            ConfigError: It refers to what is not there, or not in its place.
        """
        match section.name:
            case "conversations":
                self.talks[record["uid"]] = row_id
                return {}
            case "turns":
                return self._turn(record, row_id)
            case "runs":
                return self._run(record, row_id)
            case "calls" | "run_inputs":
                return self._seated(record)
            case "presets":
                return self._config(record)
            case _ if section.owned:
                return self._of_answers(section, record, row_id)
            case _:
                return {}

    def run_of(self, call: tuple[str, int, int, int]) -> RunPlace:
        """The run that a call is of."""
        if call[0] not in self.runs:
            raise ConfigError("call: it is not in this file")
        return self.runs[call[0]]

    def _turn(self, record: Record, row_id: int) -> dict[str, Any]:
        talk_id = _there(self.talks, record, "conversation")
        parent = None
        if record["parent"] is not None:
            parent = _there(self.turns, record, "parent")
            _agree(parent.talk == record["conversation"], "parent")
        place = TurnPlace(row_id, record["conversation"], record["parent"])
        self.turns[record["uid"]] = place
        return {"conversation_id": talk_id, "parent_id": parent and parent.id}

    def _run(self, record: Record, row_id: int) -> dict[str, Any]:
        turn = _there(self.turns, record, "turn")
        _agree(turn.talk == record["conversation"], "turn")
        base = None
        if record["based_on"] is not None:
            base = _there(self.runs, record, "based_on")
            _agree(base.turn == record["turn"], "based_on")
        ids = self._config(record)
        place = RunPlace(row_id, record["turn"], record["config"])
        self.runs[record["uid"]] = place
        return {
            **ids,
            "conversation_id": self.talks[turn.talk],
            "turn_id": turn.id,
            "based_on_id": base and base.id,
        }

    def _of_answers(
        self, section: Section, record: Record, row_id: int
    ) -> dict[str, Any]:
        """What the user chose, put side by side or judged."""
        if section.name == "vote_sides":
            vote_id, turn_uid = _there(self.votes, record, "vote")
            self._same_turn(record["call"], turn_uid)
            return {"vote_id": vote_id, **self._config(record)}
        turn: TurnPlace = _there(self.turns, record, "turn")
        if section.name == "votes":
            self.votes[record["uid"]] = (row_id, record["turn"])
        if section.name == "chosen_answers":
            self._same_turn(record["call"], record["turn"])
        if section.name == "turn_origins":
            self._same_turn(record["call"], turn.parent)
        if section.name == "duel_sides":
            run: RunPlace = _there(self.runs, record, "run")
            _agree(run.turn == record["turn"], "run")
            return {"row_id": run.id}
        return {"turn_id" if section.name == "votes" else "row_id": turn.id}

    def _config(self, record: Record) -> dict[str, Any]:
        if record["config"] is None:
            return {"config_id": None}
        return {"config_id": _there(self.configs, record, "config")}

    def _same_turn(self, call: tuple[str, int, int, int], turn: str | None) -> None:
        _agree(self.run_of(call).turn == turn, "call")

    def _seated(self, record: Record) -> dict[str, Any]:
        """Of a call that was asked, or given, at a seat of a run."""
        run: RunPlace = _there(self.runs, record, "run")
        layer_index, position = record["layer_index"], record["position"]
        widths = _widths(parse_mixture(self.mixtures[run.config]))
        if layer_index >= len(widths) or position >= widths[layer_index]:
            raise ConfigError("position: the mixture has no such seat")
        role = "aggregator" if layer_index == len(widths) - 1 else "proposer"
        if record.get("role", role) != role:
            raise ConfigError("role: it does not go with the seat")
        if "call" in record:
            self._same_turn(record["call"], run.turn)
        return {"run_id": run.id}


def widths_text(config: Mapping[str, Any]) -> str:
    """A config as ``Related.mixtures`` keeps it."""
    return json.dumps(config)


def _widths(config: MoAConfig) -> list[int]:
    """How many seats each layer has, the aggregators' last."""
    layers = [len(layer.proposers) for layer in config.layers]
    return [*layers, len(config.aggregators)]


def _there(known: Mapping[str, Any], record: Record, name: str) -> Any:  # noqa: ANN401
    if record[name] not in known:
        raise ConfigError(f"{name}: it is not in this file")
    return known[record[name]]


def _agree(holds: bool, name: str) -> None:
    if not holds:
        raise ConfigError(f"{name}: it is of another conversation or question")
