"""How many examples the property tests try.

`make test` loads the profile ``usual``, `make check` ``quick``, and the workflow
``newest`` once a week ``thorough``.
"""

from hypothesis import settings

USUAL = "usual"
settings.register_profile(USUAL, max_examples=20, deadline=None)
settings.register_profile("thorough", max_examples=300, deadline=None)
settings.register_profile("quick", max_examples=10, deadline=None)


def examples(factor: float) -> settings:
    """``factor`` times as many examples as the profile says: fewer of costly ones."""
    return settings(max_examples=max(1, round(factor * settings.default.max_examples)))
