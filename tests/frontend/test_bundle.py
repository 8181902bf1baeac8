"""The bundle in the repository is what ``frontend/`` builds, and its own tests pass."""

import filecmp
from pathlib import Path

import pytest

from tests.frontend import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(toolchain.missing()), reason=str(toolchain.missing())),
]


def files_below(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


def test_the_bundle_is_what_the_sources_build(tmp_path):
    made = toolchain.build(tmp_path)
    assert made.returncode == 0, made.stdout
    names = files_below(tmp_path)
    assert files_below(toolchain.BUILT) == names, "make frontend, and commit dist/"
    _, differing, _ = filecmp.cmpfiles(tmp_path, toolchain.BUILT, names, shallow=False)
    assert differing == []


def test_the_tests_of_the_front_end_pass():
    ended = toolchain.test()
    assert ended.returncode == 0, ended.stdout


def test_every_bundled_package_has_its_notice():
    notices = Path(toolchain.BUILT, "LICENSES.txt").read_text("utf-8")
    for package in ("dompurify", "highlight.js", "katex", "markdown-it", "remend"):
        assert f"\n{package} " in f"\n{notices}"
