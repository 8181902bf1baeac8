"""Tells errors that came with HTTP 200 from answers, and from news of progress."""

import re
from collections.abc import Mapping
from typing import Any

_IN_ORDER = re.compile(
    r"[12]\d\d|0+|ok|success\w*|(process|pend|wait|load|start|runn|queu|generat)\w*"
    r"|in.progress|complete\w*|none|null|false",
    re.IGNORECASE,
)
"""Codes and statuses of what is under way or went well."""

_SAYS = re.compile(
    r"(?:.*_)?(?:message|msg|reason|error_description)|.*(?:Message|Msg)"
)
_CODES = ("code", "status", "status_code")
_ERROR_CODES = ("error_code", "errcode", "err_code", "errno", "ret_code")
"""Codes that are 0 where all is well, and nothing else."""

_WRAPPERS = ("response", "result", "data", "header", "body", "base_resp")
"""Objects in which some put all they have to say."""


def payload_is_error(payload: object) -> bool:
    """Whether a JSON payload is an error instead of a piece of an answer.

    An object is one when it says so, or has a code or a message where an answer has
    its choices.
    """
    if not isinstance(payload, dict):
        return False
    names = ("error", "errors", "Error", "detail", "exception")
    for name in names[:3] if payload.get("choices") else names:
        if (value := payload.get(name)) and not _is_in_order(value):
            return True
    if "error" in (payload.get("object"), payload.get("type"), payload.get("event")):
        return True
    answers = payload.get("choices") or payload.get("usage")
    if payload.get("success") is False and not answers:
        return True
    failed = payload.get("base_resp")
    if isinstance(failed, dict) and failed.get("status_code") and not answers:
        return True
    if answers or "choices" in payload:
        return False
    wrapped = (
        value
        for name, value in payload.items()
        if name.lower() in _WRAPPERS and isinstance(value, dict)
    )
    return _has_failed(payload) or any(
        payload_is_error(inner) or _has_failed(inner) for inner in wrapped
    )


def _is_in_order(value: object) -> bool:
    """Whether what stands in the place of an error says that there is none."""
    if isinstance(value, dict):
        return all(_is_in_order(each) for each in value.values())
    return not value or bool(_IN_ORDER.fullmatch(str(value)))


def _has_failed(payload: Mapping[str, Any]) -> bool:
    """Whether a code of its own says so, beside a sentence."""
    says = any(
        isinstance(value, str) and _SAYS.fullmatch(name) and not _is_in_order(value)
        for name, value in payload.items()
    )
    if not says:
        return False
    codes = (payload.get(name) for name in _CODES)
    if any(code and not _IN_ORDER.fullmatch(str(code)) for code in codes):
        return True
    own = (payload.get(name) for name in _ERROR_CODES)
    return any(code and str(code).strip("0") for code in own)
