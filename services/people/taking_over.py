"""Brings what somebody had before becoming the first administrator into the main one.

Whoever signs in before an administrator is named is a user with a database of their
own. Named later, that person takes the main database, and nothing may seem lost.
"""

import logging
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database, drop, is_there
from storage.people import MAIN, Person, separate_database
from storage.presets import SharedPresets

_log = logging.getLogger(__name__)


def take_over_separate(url: str, person: Person, main: Database) -> bool:
    """Import a person's separate database into the main one, and delete it then.

    Args:
        url: Of the main database.
        person: Its owner.
        main: The main database.

    Returns:
        Whether there was one.

    Raises:
        MoAError: It could not be done; the separate database is as it was.
    """
    separate = separate_database(url, person.uid)
    if not is_there(separate):
        return False
    from storage.transfer import export_to, import_from  # rarely needed

    with (
        closing(Database.open(separate)) as database,
        TemporaryDirectory(prefix="polyphony-") as folder,
    ):
        file = Path(folder) / "export.json"
        export_to(database, file, deleted=True)
        import_from(main, file)
    drop(separate)
    SharedPresets(main, person.uid, lambda: person.shown).hand_over(MAIN)
    _log.warning("What %s had before is in the main database now.", person.shown)
    return True
