"""The newest answers are read from the end of a file, however long it is."""

import json

from moa_core.batch import newest
from moa_core.batch.newest import newest_answers


def line(custom_id, text="An answer.", **about):
    message = {"role": "assistant", "content": text}
    choice = {"message": message, "finish_reason": "stop"}
    body = {"choices": [choice], "polyphony": {"messages": [], **about}}
    return json.dumps({"custom_id": custom_id, "response": {"body": body}}) + "\n"


def ids(*asked):
    return [answer.custom_id for answer in newest_answers(*asked)]


def test_the_newest_answers_come_first_and_each_row_once(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(line("q1") + line("q2") + "{}\n" + line("q1", "Anew.") + "half")
    assert ids(file, 5) == ["q1", "q2"]
    assert newest_answers(file, 5)[0].text == "Anew."
    assert ids(file, 1) == ["q1"]
    assert ids(file, 5, len(line("q1"))) == ["q1"]
    file.write_text("")
    assert ids(file, 5) == []


def test_lines_longer_than_a_block_are_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(newest, "_BLOCK", 7)
    file = tmp_path / "a.jsonl"
    file.write_text("".join(line(f"q{n}", "é" * n) for n in range(30)))
    assert ids(file, 50) == [f"q{n}" for n in reversed(range(30))]


def test_no_more_is_read_than_the_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(newest, "MOST_BYTES", len(line("q10")) * 5 // 2)
    file = tmp_path / "a.jsonl"
    with file.open("wb") as whole:
        whole.seek(10**9)  # most of it is a hole
        whole.write(b"\n" + "".join(line(f"q{n}") for n in range(10, 20)).encode())
    assert ids(file, 50) == ["q19", "q18"]
