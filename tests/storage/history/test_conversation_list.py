"""Ten or ten thousand conversations: the list says what is wanted, in order."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import update

from storage.errors import NotFoundError
from storage.history.filters import Filters
from storage.schema import ConversationRow
from tests.storage.fabricated import mixture
from tests.storage.written import BEGAN_MS, HOUR_MS, Writer


@pytest.fixture
def writer(database):
    return Writer(database)


def uids(listed):
    return [each.uid for each in listed]


def change(database, uid, **values):
    with database.writing() as session:
        session.execute(
            update(ConversationRow).where(ConversationRow.uid == uid).values(**values)
        )


def test_the_newest_come_first_and_pages_go_on_where_they_ended(writer, listing):
    written = [writer.conversation(f"Question {i}") for i in range(9)]
    listed = page = listing.newest(limit=4)
    while page := listing.newest(limit=4, before=page[-1]):
        listed += page
    assert uids(listed) == written[::-1]


def test_a_page_may_end_between_two_that_were_used_at_once(writer, listing):
    at_once = {"created_at": BEGAN_MS, "updated_at": BEGAN_MS}
    written = [writer.conversation("Question", **at_once) for _ in range(5)]
    first = listing.newest(limit=2)
    rest = listing.newest(limit=9, before=first[-1])
    assert uids(first + rest) == written[::-1]


def test_pinned_ones_stand_apart_the_last_pinned_first(database, writer, listing):
    one, two, three = (writer.conversation(f"Question {i}") for i in range(3))
    listing.pin(two)
    assert uids(listing.pinned()) == [two]
    change(database, two, pinned_at=1)
    listing.pin(one)
    assert uids(listing.pinned()) == [one, two]
    assert uids(listing.newest()) == [three]
    listing.pin(two, pinned=False)
    assert uids(listing.newest()) == [three, two]


def test_archived_ones_are_listed_where_they_are_wanted(writer, listing):
    kept, old = writer.conversation("Kept"), writer.conversation("Old")
    listing.archive(old)
    assert uids(listing.newest(Filters(archived=False))) == [kept]
    assert uids(listing.newest(Filters(archived=True))) == [old]
    assert len(listing.newest()) == 2
    listing.archive(old, archived=False)
    assert len(listing.newest(Filters(archived=False))) == 2


def test_deleted_ones_are_never_listed(writer, listing, conversations):
    uid = writer.conversation("Gone")
    assert not listing.is_empty()
    conversations.delete(uid)
    assert listing.newest() == []
    assert listing.is_empty()
    conversations.restore(uid)
    assert uids(listing.newest()) == [uid]


def test_filters_narrow_the_list(database, writer, listing):
    fast, odd, duel = (writer.conversation(name) for name in ("fast", "odd", "duel"))
    writer.run(writer.turn(fast, "?"), "x", preset_name="Fast", calls_failed=1)
    writer.run(writer.turn(odd, "?"), "x", "y", status="failed")
    writer.run(writer.turn(odd, "?"), "x", config=mixture(2, 1))
    change(database, duel, kind="duel", cost_nusd=2 * 10**9)
    change(database, odd, cost_nusd=10**9, cost_unknown_calls=1)

    def found(**filters):
        return uids(listing.newest(Filters(**filters)))

    assert found() == [duel, odd, fast]
    assert found(preset="Fast") == [fast]
    assert found(model="model-0-1") == [odd]
    assert found(model="model-1-0") == [odd]
    assert found(outcome="partial") == [fast]
    assert found(outcome="failed") == [odd]
    assert found(kind="duel") == [duel]
    assert found(kind="chat") == [odd, fast]
    assert found(at_least_usd=Decimal(1)) == [duel, odd]
    assert found(at_most_usd=Decimal("1.5")) == [fast]  # odd may have cost more
    assert found(at_least_usd=Decimal(10) ** 30) == []
    second = datetime.fromtimestamp((BEGAN_MS + 2 * HOUR_MS) / 1000, UTC)
    assert found(since=second) == [duel, odd]
    assert found(until=second) == [fast]


def test_what_there_is_to_filter_by_is_what_has_answered(writer, listing):
    assert listing.choices().presets == listing.choices().models == ()
    turn = writer.turn(writer.conversation("?"), "?")
    writer.run(turn, "x", preset_name="b")
    writer.run(turn, "x", preset_name="A")
    writer.run(turn, "x", "y", preset_name="b")
    assert listing.choices().presets == ("A", "b")
    assert listing.choices().models == ("aggregator", "model-0-0", "model-0-1")


def test_an_unknown_conversation_is_told_in_words(listing):
    for change_it in (listing.pin, listing.archive):
        with pytest.raises(NotFoundError, match="conversation 12ab"):
            change_it("12ab")
