"""What is kept of a module is what Slipcover makes of it, probe by probe."""

import ast
import marshal
from pathlib import Path
from types import CodeType

import pytest
from slipcover import Slipcover, branch

from tests.coverage import kept_probes
from tests.coverage.kept_probes import Kept

MODULES = (
    "moa_core/unspaced_scripts.py",  # data
    "moa_core/engine/live.py",  # generators, coroutines, `finally`
    "moa_core/run/controls.py",  # classes, loops
    "storage/transfer/export_rows.py",  # nested functions, comprehensions
)
pytestmark = pytest.mark.skipif(not kept_probes.NEEDED, reason="no probes from 3.12 on")


def assert_same(one: CodeType, other: CodeType) -> None:
    for name in ("co_code", "co_linetable", "co_exceptiontable", "co_stacksize"):
        assert getattr(one, name) == getattr(other, name)
    assert len(one.co_consts) == len(other.co_consts)
    for mine, its in zip(one.co_consts, other.co_consts, strict=True):
        if isinstance(mine, CodeType):
            assert_same(mine, its)
        else:
            is_probe = type(mine).__name__ == "PyCapsule"
            assert type(its) is type(mine) if is_probe else its == mine


@pytest.mark.parametrize("name", MODULES)
def test_what_is_kept_is_what_slipcover_makes(name):
    path = kept_probes.ROOT / name
    marked = branch.preinstrument(ast.parse(path.read_bytes()))
    its, ours = Slipcover(branch=True), Slipcover(branch=True)
    made = its.instrument(compile(marked, str(path), "exec"))
    kept = marshal.loads(marshal.dumps(Kept.made_of(path, ()).parts()))
    probed = Kept(*kept).probed_by(ours)
    assert_same(made, probed)
    assert list(its.code2index.values()) == list(ours.code2index.values())
    assert its.code_lines == ours.code_lines
    assert its.code_branches == ours.code_branches


SOURCE = """def half(number):
    if number % 2:
        return None
    return number // 2
"""


def test_a_kept_module_tells_what_was_run_and_a_changed_one_is_made_anew(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(kept_probes, "ROOT", tmp_path)
    monkeypatch.setattr(kept_probes, "FOLDER", tmp_path)
    path = tmp_path / "halves.py"
    path.write_text(SOURCE)
    for _ in ("made", "kept"):
        slip, ran = Slipcover(branch=True), {}
        exec(Kept.of_file(path).probed_by(slip), ran)
        assert ran["half"](8) == 4
        told = slip.get_coverage()["files"][str(path)]
        assert told["executed_lines"] == [1, 2, 4]
        assert told["missing_lines"] == [3]
        assert told["missing_branches"] == [(2, 3)]
    path.write_text(SOURCE.replace("//", "* 0 + 1 +"))
    exec(Kept.of_file(path).probed_by(Slipcover(branch=True)), ran)
    assert ran["half"](8) == 3
