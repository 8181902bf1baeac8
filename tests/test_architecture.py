import ast
import functools
import importlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

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
TESTS = [path for path in OTHER_READERS if path.is_relative_to(ROOT / "tests")]
NO_ROOMS = {"moa_core", "storage", "pages", "pages/widgets", "services"}
"""Packages that hold rooms, or are one module and its helper."""
ROOMS = [
    room
    for path in MODULES
    if path.name == "__init__.py"
    and (room := str(path.parent.relative_to(ROOT))) not in NO_ROOMS
]
MOST_MODULES_SIDE_BY_SIDE = 15
HOMES = {
    "streamlit": ("app.py", "pages"),
    "starlette": ("app.py", "pages"),
    "itsdangerous": ("pages/tickets",),
    "markdown_it": ("pages", "moa_core/similarity/sentences.py"),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "filelock": ("storage", "moa_core/experiments/folder", "moa_core/batch/files.py"),
    "ray": ("moa_core/batch/on_ray",),
    "rich": ("moa_core/terminal/batch/telling.py",),
    "keyring": ("storage/endpoints/keyring_store.py",),
    "openai": ("moa_core/providers",),
    "together": ("moa_core/providers",),
    "httpx": ("moa_core/providers",),
    "httpx2": ("moa_core/providers",),
    "aiohttp": ("moa_core/providers",),
    "aiohttp_socks": ("moa_core/providers",),
    "genai_prices": ("moa_core/pricing.py",),
    "choix": ("moa_core/votes/bradley_terry.py",),
    "scipy": (),
    "sacrebleu": ("moa_core/similarity/measures.py",),
    "rapidfuzz": (
        "moa_core/similarity/measures.py",
        "moa_core/similarity/word_diff.py",
    ),
    "prometheus_client": ("services/observability/metrics.py",),
    "dotenv": ("moa_core/env_file.py",),
    "PIL": ("moa_core/attachments/images",),
    "pypdfium2": ("moa_core/attachments/documents/pdf.py",),
    "mammoth": ("moa_core/attachments/documents/word.py",),
    "python_calamine": ("moa_core/attachments/documents/workbook.py",),
    "markdownify": ("moa_core/attachments/documents/web_page.py",),
    "bs4": ("moa_core/attachments/documents/web_page.py",),
    "charset_normalizer": ("moa_core/attachments/documents/plain_text.py",),
}


def name_of(path):
    return str(path.relative_to(ROOT))


@functools.cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports_of(path):
    nodes = ast.walk(tree_of(path))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


@functools.cache
def from_imports(path):
    """Every `from module import names`: line, module and names."""
    return [
        (node.lineno, node.module, [alias.name for alias in node.names])
        for node in imports_of(path)
        if isinstance(node, ast.ImportFrom) and node.module
    ]


@functools.cache
def packages_used_by(path):
    """The top of every module that is imported."""
    plain = (node for node in imports_of(path) if isinstance(node, ast.Import))
    names = [alias.name for node in plain for alias in node.names]
    names += [module for _, module, _ in from_imports(path)]
    return {name.split(".")[0] for name in names}


def test_imports_point_one_way():
    """In a process of its own: import-linter silences every logger that there is."""
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


def test_nothing_imports_what_stands_above_it():
    """import-linter knows packages only; it is not told of app.py."""
    house = ("app", "pages", "services", "storage", "moa_core")
    upward = [
        f"{name_of(path)} imports {package}"
        for path in MODULES
        for package in house[: house.index(package_of(path))]
        if package in packages_used_by(path)
    ]
    assert upward == []


def package_of(path):
    return name_of(path).split("/")[0].removesuffix(".py")


def test_every_library_has_one_home():
    strangers = [
        f"{name_of(path)} imports {library}"
        for path in MODULES
        for library in HOMES.keys() & packages_used_by(path)
        if not name_of(path).startswith(HOMES[library])
    ]
    assert strangers == []


def test_a_module_fits_in_one_sitting():
    assert [name_of(path) for path in MODULES if lines_of(path) > 300] == []


def test_a_page_stays_thin():
    pages = (ROOT / "pages").glob("*.py")
    assert [name_of(path) for path in pages if lines_of(path) > 120] == []


def test_a_widget_takes_what_it_needs_and_not_all_services():
    whole = [
        f"{name_of(path)}:{line}"
        for path in (ROOT / "pages" / "widgets").rglob("*.py")
        for line, module, _ in from_imports(path)
        if module == "services"
    ]
    assert whole == []


def lines_of(path):
    return len(path.read_text(encoding="utf-8").splitlines())


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


MIGRATIONS = "storage/migrations/versions"
"""A history, which only grows."""


def test_no_folder_is_crowded():
    modules = [path for path in (*MODULES, *OTHER_READERS) if path.stem != "__init__"]
    crowds = Counter(name_of(path.parent) for path in modules)
    assert {
        folder: count
        for folder, count in crowds.items()
        if count > MOST_MODULES_SIDE_BY_SIDE and folder != MIGRATIONS
    } == {}


def test_a_room_lists_what_it_offers():
    """``__all__`` is exactly what its ``__init__`` imports and defines in public."""
    rooms = ["moa_core", *ROOMS]
    wrong = {room: sorted(offer(room) ^ brought_in(room)) for room in rooms}
    assert {room: names for room, names in wrong.items() if names} == {}


def test_every_name_that_a_room_offers_can_be_loaded():
    """Also those that it loads on demand."""
    missing = {
        room: [name for name in offer(room) if not hasattr(module, name)]
        for room in ROOMS
        for module in [importlib.import_module(room.replace("/", "."))]
    }
    assert {room: names for room, names in missing.items() if names} == {}


