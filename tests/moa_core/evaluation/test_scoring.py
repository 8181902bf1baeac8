"""`evaluate --score` computes expected values anew, or says what is wrong."""

import gzip
import json
from pathlib import Path

import pytest

from services.command import main as polyphony
from tests.moa_core.command_line import CommandLine

FOLDERS = (folder / "shared/data/evidence" for folder in Path(__file__).parents)
EVIDENCE = next((folder for folder in FOLDERS if folder.exists()), None)
DOCUMENTS = {
    "alpaca": "alpaca_expected",
    "mt_bench": "mt_bench_expected",
    **{
        kind: kind
        for kind in (
            "corrected", "experiment", "flask_synthetic", "intervals", "judge_texts",
            "may_judge", "pareto", "sets",
        )
    },
}  # fmt: skip


@pytest.fixture
def score(tmp_path):
    """Scores a document, or a file that is there; gives what was printed."""
    command = CommandLine(tmp_path)

    def score(kind, document):
        path = document
        if not isinstance(document, Path):
            path = tmp_path / "document.json"
            path.write_text(
                document if isinstance(document, str) else json.dumps(document), "utf-8"
            )
        return command("evaluate", "--score", kind, str(path))

    return score


def scored(told):
    assert told.err == ""
    assert told.code == 0
    return json.loads(told.out)


def differences(expected, told, place=""):
    """Where two documents differ by more than rounding."""
    if isinstance(expected, dict | list) and type(expected) is type(told):
        ours, theirs = keyed(told), keyed(expected)
        if ours.keys() != theirs.keys():
            yield f"{place}: {sorted(map(str, ours.keys() ^ theirs.keys()))}"
        for key in ours.keys() & theirs.keys():
            yield from differences(theirs[key], ours[key], f"{place}/{key}")
    elif type(expected) is float and type(told) is float:
        if abs(expected - told) > (1e-4 if "/lc_from" in place else 1e-6):
            yield f"{place}: {told} for {expected}"
    elif expected != told:
        yield f"{place}: {told!r} for {expected!r}"


def keyed(values):
    return values if isinstance(values, dict) else dict(enumerate(values))


@pytest.mark.skipif(EVIDENCE is None, reason="the shared folder is not here")
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_shared_documents_come_out_as_they_are(kind, score):
    path = EVIDENCE / f"{DOCUMENTS[kind]}.json"
    told = scored(score(kind, path))
    assert [*differences(json.loads(path.read_text("utf-8")), told)] == []


def test_what_was_expected_is_replaced_under_the_same_names(score):
    wrong = {"low": 0, "high": 0, "verdict_worth_0.7": "?", "more_worth_0.70": 9}
    [row] = scored(score("intervals", [{"wins": 9, "ties": 0, "losses": 0} | wrong]))
    assert row.keys() == {"wins", "ties", "losses", *wrong}
    assert (row["verdict_worth_0.7"], row["more_worth_0.70"]) == ("helps", 0)
    assert (row["low"], row["high"]) == pytest.approx((0.5085, 1), abs=1e-4)
    [case] = scored(score("corrected", [{"judged": [1, 0], "votes_of_the_first": []}]))
    assert case["expected"]["rate"] is None
    assert case["expected"]["judge_alone"] == 0.5


def test_where_there_is_too_little_names_stay_and_figures_are_unknown(score):
    """No votes, votes on everything, no questions: the same names come out."""
    unknown = dict.fromkeys(("rate", "low", "high", "lambda"))
    cases = [
        {"judged": judged, "votes_of_the_first": votes, "note": "kept"}
        for judged, votes in (([], []), ([1, 0.5], []), ([0.5] * 3, [0.5] * 3))
    ]
    for case in scored(score("corrected", cases)):
        assert case["expected"]["ppi_plus_plus_fixed_n"] == unknown
        assert case["note"] == "kept"
    protocol = {"primary": "BA", "yardstick": "votes and judge"}
    empty = {"protocol": protocol, "items": [], "expected": {"BC": {}, "verdict": {}}}
    told = scored(score("experiment", empty))["expected"]
    assert set(told) == {"BA", "BC", "verdict"}
    assert (told["BC"]["judged"], told["BC"]["win_rate"]) == (0, None)


