import json

import pytest

from moa_core.batch import read_rows, shard
from moa_core.errors import ConfigError
from tests.moa_core.scripted import mixture

MIXTURE = mixture(["a", "b"])


@pytest.fixture
def read(tmp_path):
    def read(content, name="p.jsonl", config=MIXTURE):
        if not isinstance(content, str | bytes):
            content = "".join(json.dumps(each) + "\n" for each in content)
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return read_rows(tmp_path / name, config)

    return read


def said(row):
    return [(message.role, message.text) for message in row.request.messages]


def test_openais_form(read):
    body = {
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Why?"},
        ],
        "max_tokens": 77,
        "metadata": {"topic": "x"},
    }
    whole = {"method": "POST", "url": "/v1/chat/completions", "body": body}
    one, two = read([{"custom_id": "r1", **whole}, {"custom_id": 2, "body": body}])
    assert (one.key.custom_id, two.key.custom_id) == ("r1", "2")
    assert said(one) == [("system", "Be brief."), ("user", "Why?")]
    assert one.request.model == "gpt-4o"
    assert one.metadata == {"topic": "x"}
    assert one.config.aggregator.max_tokens == 77
    assert one.config.layers == MIXTURE.layers
    assert one.key.fingerprint == two.key.fingerprint
    assert (one.line, two.line) == (1, 2)


def test_messages_and_prompts(read):
    asked = [{"role": "user", "content": "Why?"}]
    rows = read(
        [
            {"messages": asked, "temperature": 0.1},
            {"prompt": "Why?", "topic": "sky", "n": 3},
            {"id": "own", "prompt": asked},
        ]
    )
    assert [row.key.custom_id for row in rows] == ["line-1", "line-2", "own"]
    assert [said(row) for row in rows] == [[("user", "Why?")]] * 3
    assert rows[0].config.aggregator.temperature == 0.1
    assert rows[1].metadata == {"topic": "sky", "n": 3}


def test_settings_beside_a_prompt_are_those_of_a_request(read):
    (row,) = read([{"prompt": "Why?", "max_tokens": 50, "stop": ["END"], "user": "u"}])
    assert row.config.aggregator.max_tokens == 50
    assert row.request.writer.extra == {"stop": ["END"]}
    assert row.metadata == {"user": "u"}
    table = "prompt,Max_Tokens,stop,topic\nWhy?,50,END,x\nWhat?,,,y\n"
    one, two = read(table, "p.csv")
    assert (one.config.aggregator.max_tokens, one.metadata) == (50, {"topic": "x"})
    assert one.request.writer.extra == {"stop": "END"}
    assert two.config == MIXTURE
    with pytest.raises(ConfigError, match="line 1: 'max_tokens' must be a whole"):
        read([{"prompt": "Why?", "max_tokens": "many"}])


def test_a_line_that_is_no_text_hides_no_other_mistake(read):
    with pytest.raises(ConfigError) as error:
        read(b'hello\n{"prompt": "\xff"}\n{"prompt": 3}\n')
    said = str(error.value)
    assert "line 1: " in said
    assert "line 2: not UTF-8 text. line 3: it has no" in said
    with pytest.raises(ConfigError, match=r"line 2: not UTF-8 text\. line 3: the pro"):
        read(b"prompt,x\nWhy?,\xff\n,1\n", "p.csv")
    with pytest.raises(ConfigError, match=r"line 1: not UTF-8 text\. line 2: the pro"):
        read(b"prompt,\xff\n,1\n", "p.csv")
    with pytest.raises(ConfigError, match=r"it is UTF-16\. Save it as UTF-8"):
        read("Why?\n".encode("utf-16"), "p.txt")


def test_text_is_a_prompt_a_line(read):
    rows = read("\ufeffWhy?\r\n\n  What for? \n", "p.txt")
    assert [row.key.custom_id for row in rows] == ["line-1", "line-3"]
    assert [said(row)[0][1] for row in rows] == ["Why?", "What for?"]


