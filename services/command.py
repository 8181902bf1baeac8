"""The command `polyphony`: serves the app, asks in the terminal, manages the data."""

import argparse
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import moa_core
from moa_core.__main__ import ask, batch, evaluate
from moa_core.env_file import load_env_file
from moa_core.errors import ConfigError
from moa_core.terminal import forgive_standard_error
from services import server_settings
from services.demo_models import main as demo_models
from services.kept import KeptByTheApp
from storage.__main__ import main as manage_data
from storage.database import home_folder

Arguments = Sequence[str]


class _Command(NamedTuple):
    help: str
    run: Callable[[str, Arguments], int]


def main(arguments: Arguments | None = None) -> int:
    """Run the command that ``arguments`` name and return its exit code.

    Each command parses its own arguments, as `python -m moa_core` and
    `python -m storage` do. The `.env` of the current folder is read first, then that
    of the folder with the data.
    """
    forgive_standard_error()
    parser = argparse.ArgumentParser(prog="polyphony", description=__doc__)
    parser.add_argument("--version", action="version", version=moa_core.__version__)
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        commands.add_parser(name, help=command.help, add_help=False)
    call, rest = parser.parse_known_args(arguments)
    try:
        load_env_file()
    except ConfigError as error:
        parser.error(str(error))
    return _COMMANDS[call.name].run(call.name, rest)


def _serve(name: str, arguments: Arguments) -> int:
    parser = argparse.ArgumentParser(
        prog=f"polyphony {name}",
        description="Start the app. Other options are passed to `streamlit run`.",
    )
    parser.add_argument("--port", type=int, help="8501, if no other is configured")
    call, rest = parser.parse_known_args(arguments)
    if server_settings().log_format == "json":  # what is printed is no line of it
        rest = ["--logger.hideWelcomeMessage=true", *rest]
    else:
        print(f"Your data is in {home_folder()}.", file=sys.stderr)
    port = [] if call.port is None else [f"--server.port={call.port}"]
    sys.argv = ["streamlit", "run", str(_app_script()), *port, *rest]
    runpy.run_module("streamlit", run_name="__main__")
    return 0


def _app_script() -> Path:
    """`app.py` with its `.streamlit` folder: of the checkout, or of the wheel."""
    root = Path(moa_core.__file__).parents[1]
    installed = root / "polyphony" / "app.py"
    return installed if installed.exists() else root / "app.py"


def _presets(name: str, arguments: Arguments) -> int:
    parser = argparse.ArgumentParser(prog=f"polyphony {name}")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--export", metavar="NAME|FILE", help="print a preset file")
    call = parser.parse_args(arguments)
    chosen = ["--export-preset", call.export] if call.export else ["--list-presets"]
    options = [*chosen, *(["--json"] if call.json else [])]
    return ask(options, f"polyphony {name}", KeptByTheApp())


_COMMANDS = {
    "serve": _Command("start the app on http://127.0.0.1:8501", _serve),
    "ask": _Command(
        "ask a mixture in the terminal",
        lambda name, rest: ask(rest, f"polyphony {name}", KeptByTheApp()),
    ),
    "batch": _Command(
        "put a file of prompts through a mixture, and go on where it was cut off",
        lambda name, rest: batch(rest, f"polyphony {name}", KeptByTheApp()),
    ),
    "demo-models": _Command(
        "serve real, tiny models on this machine, without a key",
        lambda name, rest: demo_models(rest, f"polyphony {name}"),
    ),
    "evaluate": _Command(
        "find out whether mixing helps, or score recorded judgements",
        lambda name, rest: evaluate(rest, f"polyphony {name}", KeptByTheApp()),
    ),
    "presets": _Command("list the presets that ship, or export one", _presets),
} | {
    name: _Command(help_, lambda name, rest: manage_data([name, *rest], "polyphony"))
    for name, help_ in {
        "export": "write everything to a JSON file",
        "import": "read such a file",
        "backup": "copy the database file",
        "restore": "put such a copy back",
        "prune": "delete old conversations for good",
        "delete-everything": "delete all data and all its copies",
        "people": "list who has signed in",
    }.items()
}
