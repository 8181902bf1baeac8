"""Reads what a batch has come to from its files: answers, failures, cost and calls."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from moa_core.batch.files import BatchFiles, lines_of
from moa_core.batch.lines import AskedMixture
from moa_core.batch.prompts import Row, RowKey
from moa_core.errors import ConfigError
from moa_core.journal import EndedCall, call_from_dict, call_to_dict, take_in
from moa_core.run import Decision, RunState, decision_from_dict, decision_to_dict
from moa_core.usage import FREE, Cost

Line = dict[str, Any]


@dataclass(slots=True)
class KnownBatch:
    """What is known of a batch.

    Attributes:
        done: Fingerprint of the newest answer of each row, by its id.
        answers: How many answers there are.
        failed: Rows whose newest attempt failed, and that were not answered since.
        spent: What all calls have cost so far.
        mixtures: The models of the mixtures that have answered, by their hashes.
    """

    done: dict[str, str] = field(default_factory=dict)
    answers: int = 0
    failed: dict[RowKey, Line] = field(default_factory=dict)
    spent: Cost = FREE
    mixtures: dict[str, str] = field(default_factory=dict)
    _begun: dict[RowKey, list[Line]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, *all_files: BatchFiles) -> Self:
        """Read the files of a batch, or of all its workers.

        Raises:
            ConfigError: One of them cannot be read, or is not what it should be.
        """
        known = cls()
        for files in all_files:
            for line in lines_of(files.answers):
                known._take_in_answer(line, files)
        for files in all_files:
            for line in lines_of(files.errors):
                if not known.is_done(key := key_of_error(line)):
                    known.failed[key] = line
        for files in all_files:
            for line in lines_of(files.journal):
                known._take_in_record(line, files)
        return known

    def is_done(self, key: RowKey) -> bool:
        """Whether a row has its answer."""
        return self.done.get(key.custom_id) == key.fingerprint

    @property
    def cut_off(self) -> int:
        """How many rows were begun, and have neither an answer nor failed."""
        return len(self._begun.keys() - self.failed.keys())

    def check_mixture(self, mixture: AskedMixture, files: BatchFiles) -> None:
        """Make sure that nothing else has answered.

        Raises:
            ConfigError: Another mixture has.
        """
        others = {
            AskedMixture(sha256, models)
            for sha256, models in self.mixtures.items()
            if sha256 != mixture.sha256
        }
        for other in sorted(others)[:1]:
            settings = "The settings differ. " if other.models == mixture.models else ""
            raise ConfigError(
                f"{files.answers} was made with another mixture: {other}, not "
                f"{mixture}. {settings}Name another --output."
            )

    def others_than(self, rows: Iterable[Row]) -> int:
        """How many rows were answered, failed or begun that are none of ``rows``."""
        return len(self._all_keys() - {row.key for row in rows})

    def check_prompts(self, rows: Iterable[Row], files: BatchFiles) -> None:
        """Make sure that the files are of these rows, of some of them at least.

        Raises:
            ConfigError: They are of others.
        """
        keys = self._all_keys()
        if keys and keys.isdisjoint(row.key for row in rows):
            raise ConfigError(
                f"{files.answers} has answers to other prompts, none to these. Name "
                "another --output, or --append to add to it."
            )

    def _all_keys(self) -> set[RowKey]:
        done = {RowKey(*each) for each in self.done.items()}
        return done | self.failed.keys() | self._begun.keys()

    def state_of(self, row: Row) -> RunState | None:
        """A row that was begun and has no answer, as far as it came."""
        records = self._begun.get(row.key)
        if not records:
            return None
        state = RunState(row.config)
        for record in records:
            if "decision" in record:
                decision = decision_from_dict(record["decision"])
                state.decide(record["at_s"], decision)
            else:
                call = call_from_dict(record["call"])
                take_in(state, EndedCall(call, record["wait_s"]))
        if row.key in self.failed:
            state.status = "failed"
        return state

    def _take_in_answer(self, line: Line, files: BatchFiles) -> None:
        try:
            about = line["response"]["body"]["polyphony"]
            self.done[line["custom_id"]] = about["fingerprint"]
            self.mixtures[about["mixture"]] = about.get("mixture_models", "")
            self.spent += cost_told(about)
            self.answers += 1
        except (LookupError, TypeError):
            raise ConfigError(
                f"{files.answers} is not the output of a batch. Name another --output."
            ) from None

    def _take_in_record(self, line: Line, files: BatchFiles) -> None:
        try:
            key = RowKey(line["custom_id"], line["fingerprint"])
            if self.is_done(key):
                return
            self._begun[key].append(line)
            if "call" in line:
                self.spent += cost_of_record(line)
        except (LookupError, TypeError, ArithmeticError):
            raise ConfigError(
                f"{files.journal} is damaged. Without it, calls that rows without an "
                "answer had made are made again."
            ) from None


def record_of_call(key: RowKey, ended: EndedCall) -> Line:
    """That a call of a row ended, for the journal."""
    return {**_named(key), "call": call_to_dict(ended.call), "wait_s": ended.wait_s}


def record_of_decision(key: RowKey, at_s: float, decision: Decision) -> Line:
    """What the run of a row decided, for the journal."""
    return {**_named(key), "at_s": at_s, "decision": decision_to_dict(decision)}


def _named(key: RowKey) -> Line:
    return {"custom_id": key.custom_id, "fingerprint": key.fingerprint}


def key_of_record(line: Mapping[str, Any]) -> RowKey:
    """The row of a line of the journal."""
    return RowKey(line["custom_id"], line["fingerprint"])


def key_of_error(line: Mapping[str, Any]) -> RowKey:
    """The row of a line of the errors."""
    try:
        return RowKey(line["custom_id"], line["error"]["polyphony"]["fingerprint"])
    except (LookupError, TypeError):
        raise ConfigError("The file of errors is not one of a batch.") from None


def cost_of_record(line: Mapping[str, Any]) -> Cost:
    """What the call of a line of the journal has cost."""
    cost = line["call"]["cost"]
    return Cost(Decimal(cost["usd"]), cost["unknown_calls"])


def cost_told(about: Mapping[str, Any]) -> Cost:
    """What a row has cost, as its answer says."""
    usd = about["cost_usd"] if "cost_usd" in about else about["cost_usd_known"]
    return Cost(Decimal(str(usd)), about.get("cost_unknown_calls", 0))
