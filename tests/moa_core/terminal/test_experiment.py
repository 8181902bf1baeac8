"""`python -m moa_core evaluate` with simulated models, in this process."""

import json
import os
import signal

import pytest

from moa_core.__main__ import evaluate

QUESTIONS = "Why is the sky blue?\n\nWhat is 2 + 2?\n\nName a planet.\n"
ASKED = [
    "--questions",
    "q.txt",
    "--preset",
    "simulated",
    "--judge",
    "simulated/analyst",
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLYPHONY_SIMULATED_PACE", "0")
    monkeypatch.setenv("POLYPHONY_LOCAL_SERVERS", "off")
    (tmp_path / "q.txt").write_text(QUESTIONS)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Runs the command: its exit code, output and errors."""

    def run(*words):
        code = evaluate(words, "evaluate")
        out, err = capsys.readouterr()
        return code, out, err

    return run


def lines_of(out):
    return [json.loads(line) for line in out.splitlines()]


def test_it_says_what_it_will_cost_and_stops(run, folder):
    code, out, err = run(*ASKED, "--arms", "A,B,C,D,E", "--dry-run")
    assert (code, out) == (0, "")
    # B and C 6 calls each, A, D, E1 and E2 one; the judge 10 a question
    assert "78 calls (48 for answers, 30 of the judge)" in err
    assert list(folder.iterdir()) == [folder / "q.txt"]


def test_models_and_another_mixture_are_arms(run):
    other = "--against", "simulated-ranked"
    code, _, err = run(*ASKED, "--arms", "P,W,E1", *other, "--n", "1", "--dry-run")
    assert code == 0, err
    code, _, err = run(*ASKED, "--against", "nobody", "--dry-run")
    assert code == 2
    assert "no preset" in err


def test_auto_is_compared_as_another_mixture(run):
    other = "--arms", "M", "--against", "auto-simulated", "--n", "1"
    code, out, err = run(*ASKED, *other, "--folder", "e")
    assert code == 0, err
    assert "Arms: B (the mixture), M (the other mixture" in out
    code, _, err = run(*ASKED, "--auto", "--arms", "A,D", "--dry-run")
    assert code == 2
    assert "Auto may ask one model only" in err


def test_an_experiment_ends_with_a_report(run, folder):
    code, out, err = run(*ASKED, "--folder", "e")
    assert code == 0
    assert out.startswith("# According to analyst, ")
    assert "21 of 21" in err
    assert "may favour it" in err
    assert {path.name for path in (folder / "e").iterdir()} == {
        "experiment.json", "runs.jsonl", "lock",
    }  # fmt: skip


def test_a_program_reads_all_of_it_as_lines(run):
    code, out, _ = run(*ASKED, "--n", "2", "--json", "--folder", "e")
    lines = lines_of(out)
    assert code == 0
    assert [line["event"] for line in lines[:2]] == ["Forecast", "Step"]
    assert lines[0]["calls"] == 2 * (6 + 1 + 1 + 4)
    ended, result = lines[-2:]
    assert (ended["reason"], ended["folder"]) == ("done", "e")
    assert result["pairs"]["BA"]["judged"]["tally"] == {
        "wins": 2, "ties": 0, "losses": 0,
    }  # fmt: skip
    again = run("--resume", "e", "--json")
    assert again[0] == 0
    lines = lines_of(again[1])
    assert lines[0]["calls"] == 0
    assert lines[-1] == result


def test_a_signal_pauses_it_and_a_resume_ends_it(run, monkeypatch):
    told = []

    def tell(self, step):
        told.append(step)
        if len(told) == 4:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("moa_core.terminal.experiment.Teller.step", tell)
    code, _, err = run(*ASKED, "--folder", "e")
    assert code == 1
    assert "--resume e" in err
    before = len(told)
    assert before < 21
    assert run("--resume", "e")[0] == 0
    assert len(told) == 21


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "needs --questions FILE and --judge REF"),
        (["--questions", "no.txt", "--judge", "a/b"], "Name the mixture"),
        (["--questions", "no.txt", *ASKED[2:]], "no.txt: No such file"),
        ([*ASKED, "--n", "9"], "only 3 different questions, not 9"),
        ([*ASKED, "--arms", "A,B,X"], "no arm X"),
        ([*ASKED, "--budget", "much"], "is no amount"),
        ([*ASKED, "--budget", "nan"], "an amount in US dollars"),
        ([*ASKED, "--worth", "2"], "50 to 99"),
        ([*ASKED[:-1], "lab/judge"], "no endpoint 'lab'"),
        (["--resume", "nowhere"], "no experiment in nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, folder, words, said):
    code, out, err = run(*words)
    assert list(folder.iterdir()) == [folder / "q.txt"]
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]


MT_BENCH = [
    "--benchmark",
    "mt_bench",
    "--preset",
    "simulated",
    "--judge",
    "simulated/analyst",
]


def test_a_benchmark_is_run_and_resumed(run, folder):
    code, out, err = run(*MT_BENCH, "--n", "2", "--folder", "b")
    assert code == 0
    assert out.startswith("# MT-Bench: ")
    assert "Published figures: another judge" in out
    assert "8 of 8" in err
    code, out, _ = run("--resume", "b", "--json")
    expected, ended, result = lines_of(out)
    assert (expected["calls"], ended["reason"]) == (0, "done")
    assert (result["answers"], result["judged"]) == (4, 4)
    assert set(result["groups"]) == {"turn", "category", "category and turn"}


def test_a_benchmark_from_a_file_says_what_it_will_take(run, folder):
    row = {"instruction": "Why?", "output": "So.", "generator": "gpt4", "dataset": "x"}
    (folder / "a.json").write_text(json.dumps([row]))
    words = ["--benchmark", "alpaca", "--questions", "a.json", "--aggregator"]
    asked = [*words, "simulated/sceptic", "--judge", "simulated/analyst"]
    code, out, _ = run(*asked, "--dry-run", "--json")
    assert code == 0
    [expected] = lines_of(out)
    assert (expected["answers"], expected["judgements"]) == (1, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "q.txt"]
    code, out, _ = run(*asked)
    assert code == 0
    assert out.startswith("# AlpacaEval 2.0: sceptic, ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--benchmark", "mmlu"], "choose one of: mt_bench, alpaca, flask, questions"),
        ([*MT_BENCH[:-2]], "A benchmark needs --judge REF"),
        ([*MT_BENCH, "--arms", "A"], "--arms is of experiments"),
        ([*MT_BENCH, "--n", "81"], "only 80 questions, not 81"),
        (["--benchmark", "flask", *MT_BENCH[2:]], "FLASK needs a file"),
        ([*MT_BENCH, "--questions", "q.txt"], "q.txt: line 1: not JSON"),
        ([*MT_BENCH, "--questions", "huge"], "huge: file: larger than 100 MB"),
    ],
)
def test_what_a_benchmark_cannot_use_is_said_in_one_line(run, folder, words, said):
    with (folder / "huge").open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
