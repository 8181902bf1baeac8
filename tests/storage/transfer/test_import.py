"""What was exported comes back as it was; anything else changes nothing."""

import gzip
import io
import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from moa_core.evaluation import RecordedFigure
from moa_core.messages import Question
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.errors import ImportRefusedError
from storage.evaluation import RecordedFiles
from storage.history.conversation_list import ConversationList
from storage.history.filters import Filters
from storage.history.search import Search
from storage.recording.runs import Runs
from storage.schema import ConversationRow
from storage.transfer.export import SCHEMA, export_lines, export_to
from storage.transfer.importer import import_file, import_from
from storage.upkeep.erase import erase_everything
from storage.upkeep.retention import purge
from storage.votes.vote_store import Votes
from tests.profiles import examples
from tests.storage import fabricated
from tests.storage.installation import content, delete_one, fill, touch
from tests.storage.kinds import sqlite_only
from tests.storage.rollup import difference
from tests.storage.transfer.command import storage
from tests.support.new_database import copy_new_file

pytestmark = pytest.mark.slow

CHATS = Filters(kind="chat")


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory):
    """A database with something of everything, to be copied."""
    path = copy_new_file(tmp_path_factory.mktemp("filled") / "source.db")
    database = Database.open(f"sqlite:///{path}")
    fill(database)
    database.close()
    return path


@pytest.fixture
def source(tmp_path, filled_file):
    path = shutil.copy(filled_file, tmp_path / "source.db")
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def new(tmp_path):
    path = copy_new_file(tmp_path / "new.db")
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


def exported(database: Database, **options) -> bytes:
    return "".join(export_lines(database, **options)).encode()


def take(database: Database, data: bytes):
    return import_file(database, io.BytesIO(data), "all.json")


def test_everything_comes_back_row_for_row(source, database):
    """From a file into each kind of database."""
    delete_one(source)
    with source.writing() as session:  # what it had cost stays
        purge(session, session.scalars(select(ConversationRow.id).offset(1).limit(1)))
    assert content(source)["erased_spend"]
    imported = take(database, exported(source, deleted=True))
    assert content(database) == content(source)
    assert imported.different == []
    assert not imported.same


def test_everything_comes_back_from_each_kind_of_database(database, new):
    fill(database, seed=2)
    take(new, exported(database))
    assert content(new) == content(database)


@pytest.mark.slow
@given(seed=st.integers(0, 10_000))
@settings(examples(0.08), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_installation_comes_back(seed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("any")
    one, other = (
        Database.open(f"sqlite:///{copy_new_file(folder / name)}")
        for name in ("one.db", "other.db")
    )
    fill(one, seed)
    take(other, exported(one))
    assert content(other) == content(one)
    assert exported(other).partition(b"\n")[2] == exported(one).partition(b"\n")[2]
    one.close()
    other.close()


def test_what_follows_from_the_rows_is_right_after_an_import(source, database):
    take(database, exported(source))
    with database.reading() as session:
        assert difference(session) == 0
    for words in ("And then", "chief", "capital France"):
        assert len(Search(database).find(words).hits) == len(
            Search(source).find(words).hits
        )
    assert len(Votes(database).all()) == len(Votes(source).all()) > 0


def test_an_imported_conversation_goes_on(source, database):
    take(database, exported(source))
    conversations = Conversations(database)
    for summary in ConversationList(database).newest(CHATS):
        before = conversations.load(summary.uid)
        begun = Runs(database).begin(
            Question("More?"), fabricated.mixture(), conversation_uid=summary.uid
        )
        *earlier, last = conversations.load(summary.uid).turns
        assert len(earlier) == len(before.turns)
        assert last.run.uid == begun.run_uid


def test_what_is_there_already_is_counted_and_not_taken_twice(source, database):
    data = exported(source)
    take(database, data)
    before = content(database)
    again = take(database, data)
    assert not again.added
    assert again.different == []
    assert again.same["conversations"] == len(before["conversations"])
    assert again.same["presets"] == len(before["presets"])
    assert content(database) == before


def test_what_is_different_is_reported_and_not_overwritten(source, database):
    take(database, exported(source))
    [first, *_] = ConversationList(database).newest(CHATS)
    touch(database, first.uid, "Renamed *here*")
    before = content(database)
    imported = take(database, exported(source))
    assert content(database) == before
    assert len(imported.different) == 1
    assert "is different here" in imported.different[0]


def test_new_conversations_come_beside_those_that_are_there(source, database):
    Runs(database).begin(Question("Mine?"), fabricated.mixture())
    before = content(database)["conversations"]
    take(database, exported(source))
    after = content(database)["conversations"]
    assert len(after) == len(before) + len(content(source)["conversations"])
    assert {"Mine?"} <= {row["title"] for row in after}
    with database.reading() as session:
        assert difference(session) == 0


def test_a_preset_whose_name_is_taken_is_left_out_and_said(source, new, tmp_path):
    other = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'other.db')}")
    fill(other, seed=3)
    take(new, exported(source))
    imported = take(new, exported(other))
    assert any("another one here has that name" in said for said in imported.different)
    defaults = [row for row in content(new)["presets"] if row["is_default"]]
    assert len(defaults) == 1
    other.close()


