"""`python -m moa_core batch` with simulated models and a model server."""

import io
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from moa_core.__main__ import batch
from moa_core.batch import BatchFiles, KnownBatch, answers_of
from tests.moa_core.command_line import CommandLine
from tests.model_server import Play

ASKED = ["run", "p.txt", "--preset", "simulated", "--output", "a.jsonl"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLYPHONY_SIMULATED_PACE", "0")
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    for name in ("p.txt", "q.txt"):
        (tmp_path / name).write_text("Why?\nWhat?\nWho?\n")
    return tmp_path


@pytest.fixture
def run(capsys):
    """Runs the command: its exit code, output and errors."""

    def run(*words):
        code = batch(words, "batch")
        out, err = capsys.readouterr()
        return code, out, err

    return run


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_a_file_is_answered_and_shown(run, folder):
    code, out, err = run(*ASKED)
    assert (code, out) == (0, "")
    assert err.splitlines()[0].startswith("3 rows, 18 calls, $0, very roughly ")
    assert err.splitlines()[-1] == "All 3 rows are answered: a.jsonl"
    assert len(lines((folder / "a.jsonl").read_text())) == 3
    files = BatchFiles.beside(folder / "a.jsonl")
    told = list(answers_of(KnownBatch.read(files), [files]))
    assert sorted(each.messages[0]["content"] for each in told) == [
        "What?", "Who?", "Why?",
    ]  # fmt: skip
    assert all(each.text for each in told)
    code, out, _ = run("show", "a.jsonl")
    assert out.splitlines()[:2] == ["3 answered, 0 failed, 0 cut off", "$0 spent"]
    code, out, _ = run("show", "a.jsonl", "--json")
    assert json.loads(out)["answered"] == 3
    code, out, err = run(*ASKED)
    assert (code, err.splitlines()[1]) == (0, "3 of 3 rows are answered.")


def test_one_row_is_told_of_as_one_and_a_share_without_any_as_that(run, folder):
    (folder / "p.txt").write_text("Why?\n")
    told = run(*ASKED)[2].splitlines()
    assert told[0].startswith("1 row, 6 calls, ")
    assert told[-1] == "The row is answered: a.jsonl"
    told = run(*ASKED[:-1], "b.jsonl", "--shard", "2/2")[2].splitlines()
    assert told[-1] == "This share of the file has no rows."


@pytest.mark.parametrize("output", [".", "..", "/"])
def test_an_output_that_is_a_folder_is_said_to_be_one(run, output):
    code, _, err = run(*ASKED[:-1], output)
    assert (code, err) == (2, f"batch: error: {output}: Is a directory.\n")
    assert run("show", output)[0] == 2


def test_an_output_of_other_prompts_is_not_taken_over_unasked(run, folder):
    run(*ASKED)
    (folder / "q.txt").write_text("Where?\nWhen?\n")
    other = [each.replace("p.txt", "q.txt") for each in ASKED]
    code, _, err = run(*other)
    assert code == 2
    assert "a.jsonl has answers to other prompts, none to these. Name another" in err
    assert len(lines((folder / "a.jsonl").read_text())) == 3
    assert run(*other, "--shard", "2/2")[0] == 2
    code, _, err = run(*other, "--append")
    assert code == 0
    assert "Of the rows in a.jsonl, 3 that are not in the file, or changed, st" in err
    assert len(lines((folder / "a.jsonl").read_text())) == 5


def test_shares_of_one_file_may_share_an_output(run, folder):
    assert run(*ASKED, "--shard", "1/2")[0] == 0
    code, _, err = run(*ASKED, "--shard", "2/2")
    assert (code, "Of the rows" in err) == (0, False)
    assert len(lines((folder / "a.jsonl").read_text())) == 3


def test_mixtures_are_told_apart_by_their_models(run):
    run(*ASKED)
    asked = ["run", "p.txt", "--output", "a.jsonl", "--aggregator"]
    code, _, err = run(*asked, "simulated/analyst")
    assert code == 2
    assert "was made with another mixture: simulated/" in err
    assert " → simulated/" in err
    assert "), not simulated/analyst (" in err
    assert " → simulated/" in run("show", "a.jsonl")[1].splitlines()[2]


def test_a_dry_run_asks_nobody(run, folder):
    code, out, err = run(*ASKED, "--dry-run")
    assert (code, out) == (0, "")
    assert err.startswith("3 rows, 18 calls")
    assert {path.name for path in folder.iterdir()} == {"p.txt", "q.txt"}


def test_a_program_reads_all_of_it_as_lines(run):
    code, out, err = run(*ASKED, "--json", "--no-proposals", "--shard", "1/2")
    told = lines(out)
    assert (code, err) == (0, "")
    assert [each["event"] for each in told] == [
        "Forecast", "Begun", "Row", "Row", "Ended",
    ]  # fmt: skip
    assert told[0]["calls"] == 12
    assert {each["custom_id"] for each in told[2:4]} == {"line-1", "line-3"}
    assert told[2]["outcome"] == "answered"
    assert (told[-1]["reason"], told[-1]["answered"]) == ("done", 2)
    assert told[-1]["files"]["answers"] == "a.jsonl"


def test_answers_are_exported_and_judged(run, folder):
    run(*ASKED)
    code, out, err = run("export", "a.jsonl", "--format", "proposals")
    assert (code, len(lines(out)), err) == (0, 15, "note: 15 lines.\n")
    said = "note: 0 lines. Left out: 3 by simulated models.\n"
    assert run("export", "a.jsonl", "--format", "chat") == (0, "", said)
    assert run("export", "a.jsonl", "--output", "a.jsonl")[0] == 2
    code, _, err = run("export", "a.jsonl", "--output", "b.jsonl", "--no-provenance")
    assert (code, err) == (0, "note: 3 lines.\n")
    assert "polyphony" not in lines((folder / "b.jsonl").read_text())[0]
    code, _, err = run("judge", "a.jsonl", "--judge", "simulated/analyst")
    assert code == 0
    assert err.splitlines()[-1] == "All 12 rows are answered: a.judgements.jsonl"
    _, _, err = run("export", "a.jsonl", "--format", "preferences")
    assert "The judge has preferred none. Ask another one: batch judge" in err
    (folder / "a.judgements.jsonl").unlink()
    _, _, err = run("export", "a.jsonl", "--format", "preferences")
    assert "Have a judge compare them first: batch judge" in err


def test_a_batch_without_drafts_has_nothing_to_compare(run):
    run(*ASKED, "--no-proposals")
    code, _, err = run("judge", "a.jsonl", "--judge", "simulated/analyst")
    assert (code, "no answer has a draft to compare" in err) == (2, True)


def test_on_a_terminal_there_is_a_bar(monkeypatch, folder):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("sys.stderr", screen)
    assert batch(ASKED, "batch") == 0
    assert "━" in screen.getvalue()
    assert "3 of 3 · " in screen.getvalue()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "p.txt", "--output", "a.jsonl"], "Name the mixture: --preset NAME"),
        (["run", "no.txt", *ASKED[2:]], "no.txt: No such file"),
        ([*ASKED, "--calls-per-minute", "lab=5"], "there is no endpoint 'lab'"),
        (["run", "p.txt", "--aggregator", "lab/x", "--output", "a.jsonl"],
         "There is no endpoint 'lab'"),
        (["run", "p.txt", "--aggregator", "openai/gpt-4o", "--output", "a.jsonl"],
         "OpenAI needs a key"),
        ([*ASKED[:-1], "p.txt"], "--output is the file of prompts"),
        ([*ASKED[:-1], "q.txt"], "q.txt: line 1 is damaged"),
        (["show", "no.jsonl"], "no.jsonl: there is no batch"),
        (["export", "no.jsonl"], "no.jsonl: there is no batch"),
        (["judge", "no.jsonl", "--judge", "openai/x"], "no.jsonl: there is no batch"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(run, folder, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
    assert not (folder / "a.jsonl").exists()


def test_without_ray_its_option_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    code, _, err = run(*ASKED, "--ray")
    assert code == 2
    assert err.endswith("not installed: pip install 'polyphony[ray]'.\n")


@pytest.mark.parametrize(
    "words",
    [
        ["--workers", "0"],
        ["--concurrency", "0"],
        ["--max-usd", "much"],
        ["--max-usd", "nan"],
        ["--calls-per-minute", "openai"],
        ["--calls-per-minute", "openai=0"],
        ["--shard", "3/2"],
        ["--shard", "0/2"],
    ],
)
def test_a_wrong_option_is_a_wrong_call(run, words):
    with pytest.raises(SystemExit, match="2"):
        run(*ASKED, *words)


@pytest.fixture
def lab(model_server, monkeypatch):
    monkeypatch.setenv("POLYPHONY_ENDPOINTS", f"lab={model_server.url}")
    monkeypatch.setenv("POLYPHONY_PRICES", "lab/good=1/4;lab/other=1/4")
    model_server.models = {"data": [{"id": "good"}, {"id": "other"}]}
    return model_server


AT_LAB = ["run", "p.txt", "--output", "a.jsonl", "--proposer", "lab/good", "lab/other"]


def test_models_and_prices_are_looked_at_before_anything_is_asked(
    run, lab, monkeypatch
):
    code, _, err = run(*AT_LAB, "lab/gone")
    assert code == 2
    assert 'doesn\'t offer "gone"' in err
    assert "--unlisted asks it all the same." in err
    code, out, _ = run(*AT_LAB, "lab/gone", "--unlisted", "--dry-run", "--json")
    assert (code, lines(out)[-1]["calls"]) == (0, 12)
    monkeypatch.delenv("POLYPHONY_PRICES")
    lab.models = {"data": [{"id": name} for name in ("good", "other")]}
    monkeypatch.setenv("POLYPHONY_ENDPOINTS", f"hosted={lab.url}")
    paid = [each.replace("lab/", "hosted/") for each in AT_LAB]
    code, _, err = run(*paid, "--max-usd", "1")
    assert code == 2
    assert "Nobody knows that of hosted/good, hosted/other" in err
    assert lab.calls == []


def test_a_failing_row_has_an_exit_code_and_a_file(run, lab, folder):
    def judge(body):
        bad = "Who?" in json.dumps(body["messages"])
        return (401, {"error": {"message": "bad key"}}) if bad else None

    lab.plays = {name: Play(judge=judge) for name in ("good", "other")}
    code, _, err = run(*AT_LAB)
    assert code == 1
    assert "a.errors.jsonl says why 1 row failed. The same command tries" in err
    _, out, _ = run("show", "a.jsonl")
    assert out.startswith("2 answered, 1 failed")
    assert "1 × configuration_required: No model of layer 1 answered." in out
    lab.plays = {}
    assert run(*AT_LAB)[0] == 0
    assert not (folder / "a.errors.jsonl").exists()


def test_a_cap_stops_it_with_its_own_code(run, lab):
    code, _, err = run(*AT_LAB, "--max-usd", "0.000001")
    assert code == 3
    assert "--max-usd" in err
    assert lab.calls == []


def test_a_limited_endpoint_is_waited_for_aloud(run, lab, monkeypatch):
    monkeypatch.setattr("moa_core.terminal.batch.telling.LINE_EVERY_S", 0.2)
    limited = {"error": {"message": "Too many requests"}}
    headers = {"Retry-After": "2"}
    lab.plays = {"good": Play(status=429, headers=headers, body=limited, times=1)}
    code, _, err = run(*AT_LAB)
    assert code == 0
    assert "waiting 2 s for lab, which limits calls" in err


def test_rows_that_were_stopped_before_a_call_was_made_are_not_begun(
    run, lab, monkeypatch
):
    monkeypatch.setenv("POLYPHONY_CONCURRENT_CALLS", "1")
    told = []

    def judge(_body):
        if not told:
            told.append(os.kill(os.getpid(), signal.SIGINT))
            time.sleep(0.2)  # or the two are one
            os.kill(os.getpid(), signal.SIGINT)

    lab.plays = {"good": Play(judge=judge, pause_s=0.2)}
    assert run(*AT_LAB)[0] == 130
    assert len(lab.calls) == 1
    _, out, _ = run("show", "a.jsonl")
    assert out.startswith("0 answered, 0 failed, 1 cut off\n")
    assert run(*AT_LAB)[0] == 0
    asked = [
        each["body"]["polyphony"]["calls"]
        for each in (line["response"] for line in lines(Path("a.jsonl").read_text()))
    ]
    assert sorted(map(len, asked)) == [3, 3, 4]


def test_a_signal_lets_rows_end_and_the_same_command_goes_on(run, lab):
    told = []

    def judge(_body):
        if not told:
            told.append(os.kill(os.getpid(), signal.SIGINT))

    lab.plays = {"good": Play(judge=judge)}
    code, _, err = run(*AT_LAB, "--concurrency", "1")
    assert code == 130
    assert "Ctrl-C again stops those under way" in err
    assert "what they have is kept" not in err
    assert len(lab.calls) == 3
    assert run(*AT_LAB)[0] == 0
    assert len(lab.calls) == 9


@pytest.mark.slow
def test_after_kills_each_row_is_answered_once_and_only_open_calls_are_paid_twice(
    run, lab, folder
):
    """SIGKILL to real processes; the server counts what was asked of it."""
    rows, needed = 40, 40 * 3
    (folder / "p.txt").write_text("".join(f"What is {n}?\n" for n in range(rows)))
    lab.plays = {
        name: Play(pieces=("one", "two", "three"), pause_s=0.01)
        for name in ("good", "other")
    }
    command, lost = CommandLine(folder), 0
    for kill_after in sorted(random.Random(15).sample(range(10, needed - 10), 2)):
        process = command.begin("batch", *AT_LAB, "--concurrency", "4")
        lab.wait_until_asked(kill_after + lost)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        lost = len(lab.calls) - recorded(folder)
        assert lost >= 0
    assert run(*AT_LAB, "--concurrency", "16")[0] == 0
    told = lines((folder / "a.jsonl").read_text())
    assert sorted(each["custom_id"] for each in told) == sorted(
        f"line-{n}" for n in range(1, rows + 1)
    )
    assert len(lab.calls) == needed + lost
    assert lost <= 2 * 4 * 2  # what four rows of two proposers have open at two kills


def recorded(folder):
    """Calls that the files know of: those of answers, and those of open rows."""
    files = BatchFiles.beside(folder / "a.jsonl")
    known = KnownBatch.read(files)
    answered = sum(len(each.about["calls"]) for each in answers_of(known, [files]))
    journal = (
        files.journal.read_text().split("\n")[:-1] if files.journal.exists() else []
    )
    open_calls = [json.loads(line) for line in journal]
    done = set(known.done)
    return answered + sum(
        each["custom_id"] not in done for each in open_calls if "call" in each
    )
