"""What programs asked is counted, moved and deleted with everything else."""

import csv
import io
from contextlib import closing

import pytest
from sqlalchemy import select

from moa_core.usage import Cost
from storage.api import writer_request_of
from storage.database.sessions import Database
from storage.history.conversation_list import ConversationList
from storage.history.filters import Filters
from storage.history.search import Search
from storage.schema import (
    METADATA,
    ApiKeyRow,
    ApiRunRow,
    ApiTurnRow,
    ConversationRow,
    RunRow,
)
from storage.spending.amounts import CallFilter
from storage.spending.spend import Spend
from storage.transfer.export import export_lines
from storage.transfer.importer import import_from
from storage.transfer.training_data import training_lines
from storage.upkeep.erase import erase_everything
from storage.upkeep.retention import Retention
from tests.storage.api.program import DOLLAR, SYSTEM, Program, assistant, user
from tests.support.new_database import copy_new_file

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {}}}]


@pytest.fixture
def program(database, recorder) -> Program:
    return Program(database, recorder)


async def conversation(program):
    """Two questions, the second with tools, behind one that we never saw."""
    said = [SYSTEM, user("Zebras?"), assistant("Stripes."), user("Why?")]
    first, answer = await program.ask(*said)
    second, _ = await program.ask(*said, answer, user("So?"), tools=TOOLS)
    return first, second


async def test_spending_is_told_by_key_and_by_kind(program, database):
    await conversation(program)
    first, program.key = program.key, program.keys.create("Another")[0]
    await program.ask(user("Where do otters sleep?"))
    spend = Spend(database)
    spent = {each.name: each for each in spend.by_key()}
    assert {name: each.runs for name, each in spent.items()} == {
        "An editor": 2,
        "Another": 1,
    }
    assert spent["An editor"].cost == Cost(34 * DOLLAR)
    [kind] = spend.by_kind()
    assert (kind.kind, kind.runs, kind.cost) == ("api", 3, Cost(51 * DOLLAR))
    runs = spend.runs(CallFilter(), key_uid=first.uid)
    assert [run.question for run in runs] == ["So?", "Why?"]
    assert {run.kind for run in runs} == {"api"}
    rows = list(csv.DictReader(io.StringIO(spend.calls_csv().decode())))
    assert {row["api_key"] for row in rows} == {"An editor", "Another"}


async def test_it_is_listed_and_searched_as_its_own_kind(program, database):
    first, _ = await conversation(program)
    listing, search = ConversationList(database), Search(database)
    assert listing.newest() == []
    assert listing.has_of_programs()
    [listed] = listing.newest(Filters(kind="api"))
    assert (listed.uid, listed.kind) == (first.conversation_uid, "api")
    assert {hit.kind for hit in search.find("Why").hits} == {"api"}
    assert search.find("Why", Filters(kind="chat")).hits == ()


async def test_an_import_keeps_all_but_the_key(program, database, tmp_path):
    first, second = await conversation(program)
    file = tmp_path / "export.json"
    file.write_text("".join(export_lines(database)))
    assert program.key.name not in file.read_text()
    copy_new_file(tmp_path / "other.db")
    with closing(Database.open(f"sqlite:///{tmp_path}/other.db")) as other:
        import_from(other, file)
        again = Program(other, None)
        assert again.desk.runs.messages_of(second.run_uid) == second.messages
        path = again.desk.conversations.load(first.conversation_uid)
        assert path.by_program
        assert path.key_uid == program.key.uid
        with other.reading() as session:
            run = session.scalars(select(RunRow).filter_by(uid=second.run_uid)).one()
            assert writer_request_of(session, run) == second.writer
        assert {each.name for each in Spend(other).by_key()} == {None}
        text = Spend(other).calls_csv().decode()
        assert "another machine's key" in text
        assert import_from(other, file).added["api_turns"] == 0
    one = "".join(export_lines(database, conversation_uid=first.conversation_uid))
    assert '"record":"api_turns"' in one
    [example] = training_lines(database, "chat", first.conversation_uid)
    assert "Zebras?" in example
    assert "Be brief." in example


async def test_nothing_of_a_deleted_question_stays(program, database):
    first, _ = await conversation(program)
    program.desk.conversations.delete(first.conversation_uid)
    Retention(database).empty_bin()
    with database.reading() as session:
        for row in (ConversationRow, ApiTurnRow, ApiRunRow):
            assert session.scalars(select(row)).all() == []
        said = repr([session.execute(select(t)).all() for t in METADATA.sorted_tables])
    assert "Zebras" not in said
    assert "look" not in said
    assert program.keys.list()


async def test_deleting_everything_takes_the_keys(program, database):
    _, secret = program.keys.create("An editor")
    await conversation(program)
    erase_everything(database)
    assert program.keys.find(secret) is None
    with database.reading() as session:
        assert session.scalars(select(ApiKeyRow)).all() == []
