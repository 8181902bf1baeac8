"""Links open ended runs by their secret, which is kept nowhere, until they are over."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from moa_core.errors import ConfigError
from moa_core.messages import Question
from storage.errors import NotFoundError
from storage.schema import METADATA, SharedLinkRow
from storage.sharing.shared_links import MOST_LINKS, NewLink, SharedLinks
from storage.transfer.export import export_lines
from storage.upkeep.erase import erase_everything
from storage.upkeep.retention import Retention
from storage.values import DAY_MS, now_ms
from tests.storage.fabricated import mixture

MIXTURE = mixture()


@pytest.fixture
def links(database) -> SharedLinks:
    return SharedLinks(database)


@pytest.fixture
async def begun(recorded):
    """A chat with one ended run."""
    return (await recorded(MIXTURE))[0]


def new_link(begun, **more) -> NewLink:
    return NewLink(
        conversation_uid=begun.conversation_uid,
        kind="chat",
        runs=[begun.run_uid],
        title=" The  capital\n",
        days=7,
        **more,
    )


async def test_a_link_is_given_once_and_found_by_its_secret(links, begun):
    link, secret = links.create(new_link(begun, shows_costs=True))
    assert re.fullmatch(r"[\w-]{32}", secret)  # 192 bits
    assert (link.title, link.kind, link.runs) == (
        "The capital",
        "chat",
        (begun.run_uid,),
    )
    assert (link.shows_costs, link.shows_prompts, link.opened) == (True, False, 0)
    assert (link.expires_at - link.created_at).days == 7
    assert links.find(secret) == link
    assert links.all() == [link]
    assert links.of_chat(begun.conversation_uid) == 1
    assert links.create(new_link(begun))[1] != secret


async def test_other_secrets_open_nothing(links, begun):
    _, secret = links.create(new_link(begun))
    wrong = ("", secret[:-1], secret + "x", secret.swapcase(), "\ud800", "x" * 10**7)
    assert [links.find(each) for each in wrong] == [None] * len(wrong)


async def test_no_table_and_no_export_holds_the_secret(links, begun, database):
    link, secret = links.create(new_link(begun))
    with database.reading() as session:
        said = repr(
            [session.execute(select(table)).all() for table in METADATA.sorted_tables]
        )
    exported = "".join(export_lines(database))
    assert link.title in said
    assert link.uid not in exported
    for start in range(0, len(secret) - 12, 4):
        assert secret[start : start + 12] not in said + exported


async def test_a_link_shows_its_runs_in_their_order_and_no_other(
    links, begun, recorded
):
    uid = begun.conversation_uid
    later, _ = await recorded(MIXTURE, question="And of Spain?", conversation_uid=uid)
    elsewhere, _ = await recorded(MIXTURE)
    both = [later.run_uid, begun.run_uid]
    link, _ = links.create(replace(new_link(begun), runs=both))
    turns = links.turns(link, link.runs)
    assert [turn.run.uid for turn in turns] == both
    assert turns[0].question == "And of Spain?"
    assert turns[0].run.state.synthesis.text
    assert links.turns(link, [elsewhere.run_uid]) == []
    after, _ = await recorded(MIXTURE, conversation_uid=uid)
    assert after.run_uid not in links.all()[0].runs


async def test_what_is_under_way_or_of_another_chat_is_not_shared(
    links, begun, runs, recorded
):
    other, _ = await recorded(MIXTURE)
    going = runs.begin(
        Question("And now?"), MIXTURE, conversation_uid=begun.conversation_uid
    )
    for some in ([], [begun.run_uid, going.run_uid]):
        with pytest.raises(ConfigError, match="Wait for the answer"):
            links.create(replace(new_link(begun), runs=some))
    with pytest.raises(NotFoundError):
        links.create(replace(new_link(begun), runs=[other.run_uid]))
    with pytest.raises(NotFoundError):
        links.create(replace(new_link(begun), conversation_uid="nobody's"))
    assert links.all() == []


async def test_it_ends_by_itself_and_by_being_revoked(links, begun, database):
    link, secret = links.create(new_link(begun))
    links.revoke(link.uid)
    assert links.find(secret) is None
    assert links.all() == []
    links.restore(link.uid)
    assert links.find(secret) == link
    set_row(database, link.uid, expires_at=now_ms() - 1)
    assert links.find(secret) is None
    assert links.all() == []
    set_row(database, link.uid, expires_at=None)
    assert links.find(secret).expires_at is None
    with pytest.raises(NotFoundError):
        links.revoke("no such link")


async def test_openings_are_counted(links, begun):
    link, secret = links.create(new_link(begun))
    for _ in range(3):
        links.count_opening(link.uid)
    assert links.find(secret).opened == 3


async def test_it_goes_with_its_chat(links, begun, conversations, database):
    link, secret = links.create(new_link(begun))
    conversations.delete(begun.conversation_uid)
    assert links.find(secret) is None
    conversations.restore(begun.conversation_uid)
    assert links.find(secret) == link
    conversations.delete(begun.conversation_uid)
    Retention(database).empty_bin()
    assert rows(database) == []


async def test_what_is_over_is_forgotten_with_the_bin(links, begun, database):
    kept, revoked, over = (links.create(new_link(begun))[0] for _ in range(3))
    set_row(database, revoked.uid, revoked_at=now_ms() - 31 * DAY_MS)
    set_row(database, over.uid, expires_at=now_ms() - 31 * DAY_MS)
    lately, _ = links.create(new_link(begun))
    links.revoke(lately.uid)
    Retention(database).tidy(None)
    assert rows(database) == [kept.uid, lately.uid]


async def test_everything_includes_links(links, begun, database, recorder):
    links.create(new_link(begun))
    recorder.close()
    erase_everything(database)
    assert rows(database) == []


async def test_there_is_an_end_to_links(links, begun, monkeypatch):
    monkeypatch.setattr("storage.sharing.shared_links.MOST_LINKS", 1)
    links.create(new_link(begun))
    with pytest.raises(ConfigError, match="Revoke one"):
        links.create(new_link(begun))
    assert MOST_LINKS == 1000


def set_row(database, uid, **values):
    with database.writing() as session:
        changed = update(SharedLinkRow).where(SharedLinkRow.uid == uid).values(**values)
        session.execute(changed)


def rows(database):
    with database.reading() as session:
        query = select(SharedLinkRow.uid).order_by(SharedLinkRow.id)
        return list(session.scalars(query))
