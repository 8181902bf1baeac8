"""Registers who uses an installation, and says where each person's database is."""

from storage.people.people import People
from storage.people.person import person_database

__all__ = ["People", "person_database"]
