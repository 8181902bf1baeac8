"""How many examples the property tests try.

`make test` loads the profile ``thorough``, `make check` ``quick``.
"""

from hypothesis import settings

THOROUGH = "thorough"
settings.register_profile(THOROUGH, max_examples=100, deadline=None)
settings.register_profile("quick", max_examples=20, deadline=None)


def examples(factor: float) -> settings:
    """``factor`` times as many examples as the profile says: fewer of costly ones."""
    return settings(max_examples=max(1, round(factor * settings.default.max_examples)))