def test_an_export_while_others_write_is_of_one_moment(source, new):
    lines = export_lines(source)
    begun = [next(lines), next(lines)]
    for number in range(20):
        Runs(source).begin(Question(f"Late question {number}?"), fabricated.mixture())
    data = "".join([*begun, *lines])
    assert "Late question" not in data
    take(new, data.encode())


def test_one_conversation_can_be_taken_elsewhere_and_back(source, new):
    uid = ConversationList(source).newest(CHATS)[0].uid
    data = exported(source, conversation_uid=uid)
    assert take(new, data).added["conversations"] == 1
    Conversations(new).load(uid)
    assert take(source, data).same["conversations"] == 1


def broken_files(data: bytes):
    """Each a way to be wrong, and a word of what is said of it."""
    lines = data.split(b"\n")
    head, body, tail = lines[0], lines[1:-2], lines[-2]

    def with_body(*new: bytes) -> bytes:
        return b"\n".join([head, *new, tail, b""])

    def with_record(name: str, **changes) -> bytes:
        new, done = [], False
        for line in body:
            record = json.loads(line.rstrip(b","))
            if record["record"] == name and not done:
                record |= changes
                done = True
                line = json.dumps(record).encode() + (
                    b"," if line[-1:] == b"," else b""
                )
            new.append(line)
        assert done, name
        return with_body(*new)

    return {
        "nothing": (b"", "empty"),
        "no JSON": (b"hello\n", "not JSON"),
        "zeros": (b"\0" * 5000, "not JSON"),
        "other JSON": (b'{"format":"chatgpt"}\n', "no export of Polyphony"),
        "a list": (b"[1, 2]\n", "no export of Polyphony"),
        "a preset file": (
            b'{"polyphony":"presets","records":[\n],"counts":{}}\n',
            "no export",
        ),
        "newer form": (
            data.replace(b'"version":1', b'"version":2', 1),
            "newer version",
        ),
        "newer schema": (
            data.replace(b'"schema":"0', b'"schema":"9', 1),
            "newer version",
        ),
        "no version": (
            data.replace(b'"version":1', b'"version":"1"', 1),
            "which version",
        ),
        "cut in a line": (data[: len(data) // 2], "breaks off|not JSON"),
        "cut after a line": (
            b"\n".join(lines[: len(lines) // 2]) + b"\n",
            "breaks off",
        ),
        "cut before the end": (b"\n".join([head, *body, b""]), "breaks off"),
        "a record less": (with_body(*body[:-1]), "missing"),
        "more behind it": (data + b"{}", "follows the end"),
        "a record twice": (with_body(body[0], *body), "missing|standing|there|refuses"),
        "deep nesting": (with_body(b"[" * 100_000), "nested too deeply"),
        "a number of 5,000 digits": (with_body(b"1" * 5000), "too long"),
        "NaN": (with_body(b'{"record":"configs","config":NaN}'), "not a number"),
        "a field twice": (
            with_body(b'{"record":"turns","uid":"a","uid":"b"}'),
            "twice",
        ),
        "unknown record": (with_body(b'{"record":"sqlite_master"}'), "no record"),
        "no record": (with_body(b"3"), "no record"),
        "wrong order": (
            with_body(body[-1] + b",", *body[:-1]),
            "too late|not in this file",
        ),
        "unknown field": (with_record("turns", id=3), "unknown"),
        "a number for a text": (with_record("turns", question=3), "no text"),
        "a strange uid": (with_record("conversations", uid="../../etc"), "cannot be"),
        "an unknown word": (with_record("runs", status="winning"), "cannot be"),
        "a run under way": (with_record("runs", status="running"), "not under way"),
        "true for a number": (with_record("turns", seq=True), "cannot be"),
        "a fraction": (with_record("calls", cost_nusd=0.5), "cannot be"),
        "negative money": (with_record("conversations", cost_nusd=-1), "cannot be"),
        "much money": (with_record("conversations", cost_nusd=2**62), "cannot be"),
        "the year 60,000": (with_record("turns", created_at=2**60), "cannot be"),
        "a seat that is none": (
            with_record("calls", position=99),
            "no such seat|not in",
        ),
        "a call of nothing": (with_record("calls", run="nobody"), "not in this file"),
        "a turn of nothing": (
            with_record("turns", conversation="x"),
            "not in this file",
        ),
        "its own parent": (
            with_record("turns", parent=_first(body, "turns")["uid"]),
            "not in this file",
        ),
        "a config under another hash": (
            with_record("configs", sha256="a" * 64),
            "sha256",
        ),
        "a config that is none": (with_record("configs", config={}), "sha256"),
        "strange parameters": (
            with_record("calls", params={"temperature": "hot"}),
            "params",
        ),
        "notes that are none": (with_record("calls", notes=[1]), "notes"),
        "caps that are none": (
            with_record("settings", value={"per_day_usd": "lots"}),
            "caps",
        ),
        "an answer to another question": (
            with_record("turn_origins", call=["x", 0, 0, 1]),
            "not in this file",
        ),
        "an answer that is none": (
            with_record("turn_origins", call=None),
            "call: this",
        ),
        "a chosen answer that is none": (
            with_record("chosen_answers", call=None),
            "call: this",
        ),
        "a duel neither blind nor open": (
            with_record("duels", blind=None),
            "blind: this",
        ),
        "a schema of 5,000 digits": (
            data.replace(b'"schema":"0', b'"schema":"' + b"9" * 5000, 1),
            "which version",
        ),
        "a form that is true": (
            data.replace(b'"version":1', b'"version":true', 1),
            "which version",
        ),
        "compressed": (gzip.compress(data), "compressed; unpack it first"),
        "a database": (b"SQLite format 3\0" + bytes(84), "put back by restore"),
        "infinite money": (
            with_body(b'{"record":"settings","key":"x","value":1e999,"updated_at":1}'),
            "value: a number",
        ),
        "empty lists": (with_body(b"[" + b"[]," * 1_000_000 + b"[]]"), "too many"),
        "all on one line": (b'{"records":[' + b"[]," * 1_000_000 + b"[]]}", "too many"),
        "a layer that is far away": (
            with_record("run_inputs", call=["x", 2**31, 0, 1]),
            "call: this",
        ),
        "a vote on the 27th answer": (
            with_record("vote_sides", position=26),
            "position: this",
        ),
        "the year 2200": (
            with_record("runs", created_at=7_258_118_400_001),
            "created_at: this",
        ),
        "a title of two million letters": (
            with_record("conversations", title="ab" * 1_000_000),
            "title: this",
        ),
        "a preset of two lines": (with_record("presets", title="A\nB"), "one line"),
        "a setting of two million letters": (
            with_record("settings", key="x", value="ab" * 1_000_000),
            "value: it is too long",
        ),
    }


def test_there_cannot_be_more_settings_than_anybody_has(new):
    line = '{{"record":"settings","key":"k{}","value":1,"updated_at":1}}'
    records = ",\n".join(line.format(number) for number in range(200))
    data = exported(new).replace(b'"records":[\n', b'"records":[\n' + records.encode())
    with pytest.raises(ImportRefusedError, match="settings: at most 100"):
        take(new, data)


def _first(body: list[bytes], name: str) -> dict:
    records = (json.loads(line.rstrip(b",")) for line in body)
    return next(record for record in records if record["record"] == name)


def test_whatever_is_wrong_with_a_file_one_line_says_so_and_nothing_changes(
    source, database
):
    Runs(database).begin(Question("Mine?"), fabricated.mixture())
    before = content(database)
    for what, (data, said) in broken_files(exported(source)).items():
        with pytest.raises(ImportRefusedError, match=said) as refused:
            take(database, data)
        assert "\n" not in str(refused.value), what
        assert content(database) == before, what


@pytest.mark.slow
@given(data=st.data())
@settings(examples(0.8), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_refused_or_was_not_damaged_where_it_matters(
    data, source, new
):
    whole = exported(source)
    before = content(new)
    place = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "byte", "drop", "line"]))
    match kind:
        case "cut":
            damaged = whole[:place]
        case "byte":
            damaged = (
                whole[:place]
                + bytes([data.draw(st.integers(0, 255))])
                + whole[place + 1 :]
            )
        case "drop":
            damaged = whole[:place] + whole[place + data.draw(st.integers(1, 50)) :]
        case _:
            lines = whole.split(b"\n")
            del lines[place % len(lines)]
            damaged = b"\n".join(lines)
    try:
        take(new, damaged)
    except ImportRefusedError:
        assert content(new) == before
    else:
        _walk(new)
        erase_everything(new)


def _walk(database: Database) -> None:
    """Whatever was let in can be shown."""
    for summary in ConversationList(database).newest(CHATS, 1000):
        Conversations(database).load(summary.uid)
    Votes(database).all()


def test_a_file_that_was_formatted_anew_is_read_too(source, new):
    pretty = json.dumps(json.loads(exported(source)), indent=2).encode()
    take(new, pretty)
    assert content(new) == content(source)


def test_recorded_judgements_come_along_and_are_taken_in_once(database, new):
    figures = RecordedFigure(system="m", n=2, score=6.5, turns=(7.0, None))
    RecordedFiles(database).keep("mt_bench", "j.jsonl", b"{}", [figures])
    kept = RecordedFiles(database).kept("mt_bench")
    data = exported(database)
    assert take(new, data).added["recorded_judgements"] == 1
    assert RecordedFiles(new).kept("mt_bench") == kept
    assert take(new, data).same["recorded_judgements"] == 1
    RecordedFiles(new).remove(kept[0].uid)
    RecordedFiles(new).keep("mt_bench", "copy.jsonl", b"{}", [figures])
    assert take(new, data).same["recorded_judgements"] == 1
    assert [each.file_name for each in RecordedFiles(new).kept("mt_bench")] == [
        "copy.jsonl"
    ]
    with pytest.raises(ImportRefusedError, match="figures: these are none"):
        take(new, data.replace(b'"n":2', b'"n":"2"'))


def test_a_file_with_carriage_returns_or_a_mark_at_its_beginning_is_read(source, new):
    data = b"\xef\xbb\xbf" + exported(source).replace(b"\n", b"\r\n")
    take(new, data)
    assert content(new) == content(source)


def test_a_file_of_an_older_version_gets_the_defaults_of_newer_columns(source, new):
    head = f'"schema":"{SCHEMA}"'.encode()
    older = exported(source).replace(head, b'"schema":"0003"')
    older = older.replace(b',"archived_at":null', b"")
    older = older.replace(b',"notes":null', b"")
    older = older.replace(b',"window_tokens":null', b"")
    take(new, older)
    assert content(new) == content(source)


# The command, as users run it


def test_the_command_moves_an_installation(source, url, tmp_path):
    """From a file into each kind of database."""
    file = tmp_path / "everything.json"
    said = storage(f"sqlite:///{source.path}", "export", str(file))
    assert said.code == 0, said.err
    assert "conversations" in said.out
    said = storage(url, "import", str(file))
    assert said.code == 0, said.err
    database = Database.open(url)
    assert content(database) == content(source)
    database.close()


@sqlite_only
def test_the_command_says_in_one_line_what_is_wrong(url, tmp_path):
    file = tmp_path / "x.json"
    file.write_text("{}")
    for words in (("import", str(file)), ("import", str(tmp_path / "none.json"))):
        said = storage(url, *words)
        assert said.code == 1
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "Nothing was changed" in said.err
    said = storage(url, "export", str(tmp_path / "no" / "folder.json"))
    assert said.code == 1 or (tmp_path / "no" / "folder.json").exists()


def test_importing_from_a_path(source, new, tmp_path):
    export_to(source, tmp_path / "all.json")
    assert import_from(new, tmp_path / "all.json").added["conversations"]
