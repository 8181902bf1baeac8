import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

import moa_core

ROOT = Path(__file__).parents[1]
FOLDERS = ("moa_core", "storage", "services", "pages")
MODULES = [
    ROOT / "app.py",
    *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")),
]
OTHER_READERS = sorted(
    path for folder in ("bench", "tests") for path in (ROOT / folder).rglob("*.py")
)
NO_ROOMS = {"moa_core", "storage", "pages", "pages/widgets", "services"}
"""Packages that hold rooms, or are one module and its helper."""
ROOMS = [
    room
    for path in MODULES
    if path.name == "__init__.py"
    and (room := str(path.parent.relative_to(ROOT))) not in NO_ROOMS
]
MOST_MODULES_SIDE_BY_SIDE = 15
FOLDERS_OF_MODULES = sorted(
    {str(path.parent.relative_to(ROOT)) for path in (*MODULES, *OTHER_READERS)}
)
HOMES = {
    "streamlit": ("app.py", "pages"),
    "starlette": ("app.py", "pages"),
    "markdown_it": ("pages", "moa_core/similarity/sentences.py"),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "filelock": ("storage",),
    "openai": ("moa_core/providers",),
    "together": ("moa_core/providers",),
    "httpx": ("moa_core/providers",),
    "httpx2": ("moa_core/providers",),
    "aiohttp": ("moa_core/providers",),
    "genai_prices": ("moa_core/pricing.py",),
    "choix": ("moa_core/votes/bradley_terry.py",),
    "scipy": (),
    "sacrebleu": ("moa_core/similarity/measures.py",),
    "rapidfuzz": (
        "moa_core/similarity/measures.py",
        "moa_core/similarity/word_diff.py",
    ),
    "dotenv": (
        "services/__init__.py",
        "services/command.py",
        "moa_core/__main__.py",
        "storage/__main__.py",
    ),
}


def name_of(path):
    return str(path.relative_to(ROOT))


@functools.cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def from_imports(path):
    """Every `from module import names`: line, module and names."""
    return [
        (node.lineno, node.module, [alias.name for alias in node.names])
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module
    ]


def imports(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_point_one_way():
    """In a process of its own: import-linter silences every logger that there is."""
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_nothing_imports_what_stands_above_it(module):
    """import-linter knows packages only; it is told of neither app.py nor services."""
    house = ("app", "pages", "services", "storage", "moa_core")
    floor = house.index(name_of(module).split("/")[0].removesuffix(".py"))
    used = {name.split(".")[0] for name in imports(module)}
    assert used.isdisjoint(house[:floor])


@pytest.mark.parametrize("library", HOMES)
def test_every_library_has_one_home(library):
    strangers = [
        name_of(path)
        for path in MODULES
        if library in {name.split(".")[0] for name in imports(path)}
        and not name_of(path).startswith(HOMES[library])
    ]
    assert strangers == []


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_fits_in_one_sitting(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=name_of)
def test_a_page_stays_thin(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 120


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [name_of(path) for path in MODULES if path.stem in drawers] == []


def test_the_map_in_the_docs_is_the_house():
    """One row a room, and no row of a room that is gone."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == list(house_map())


def house_map():
    """One row a room: its path and the first line of its docstring."""
    for room in ROOMS:
        doc = ast.get_docstring(tree_of(ROOT / room / "__init__.py")) or ""
        yield f"| `{room}/` | {doc.splitlines()[0]} |"


@pytest.mark.parametrize("folder", FOLDERS_OF_MODULES)
def test_no_folder_is_crowded(folder):
    modules = [path for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]
    assert len(modules) <= MOST_MODULES_SIDE_BY_SIDE


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_what_it_offers(room):
    """``__all__`` is exactly what its ``__init__`` imports and defines in public."""
    imported = {
        name
        for _, source, names in from_imports(ROOT / room / "__init__.py")
        if source.startswith(FOLDERS)
        for name in names
    }
    assert offer(room) == imported


@functools.cache
def offer(room):
    for node in tree_of(ROOT / room / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_rooms_take_from_one_another_only_what_is_offered(module):
    """Another room's name comes from its ``__init__``, which lists it."""
    assert list(trespasses(module)) == []


def trespasses(module):
    for line, source, names in from_imports(module):
        for room in rooms_holding(source.replace(".", "/")):
            if name_of(module).startswith(f"{room}/"):
                continue
            missing = set(names) - offer(room)
            if missing or source.replace(".", "/") != room:
                yield f"line {line}: from {source} import {names}"
            break


def rooms_holding(path):
    """The rooms that a module is in, the outermost first."""
    return [room for room in ROOMS if f"{path}/".startswith(f"{room}/")]


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_offers_is_taken(room):
    """A name that nobody outside imports is no part of the offer."""
    taken = {
        name
        for path in (*MODULES, *OTHER_READERS)
        if not name_of(path).startswith(f"{room}/")
        for _, source, names in from_imports(path)
        if f"{source.replace('.', '/')}/".startswith(f"{room}/")
        for name in names
    }
    assert offer(room) - taken == set()


def test_every_module_says_what_it_is_for():
    silent = [path for path in MODULES if not ast.get_docstring(tree_of(path))]
    assert [name_of(path) for path in silent] == []


def test_both_lock_files_pin_the_same_versions():
    run, dev = (pins(f"requirements{part}.lock") for part in ("", "-dev"))
    assert run <= dev


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.split(" \\")[0].split(" ;")[0] for line in lines if "==" in line}


def test_lock_files_name_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_example_environment_names_every_variable():
    settings = (ROOT / "moa_core" / "settings.py").read_text(encoding="utf-8")
    named = {
        node.value
        for node in ast.walk(ast.parse(settings))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isupper()
        and "_" in node.value
        and " " not in node.value
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in sorted(named) if name not in example] == []


def test_the_version_is_the_newest_in_the_changelog():
    version = moa_core.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = [line for line in changelog.splitlines() if line.startswith("## ")]
    assert version in headings[0]


if __name__ == "__main__":
    print("\n".join(house_map()))  # for docs/architecture.md
