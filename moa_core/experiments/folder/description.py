"""Writes what an experiment is into its folder, once, and reads it back."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from moa_core.errors import ConfigError
from moa_core.experiments.benchmark import Design, design_from_dict
from moa_core.experiments.items import Item, Reference
from moa_core.messages import Message

DESCRIPTION: Final = "experiment.json"
"""The protocol, its hash and the questions in their order; never changed."""


def write_description(path: Path, protocol: Design, items: Sequence[Item]) -> None:
    """Write it into a folder, which is made if it is not there.

    Raises:
        ConfigError: There is one already, or it cannot be written.
    """
    described = {
        "protocol": protocol.to_dict(),
        "sha256": protocol.sha256,
        "items": [_item_to_dict(item) for item in items],
    }
    try:
        path.mkdir(parents=True, exist_ok=True)
        with (path / DESCRIPTION).open("x", encoding="utf-8") as file:
            json.dump(described, file, indent=1)
    except FileExistsError:
        raise ConfigError(
            f"There is an experiment in {path}. Resume it, or name another folder."
        ) from None
    except OSError as error:
        raise unusable(path, error) from None


def read_description(path: Path) -> tuple[Design, list[Item]]:
    """The protocol of the experiment in a folder, and its questions.

    Raises:
        ConfigError: There is none, it is damaged, or it was changed by hand.
    """
    file = path / DESCRIPTION
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
        protocol = design_from_dict(described["protocol"])
        items = [_item_from_dict(each) for each in described["items"]]
        sha256 = described["sha256"]
    except FileNotFoundError:
        raise ConfigError(f"There is no experiment in {path}.") from None
    except OSError as error:
        raise unusable(path, error) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ConfigError(f"{file} is damaged.") from None
    asked = sum(not item.follows for item in items)
    if protocol.sha256 != sha256 or asked != protocol.questions:
        raise ConfigError(
            f"The protocol in {file} was changed after the start. A change is another "
            "experiment: begin one in another folder."
        )
    return protocol, items


def unusable(path: Path, error: OSError) -> ConfigError:
    """What to say of a file or folder that cannot be read or written."""
    return ConfigError(f"{path}: {error.strerror or error}")


def _item_to_dict(item: Item) -> dict[str, Any]:
    messages = [[message.role, message.text] for message in item.messages]
    written: dict[str, Any] = {"id": item.id, "messages": messages, "kind": item.kind}
    if item.follows:
        written["follows"] = item.follows
    if given := item.reference.to_dict():
        written["reference"] = given
    return written


def _item_from_dict(values: Mapping[str, Any]) -> Item:
    messages = tuple(Message.from_text(role, text) for role, text in values["messages"])
    return Item(
        id=values["id"],
        messages=messages,
        kind=values["kind"],
        follows=values.get("follows", ""),
        reference=Reference.from_dict(values.get("reference", {})),
    )
