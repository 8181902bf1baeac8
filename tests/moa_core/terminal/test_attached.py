"""Files are attached on the command line, or refused in a sentence."""

import pytest

from moa_core.errors import ConfigError
from moa_core.messages import DocumentPart, ImagePart
from moa_core.terminal import attached
from tests.moa_core.command_line import CommandLine
from tests.support.files.attached import png


def test_files_are_read_by_what_they_are(tmp_path):
    (tmp_path / "cat.txt").write_bytes(png())
    (tmp_path / "notes.png").write_text("# Notes")
    image, document = attached([str(tmp_path / n) for n in ("cat.txt", "notes.png")])
    assert isinstance(image, ImagePart)
    assert isinstance(document, DocumentPart)
    assert (image.name, document.text) == ("cat.txt", "# Notes")


@pytest.mark.parametrize(
    ("content", "said"), [(b"MZ\x90\x00\x03" * 40, "program"), (None, "No such file")]
)
def test_what_cannot_be_attached_is_said(tmp_path, content, said):
    file = tmp_path / "thing.png"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"thing\.png") as caught:
        attached([str(file)])
    assert said in str(caught.value)


def test_what_each_model_got_is_in_the_json(tmp_path):
    (tmp_path / "cat.png").write_bytes(png())
    (tmp_path / "notes.md").write_text("# Notes")
    told = CommandLine(
        tmp_path, POLYPHONY_SIMULATED_PACE="0", POLYPHONY_LOCAL_SERVERS="off"
    )(
        "What is it?", "--proposer", "simulated/analyst", "simulated/brief",
        "--aggregator", "simulated/synthesist",
        "--attach", "cat.png", "--attach", "notes.md", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert "Sees cat.png." in told.out
    assert "Could not see cat.png: it takes no images." in told.out
    assert "Read the text of notes.md." in told.out
