"""A question keeps its files, and takes them wherever it goes."""

import hashlib
import io
import sqlite3
from base64 import b64encode
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from moa_core.errors import AttachmentError
from moa_core.messages import Question
from moa_core.mixture import prompt_sha256
from moa_core.plan import rework_plan
from storage.conversations.conversation_store import Conversations
from storage.conversations.duels import Duels
from storage.conversations.queue import QueuedQuestions
from storage.database.sessions import Database
from storage.errors import ImportRefusedError, NotFoundError
from storage.history.search import Search
from storage.recording.run_start import Order
from storage.schema import AttachmentRow, QueuedAttachmentRow
from storage.transfer.export import export_lines
from storage.transfer.importer import import_file
from storage.transfer.training_data import training_lines
from storage.upkeep.erase import erase_everything
from storage.upkeep.retention import Retention
from tests.moa_core.attachments.made_files import photo
from tests.moa_core.scripted import mixture
from tests.storage.api.program import CONFIG, Program
from tests.storage.conversations.attached import (
    DOCUMENT,
    PICTURE,
    PIXELS,
    QUESTION,
    REPORT,
    bytes_of,
)
from tests.storage.desk import Desk
from tests.storage.kinds import sqlite_only
from tests.support.new_database import copy_new_file

FLAT = mixture(["a", "b"])
ORDER = Order(config=FLAT)


@pytest.fixture
def desk(database, recorder) -> Desk:
    return Desk(database, recorder)


@pytest.fixture
def queue(database):
    return QueuedQuestions(database)


async def asked(desk, question=QUESTION, **where):
    begun = desk.runs.begin(question, FLAT, **where)
    await desk.told(begun, FLAT)
    return begun


