"""The log as JSON, written by a process of its own: it takes over every logger."""

import json
import subprocess
import sys

import pytest

SECRET = "sk-proj-abcdefghijklmnop"
QUESTION = "Why is my marriage failing"
LEAKS = {
    "key": f'logging.getLogger("services").error("refused %s", "{SECRET}")',
    "second line": f'logging.getLogger("x").warning("Failed\\nfuture: {QUESTION}")',
    "caught": f"""
try:
    raise ValueError("{QUESTION} {SECRET}") from KeyError("{QUESTION}")
except ValueError:
    logging.getLogger("storage").exception("a write failed")
""",
    "not caught": f'raise RuntimeError("{QUESTION}")',
    "in a thread": f"""
def fail():
    raise RuntimeError("{QUESTION}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
""",
    "in a task": f"""
async def fail():
    raise ValueError("{QUESTION}")
async def main():
    asyncio.create_task(fail())
    await asyncio.sleep(0)
    gc.collect()
asyncio.run(main())
""",
}
PROGRAMS = LEAKS | {
    "plain": 'logging.getLogger("services.x").info("%d of %s\\nare here", 2, "them")',
    "libraries": """
logging.getLogger("httpx").info("HTTP Request: GET https://host/?key=1")
logging.getLogger("httpx").warning("slow")
warnings.warn("soon gone")
""",
    "runs": """
log = logging.getLogger("moa_core.x")
log.warning("of a run", extra={"run": "aa"})
called_by.set(("outer", "inner"))
log.warning("in a run")
called_by.set(())
""",
    "errors": """
log = logging.getLogger("services")
for error in (ConfigError("POLYPHONY_LOG: write text or json."), ValueError("what")):
    try:
        raise error from LookupError("why")
    except Exception:
        log.exception("failed")
""",
    "format": 'logging.getLogger("x").warning("%d", "no number")',
}
RUN_ALL = """
import asyncio, gc, json, logging, sys, threading, warnings
from moa_core.errors import ConfigError
from moa_core.run import called_by
from services.observability import log_as_json
logging.getLogger("early").addHandler(logging.StreamHandler())
log_as_json()
for name, program in json.loads(sys.argv[1]).items():
    print(json.dumps({"program": name}), file=sys.stderr)
    try:
        exec(program)
    except Exception:
        sys.excepthook(*sys.exc_info())
"""


@pytest.fixture(scope="module")
def logged():
    """What each program writes to the log: records, by its name."""
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, json.dumps(PROGRAMS)],
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    lines, records = {}, []
    for record in map(json.loads, done.stderr.splitlines()):
        if "program" in record:
            records = lines[record["program"]] = []
        else:
            records.append(record)
    return lines


def test_a_line_is_one_object_with_time_level_logger_and_message(logged):
    (line,) = logged["plain"]
    assert line.pop("time").endswith("Z")
    message = "2 of them are here"
    assert line == {"level": "info", "logger": "services.x", "message": message}


def test_libraries_are_heard_from_warnings_on(logged):
    names = [line["logger"] for line in logged["libraries"]]
    assert names == ["httpx", "py.warnings"]


def test_a_line_names_its_run_by_what_it_says_or_by_whom_it_is_called_for(logged):
    assert [line["run"] for line in logged["runs"]] == ["aa", "inner"]


@pytest.mark.parametrize("name", LEAKS)
def test_no_key_and_no_text_reaches_the_log(logged, name):
    """Nor by an exception that nobody caught; its kind and its places do."""
    assert logged[name]
    told = json.dumps(logged[name])
    assert QUESTION not in told
    assert SECRET not in told


def test_an_exception_is_told_by_its_kind_its_places_and_our_own_words(logged):
    ours, foreign = (line["error"] for line in logged["errors"])
    assert ours["message"] == "POLYPHONY_LOG: write text or json."
    assert ours["type"] == "moa_core.errors.refusals.ConfigError"
    assert ours["cause"] == "builtins.LookupError"
    assert foreign["type"] == "builtins.ValueError"
    assert "message" not in foreign
    assert "<module>" in foreign["at"][-1]


def test_a_record_that_cannot_be_formatted_costs_no_line(logged):
    assert [line["message"] for line in logged["format"]] == ["%d"]
