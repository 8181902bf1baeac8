"""Finds a PostgreSQL for the storage tests, or gets one; `make test` calls it once.

POLYPHONY_TEST_POSTGRES_URL (or DATABASE_URL, if it is one) names a server whose user
may create databases: each test gets one of its own there, none that exists is touched.
Else installed programs start a server for the test process: on a socket in a temporary
folder, by a user who is not root, gone with the process.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from storage.database.migrate import migrate
from storage.database.revisions import VERSIONS, names
from storage.schema import METADATA

NAMES = ("POLYPHONY_TEST_POSTGRES_URL", "DATABASE_URL")
GIVEN = next(
    (url for name in NAMES if (url := os.environ.get(name, "")).startswith("postgres")),
    None,
)
"""Read once, before the tests are shielded from the environment."""

FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
SETTINGS = (
    "listen_addresses=",
    "fsync=off",  # nothing here outlives the tests
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=200",
    "autovacuum=off",
    "jit=off",
)
HBA = "local all polyphony trust\nlocal all all scram-sha-256\n"

# Ends the server when its standard input closes: at the latest when pytest is gone.
WARDEN = '"$@" </dev/null & read -r _; kill -QUIT $!; wait $!; true'


class NoPostgresError(Exception):
    """There is none; says what to do."""


LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


EMPTY = "; ".join(
    f"DELETE FROM {table.name}" for table in reversed(METADATA.sorted_tables)
)
CURRENT = f"UPDATE alembic_version SET version_num = '{names(VERSIONS)[-1]}'"


@dataclass(frozen=True)
class Server:
    """A running server, and a database with our tables on it.

    Attributes:
        ours: Whether we started it: then we know whom it lets in, and may add users.
        emptying: The connection that empties the database, once it is open.
    """

    url: URL
    template: str
    ours: bool = GIVEN is None
    emptying: list[psycopg.Connection] = field(default_factory=list)

    @contextmanager
    def new_database(self, template: str | None = None) -> Iterator[str]:
        """A database of its own, with our tables; ``template0``: with nothing."""
        name = f"polyphony_test_{secrets.token_hex(6)}"
        self.leave()  # a database that somebody uses is not copied
        self.run(f"CREATE DATABASE {name} TEMPLATE {template or self.template}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def emptied_database(self) -> Iterator[str]:
        """The one database with our tables, without a row: sooner there than a new one.

        Only for who leaves the tables themselves as they are; what is noted of their
        version is set right.
        """
        url = self.address(self.template)
        try:
            yield url
        finally:
            try:
                self._empty(url)
            except psycopg.OperationalError:  # a test ended every connection
                self.leave()
                self._empty(url)

    def _empty(self, url: str) -> None:
        """By one connection for all tests: a new one learns all tables anew."""
        if not self.emptying:
            self.emptying.append(psycopg.connect(_plain(url), autocommit=True))
        self.emptying[0].execute(LEAVE)
        self.emptying[0].execute(EMPTY)
        self.emptying[0].execute(CURRENT)  # a test may have noted another version

    def leave(self) -> None:
        """Close that connection."""
        while self.emptying:
            self.emptying.pop().close()

    def address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        address = _plain(self.url.render_as_string(hide_password=False))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def _plain(url: str) -> str:
    """The address as PostgreSQL's own library takes it."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


@contextmanager
def running() -> Iterator[Server]:
    """The server that was named, or one of our own while the context is open.

    Raises:
        NoPostgresError: There is none.
    """
    with ExitStack() as stack:
        url = make_url(GIVEN or stack.enter_context(_own_server()))
        empty = Server(url.set(drivername="postgresql+psycopg"), "template0")
        template = make_url(stack.enter_context(empty.new_database()))
        migrate(template)
        server = Server(empty.url, template.database)
        stack.callback(server.leave)
        yield server


@contextmanager
def _own_server() -> Iterator[str]:
    programs = installed()
    if programs is None:
        raise NoPostgresError(
            f"no PostgreSQL is installed (Debian: apt install postgresql), and "
            f"{NAMES[0]} names none"
        )
    folder = Path(tempfile.mkdtemp(prefix="polyphony-pg-"))
    try:
        _create(programs, folder)
        with _started(programs, folder):
            yield f"postgresql://polyphony@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    found = [path for each in FOLDERS for path in Path("/").glob(each[1:])]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    whole = [path for path in found if (path / "initdb").exists()]
    return max(whole, key=_version, default=None)


def _version(programs: Path) -> list[int]:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True)
    numbers = said.stdout.decode().split()[2:3] or ["0"]
    return [int(part) for part in numbers[0].split(".") if part.isdecimal()]


def _create(programs: Path, folder: Path) -> None:
    options = ["--no-sync", "--no-instructions", "--auth=trust", "--username=polyphony"]
    where = ["--pgdata", str(folder / "data")]
    if _is_root():
        shutil.chown(folder, _user())
    command = [programs / "initdb", *options, *where, "--locale=C", "--encoding=UTF8"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, user=_user())
    hba = folder / "data" / "pg_hba.conf"
    hba.write_text(HBA)


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[None]:
    settings = [word for each in SETTINGS for word in ("-c", each)]
    command = [programs / "postgres", "-D", folder / "data", "-k", folder, *settings]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", WARDEN, "sh", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=_user(),
        )
    try:
        _wait_for(folder)
        yield
    finally:
        process.communicate()  # closes its standard input


def _wait_for(folder: Path, patience_s: float = 30) -> None:
    ends = time.monotonic() + patience_s
    while True:
        try:
            psycopg.connect(
                host=str(folder), user="polyphony", dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            if time.monotonic() > ends:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.02)
        else:
            return


def _user() -> str | None:
    """Who runs the server: it refuses to be run by root."""
    if not _is_root():
        return None
    known = subprocess.run(["id", "postgres"], capture_output=True).returncode == 0
    return "postgres" if known else "nobody"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


# Debian would start a server for the whole machine; we only want the programs.
FROM_DEBIAN = """
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/no-main.conf
export DEBIAN_FRONTEND=noninteractive
install="apt-get install -y -qq --no-install-recommends postgresql"
$install || { apt-get update -qq && $install; }
"""


def ensure() -> str:
    """Find a PostgreSQL or install one; says what the tests will use."""
    if GIVEN:
        return "The storage tests use the PostgreSQL that the environment names."
    if installed() is None and shutil.which("apt-get"):
        print(
            "Installing Debian's postgresql for the tests (once) ...", file=sys.stderr
        )
        sudo = [] if _is_root() else ["sudo", "-n"]
        quiet = subprocess.DEVNULL
        subprocess.run(
            [*sudo, "sh", "-c", FROM_DEBIAN], stdin=quiet, stdout=quiet, stderr=quiet
        )
    if (programs := installed()) is not None:
        return f"The storage tests use the PostgreSQL in {programs}."
    return (
        "No PostgreSQL: its half of the storage tests will be skipped. Install one "
        f"(Debian: sudo apt install postgresql), or name one in {NAMES[0]}."
    )


if __name__ == "__main__":
    print(ensure(), file=sys.stderr)