def test_a_table_keeps_its_other_columns(read):
    rows = read('ID,Prompt,Topic\nq1,"Why,\nthen?",sky\n,What?,\n', "p.csv")
    assert [row.key.custom_id for row in rows] == ["q1", "line-4"]
    assert said(rows[0]) == [("user", "Why,\nthen?")]
    assert rows[0].metadata == {"Topic": "sky"}
    semicolons = read("prompt;topic\nWhy?;sky\n", "p.tsv")
    assert semicolons[0].metadata == {"topic": "sky"}


def test_a_file_without_a_known_ending_is_told_by_its_first_character(read):
    assert said(read('{"prompt": "Why?"}\n', "p")[0]) == [("user", "Why?")]
    assert said(read("Why?\n", "q")[0]) == [("user", "Why?")]


def test_tool_results_are_answered_by_the_writer_alone(read):
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "f", "arguments": "{}"},
    }
    messages = [
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "so"},
    ]
    (row,) = read([{"messages": messages}])
    assert row.config.layers == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"prompt": "a"}\nhello\n', "line 2: "),
        ("[1]\n", "line 1: expected an object"),
        ('{"custom_id": "a"}\n', "line 1: it has no 'body', 'messages' or 'prompt'"),
        ('{"prompt": 3}\n', "line 1: it has no"),
        ('{"prompt": ""}\n', "line 1: "),
        ('{"body": 3}\n', "line 1: 'body' must be an object"),
        ('{"body": {}, "method": "GET"}\n', "line 1: 'method' must be POST"),
        ('{"body": {}, "url": "/v1/embeddings"}\n', "'url' must be /v1/chat"),
        ('{"custom_id": [], "prompt": "a"}\n', "'custom_id' must be a text"),
        ('{"custom_id": " ", "prompt": "a"}\n', "'custom_id' must have 1 to 500"),
        ('{"messages": []}\n', "line 1: 'messages' must be"),
        ('{"messages": [{"role": "bird", "content": "x"}]}\n', "line 1: "),
        ('{"prompt": "a", "custom_id": 1}\n{"prompt": "b", "custom_id": "1"}\n',
         "line 2: “1” is also the id of line 1"),
        ("", "there is no prompt in it"),
        (b"\xff\n", "line 1: not UTF-8"),
    ],
)  # fmt: skip
def test_mistakes_name_their_lines(read, content, told):
    with pytest.raises(ConfigError) as error:
        read(content)
    assert str(error.value).startswith("p.jsonl: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("question\nWhy?\n", "line 1: the table has no column 'prompt'"),
        ("prompt,x\nWhy?,1,2\n", "line 2: 3 cells"),
        ("prompt,x\n,1\n", "line 2: the prompt is empty"),
        ("prompt,id\nWhy?,1\nWhat?,1\n", "line 3: “1” is also the id of line 2"),
    ],
)
def test_mistakes_in_a_table_name_their_lines(read, content, told):
    with pytest.raises(ConfigError, match=r"p\.csv: ") as error:
        read(content, "p.csv")
    assert told in str(error.value)


def test_many_mistakes_are_counted(read):
    with pytest.raises(ConfigError, match=r"line 5: .* And 7 more\. Nothing was asked"):
        read("x\n" * 12)


def test_a_ranking_mixture_refuses_a_format(read):
    asked = [{"role": "user", "content": "Why?"}]
    row = {"messages": asked, "response_format": {"type": "json_object"}}
    with pytest.raises(ConfigError, match="line 1: 'response_format' is not possible"):
        read([row], config=mixture(["a", "b"], method="rank"))


def test_shares_cover_all_rows_once(read):
    rows = read("".join(f"q{n}\n" for n in range(10)), "p.txt")
    shares = [shard(rows, number, 3) for number in (1, 2, 3)]
    assert [len(share) for share in shares] == [4, 3, 3]
    assert {row.key for share in shares for row in share} == {row.key for row in rows}