def stored(database, row=AttachmentRow):
    """How many files there are."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


async def test_files_come_back_with_their_question_and_are_read_when_needed(desk):
    begun = await asked(desk)
    question = desk.turn(begun).question
    assert question == QUESTION
    assert bytes_of(question) == [PIXELS, REPORT]


async def test_models_get_the_files_of_all_questions_before(desk):
    first = await asked(desk)
    then = await asked(
        desk, Question("And this?"), conversation_uid=first.conversation_uid
    )
    assert then.messages[0] == QUESTION.message
    assert then.messages[0].images[0].content.read() == PIXELS
    assert desk.runs.messages_of(then.run_uid) == then.messages
    conversation = desk.conversations.load(first.conversation_uid)
    assert conversation.messages(Question("x"))[0] == QUESTION.message


async def test_a_rework_sends_what_was_sent_before(desk):
    begun = await asked(desk)
    plan = rework_plan.resynthesise(desk.runs.load(begun.run_uid).state)
    again, _ = await desk.rework(begun.run_uid, plan)
    assert prompt_sha256(again.messages) == prompt_sha256(begun.messages)
    assert again.messages[-1].images[0].content.read() == PIXELS


async def test_a_question_in_other_words_takes_its_stored_files_along(desk, database):
    begun = await asked(desk)
    files = desk.turn(begun).question.attachments
    again = await asked(
        desk,
        Question("What are these?", files),
        conversation_uid=begun.conversation_uid,
        after=None,
    )
    assert bytes_of(desk.turn(again).question) == [PIXELS, REPORT]
    assert stored(database) == 4
    assert desk.turn(begun).question == QUESTION


async def test_a_question_of_files_alone_is_called_like_the_first(desk):
    begun = await asked(desk, Question("", (PICTURE,)))
    assert begun.messages[0].parts == (PICTURE,)
    title = desk.conversations.load(begun.conversation_uid).title
    assert title == "otter.png"


def test_a_question_with_too_many_files_is_refused_and_nothing_is_kept(desk, database):
    with pytest.raises(AttachmentError, match="10 files at most"):
        desk.runs.begin(Question("x", (PICTURE,) * 11), FLAT)
    assert stored(database) == 0


async def test_a_file_whose_question_is_gone_says_so(desk, database):
    begun = await asked(desk)
    files = desk.turn(begun).question.attachments
    desk.conversations.delete(begun.conversation_uid)
    Retention(database).empty_bin()
    assert stored(database) == 0
    with pytest.raises(NotFoundError, match="its question was deleted"):
        files[0].content.read()
    with pytest.raises(NotFoundError, match="its question was deleted"):
        desk.runs.begin(Question("Again?", files), FLAT)


@sqlite_only
@pytest.mark.parametrize("how", ["one", "everything"])
async def test_what_was_deleted_is_no_longer_in_the_file(desk, database, how):
    begun = await asked(desk)
    if how == "one":
        desk.conversations.delete(begun.conversation_uid)
        Retention(database).empty_bin()
    else:
        erase_everything(database)
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = database.path.parent.glob(f"{database.path.name}*")
    assert not any(b"Marker-of-the-report" in file.read_bytes() for file in files)


def test_both_sides_of_a_duel_get_the_files(desk, database):
    sides = desk.runs.begin_duel(QUESTION, [ORDER, ORDER], blind=True)
    assert [each.messages for each in sides] == [(QUESTION.message,)] * 2
    duel = Duels(database).load(sides[0].conversation_uid)
    assert bytes_of(duel.question) == [PIXELS, REPORT]
    assert stored(database) == 2


async def test_a_question_that_waits_has_its_files_and_is_asked_with_them(
    desk, queue, database
):
    first = desk.runs.begin(Question("Why?"), FLAT)
    uid = first.conversation_uid
    queue.add(uid, first.turn_uid, "And?", [PICTURE])
    queue.add(uid, first.turn_uid, "", [DOCUMENT])
    waiting = desk.conversations.load(uid).queued
    assert waiting.question == Question("And?", (PICTURE, DOCUMENT))
    assert bytes_of(waiting.question) == [PIXELS, REPORT]
    await desk.told(first, FLAT)
    begun = desk.runs.begin_queued(uid, ORDER)
    assert begun.messages[-1] == waiting.question.message
    assert bytes_of(desk.turn(begun).question) == [PIXELS, REPORT]
    assert stored(database, QueuedAttachmentRow) == 0


def test_a_question_that_is_taken_back_keeps_its_files_in_memory(desk, queue, database):
    first = desk.runs.begin(Question("Why?"), FLAT)
    queue.add(first.conversation_uid, first.turn_uid, "And?", [PICTURE, DOCUMENT])
    taken = queue.take(first.conversation_uid)
    assert stored(database, QueuedAttachmentRow) == 0
    assert bytes_of(taken.question) == [PIXELS, REPORT]


def test_too_many_files_do_not_wait_and_those_that_wait_stay(desk, queue):
    first = desk.runs.begin(Question("Why?"), FLAT)
    uid = first.conversation_uid
    queue.add(uid, first.turn_uid, "And?", [PICTURE] * 6)
    with pytest.raises(AttachmentError, match="10 files at most; these are 12"):
        queue.add(uid, first.turn_uid, "And then?", [PICTURE] * 6)
    waiting = desk.conversations.load(uid).queued
    assert (waiting.text, len(waiting.attachments)) == ("And?", 6)


async def test_pages_lists_and_searches_read_no_bytes(desk, database, listing):
    begun = await asked(desk)
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(database._engine, "before_cursor_execute", note)
    conversation = desk.conversations.load(begun.conversation_uid)
    conversation.messages(Question("x"))
    listing.newest()
    Search(database).find("otter")
    assert any("attachments" in statement for statement in statements)
    assert not any("attachments.data" in statement for statement in statements)
    conversation.turns[0].question.attachments[0].content.read()
    assert "attachments.data" in statements[-1]


async def test_a_question_is_found_by_the_names_of_its_files(desk, database):
    begun = await asked(desk)
    other = await asked(desk, Question("What do otters eat?"))
    search = Search(database)

    def turns(query):
        return [hit.turn_uid for hit in search.find(query).hits]

    assert turns("otter png") == [begun.turn_uid]
    assert turns("grosse") == []
    assert turns("GROßE") == turns('"größe of otters"') == [begun.turn_uid]
    assert turns("ott") == [other.turn_uid, begun.turn_uid]
    assert turns("afloat") == []  # what is in a document is not searched
    pieces = search.find("otters.txt").hits[0].matches[0].pieces
    assert any(piece.hit and piece.text == "otters.txt" for piece in pieces)


async def test_documents_are_trained_on_and_images_end_a_chat(desk, database):
    begun = await asked(desk, Question("Sum up.", (DOCUMENT,)))
    await asked(desk, conversation_uid=begun.conversation_uid)
    (line,) = training_lines(database, "chat")
    assert "Otters sleep afloat." in line
    assert "What is this?" not in line


async def test_what_a_program_asks_keeps_its_files(database, recorder):
    program = Program(database, recorder)
    asked_now = program.asked({"role": "user", "content": "What is this?"})
    with_files = replace(asked_now, messages=(QUESTION.message,))
    begun = program.api.begin(with_files, Order(config=CONFIG))
    assert begun.messages == (QUESTION.message,)
    assert program.desk.turn(begun).question == QUESTION


async def _exported(desk, database):
    await asked(desk)
    return "".join(export_lines(database)).encode()


@pytest.fixture
def new(tmp_path):
    path = copy_new_file(tmp_path / "new.db")
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


async def test_files_come_back_from_an_export_as_they_were(desk, database, new):
    begun = await asked(desk)
    data = "".join(export_lines(database)).encode()
    assert data.count(b'"record":"attachments"') == 2
    assert import_file(new, io.BytesIO(data), "all.json").added["attachments"] == 2
    (turn,) = Conversations(new).load(begun.conversation_uid).turns
    assert turn.question == QUESTION
    assert bytes_of(turn.question) == [PIXELS, REPORT]
    again = import_file(new, io.BytesIO(data), "all.json")
    assert (again.same["conversations"], again.different) == (1, [])
    assert "".join(export_lines(new)).split("\n")[1:] == data.decode().split("\n")[1:]


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        (PIXELS, photo(), "these are not the bytes of sha256"),
        (PIXELS, PIXELS[:50], "broken or cut off"),
        (REPORT, b"<svg><script/></svg>", "It is an SVG"),
        (REPORT, b"\x7fELF" + bytes(99), "It is a program"),
    ],
    ids=["with metadata", "cut", "SVG", "program"],
)
@sqlite_only
async def test_files_of_an_export_are_checked_as_if_attached_again(
    desk, database, new, was, becomes, reason
):
    await asked(desk)
    data = "".join(export_lines(database)).encode()
    for written in (b64encode, lambda each: hashlib.sha256(each).hexdigest().encode()):
        assert written(was) in data
        data = data.replace(written(was), written(becomes))
    with pytest.raises(ImportRefusedError, match=reason):
        import_file(new, io.BytesIO(data), "all.json")
    assert stored(new) == 0


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        (b'"width":40', b'"width":41', "width: it is not that of the file"),
        (b'"media_type":"text/plain"', b'"media_type":"text/html"', "media_type"),
        (b'"kind":"image"', b'"kind":"program"', "kind"),
        (b'"data":"', b'"data":"?', "this is no Base64"),
        (b'"text":"Otters', b'"text":null,"x":"Otters', "x: this field is unknown"),
        (b'"seq":1,"kind"', b'"seq":0,"kind"', "refuses what it says"),
    ],
)
@sqlite_only
async def test_a_record_of_a_file_says_what_the_file_is(
    desk, database, new, was, becomes, reason
):
    data = await _exported(desk, database)
    assert was in data
    with pytest.raises(ImportRefusedError, match=reason):
        import_file(new, io.BytesIO(data.replace(was, becomes)), "all.json")
    assert stored(new) == 0


def test_prompts_of_text_alone_keep_their_hashes():
    plain = Question("Why?").message
    pair = b'[["user","Why?"]]'
    assert prompt_sha256([plain]) == hashlib.sha256(pair).hexdigest()
    other = replace(PICTURE, content=replace(PICTURE.content, sha256="0" * 64))
    with_files = [Question("Why?", (each,)).message for each in (PICTURE, other)]
    assert len({prompt_sha256([each]) for each in (plain, *with_files)}) == 3
