"""The base of all errors, and those that are raised before anything is run."""


class MoAError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        advice: The user's next step, a sentence, or ``""``.
    """

    advice: str = ""


class ConfigError(MoAError):
    """The configuration cannot describe a run."""


class AttachmentError(MoAError):
    """A file cannot be attached to a question; nothing of it was kept."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class CapExceededError(MoAError):
    """A run could cost more than a spending cap leaves; nothing was run or kept.

    Attributes:
        cap: The cap in words, e.g. ``daily cap``.
    """

    def __init__(self, message: str, *, cap: str, advice: str) -> None:
        super().__init__(message)
        self.cap = cap
        self.advice = advice


class CostUnknownError(CapExceededError):
    """A spending cap is set, and nobody knows what a run would cost."""
