"""What files of recorded judgements say is kept once, removed and put back."""

import pytest

from moa_core.errors import ConfigError
from moa_core.evaluation import RecordedFigure
from storage.errors import NotFoundError
from storage.evaluation import RecordedFiles

FIGURES = (
    RecordedFigure(system="m", n=2, score=6.5, turns=(7.0, None)),
    RecordedFigure(system="n", n=1, score=5.0, error=None),
)


def test_a_file_is_kept_once_with_its_figures_and_can_be_put_back(database):
    files = RecordedFiles(database)
    uid = files.keep("mt_bench", "j.jsonl", b"{}", FIGURES)
    [kept] = files.kept("mt_bench")
    assert (kept.uid, kept.file_name, kept.figures) == (uid, "j.jsonl", FIGURES)
    assert files.kept("alpaca") == []
    with pytest.raises(ConfigError, match="already"):
        files.keep("mt_bench", "copy.jsonl", b"{}", FIGURES)
    files.remove(uid)
    assert files.kept("mt_bench") == []
    with pytest.raises(NotFoundError):
        files.remove(uid)
    files.put_back(kept)
    assert files.kept("mt_bench") == [kept]
