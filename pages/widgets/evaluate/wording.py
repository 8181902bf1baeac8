"""Words and figures of experiments."""

from typing import Final

_HOUR_S: Final = 3600


def duration_range(low_s: float, high_s: float) -> str:
    """``very roughly 20 to 90 minutes``, in hours from three on."""
    if high_s < 120:
        return "a minute or two"
    if high_s < 3 * _HOUR_S:
        low, high = (max(1, round(end / 60)) for end in (low_s, high_s))
        return f"very roughly {low} to {high} minutes"
    low, high = (max(1, round(end / _HOUR_S)) for end in (low_s, high_s))
    return f"very roughly {low} to {high} hours"
