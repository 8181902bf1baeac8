"""Reads the calls of tools that an answer has, however its server spells them.

Servers send them in pieces or whole, with their number or without, and some give every
call the same number. ``function_call`` is what ``tool_calls`` was before.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from moa_core.providers.answers.content import Said
from moa_core.run import ToolCallDelta, ToolCallPiece

_KNOWN: Final = frozenset({"index", "id", "type", "function"})


class ToolCallReader:
    """The calls of one answer.

    Args:
        offered: Whether there are tools to call; else nothing is read of calls but
            what their tool is called.

    Attributes:
        named: The tool that was called first, ``""`` if that has no name; ``None`` for
            none.
        is_last: Whether nothing of the answer followed that call.
    """

    def __init__(self, *, offered: bool) -> None:
        self.offered = offered
        self.named: str | None = None
        self.is_last = False
        self._ids: list[str] = []  # of each call, as its server spells them
        self._in_deltas = False

    def __bool__(self) -> bool:
        return bool(self._ids)

    def hear(self, said: Said) -> None:
        """Note whether a piece of the answer calls a tool."""
        if said.tool is not None:
            self.named = self.named or said.tool
        if said.tool is not None or said.text.strip():
            self.is_last = said.tool is not None

    def items_in(self, choice: Mapping[str, Any]) -> list[ToolCallDelta]:
        """What a choice brings; a whole message that repeats its deltas brings none."""
        if not self.offered:
            return []
        pieces = self._in(choice.get("delta"))
        self._in_deltas = self._in_deltas or bool(pieces)
        if not self._in_deltas:
            pieces = self._in(choice.get("message"))
        return [ToolCallDelta(pieces)] if pieces else []

    def _in(self, said: object) -> tuple[ToolCallPiece, ...]:
        if not isinstance(said, dict):
            return ()
        calls = said.get("tool_calls")
        if not calls and isinstance(former := said.get("function_call"), dict):
            calls = [{"function": former}]
        told = [self._piece(each) for each in calls or () if isinstance(each, dict)]
        return tuple(piece for piece in told if piece)

    def _piece(self, call: Mapping[str, Any]) -> ToolCallPiece | None:
        function = call.get("function")
        inner = function if isinstance(function, dict) else {}
        name, arguments = inner.get("name"), inner.get("arguments")
        if isinstance(arguments, dict):  # as Ollama's own API has them
            arguments = json.dumps(arguments, ensure_ascii=False)
        its_id = call.get("id")
        at = self._index(call.get("index"), str(its_id or ""), bool(name))
        if at is None:
            return None
        first = at == len(self._ids)
        if first:
            self._ids.append(str(its_id or ""))
        return ToolCallPiece(
            index=at,
            id=str(its_id or f"call_{uuid.uuid4().hex[:24]}") if first else "",
            name=str(name or "") if first else "",
            arguments=arguments if isinstance(arguments, str) else "",
            more={key: call[key] for key in call.keys() - _KNOWN},
        )

    def _index(self, index: object, its_id: str, named: bool) -> int | None:
        """Which call a piece is of; ``None`` for one that is of none."""
        if its_id and its_id in self._ids:
            return self._ids.index(its_id)
        known = len(self._ids)
        numbered = isinstance(index, int) and 0 <= index < known
        if numbered and not (its_id and named):  # some number every call 0
            return int(str(index))
        if named:
            return known
        return known - 1 if known else None
