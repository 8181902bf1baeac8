"""Files of one's own questions are read, or refused with the line and the field."""

import gzip
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moa_core.errors import ConfigError
from moa_core.evaluation import (
    MAX_FILE_BYTES,
    FileQuestion,
    QuestionFile,
    read_questions,
    same_words,
)
from moa_core.evaluation.benchmarks import records
from moa_core.evaluation.scoring.files import file_bytes

SKY = FileQuestion(id="q1", question="Why is the sky blue?", kind="facts", line=1)


def lines(*rows):
    return "\n".join(map(json.dumps, rows)).encode()


def test_every_form_is_read_with_its_lines():
    fields = {"id": "q1", "question": " Why is the sky blue? ", "kind": "Facts"}
    more = {"question": "Write a\nhaiku.", "source": "unknown fields are ignored"}
    haiku = FileQuestion(id="line-2", question="Write a\nhaiku.", line=2)
    expected = QuestionFile((SKY, haiku))
    assert read_questions(lines(fields, more), "some.jsonl") == expected
    assert read_questions(lines(fields) + b"\r\n" + lines(more), "some") == expected
    listed = b"\xef\xbb\xbf[" + lines(fields) + b",\n" + lines(more) + b"]\n"
    assert read_questions(listed, "some.json") == expected
    table = b'id,question,kind\nq1,Why is the sky blue?,facts\n,"Write a\nhaiku.",\n'
    below = QuestionFile((replace(SKY, line=2), replace(haiku, id="line-3", line=3)))
    assert read_questions(table, "some.csv") == below
    assert read_questions(table.replace(b",", b";"), "some.CSV") == below


def test_paragraphs_of_a_plain_text_are_questions():
    text = b"\n\nWhy is the sky blue?\n\n \t\nWrite a\nhaiku.\n"
    found = read_questions(text, "some.txt").questions
    assert [(each.line, each.question) for each in found] == [
        (3, "Why is the sky blue?"),
        (6, "Write a\nhaiku."),
    ]
    assert [each.id for each in found] == ["line-3", "line-6"]


def test_the_same_words_are_one_question_and_the_newest_stays():
    assert same_words(" Why  IS\nthat? ") == "why is that?"
    rows = [{"question": text} for text in ("Why?", "How?", " WHY? ")]
    found = read_questions(lines(*rows), "some.jsonl")
    assert [each.question for each in found.questions] == ["How?", "WHY?"]
    assert found.duplicates == (1,)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b'{"question": "Why?"}\n{"question": 3}', "a.jsonl", "line 2, question: expe"),
        (b'{"question": "Why?"}\n\n{"id": "x"}', "a.jsonl", "line 3, question: this"),
        (b'{"question": "Why?"}\nnonsense', "a.jsonl", "line 2: not JSON"),
        (b'[{"question": "Why?"},\n{"question": "H', "a.json", "line 2: not JSON"),
        (b'[{"question": "Why?"}\n{"question": "How?"}]', "a.json", "line 2: not JSON"),
        (b'[{"question": "Why?"}]\n\nmore', "a.json", "line 3: something stands"),
        (b'[{"question": "Why?"},\n7]', "a.json", "line 2, record: expected fields"),
        (b'{"question": " "}', "a.jsonl", "line 1, question: it is empty"),
        (b'{"question": "a\\u0000b"}', "a.jsonl", "line 1, question: it contains"),
        (b'{"question": "Why?", "kind": "sports"}', "a.jsonl", "line 1, kind: “spo"),
        (b'{"question": "Why?", "id": [1]}', "a.jsonl", "line 1, id: expected"),
        (b'{"question": "Why?", "id": ""}', "a.jsonl", "line 1, id: it must have"),
        (lines({"id": 1, "question": "Why?"}, {"id": "1", "question": "How?"}),
         "a.jsonl", "line 2, id: “1” is also the id of another question, in line 1"),
        (b'{"question": "a", "question": "b"}', "a.jsonl", "line 1, question: this "),
        (b'{"question": ' + b"[" * 500 + b"]" * 500 + b"}", "a.json", "nested too dee"),
        (b"[" * 100_000, "a.json", "nested too deeply"),
        (b'{"question": NaN}', "a.jsonl", "line 1: NaN"),
        (b"id,text\n1,Why?\n", "a.csv", "line 1, question: the table has no column"),
        (b"question\nWhy?\nHow?,4\n", "a.csv", "line 3, question: 2 cells"),
        (b'question\nWhy?\n"How?\n', "a.csv", "line 3: not CSV"),
        (b"question,kind\nWhy?,sports\n", "a.csv", "line 2, kind: “sports”"),
        (b"ok\n\n\xff\xfe", "a.txt", "line 3: not UTF-8"),
        (b" \n", "a.txt", "it is empty"),
        (b"[]", "a.json", "there is no question in it"),
        (b"question\n\n", "a.csv", "there is no question in it"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_line_and_field(data, name, said):
    with pytest.raises(ConfigError) as refused:
        read_questions(data, name)
    assert said in str(refused.value)


def test_a_file_has_a_limit_packed_or_not(tmp_path, monkeypatch):
    assert MAX_FILE_BYTES == 100 * 1024**2
    monkeypatch.setattr(records, "MAX_FILE_BYTES", 2 * 1024**2)
    monkeypatch.setattr("moa_core.evaluation.scoring.files.MAX_FILE_BYTES", 2 * 1024**2)
    large = b"a" * (2 * 1024**2 + 1)
    with pytest.raises(ConfigError, match="larger than 2 MB"):
        read_questions(large, "a.txt")
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(large))
    with pytest.raises(ConfigError, match="larger than 2 MB"):
        file_bytes(packed)
    packed.write_bytes(gzip.compress(b"Why?"))
    assert file_bytes(packed) == b"Why?"
    packed.write_bytes(gzip.compress(b"Why?")[:-5])
    with pytest.raises(ConfigError, match="not a whole gzip file"):
        file_bytes(packed)


words = st.text(min_size=1).filter(lambda text: text.strip() and "\0" not in text)


@given(st.lists(words, min_size=1, max_size=6, unique_by=same_words), st.booleans())
def test_whatever_is_asked_is_read_back(questions, as_list):
    rows = [{"question": text} for text in questions]
    written = json.dumps(rows, indent=1).encode() if as_list else lines(*rows)
    found = read_questions(written, "some.json")
    assert [each.question for each in found.questions] == [
        text.strip().replace("\r\n", "\n") for text in questions
    ]
    for each in found.questions:
        line = written.decode().split("\n")[each.line - 1]
        assert line.strip().startswith("{")


@given(st.binary(max_size=60), st.sampled_from(["a.csv", "a.json", "a.txt", "a"]))
def test_whatever_a_file_holds_it_is_read_or_refused(data, name):
    found = None
    with suppress(ConfigError):
        found = read_questions(data, name)
    assert found is None or found.questions
