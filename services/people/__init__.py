"""Opens the databases of people, and does what an administrator may do with them."""

from services.people.administration import Administration, PersonSummary
from services.people.open_databases import OpenDatabases

__all__ = ["Administration", "OpenDatabases", "PersonSummary"]
