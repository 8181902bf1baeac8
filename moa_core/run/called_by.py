"""Names the runs that a call is made for.

A preset may have another preset among its models, through this program's own API or
another one's. Each such call says which runs it is made for, so that whoever is asked
sees whether they are among them: a preset that called itself would never end. It says
so in the body, which proxies hand on where they drop headers.
"""

from contextvars import ContextVar
from typing import Any

called_by: ContextVar[tuple[str, ...]] = ContextVar("called_by", default=())
"""Uids of the runs under way around what is done now, the outermost first."""


def is_preset(model: str) -> bool:
    """Whether a model is a preset of an API such as ours."""
    return model.startswith("polyphony/")


def called_by_field(model: str) -> dict[str, Any]:
    """What the body of a call says of its runs; nothing to a model of others."""
    runs = called_by.get()
    if not runs or not is_preset(model):
        return {}
    return {"polyphony": {"runs": list(runs)}}
