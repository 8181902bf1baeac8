"""What was asked and answered is found again by its words, whatever is typed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from storage.history import index as search_index
from storage.history.filters import Filters
from storage.history.query import parse
from storage.history.results import InAnswer, InProposal, InQuestion, InTitle
from storage.history.search import Search
from storage.history.snippets import highlight, snippet
from storage.schema import CallRow, CallTextRow, ConversationRow
from tests.profiles import examples
from tests.storage.fabricated import mixture
from tests.storage.written import BEGAN_MS, Writer


@pytest.fixture
def writer(database):
    return Writer(database)


@pytest.fixture
def search(database):
    return Search(database)


def said(hit):
    """Each match as text, what was looked for in brackets."""
    return [
        "".join(f"[{p.text}]" if p.hit else p.text for p in match.pieces)
        for match in hit.matches
    ]


def spots(found):
    return [line for hit in found.hits for line in said(hit)]


def test_questions_proposals_and_answers_are_found_with_where_they_stand(
    writer, search
):
    uid = writer.conversation("Where do otters sleep?")
    turn = writer.turn(uid, "And what do they eat?")
    writer.run(turn, "Otters eat fish.", "Crabs.", answer="Otters like fish.")
    writer.run(turn, answer="In short: otters eat fish.")
    newer, older = search.find("otters").hits
    assert newer.conversation_uid == older.conversation_uid == uid
    assert newer.turn_uid == turn
    assert said(newer) == [
        "In short: [otters] eat fish.",
        "[Otters] like fish.",
        "[Otters] eat fish.",
    ]
    assert [match.where for match in newer.matches] == [
        InAnswer("aggregator", 2),
        InAnswer("aggregator", 1),
        InProposal("model-0-0", 0),
    ]
    assert older.matches[0].where == InQuestion()
    assert newer.title == "Where do otters sleep?"


def test_both_words_must_stand_in_one_text_in_any_order(writer, search):
    turn = writer.turn(writer.conversation("?"), "Tell me")
    writer.run(
        turn, "fish and chips", "only chips", "chips, then some fish", answer="fish"
    )
    assert spots(search.find("fish chips")) == [
        "[chips], then some [fish]",
        "[fish] and [chips]",
    ]


def test_quoted_words_stand_side_by_side(writer, search):
    turn = writer.turn(writer.conversation("?"), "Tell me")
    writer.run(turn, "fish and chips", "chips and fish", "and")
    assert spots(search.find('"and fish"')) == ["chips [and fish]"]
    assert spots(search.find('"and fish')) == ["chips [and fish]"]  # still typing


def test_the_last_word_may_be_the_beginning_of_one(writer, search):
    writer.conversation("Photography for beginners")
    writer.conversation("A photograph of otters")
    assert len(search.find("photogr").hits) == 2
    assert len(search.find("photograph").hits) == 2
    assert len(search.find("photograph ").hits) == 2  # a space ends nothing
    assert len(search.find('"photograph"').hits) == 1
    assert search.find("photogr otters").hits == ()


@pytest.mark.parametrize("common", [1, 3, 100])
def test_what_is_looked_at_first_changes_nothing_of_what_is_found(
    writer, search, monkeypatch, common
):
    """Windows that grow, the index behind them, and both: newest first, none twice."""
    for number in range(40):
        seldom = " and crabs" if number % 7 == 0 else ""
        writer.conversation(f"Otters{seldom}, {number}")
    monkeypatch.setattr(search_index, "WINDOW", 2)
    monkeypatch.setattr(search_index, "COMMON", common)
    for query, numbers in (
        ("otters", range(39, -1, -1)),
        ("crabs", range(35, -1, -7)),
        ("otters crabs", range(35, -1, -7)),
        ("squids", ()),
    ):
        hits = search.find(query, limit=50).hits
        titles = [hit.title.rpartition(" ")[2] for hit in hits]
        assert titles == [str(number) for number in numbers], query


def test_a_short_last_word_goes_on_only_where_nothing_has_it_whole(writer, search):
    writer.conversation("An art")
    writer.conversation("All articles")
    assert spots(search.find("art")) == ["An [art]"]
    assert spots(search.find("arti")) == spots(search.find("articl"))
    assert spots(search.find("all art")) == ["[All] [articles]"]
    assert search.find("rt").hits == search.find("ar").hits == ()


def test_case_accents_and_marks_do_not_matter(writer, search):
    writer.conversation("Le CAFÉ, s'il vous plaît")
    writer.conversation("e\u0301tude in C++: see https://example.com/a_path?q=1")
    for query in ("cafe", "Café", "CAFE\u0301", "plait", "s'il", "(café)"):
        assert len(search.find(query).hits) == 1, query
    for query in ("étude", "etude", "c++", "example.com", "path", "a_path", "q=1"):
        assert len(search.find(query).hits) == 1, query
    assert spots(search.find("etude")) == [
        "[e\u0301tude] in C++: see https://example.com/a_path?q=1"
    ]


def test_scripts_without_spaces_are_found_anywhere_in_a_text(writer, search):
    turn = writer.turn(writer.conversation("日本の首都はどこですか"), "教えてください")
    writer.run(
        turn, "東京は日本の首都です。", "Tokyo (東京) is the capital.", answer="東京"
    )
    assert spots(search.find("首都")) == [
        "東京は日本の[首都]です。",
        "日本の[首都]はどこですか",
    ]
    assert spots(search.find("東京 capital")) == ["Tokyo ([東京]) is the [capital]."]
    assert search.find("京都").hits == ()


@pytest.mark.parametrize("query", ["", "   ", '""', "!?", "🎈", "***", "- -", "\0"])
def test_a_query_without_a_word_finds_nothing(writer, search, query):
    writer.conversation("Anything 🎈 !?")
    assert search.find(query).hits == ()
    assert search.find(query).next is None


OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "NEAR(",
    ")",
    '"',
    "'",
    "*",
    "^",
    ":",
    "-",
    "<->",
    "&",
    "!",
    "|",
    "\\",
    "title:",
    "%",
    ";--",
    "{x}",
]


@settings(examples(1.5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from([*OPERATORS, "é", "東京", "🎈", "\0", "a"])
        | st.text(max_size=8),
        max_size=8,
    ).map("".join)
)
def test_whatever_is_typed_is_safe(search, query):
    assert search.find(query).hits == ()


@given(st.text(min_size=1, max_size=60), st.data())
def test_a_piece_of_a_text_is_made_of_the_text(written, data):
    word = data.draw(st.sampled_from(written.split() or ["x"]))
    words = parse(word)
    if words:
        whole = "".join(piece.text for piece in highlight(written, words))
        assert whole.split() == written.split()
        assert "".join(p.text for p in snippet(written, words)).strip(" …") in whole


def test_a_long_text_is_shown_where_the_words_are(writer, search):
    filler = "Nothing of note happened here. " * 60
    turn = writer.turn(writer.conversation("?"), "Tell me")
    writer.run(turn, f"An otter.\n\n{filler}\nThen an otter met a badger. {filler}")
    [line] = spots(search.find("otter badger"))
    assert "an [otter] met a [badger]" in line
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert len(line) < 300


def test_the_newest_come_first_and_pages_go_on_where_they_ended(writer, search):
    uids = []
    for i in range(23):
        uid = writer.conversation(f"Otter number {i}")
        writer.run(writer.turn(uid, "More?"), "An otter.", answer="The otter.")
        uids.append(uid)
    found = search.find("otter", limit=10)
    listed = [hit.conversation_uid for hit in found.hits]
    while found.next:
        found = search.find("otter", limit=10, before=found.next)
        listed += [hit.conversation_uid for hit in found.hits]
    assert len(listed) == 46
    assert list(dict.fromkeys(listed)) == uids[::-1]


def test_a_turn_with_many_such_texts_is_one_hit_that_says_how_many(writer, search):
    turn = writer.turn(writer.conversation("?"), "Tell me of otters")
    writer.run(turn, *["Otters."] * 6, answer="Otters.")
    [hit] = search.find("otters").hits
    assert [type(match.where) for match in hit.matches] == [
        InQuestion,
        InAnswer,
        InProposal,
    ]
    assert hit.more == 5


def test_a_title_is_found_unless_it_only_repeats_its_question(writer, search):
    writer.conversation("Where do otters sleep?")
    renamed = writer.conversation("And badgers?", title="Otters and badgers")
    [hit, question] = search.find("otters").hits
    assert question.turn_uid
    assert (hit.conversation_uid, hit.turn_uid) == (renamed, None)
    assert hit.matches[0].where == InTitle()
    assert said(hit) == ["[Otters] and badgers"]
    assert [hit.turn_uid is None for hit in search.find("badgers").hits] == [
        False,
        True,
    ]


def test_what_was_deleted_is_not_found_until_it_is_restored(
    writer, search, conversations
):
    uid = writer.conversation("Where do otters sleep?")
    conversations.delete(uid)
    assert search.find("otters").hits == ()
    conversations.restore(uid)
    assert search.find("otters").hits


def test_a_new_title_is_found_and_the_old_one_is_not(writer, search, conversations):
    uid = writer.conversation("?", title="Otters")
    conversations.rename(uid, "Badgers")
    assert search.find("otters").hits == ()
    assert search.find("badgers").hits


def test_a_text_that_is_still_being_written_is_found_once_it_has_ended(
    database, writer, search
):
    turn = writer.turn(writer.conversation("?"), "Tell me")
    [call] = writer.run(turn, "otters", status="running", call_status="running")
    writer.run(turn, "東京", status="running", call_status="running")
    with database.writing() as session:
        session.execute(update(CallTextRow).values(output="otters and more"))
    assert search.find("otters").hits == search.find("東京").hits == ()
    with database.writing() as session:
        session.execute(update(CallRow).values(status="interrupted"))
    assert spots(search.find("more"))
    with database.writing() as session:
        session.execute(
            update(CallTextRow)
            .where(CallTextRow.call_id == call)
            .values(output="badgers")
        )
    assert len(spots(search.find("otters"))) == 1
    assert len(spots(search.find("badgers"))) == 1


def test_what_is_gone_for_good_is_gone_from_the_index(database, writer, search):
    kept = writer.conversation("otters stay")
    writer.run(writer.turn(kept, "so"), "otters", answer="otters")
    gone = writer.conversation("otters go")
    writer.run(writer.turn(gone, "so"), "otters", answer="otters")
    writer.run(writer.turn(gone, "so"), "otters", call_status="running")
    with database.writing() as session:
        session.execute(delete(ConversationRow).where(ConversationRow.uid == gone))
    assert {hit.conversation_uid for hit in search.find("otters").hits} == {kept}
    with database.writing() as session:
        check_indexes(session)


def check_indexes(session):
    """They hold what the tables hold, no more and no less."""
    if session.get_bind().dialect.name != "sqlite":
        count = "SELECT (SELECT count(*) FROM search_calls), count(*) FROM call_texts"
        [(indexed, there)] = session.execute(text(count)).all()
        assert indexed == there
        return
    for index in ("search_calls", "search_turns", "search_titles"):
        session.execute(
            text(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
        )


def test_filters_narrow_what_is_found(database, writer, search):
    day = timedelta(days=1)
    uids = {}
    for i, (name, columns) in enumerate(
        {
            "fast": {"preset_name": "Fast"},
            "odd model": {"config": mixture(1, 1, endpoint="odd")},
            "failed": {"status": "failed"},
            "partial": {"calls_failed": 2},
        }.items()
    ):
        uids[name] = writer.conversation(
            f"otters {name}", created_at=BEGAN_MS + i * 1000
        )
        turn = writer.turn(uids[name], "otters?")
        writer.run(turn, "otters", answer="otters", **columns)

    def found(**filters):
        hits = search.find("otters", Filters(**filters)).hits
        return {name for name in uids for h in hits if h.conversation_uid == uids[name]}

    began = datetime.fromtimestamp(BEGAN_MS / 1000, UTC)
    assert found() == set(uids)
    assert found(preset="Fast") == {"fast"}
    assert found(preset="Slow") == set()
    assert found(model="model-0-0") == set(uids)
    assert found(model="model-0-7") == set()
    assert found(outcome="failed") == {"failed"}
    assert found(outcome="partial") == {"partial"}
    assert found(outcome="succeeded") == {"fast", "odd model", "partial"}
    assert found(since=began + timedelta(seconds=2)) == {"failed", "partial"}
    assert found(until=began + timedelta(seconds=1)) == {"fast"}
    assert found(since=began + day) == set()
    with database.writing() as session:
        for name, values in {
            "fast": {"pinned_at": 1, "cost_nusd": 10**9},
            "failed": {"archived_at": 1, "cost_unknown_calls": 1},
        }.items():
            session.execute(
                update(ConversationRow)
                .where(ConversationRow.uid == uids[name])
                .values(**values)
            )
    assert found(pinned=True) == {"fast"}
    assert found(archived=True) == {"failed"}
    assert found(archived=False) == {"fast", "odd model", "partial"}
    assert found(at_least_usd=Decimal("0.5")) == {"fast"}
    assert found(at_most_usd=Decimal("0.5")) == {"odd model", "partial"}


def test_a_filter_that_few_pass_finds_them_among_many(writer, search):
    for i in range(8):
        turn = writer.turn(writer.conversation(f"Question {i}"), "otters?")
        preset = "Rare" if i in (1, 5) else "Usual"
        writer.run(turn, "otters", answer="otters", preset_name=preset)
    found = search.find("otters", Filters(preset="Rare"), limit=1)
    assert len(found.hits) == 1
    rest = search.find("otters", Filters(preset="Rare"), limit=9, before=found.next)
    assert len(rest.hits) == 1
    assert rest.next is None
