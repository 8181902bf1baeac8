import json
from pathlib import Path

import pytest

from moa_core.errors import ConfigError
from storage.transfer.export_sections import BY_NAME
from storage.transfer.import_records import validate_record

TOOL_CALL = {"name": "look", "arguments": "{}", "id": "c1"}
EXPORT = Path(__file__).parents[2] / "data" / "version_0_1_0" / "export.json"


def first_record(section):
    """The first record of a section in a real export."""
    records = json.loads(EXPORT.read_text("utf-8"))["records"]
    return next(each for each in records if each.pop("record") == section)


def validated(section, **changes):
    fields = first_record(section) | changes
    return validate_record(BY_NAME[section], fields, older=True)


@pytest.mark.parametrize(
    ("section", "changes", "reason"),
    [
        ("calls", {"output": None, "reasoning": "text"}, "output and reasoning"),
        ("calls", {"cost_nusd": None, "cost_source": "list"}, "cost"),
        ("calls", {"params": [1]}, "params"),
        ("calls", {"notes": "one"}, "notes: these are no sentences"),
        ("calls", {"notes": ["one", 2]}, "notes: these are no sentences"),
        ("calls", {"tool_calls": {}}, "tool_calls: this is no list"),
        ("calls", {"tool_calls": ["x"]}, "tool_calls: this is no call"),
        ("calls", {"tool_calls": [{"name": "x"}]}, "tool_calls: this is no call"),
        ("calls", {"tool_calls": [TOOL_CALL | {"more": 1}]}, "tool_calls: this is no"),
        ("calls", {"tool_calls": [TOOL_CALL | {"new": 1}]}, "tool_calls: this is no"),
        ("votes", {"verdict": "won", "winner": None}, "winner"),
        ("presets", {"based_on": {"name": 3, "version": 1}}, "based_on"),
        ("presets", {"based_on": {"name": "x", "version": "1"}}, "based_on"),
        ("settings", {"value": float("inf")}, "value: a number in it is too large"),
        ("settings", {"value": "x" * 10_000_000}, "value: it is too long"),
        ("configs", {"sha256": "0" * 64}, "sha256: this is not the one"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_its_field(section, changes, reason):
    with pytest.raises(ConfigError, match=reason):
        validated(section, **changes)


def test_calls_of_tools_are_taken_as_text():
    odd = TOOL_CALL | {"name": "a\x00", "more": {"x": ["\ud800", "\x00y"]}}
    [kept] = validated("calls", tool_calls=[odd])["tool_calls"]
    json.dumps(kept, ensure_ascii=False).encode()
    assert "\x00" not in repr(kept)
    assert validated("calls", tool_calls=[])["tool_calls"] is None


def test_notes_of_a_call_are_taken_as_text():
    assert validated("calls", notes=["One.", "Two\x00."])["notes"][0] == "One."
    assert validated("calls", notes=[])["notes"] is None


def test_the_window_that_an_older_file_has_only_in_a_note_is_read_from_there():
    note = "The draft was shortened to fit its window of 8,192 tokens."
    assert validated("calls", notes=["One.", note])["window_tokens"] == 8192
    assert validated("calls", notes=["One."])["window_tokens"] is None
    absurd = note.replace("8,192", "9" * 5000)
    assert validated("calls", notes=[absurd])["window_tokens"] is None


def test_a_preset_keeps_what_it_was_made_from():
    based_on = {"name": "a-shipped-one", "version": 2}
    assert validated("presets", based_on=based_on)["based_on"] == based_on
