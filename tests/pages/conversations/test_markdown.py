"""Whatever a model writes, it stays in its section of the exported file."""

import asyncio
import io
import zipfile
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from moa_core.plan import rework_plan
from pages.widgets.conversations.markdown import (
    as_zip,
    conversation_markdown,
    file_name,
    quoted,
)
from storage.database.sessions import Database
from storage.recording.recorder import Recorder
from tests.moa_core.scripted import failure, mixture
from tests.profiles import examples
from tests.storage.desk import Desk
from tests.support.new_database import copy_new_file

HOSTILE = (
    "</details>\n\n# I am the answer",
    "text\n</blockquote></details><script>alert(1)</script>",
    "```\nan open fence\n</details>",
    "~~~~html\n<b>code</b>\n~~~~\n</details>",
    "<!-- an open comment",
    "<![CDATA[ and <?php",
    "![picture](http://evil.example/x.png) ![ref]\n\n[ref]: http://evil.example/y.png",
    "line\r</details>\rother\x0b\x0c\x85\u2028</details>",
    "> quoted\n\n</details>\n1. list\n\n   </details>",
    "    indented\n\t</details>\n---\n===",
    "<details><summary>nested</summary>",
    "<pre><style>body{display:none}</style>",
    "$$\n```\n$$\n</details>",
    "\t~~~~html\n<b>code</b>\n~~~~\n</details>",
    "- a\n  ```\n</details>\n  ```\n<br>",
    "\\</details> &lt;/details&gt; `</details>` ``</details>",
)


class Structure(HTMLParser):
    """Checks that only our own folds, headings and quotes are there, well nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        if tag in ("details", "blockquote", "summary"):
            if tag == "details":
                assert "blockquote" not in self.open
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        if tag in ("details", "blockquote", "summary"):
            assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        if "blockquote" not in self.open:
            self.outside.append(data)


def structure(markdown: str) -> Structure:
    read = Structure()
    read.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    read.close()
    assert read.open == []
    return read


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_cannot_leave_its_quote(text):
    page = f"<details>\n<summary>S</summary>\n\n{quoted(text)}\n\n</details>\n\nafter"
    read = structure(page)
    assert "".join(read.outside).split() == ["S", "after"]
    assert read.tags.isdisjoint({"img", "script", "style", "iframe", "b"})


@examples(3)
@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, "```", "~~~", "\n", "\n\n", " ", ">", "- ", "$$", "`", "<", "</",
             "details>", "\t", "    ", "[x]:", "a", "!", "[", "](", "\\"]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_no_text_at_all_can(pieces):
    text = "".join(pieces)
    page = f"<details>\n<summary>S</summary>\n\n{quoted(text)}\n\n</details>\n\nafter"
    read = structure(page)
    assert "".join(read.outside).split() == ["S", "after"]
    assert "img" not in read.tags


def test_code_in_a_fence_stays_as_it_was_written():
    code = "```cpp\nstd::vector<int> x; // ![a](b)\n```"
    assert "std::vector<int> x; // ![a](b)" in quoted(code)
    assert quoted("a < b and 3 <4") == "> a < b and 3 <4"


@pytest.fixture
def conversation(tmp_path):
    database = Database.open(f"sqlite:///{copy_new_file(tmp_path / 'p.db')}")
    recorder = Recorder(database)
    desk = Desk(database, recorder)

    async def talk():
        config = mixture(["a", "b"], ["c", "d"])
        desk.scripts = {"chief": [HOSTILE[1]], "a": [HOSTILE[0]], "b": [failure("b")]}
        begun, _ = await desk.ask("Why <b>?\n\n</details>", config)
        desk.scripts = {"chief": ["The second version."]}
        plan = rework_plan.resynthesise(desk.runs.load(begun.run_uid).state)
        await desk.rework(begun.run_uid, plan)
        desk.scripts = {"chief": ["Because."]}
        await desk.ask("And?", config, conversation_uid=begun.conversation_uid)
        return begun.conversation_uid

    uid = asyncio.run(talk())
    desk.conversations.rename(uid, "# *Title* <script> [x](http://y) ../..")
    yield desk.conversations.load(uid)
    recorder.close()
    database.close()


def test_everything_is_in_it(conversation):
    page = conversation_markdown(conversation)
    read = structure(page)
    said = " ".join("".join(read.outside).split())
    for expected in (
        "# *Title* <script> [x](http://y) ../..",
        "1. Question",
        "Answer, version 2: chief",
        "Version 1: chief",
        "Layer 1 of 2: 1 of 2 answered",
        "Failed:",
        "2. Question",
        "$16",
    ):
        assert expected in said, expected
    for model in "abcd":
        assert f"{model} (lab)" in said
    assert "> The second version." in page
    assert "script" not in read.tags


def test_a_file_for_each_conversation_and_none_outside_its_folder(conversation):
    packed = zipfile.ZipFile(io.BytesIO(as_zip([conversation]).getvalue()))
    [name] = packed.namelist()
    assert name == f"{file_name(conversation)}.md"
    assert not set(name) & set('/\\:*?"<>|')
    assert packed.read(name).decode().startswith("# ")
