"""Resolves the references of records to ids; those that lead nowhere are refused."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from moa_core.errors import ConfigError
from moa_core.mixture import Seat, config_from_dict
from moa_core.run import (
    LayerProceeded,
    LayersSkipped,
    ProposersLeftOut,
    provisional_seat,
)
from storage.runs import stored_decisions
from storage.schema import ConfigRow, RunRow, table_of
from storage.transfer.export_rows import Record
from storage.transfer.export_sections import Field, Section

CallName: TypeAlias = tuple[int, int, int, int]
"""A call by the id of its run, its layer, position and attempt."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A conversation, turn, run or vote of the file."""

    id: int  # of its new row; 0 if its conversation is in the database already
    conversation: str  # uid of the conversation that it is, or is a part of
    turn: str  # uid of the turn that it is, or is a part of; "" if it has none
    parent: str | None  # of a turn: uid of the one before it
    config: str  # of a run: hash of its mixture


class References:
    """The rows that records of a file can refer to, as far as it was read."""

    def __init__(self, session: Session) -> None:
        configs = session.execute(select(ConfigRow.sha256, ConfigRow.id))
        self._config_ids: dict[str, int] = dict(configs.all())
        self._widths: dict[str, list[int]] = {}
        self._early: dict[str, Seat | None] = {}
        self._session = session
        self._places: dict[str, dict[str, _Place]] = defaultdict(dict)
        self._experiments: set[str] = set()

    def has_config(self, record: Record) -> bool:
        """Whether a mixture is in the database; notes how wide its layers are."""
        config = config_from_dict(record["config"])
        layers = [len(layer.proposers) for layer in config.layers]
        self._widths[record["sha256"]] = [*layers, len(config.aggregators)]
        self._early[record["sha256"]] = provisional_seat(config)
        return record["sha256"] in self._config_ids

    def conversation_of(self, section: Section, record: Record) -> str:
        """The uid of the conversation that a record is a part of.

        Raises:
            ConfigError: It is a part of nothing that was read before it.
        """
        if section.name == "conversations":
            return str(record["uid"])
        return self._find(section.owner, record).conversation

    def add(self, section: Section, record: Record, row_id: int) -> None:
        """Let later records refer to this one; ``row_id`` is 0 if it is not added."""
        if section.name == "configs":
            self._config_ids.setdefault(record["sha256"], row_id)
        elif section.owned and "uid" in record:
            if record.get("kind") == "experiment":
                self._experiments.add(record["uid"])
            is_turn = section.name == "turns"
            self._places[section.name][record["uid"]] = _Place(
                row_id,
                self.conversation_of(section, record),
                record["uid"] if is_turn else record.get("turn", ""),
                record["parent"] if is_turn else None,
                record.get("config", ""),
            )

    def ids(self, section: Section, record: Record) -> dict[str, Any]:
        """The columns of a record that refer to rows, but for those that name calls.

        Raises:
            ConfigError: It refers to what is not there, or not in its place.
        """
        ids: dict[str, Any] = {}
        for field in section.fields:
            if field.target is None:
                continue
            column = "row_id" if field.column.name == "id" else field.column.name
            name = record[field.name]
            if name is None:
                ids[column] = None
            elif field.target.name == "configs":
                if name not in self._config_ids:
                    raise ConfigError(f"{field.name}: it is not in this file")
                ids[column] = self._config_ids[name]
            else:
                place = self._find(field, record)
                if field is not section.owner:
                    self._check_same_turn(section, record, field, place)
                if field.target.name != "calls":
                    ids[column] = self._row_id(field.target, name, place)
        return ids

    def _row_id(self, table: Table, uid: str, place: _Place) -> int:
        """Of a new row, or of one in a conversation that is stored already."""
        if place.id:
            return place.id
        row_id = self._session.scalar(select(table.c.id).where(table.c.uid == uid))
        if row_id is None:
            raise ConfigError(f"{table.name} {uid}: the stored conversation lacks it")
        return int(row_id)

    def call_name(self, record: Record) -> CallName | None:
        """The call that a record refers to, by the id of its run; ``None`` if none."""
        if record.get("call") is None:
            return None
        run, *seat_and_attempt = record["call"]
        place = self._places["runs"][run]
        if seat_and_attempt[0] >= len(self._widths.get(place.config, ())):
            raise ConfigError("call: it is no answer")
        return (self._row_id(table_of(RunRow), run, place), *seat_and_attempt)

    def check_seat(self, record: Record) -> None:
        """Raise a ConfigError unless the mixture of the record's run has its seat."""
        run = self._places["runs"][record["run"]]
        widths = self._widths.get(run.config, [])
        layer_index = record["layer_index"]
        if record.get("role") == "title":  # beside the seats
            if (layer_index, record["position"]) != (len(widths), 0):
                raise ConfigError("position: a title stands behind the aggregator")
            return
        if record.get("role") == "provisional":
            if Seat(layer_index, record["position"]) != self._early.get(run.config):
                raise ConfigError("position: no provisional answer can be there")
            return
        if layer_index >= len(widths) or record["position"] >= widths[layer_index]:
            raise ConfigError("position: the mixture has no such seat")
        role = "aggregator" if layer_index == len(widths) - 1 else "proposer"
        judges = len(widths) == 1 and record.get("role") == "judge"
        if record.get("role", role) != role and not judges:
            raise ConfigError("role: it does not go with the seat")

    def check_decisions(self, record: Record) -> None:
        """Raise a ConfigError unless a run can have decided what its record says."""
        widths = self._widths.get(record["config"], [0])
        for _, decision in stored_decisions(record["decisions"]):
            seats: tuple[Seat, ...] = ()
            match decision:
                case LayerProceeded():
                    seats = decision.late
                case ProposersLeftOut():
                    seats = decision.left_out
                case LayersSkipped(first=first, last=last):
                    seats = (Seat(first - 1, 0), Seat(first, 0), Seat(last, 0))
                case _:
                    pass
            for seat in seats:
                layers = widths[:-1]
                if not 0 <= seat.layer_index < len(layers) or not (
                    0 <= seat.position < layers[seat.layer_index]
                ):
                    raise ConfigError("decisions: the mixture has no such seat")

    def _find(self, field: Field, record: Record) -> _Place:
        """The place that a field names: of a call, that of its run."""
        if field.target is None:
            raise ValueError(f"{field.name} names nothing")
        name, table = record[field.name], field.target.name
        if table == "calls":
            name, table = name[0], "runs"
        if name not in self._places[table]:
            raise ConfigError(f"{field.name}: it is not in this file")
        return self._places[table][name]

    def _check_same_turn(
        self, section: Section, record: Record, field: Field, place: _Place
    ) -> None:
        """What a record refers to must be of its conversation, and of its question.

        Experiments repeat questions of chats, and give drafts to other questions.
        """
        owner = self._find(section.owner, record)
        if owner.conversation in self._experiments:
            return
        turn: str | None = record.get("turn") or owner.turn
        if section.name == "turn_origins" and field.name == "call":
            turn = owner.parent
        same_turn = place.turn == turn or section.name == "turns"
        if place.conversation != owner.conversation or not same_turn:
            raise ConfigError(
                f"{field.name}: it is of another conversation or question"
            )
