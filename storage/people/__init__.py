"""Registers who uses an installation, and says where each person's database is."""

from storage.people.people import People
from storage.people.person import (
    MAIN,
    PEOPLE,
    KnownPerson,
    Person,
    person_database,
    separate_database,
)
from storage.people.sums import Sums, sums_of

__all__ = [
    "MAIN", "PEOPLE", "KnownPerson", "People", "Person", "Sums", "person_database",
    "separate_database", "sums_of",
]  # fmt: skip