def brought_in(room):
    return {
        name
        for _, source, names in from_imports(ROOT / room / "__init__.py")
        if source.startswith(FOLDERS) and source != "moa_core.on_demand"
        for name in names
    }


@functools.cache
def offer(room):
    for node in tree_of(ROOT / room / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_rooms_take_from_one_another_only_what_is_offered():
    """Another room's name comes from its ``__init__``, which lists it."""
    assert [trespass for path in MODULES for trespass in trespasses(path)] == []


def trespasses(module):
    for line, source, names in from_imports(module):
        for room in rooms_holding(source.replace(".", "/")):
            if name_of(module).startswith(f"{room}/"):
                continue
            missing = set(names) - offer(room)
            if missing or source.replace(".", "/") != room:
                yield f"{name_of(module)}:{line}: from {source} import {names}"
            break


def rooms_holding(path):
    """The rooms that a module is in, the outermost first."""
    return [room for room in ROOMS if f"{path}/".startswith(f"{room}/")]


def test_what_a_room_offers_is_taken():
    """A name that nobody outside imports is no part of the offer."""
    idle = {room: offer(room) for room in ROOMS}
    for path in (*MODULES, *OTHER_READERS):
        for _, source, names in from_imports(path):
            for room in rooms_holding(source.replace(".", "/")):
                if not name_of(path).startswith(f"{room}/"):
                    idle[room] = idle[room] - set(names)
    assert {room: names for room, names in idle.items() if names} == {}


def test_every_correction_of_streamlit_is_made_by_the_app_itself():
    """Tests make some of them, too. (What is imported is called, says ruff.)"""
    room = "pages/streamlit_patches"
    taken = {
        name
        for path in MODULES
        if not name_of(path).startswith(f"{room}/")
        for _, source, names in from_imports(path)
        if source.replace(".", "/") == room
        for name in names
    }
    assert offer(room) - taken == set()


def test_tests_share_helpers_not_test_modules():
    borrowed = [
        f"{name_of(path)}: {source}"
        for path in OTHER_READERS
        for _, source, _ in from_imports(path)
        if source.startswith("tests.") and source.split(".")[-1].startswith("test_")
    ]
    assert borrowed == []


def test_every_test_asserts_something():
    """Itself, or in a function or a method of tests/ that it calls."""
    functions = [
        (name, asserts_or_calls(node))
        for path in TESTS
        for parent in ast.walk(tree_of(path))
        for node in ast.iter_child_nodes(parent)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in ["." * isinstance(parent, ast.ClassDef) + node.name]
    ]
    asserting, before = {"assert", "expect", ".raises", ".warns"}, 0
    while len(asserting) > before:  # who calls one that asserts, does
        before = len(asserting)
        asserting |= {name for name, does in functions if does & asserting}
    assert [
        name
        for name, does in functions
        if name.startswith("test_") and not does & asserting
    ] == []


def asserts_or_calls(function):
    """``assert``, and what is called: functions by name, methods with a dot before."""
    does = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            does.add("assert")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            does.add(f".{node.func.attr}")
        elif isinstance(node, ast.Call):
            does.add(getattr(node.func, "id", None))
    return does


LOOK_UPS = {
    "button", "button_group", "chat_input", "checkbox", "expander", "file_uploader",
    "multiselect", "number_input", "popover", "radio", "select_slider", "selectbox",
    "slider", "text_area", "text_input", "toggle",
}  # fmt: skip
"""How AppTest gives widgets by their kind, to be told apart by place or label."""


@functools.cache
def page_tests():
    """Tests of what pages do; what they say is tested in ``tests/pages/wording``."""
    return [
        path
        for path in TESTS
        if "wording" not in path.relative_to(ROOT).parts
        and any(source == "tests.pages.app_page" for _, source, _ in from_imports(path))
    ]


def uses_of(attributes, paths):
    """Where ``attributes`` of anything stand in these modules."""
    return [
        f"{name_of(path)}:{node.lineno}: {node.attr}"
        for path in paths
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in attributes
    ]


def test_widgets_of_a_page_are_found_by_their_keys():
    assert len(page_tests()) > 5
    assert uses_of(LOOK_UPS, page_tests()) == []


def test_what_a_page_says_is_asserted_by_the_tests_of_wording_alone():
    """No string of three words or more of a page stands in a test of what it does."""
    pages = [text for path in (ROOT / "pages").rglob("*.py") for text in texts_of(path)]
    assert [
        f"{name_of(path)}: {text}"
        for path in page_tests()
        for text in texts_of(path)
        if len(text.split()) >= 3 and any(text in said for said in pages)
    ] == []


def texts_of(path):
    """Strings that are values: no docstrings."""
    nodes = list(ast.walk(tree_of(path)))
    docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
    ]


def test_no_test_holds_a_clock_to_a_limit():
    """What is quick here is slow on a busy machine; `bench` measures.

    ``monotonic`` says how long to wait for something, which is no such test.
    """
    clocks = {"perf_counter", "process_time", "thread_time"}
    assert uses_of(clocks, TESTS) == []


def test_the_docs_name_files_that_exist():
    pages = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    named = {
        (page.name, path)
        for page in pages
        for path in re.findall(r"`((?:[\w.]+/)+[\w.]*)`", page.read_text("utf-8"))
        if path.startswith((*FOLDERS, "docs/", "tests/", "bench/"))
    }
    assert len(named) > 50
    assert [each for each in sorted(named) if not (ROOT / each[1]).exists()] == []


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
    named = {
        node.value
        for path in (
            *(ROOT / "moa_core" / "settings").glob("[a-z]*.py"),
            ROOT / "services" / "server_settings.py",
        )
        for node in ast.walk(tree_of(path))
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
