"""Keeps what Slipcover makes of each module, so that not every worker makes it anew.

Before Python 3.12 Slipcover parses a module, marks its branches and edits its bytecode:
ten times what importing it takes, in each worker and each run. A probe itself cannot be
kept: where it is in the code and what it stands for can (ADR 71).
"""

import ast
import marshal
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Self

import slipcover
from slipcover import Slipcover, branch, pytest_plugin
from slipcover import slipcover as measuring
from slipcover.importer import SlipcoverLoader

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "probes"
NEEDED = sys.version_info < (3, 12)
Recipe = tuple[int, dict[int, Any], list[tuple[int, Any]], dict[int, "Recipe"]]
"""Of one code object: which constant is the function that probes call, what each probe
(by its constant) stands for, Slipcover's own index, and the same of nested code."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a module.

    Attributes:
        of: The state of its file, and who made this.
        code: The module's code, with ``None`` for each probe.
        recipe: How to put them in.
        lines: All lines that can be run.
        branches: All branches: from a line to a line.
    """

    of: tuple[object, ...]
    code: CodeType
    recipe: Recipe
    lines: set[int]
    branches: set[tuple[int, int]]

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Read what was kept, or have Slipcover make it and keep it."""
        kept_in = FOLDER / ("-".join(path.relative_to(ROOT).parts) + ".kept")
        of = _state_of(path)
        with suppress(OSError, ValueError, EOFError, TypeError):
            kept = cls(*marshal.loads(kept_in.read_bytes()))
            if kept.of == of:
                return kept
        made = cls.made_of(path, of)
        written = kept_in.with_suffix(f".{os.getpid()}")
        written.write_bytes(marshal.dumps(made.parts()))
        written.replace(kept_in)
        return made

    @classmethod
    def made_of(cls, path: Path, of: tuple[object, ...]) -> Self:
        """Have Slipcover put its probes into a module, and take them out again."""
        slip = Slipcover(branch=True)
        marked = branch.preinstrument(ast.parse(path.read_bytes()))
        probed = slip.instrument(compile(marked, str(path), "exec"))
        code, recipe = _take_probes_out(probed, slip)
        name = str(path)
        return cls(of, code, recipe, slip.code_lines[name], slip.code_branches[name])

    def parts(self) -> tuple[object, ...]:
        """Return what ``Kept(*parts)`` takes."""
        return self.of, self.code, self.recipe, self.lines, self.branches

    def known_to(self, slip: Slipcover) -> None:
        """Tell ``slip`` which lines and branches there are."""
        slip.code_lines[self.code.co_filename].update(self.lines)
        slip.code_branches[self.code.co_filename].update(self.branches)

    def probed_by(self, slip: Slipcover) -> CodeType:
        """Return the module's code with probes of ``slip``, which knows it then."""
        with slip.lock:
            code = _put_probes_in(self.code, self.recipe, slip)
            self.known_to(slip)
            slip.instrumented[code.co_filename].add(code)
        return code


def keep_what_slipcover_makes() -> None:
    """Let this worker import from what is kept, after it has made its share of that."""
    slip = pytest_plugin._slipcover_instance
    if slip is None or not NEEDED:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    SlipcoverLoader.exec_module = _exec_module
    Slipcover._add_unseen_source_files = _add_unseen_source_files
    at = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    for path in list(_sources(slip))[
        at :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    ]:
        Kept.of_file(path)


def _state_of(path: Path) -> tuple[object, ...]:
    file = path.stat()
    maker = (slipcover.__version__, sys.implementation.cache_tag)
    return (*maker, str(path), file.st_mtime_ns, file.st_size)


def _sources(slip: Slipcover) -> Iterator[Path]:
    """All modules that are measured, in the same order in each worker."""
    matcher = pytest_plugin._file_matcher
    for folder in slip.source:
        found = sorted(Path(folder).resolve().rglob("*.py"))
        yield from (path for path in found if matcher.matches(path))


def _take_probes_out(code: CodeType, slip: Slipcover) -> tuple[CodeType, Recipe]:
    constants: list[Any] = list(code.co_consts)
    nested: dict[int, Recipe] = {}
    for at, constant in enumerate(constants):
        if isinstance(constant, CodeType):
            constants[at], nested[at] = _take_probes_out(constant, slip)
    signal = constants.index(measuring.probe.signal)
    constants[signal] = None
    index, editor, probes = slip.code2index[code], measuring.bc.Editor(code), {}
    for offset, stands_for in index:
        _signal, at = editor.get_inserted_function(offset)
        constants[at], probes[at] = None, stands_for
    return code.replace(co_consts=tuple(constants)), (signal, probes, index, nested)


def _put_probes_in(code: CodeType, recipe: Recipe, slip: Slipcover) -> CodeType:
    signal, probes, index, nested = recipe
    constants: list[Any] = list(code.co_consts)
    constants[signal] = measuring.probe.signal
    for at, stands_for in probes.items():
        hits = slip.d_miss_threshold
        constants[at] = measuring.probe.new(slip, code.co_filename, stands_for, hits)
    for at, inner in nested.items():
        constants[at] = _put_probes_in(constants[at], inner, slip)
    probed = code.replace(co_consts=tuple(constants))
    slip.code2index[probed] = index
    return probed


_exec_unkept = SlipcoverLoader.exec_module


def _exec_module(self: SlipcoverLoader, module: ModuleType) -> None:
    if not isinstance(self.orig_loader, SourceFileLoader) or not self.origin.exists():
        _exec_unkept(self, module)
        return
    self.sci.register_module(module)
    exec(Kept.of_file(self.origin).probed_by(self.sci), module.__dict__)


def _add_unseen_source_files(self: Slipcover, _folders: list[str]) -> None:
    """What the worker has not imported counts too: all its lines are missing."""
    for path in _sources(self):
        if str(path) not in self.code_lines:
            Kept.of_file(path).known_to(self)
