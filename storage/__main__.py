"""`python -m storage`: export, import, back up, restore and delete what is kept.

Works on the database that DATABASE_URL names, as the app does; where people sign in,
backup, restore, prune and delete-everything work on everybody's, unless --person says
whose. Exit code 0 when it was done, 1 when it could not be, 2 for a wrong call.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias, get_args

from moa_core.env_file import load_env_file
from moa_core.errors import ConfigError, MoAError
from moa_core.settings import DEFAULT_DATABASE_URL
from moa_core.terminal import forgive_standard_error
from moa_core.text import counted, one_line
from moa_core.training import TrainingFormat
from storage.database import Database, home_folder, located
from storage.people import People
from storage.transfer import export_to, import_from, training_lines, write_whole
from storage.upkeep import (
    CONFIRMATION,
    Erased,
    Retention,
    back_up,
    check_retention,
    erase_everything,
    restore,
    separate_databases,
    url_of_person,
)

DONE, FAILED = 0, 1
PROGRAM = "python -m storage"

_Command: TypeAlias = Callable[[str, argparse.Namespace], None]


def main(arguments: Sequence[str] | None = None, prog: str = PROGRAM) -> int:
    """Do what the command line asks for and return the exit code.

    Args:
        arguments: Those of the command line; ``None`` for this process's own.
        prog: The program's name in help and messages.
    """
    forgive_standard_error()
    call = _parser(prog).parse_args(arguments)
    home = home_folder()
    try:
        load_env_file(home / ".env")
        url = located(os.environ.get("DATABASE_URL", DEFAULT_DATABASE_URL), home)
        call.do(url_of_person(url, call.person) if call.person else url, call)
        sys.stdout.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # or Python complains when it exits
        os.dup2(nowhere, sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever read has enough
            said = f"standard output cannot be written: {error.strerror or error}"
            print(f"{prog}: {said}.", file=sys.stderr)
        return FAILED
    except MoAError as error:
        message = one_line(f"{error} {error.advice}", 600)
        print(f"{prog}: {message}", file=sys.stderr)
        return FAILED
    return DONE


def _file_or(standard: str) -> Callable[[str], Path]:
    """Reads the name of a file; ``-`` is the stream ``standard``, as elsewhere."""
    return lambda name: Path(standard if name == "-" else name)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, summary: str, do: _Command) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary)
        added.set_defaults(do=do)
        added.add_argument(
            "--person",
            metavar="E-MAIL",
            help="whose data, by e-mail, name or uid; `people` lists them",
        )
        return added

    _add_export_options(command("export", "write everything to a JSON file", _export))
    importing = command("import", "import such a file", _import)
    importing.add_argument(
        "file",
        type=_file_or("/dev/stdin"),
        metavar="FILE.json",
        help="input file; - is standard input",
    )
    command("backup", "back up the database file", _back_up)
    restoring = command("restore", "restore a backup", _restore)
    restoring.add_argument("file", type=Path, metavar="FILE")
    pruning = command("prune", "permanently delete old chats", _prune)
    pruning.add_argument(
        "--days", type=int, required=True, help="delete chats unused for this many days"
    )
    pruning.add_argument("--dry-run", action="store_true", help="only print how many")
    erasing = command(
        "delete-everything", "permanently delete all data and all backups", _erase
    )
    erasing.add_argument("--confirm", metavar="WORDS", help=f"{CONFIRMATION!r}")
    erasing.add_argument("--keep-copies", action="store_true", help="keep backups")
    listing = commands.add_parser("people", help="list who has signed in")
    listing.set_defaults(do=_list_people, person=None)
    return parser


def _add_export_options(export: argparse.ArgumentParser) -> None:
    export.add_argument(
        "file",
        type=_file_or("/dev/stdout"),
        metavar="FILE.json",
        help="output file; - is standard output",
    )
    export.add_argument(
        "--format",
        choices=("json", *get_args(TrainingFormat)),
        default="json",
        help="json can be imported again; the others are training data (JSONL)",
    )
    export.add_argument(
        "--deleted",
        action="store_true",
        help="include deleted chats that can still be restored",
    )


def _export(url: str, call: argparse.Namespace) -> None:
    with closing(Database.open(url)) as database:
        if call.format != "json":
            write_whole(call.file, training_lines(database, call.format))
            return
        written = export_to(database, call.file, deleted=call.deleted)
    said = sys.stderr if written.streamed else sys.stdout  # which may be the target
    print(f"In {call.file}: {_counted(written.counts)}.", file=said)
    if written.left_out:
        left_out = _counted({"conversations": written.left_out})
        print(
            f"Left out, because deleted: {left_out}; --deleted takes them along.",
            file=said,
        )


def _import(url: str, call: argparse.Namespace) -> None:
    with closing(Database.open(url)) as database:
        imported = import_from(database, call.file)
    print(f"Added: {_counted(imported.added)}.")
    if imported.same:
        print(f"There already: {_counted(imported.same)}.")
    for sentence in imported.different:
        print(sentence)


def _back_up(url: str, _call: argparse.Namespace) -> None:
    print(f"Copied to {back_up(url)}.")


def _restore(url: str, call: argparse.Namespace) -> None:
    set_aside = restore(url, call.file)
    print(f"Restored from {call.file}.")
    if set_aside is not None:
        print(f"What was there before is in {set_aside}.")


def _prune(url: str, call: argparse.Namespace) -> None:
    check_retention({"days": call.days})
    count = 0
    for each in [url, *_of_others(url, call)]:
        with closing(Database.open(each)) as database:
            retention = Retention(database)
            gone = (retention.preview if call.dry_run else retention.tidy)(call.days)
        count += gone.old + gone.deleted
    verb = "Would delete" if call.dry_run else "Deleted"
    print(f"{verb}: {_counted({'conversations': count})}.")


def _of_others(url: str, call: argparse.Namespace) -> list[str]:
    """The databases of all who sign in, unless the call is about one person."""
    return [] if call.person else [each for _, each in separate_databases(url)]


def _erase(url: str, call: argparse.Namespace) -> None:
    if call.confirm != CONFIRMATION:
        raise ConfigError(f"This cannot be undone: add --confirm '{CONFIRMATION}'.")
    erased = [_erased(each, call) for each in [*_of_others(url, call), url]]
    print("Deleted everything.")
    for each in erased:
        for copy in each.copies:
            print(f"Removed the copy {copy}.")
        for copy in each.left:
            print(f"This copy is still there: {copy}.")


def _erased(url: str, call: argparse.Namespace) -> Erased:
    with closing(Database.open(url)) as database:
        return erase_everything(database, with_copies=not call.keep_copies)


def _list_people(url: str, _call: argparse.Namespace) -> None:
    with closing(Database.open(url)) as database:
        known = People(database).list()
    if not known:
        print("Nobody has signed in.")
    for each in known:
        person = each.person
        words = [
            person.uid,
            f"{each.seen_at:%Y-%m-%d %H:%M} UTC",
            person.role,
            *(["blocked"] if person.blocked else []),
            *(["main database"] if person.owns_main else []),
            one_line(person.shown, 200),
        ]
        print("  ".join(words))


def _counted(counts: dict[str, int]) -> str:
    shown = ("conversation", "run", "call", "preset", "setting", "vote")
    named = [
        counted(number, each) for each in shown if (number := counts.get(f"{each}s", 0))
    ]
    return ", ".join(named) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