def test_an_experiment_is_read_from_its_replies(score):
    item = {
        "characters": {"B": 90, "A": 60}, "cost_nusd": {"B": 4_000_000, "A": 10**6},
        "latency_ms": {"B": 9000, "A": None}, "readings": "old",
    }  # fmt: skip
    first, second = '{"better": "1", "clearly": true}', "better: 2"
    items = [
        item | {"id": "a", "kind": "code", "replies": {"BA": [first, second]},
                "vote": "B"},
        item | {"id": "b", "replies": {"BA": ["?", second]}, "vote": "both bad"},
        item | {"id": "c", "kind": None, "replies": {"BA": [None, ""]}, "vote": "skip"},
    ]  # fmt: skip
    told = scored(score("experiment", {"protocol": {"primary": "BA"}, "items": items}))
    assert told["items"][0]["readings"] == {"BA": ["first", "second"]}
    assert told["items"][1]["readings"] == {"BA": [None, "second"]}
    pair, verdict = told["expected"]["BA"], told["expected"]["verdict"]
    assert (pair["judged"], pair["left_out"], pair["wins"]) == (1, 2, 1)
    assert pair["usd_per_net_win"] == pytest.approx(0.003)
    assert pair["seconds_per_net_win"] is None
    assert pair["by_kind"]["code"]["wins"] == 1
    assert (verdict["votes"], verdict["votes_with_judgement"]) == (2, 1)


def test_recorded_judgements_are_scored_from_a_file_or_from_a_folder(score, tmp_path):
    grade = {"question_id": 101, "model": "m", "turn": 1, "judgment": "[[4]]"}
    packed = tmp_path / "recorded" / "grades.jsonl.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(json.dumps(grade).encode()))
    (packed.parent / "readme.md").write_text("nothing", "utf-8")
    expected = {"m": {"judgements": 1, "average": 4, "turn1": 4, "reasoning": 4,
                      "reasoning.1": 4}}  # fmt: skip
    assert scored(score("mt_bench", packed)) == expected
    assert scored(score("mt_bench", packed.parent)) == expected
    table = "preference:m,len:m,len_baseline\n0.7,9,8\n0.1,7,8\n,1,1\n"
    (packed.parent / "numbers.csv").write_text(table, "utf-8")
    told = scored(score("alpaca", packed.parent))["from_recorded_preferences"]["m"]
    assert (told["n"], told["raw"], told["discrete"]) == (2, pytest.approx(40), 50)
    assert told["published_lc"] is None
    (packed.parent / "broken.csv").write_bytes(b"win_rate\xff")
    named = scored(score("alpaca", packed.parent / "numbers.csv"))
    assert named["from_recorded_preferences"]["m"] == told


@pytest.mark.parametrize(
    ("kind", "document", "said"),
    [
        ("intervals", "[", "line 1, column 2: not JSON"),
        ("intervals", {}, "rows: expected a list"),
        ("intervals", [{"wins": -1, "ties": 0, "losses": 0}], "rows[0].wins: expe"),
        ("intervals", "[" * 300 + "]" * 300, "nested too deeply"),
        ("corrected", [{"judged": [2], "votes_of_the_first": []}], "cases[0].judged[0"),
        ("corrected", [{"judged": [], "votes_of_the_first": [1]}], "more votes than"),
        ("experiment", [], "document: expected fields"),
        ("experiment", {"protocol": {"primary": "BA", "yardstick": "x"}, "items": []},
         "protocol.yardstick: none of"),
        ("pareto", {"points": {"a": [1]}}, "points.a: expected at least 2 values"),
        ("sets", {"quality": {}, "likeness": {"a": 1}}, "likeness.a: expected two"),
        ("sets", {"quality": {}, "likeness": {}, "expected": {"x": []}}, "expected.x"),
        ("may_judge", [{"judge": "a", "seats": "b"}], "rows[0].seats: expected a list"),
        ("judge_texts", {"other": []}, "other: nothing is read so"),
        ("judge_texts", [], "document: expected lists"),
        ("flask_synthetic", {"rows": [{"skill": []}]}, "rows[0].review: this field"),
        ("mt_bench", "{}", "no recorded judgements"),
        ("alpaca", "{}", "no recorded judgements"),
        ("alpaca", Path("/nowhere.csv"), "No such file"),
        ("nonsense", {}, "KIND must be one of: alpaca"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_said_in_one_line(kind, document, said, score):
    told = score(kind, document)
    assert told.code == 2
    assert told.out == ""
    assert said in told.err.splitlines()[-1]
    assert "Traceback" not in told.err


def test_items_of_an_experiment_are_checked(score):
    good = {"id": "a", "characters": {"B": 1, "A": 1}, "replies": {"BA": ["", ""]}}
    for wrong, said in (
        ({"characters": {"B": 1}}, "items[1].characters: A is missing"),
        ({"replies": {"BA": [""]}}, "items[1].replies.BA: expected two replies"),
        ({"vote": "C"}, "items[1].vote: none of: B, A, tie, both bad"),
        ({"id": "a"}, "items[1].id: that of items[0]"),
    ):
        items = [good, good | {"id": "b"} | wrong]
        told = score("experiment", {"protocol": {"primary": "BA"}, "items": items})
        assert told.code == 2
        assert said in told.err


def test_the_installed_command_scores_as_well(tmp_path, capsys):
    path = tmp_path / "points.json"
    path.write_text('{"points": {"a": [1, 2], "b": [null, 9]}}', "utf-8")
    assert polyphony(["evaluate", "--score", "pareto", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["front"] == ["a"]
