"""Keys of the API are found by their secret, which is kept nowhere."""

import re
from contextlib import contextmanager
from decimal import Decimal
from typing import get_args

import pytest
from sqlalchemy import select, update

from moa_core.errors import ConfigError
from storage.api.api_keys import MOST_KEYS, ApiKey, ApiKeys, Expose
from storage.errors import DiskFullError, NotFoundError
from storage.schema import METADATA, ApiKeyRow


@pytest.fixture
def keys(database) -> ApiKeys:
    return ApiKeys(database)


def test_a_key_is_given_once_and_found_by_its_secret(keys):
    key, secret = keys.create(" An  editor\n", Decimal("2.50"), "full")
    assert re.fullmatch(r"poly-[\w-]{43}", secret)
    assert secret.startswith(key.begins)
    assert secret.endswith(key.ends)
    assert (len(key.begins), len(key.ends)) == (9, 4)
    assert (key.name, key.cap_usd, key.expose) == ("An editor", Decimal("2.50"), "full")
    assert (key.used_at, key.revoked_at) == (None, None)
    assert keys.find(secret) == key
    assert keys.create("Another")[1] != secret


def test_other_secrets_open_nothing(keys):
    _, secret = keys.create("An editor")
    for wrong in (
        "",
        "poly-",
        secret[:-1],
        secret + "x",
        secret.upper(),
        "poly-\ud800",
    ):
        assert keys.find(wrong) is None
    assert keys.find(f"poly-{'x' * 10_000_000}") is None


def test_no_table_holds_the_secret(keys, database):
    _, secret = keys.create("An editor", Decimal(1))
    keys.find(secret)
    with database.reading() as session:
        said = repr(
            [session.execute(select(table)).all() for table in METADATA.sorted_tables]
        )
    assert "An editor" in said
    for start in range(0, len(secret) - 12, 4):
        assert secret[start : start + 12] not in said
    if database.path:
        for file in database.path.parent.iterdir():
            assert secret.encode() not in file.read_bytes()


def test_when_it_was_used_is_written_at_most_once_a_minute(keys, database):
    _, secret = keys.create("An editor")
    keys.find(secret)
    [used] = keys.list()
    assert used.used_at
    keys.find(secret)
    assert keys.list() == [used]
    with database.writing() as session:
        long_ago = ApiKeyRow.used_at - 60_000
        session.execute(update(ApiKeyRow).values(used_at=long_ago))
    keys.find(secret)
    assert keys.list()[0].used_at >= used.used_at


def test_a_key_is_found_where_nothing_can_be_written(keys, database, monkeypatch):
    _, secret = keys.create("An editor")

    @contextmanager
    def full():
        raise DiskFullError(database.place)
        yield

    monkeypatch.setattr(database, "writing", full)
    assert keys.find(secret).name == "An editor"


def test_a_revoked_key_opens_nothing_until_that_is_undone(keys):
    key, secret = keys.create("An editor")
    keys.revoke(key.uid)
    assert keys.find(secret) is None
    assert keys.list() == []
    [revoked] = keys.list(revoked=True)
    assert revoked.uid == key.uid
    assert revoked.revoked_at
    keys.restore(key.uid)
    assert keys.find(secret) == key
    assert keys.list(revoked=True) == []


@pytest.mark.parametrize("expose", get_args(Expose))
def test_a_key_says_what_clients_are_told_that_do_not_ask(keys, expose):
    made: tuple[ApiKey, str] = keys.create("An editor", expose=expose)
    assert made[0].expose == keys.find(made[1]).expose == expose


def test_name_cap_and_what_is_exposed_can_be_changed(keys):
    key, secret = keys.create("An editor")
    keys.rename(key.uid, "The editor")
    keys.set_cap(key.uid, Decimal("0.10"))
    keys.set_expose(key.uid, "none")
    found = keys.find(secret)
    assert (found.name, found.cap_usd) == ("The editor", Decimal("0.10"))
    assert found.expose == "none"
    keys.set_cap(key.uid, None)
    assert keys.find(secret).cap_usd is None
    assert keys.names() == {key.uid: "The editor"}


def test_the_newest_key_is_listed_first(keys):
    for name in ("one", "two", "three"):
        keys.create(name)
    assert [key.name for key in keys.list()] == ["three", "two", "one"]


def test_what_cannot_be_a_key_is_refused(keys):
    key, _ = keys.create("An editor")
    for name in ("", " \n", "\u200b"):
        with pytest.raises(ConfigError, match="name"):
            keys.create(name)
        with pytest.raises(ConfigError, match="name"):
            keys.rename(key.uid, name)
    for cap in (Decimal(-1), Decimal("NaN"), Decimal(10**9)):
        with pytest.raises(ConfigError, match="cap"):
            keys.create("x", cap)
        with pytest.raises(ConfigError, match="cap"):
            keys.set_cap(key.uid, cap)
    for change in (keys.revoke, keys.restore, lambda uid: keys.rename(uid, "x")):
        with pytest.raises(NotFoundError):
            change("nobody")
    assert [each.name for each in keys.list()] == ["An editor"]


def test_there_are_not_more_keys_than_a_page_can_list(keys, monkeypatch):
    monkeypatch.setattr("storage.api.api_keys.MOST_KEYS", 2)
    first, _ = keys.create("one")
    keys.create("two")
    with pytest.raises(ConfigError, match="Revoke"):
        keys.create("three")
    keys.revoke(first.uid)
    keys.create("three")
    assert MOST_KEYS >= 100
