"""The tables that keep what was spent added up, so that nobody adds up every call."""

from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.columns import Base, Count, Ms, Prose, Word, not_negative, one_of


class _Sums:
    """What is added up, in both tables; the unknown is counted, not summed.

    Attributes:
        cache_known_tokens: Input of calls whose provider said how much was cached.
        cache_saved_nusd: What cached input cost less than it would have at full price.
        cache_extra_nusd: What input that was written to a cache cost more.
    """

    calls: Mapped[Count]
    cost_nusd: Mapped[Count]
    cost_unknown_calls: Mapped[Count]
    usage_unknown_calls: Mapped[Count]
    usage_estimated_calls: Mapped[Count]
    input_tokens: Mapped[Count]
    output_tokens: Mapped[Count]
    cached_input_tokens: Mapped[Count]
    reasoning_tokens: Mapped[Count]
    cache_known_tokens: Mapped[Count]
    cache_saved_nusd: Mapped[Count]
    cache_extra_nusd: Mapped[Count]


SUMS = tuple(_Sums.__annotations__)
"""The names of these columns."""


class SpendDayRow(_Sums, Base):
    """What the calls of one UTC day add up to, for everything one asks spending by.

    A run counts, with all its calls, for the day in which it began.
    ``storage.spending.call_sums`` says what becomes of a call.

    Attributes:
        day: Days since 1970, UTC: as good for every time zone, because what lies
            before the first whole one and after the last is added up call by call.
        preset_name: What the mixture was called when it ran; ``""`` without a name.
    """

    __tablename__ = "spend_days"
    __table_args__ = (
        one_of("fate", "used", "unread", "failed", "stopped", "interrupted", "retried"),
    )  # sums may be below zero in a row that is about to be added to another

    day: Mapped[int] = mapped_column(primary_key=True)
    preset_name: Mapped[Prose] = mapped_column(primary_key=True)
    endpoint: Mapped[Prose] = mapped_column(primary_key=True)
    model: Mapped[Prose] = mapped_column(primary_key=True)
    role: Mapped[Word] = mapped_column(primary_key=True)
    fate: Mapped[Word] = mapped_column(primary_key=True)


class ErasedSpendRow(_Sums, Base):
    """What runs had cost whose conversations are gone for good: times and sums only.

    Attributes:
        at_ms: When the quarter of an hour began in which the runs did: every time
            zone has its days begin with one.
    """

    __tablename__ = "erased_spend"
    __table_args__ = (not_negative("runs", *SUMS),)

    at_ms: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    runs: Mapped[Count]
