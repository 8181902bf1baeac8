import itertools
import json
import signal
import socket

import pytest

from moa_core.messages import Message
from moa_core.mixture.files import preset_to_json, presets_to_json
from moa_core.mixture.prompts import DEFAULT_PROMPTS, Prompts, with_references
from moa_core.mixture.shipped import PRESETS
from tests.moa_core.command_line import CommandLine
from tests.model_server import TEXT, Play

pytestmark = pytest.mark.slow

QUESTION = "Why is the sky blue?"
ASKED = {"role": "user", "content": QUESTION}


@pytest.fixture
def moa(tmp_path):
    """The command line with simulated models that lose no time."""
    return CommandLine(
        tmp_path, POLYPHONY_SIMULATED_PACE="0", POLYPHONY_LOCAL_SERVERS="off"
    )


@pytest.fixture
def lab(moa, model_server):
    """The command line with the endpoint ``lab``, which is the model server."""
    moa.environ["POLYPHONY_ENDPOINTS"] = f"lab={model_server.url}"
    return moa


def prompts_of(model_server):
    return [call.body["messages"] for call in model_server.calls]


def as_json(messages):
    return [{"role": each.role, "content": each.text} for each in messages]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "The question is missing"),
        ([" "], "The question is empty"),
        ([QUESTION, "--preset", "none"], "Choose one of: simulated, openai"),
        ([QUESTION, "--proposer", "gpt-4o"], "'gpt-4o' is not a model"),
        ([QUESTION, "--proposer", "lab/a"], "POLYPHONY_ENDPOINTS"),
        ([QUESTION, "--aggregator", "opnai/a"], "Did you mean openai? Known: openai,"),
        (["--proposer", "openai/a", "gpt-4o"], "'gpt-4o' is not a model"),
        (
            [QUESTION, "--proposer", "openai/a", "--layers", "1"],
            "--layers must be 2 to 9",
        ),
        (
            [QUESTION, "--proposer", "openai/a", "--layers", "10"],
            "--layers must be 2 to 9",
        ),
        ([QUESTION, "--proposer", "openai/a", "--layers", "two"], "invalid int"),
        ([QUESTION, "--proposer", *["openai/a"] * 13], "1 to 12 models, not 13"),
        ([QUESTION, "--preset", "moa", "--proposer", "openai/a"], "not both"),
        (
            [QUESTION, "--preset", "moa", "--aggregator", "openai/a"],
            "Use --preset or --aggregator",
        ),
        (
            [QUESTION, "--aggregator", "openai/a", "--layers", "2"],
            "--layers needs --proposer",
        ),
        ([QUESTION, "--layers", "3"], "--layers needs --proposer"),
        ([QUESTION, "--placement", "above"], "invalid choice"),
    ],
)
def test_a_wrong_call_is_told_in_words_with_exit_code_2(moa, args, said):
    told = moa(*args)
    assert (told.code, told.out) == (2, "")
    assert said in told.err


@pytest.fixture
def file(moa):
    """Writes a file beside the command and gives its name."""

    def write(text, name="mine.json"):
        (moa.folder / name).write_text(text, encoding="utf-8")
        return name

    return write


def exported(moa, name):
    told = moa("--export-preset", name)
    assert (told.code, told.err) == (0, "")
    return told.out


def test_what_ships_is_listed_one_object_a_line(moa):
    told = moa("--list-presets", "--json")
    assert (told.code, told.err) == (0, "")
    listed = {each["name"]: each for each in told.events}
    assert {*listed} == {preset.name for preset in PRESETS}
    ready = [each["ready"] for each in listed.values()]
    assert ready == sorted(ready, reverse=True)
    for each in listed.values():
        assert each["title"]
        assert each["description"]
        assert each["ready"] == (each["needs"] == [])
        assert each["layers"] == len(each["models"])
    assert listed["simulated"]["ready"] is True
    assert listed["moa"]["layers"] == 3
    [need] = listed["openai"]["needs"]
    assert need.startswith("OpenAI needs a key.")


@pytest.mark.slow
def test_a_key_in_the_environment_makes_presets_ready(moa):
    told = moa("--list-presets", "--json", OPENAI_API_KEY="sk-a")
    ready = {each["name"] for each in told.events if each["ready"]}
    assert {"openai", "openai-fast", "self-moa", "simulated"} <= ready
    assert not {"moa-gpt-4o", "together"} & ready


@pytest.mark.slow
def test_what_ships_is_listed_for_people_too(moa):
    told = moa("--list-presets")
    assert told.code == 0
    assert (
        "moa-lite: MoA-Lite, as in the paper (1 layer + aggregator, 7 calls)\n"
        in told.out
    )
    assert "59.3 % on AlpacaEval 2.0 (LC) (Wang et al. 2024" in told.out
    assert "  Together needs a key." in told.out


@pytest.mark.slow
def test_an_exported_preset_runs_from_its_file_with_all_that_is_in_it(
    lab, model_server, file
):
    data = json.loads(exported(lab, "moa-lite"))
    own = data["config"]
    own["layers"] = [
        {"proposers": [{"endpoint": "lab", "model": "a", "max_tokens": 9}]},
        {"proposers": [{"endpoint": "lab", "model": "b", "effort": "low"}]},
    ]
    own["aggregator"] = {"endpoint": "lab", "model": "chief", "temperature": 0.1}
    own["prompts"] = {"for_aggregator": "Merge these: {references}"}
    own["length"] = "short"
    told = lab(QUESTION, "--preset", file(json.dumps(data)), "--json")
    assert (told.code, told.err, told.last["event"]) == (0, "", "RunFinished")
    first, second, final = (call.body for call in model_server.calls)
    assert (first["model"], first["max_tokens"]) == ("a", 9)
    assert (second["model"], second["reasoning_effort"]) == ("b", "low")
    assert (final["model"], final["temperature"]) == ("chief", 0.1)
    block = final["messages"][-1]["content"]
    assert block.startswith("Merge these: <<<draft 1 ")
    assert block.endswith(
        "Keep the answer short: what matters most, in a few sentences."
    )


@pytest.mark.slow
def test_a_ranked_preset_prints_one_proposal_unchanged(moa, file):
    told = moa(QUESTION, "--preset", file(exported(moa, "simulated-ranked")))
    assert told.code == 0
    assert told.out.startswith("*Simulated answer by “")
    assert "synthesist" not in told.out


@pytest.mark.slow
def test_of_several_presets_in_a_file_one_is_named_or_the_first_is_taken(moa, file):
    names = ("simulated", "simulated-ranked")
    name = file(presets_to_json([each for each in PRESETS if each.name in names]))
    first = moa(QUESTION, "--preset", name)
    assert first.code == 0
    assert "note: mine.json has 2 presets; using the first." in first.err
    named = moa(QUESTION, "--preset", f"{name}:simulated-ranked")
    assert named.code == 0
    assert "note:" not in named.err
    wrong = moa(QUESTION, "--preset", f"{name}:nobody")
    assert (wrong.code, len(wrong.err.splitlines())) == (2, 1)
    assert "Choose one of: simulated, simulated-ranked" in wrong.err


@pytest.mark.slow
def test_what_was_left_out_of_a_file_is_noted(moa, file):
    data = json.loads(exported(moa, "simulated")) | {"author": "me"}
    told = moa(QUESTION, "--preset", file(json.dumps(data)))
    assert told.code == 0
    assert told.err.startswith("note: mine.json: author was ignored")


BROKEN = [
    ("{", "mine.json: line 1, column 2: not JSON"),
    ("[]", "mine.json: file: not a Polyphony preset file"),
    ('{"polyphony": 9}', "mine.json: polyphony: this file is from a newer"),
    (
        preset_to_json(PRESETS[0]).replace("0.7", "7", 1),
        "mine.json: config.layers[0].proposers[0].temperature: Temperature must be 0 "
        "to 2",
    ),
    ("[" * 99_999, "mine.json: file: nested too deeply"),
    (" " * 300_000, "mine.json: file: larger than 256 KB"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_broken_file_ends_with_code_2_and_one_line(moa, file, text, said):
    told = moa(QUESTION, "--preset", file(text))
    assert (told.code, told.out, len(told.err.splitlines())) == (2, "", 1)
    assert said in told.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "said"),
    [
        ("gone.json", "gone.json: No such file or directory."),
        (".", ".: Is a directory."),
        ("a/b.json:c", "a/b.json: No such file or directory."),
        ("x" * 5000, "There is no preset 'xxx"),
    ],
)
def test_a_file_that_is_not_there_is_told_in_one_line(moa, preset, said):
    for option in ("--preset", "--export-preset"):
        told = moa(QUESTION, option, preset)
        assert (told.code, told.out, len(told.err.splitlines())) == (2, "", 1)
        assert said in told.err


def test_a_wrong_setting_is_a_wrong_call_too(moa):
    told = moa(QUESTION, POLYPHONY_IDLE_S="soon")
    assert told.code == 2
    assert "POLYPHONY_IDLE_S: write a number of seconds" in told.err


def test_help_explains_itself_without_loading_what_a_run_needs(moa):
    told = moa("--help")
    assert told.code == 0
    assert "2, the default, is one layer of proposers" in " ".join(told.out.split())


def test_without_a_key_the_default_answers_on_stdout_and_tells_progress_on_stderr(moa):
    told = moa(QUESTION)
    assert told.code == 0
    assert "sky" in told.out
    assert told.out.endswith("\n")
    begun, _, progress = told.err.partition("\n")
    assert begun.startswith("note: Asking Simulated, free. ")
    assert progress.startswith("Layer 1\n  simulated/")
    assert "Cost $0 · about " in told.err
    assert "Layer" not in told.out


def test_the_environment_may_come_from_a_file(moa):
    (moa.folder / ".env").write_text("POLYPHONY_CALL_S=never\n")
    told = moa(QUESTION)
    assert told.code == 2
    assert "POLYPHONY_CALL_S" in told.err


def test_every_event_is_a_line_of_json_and_the_last_one_is_the_end(moa):
    told = moa(QUESTION, "--json", "--preset", "simulated")
    assert (told.code, told.err) == (0, "")
    assert told.events[0]["event"] == "RunStarted"
    assert told.last["event"] == "RunFinished"
    assert {"text", "usage", "cost_usd", "ttft_s", "latency_s"} <= told.last.keys()
    deltas = told.of("SynthesisDelta", kind="answer")
    assert "".join(delta["text"] for delta in deltas) == told.last["text"]
    assert told.last["cost_usd"] == 0
    times = [event["at_s"] for event in told.events]
    assert all(a <= b for a, b in itertools.pairwise(times))


def test_layers_count_the_aggregator_as_the_last_one(lab, model_server):
    proposers = ["lab/a", "lab/b", "lab/c"]
    told = lab(
        *(QUESTION, "--proposer", *proposers, "--layers", "3", "--json"),
        *("--aggregator", "lab/chief"),
    )
    asked = [call.body["model"] for call in model_server.calls]
    assert [sorted(asked[:3]), sorted(asked[3:6])] == [["a", "b", "c"]] * 2
    assert asked[6:] == ["chief"]
    assert told.last["usage"]["output_tokens"] == 7 * 7
    assert told.last["cost_usd"] is None


def test_an_aggregator_without_proposers_answers_alone(lab, model_server):
    told = lab(QUESTION, "--aggregator", "lab/chief")
    assert told.out == TEXT + "\n"
    assert [call.body["model"] for call in model_server.calls] == ["chief"]
    assert prompts_of(model_server) == [[ASKED]]


@pytest.mark.slow
def test_without_an_aggregator_the_first_proposer_writes_the_answer(lab, model_server):
    told = lab(QUESTION, "--proposer", "lab/a", "--proposer", "lab/b")
    assert told.out == TEXT + "\n"
    assert model_server.calls[-1].body["model"] == "a"


@pytest.mark.parametrize("placement", ["trailing", "paper"])
def test_every_prompt_is_exactly_as_specified(lab, model_server, placement):
    model_server.plays["a"] = Play(
        pieces=["A says:\n", "<b>&{references}"], pause_s=0.1
    )
    model_server.plays["b"] = Play(pieces=["B — 完"])
    lab(
        *(QUESTION, "--proposer", "lab/a", "lab/b", "--layers", "3"),
        *("--aggregator", "lab/chief", "--placement", placement),
    )
    drafts, wording = (
        ["A says:\n<b>&{references}", "B — 完"],
        Prompts(placement=placement),
    )
    question = [Message.from_text("user", QUESTION)]
    second = as_json(with_references(question, drafts, wording, "proposer"))
    final = as_json(with_references(question, drafts, wording, "aggregator"))
    assert prompts_of(model_server) == [[ASKED]] * 2 + [second] * 2 + [final]
    assert final.index(ASKED) == (0 if placement == "trailing" else 1)


def test_requests_carry_the_settings_of_the_paper(lab, model_server):
    lab(QUESTION, "--proposer", "lab/a")
    for call in model_server.calls:
        sent = {k: v for k, v in call.body.items() if k not in ("model", "messages")}
        assert sent == {
            "temperature": 0.7,
            "max_tokens": 2048,
            "stream": True,
            "stream_options": {"include_usage": True},
        }


@pytest.mark.slow
def test_openai_and_together_are_called_at_their_own_addresses(moa, model_server):
    told = moa(
        *(QUESTION, "--proposer", "openai/a", "together/org/b", "--json"),
        OPENAI_API_KEY="first-key",
        OPENAI_BASE_URL=model_server.url,
        TOGETHER_API_KEY="second-key",
        TOGETHER_BASE_URL=model_server.base,
    )
    assert told.last["event"] == "RunFinished"
    keys = {c.body["model"]: c.headers["Authorization"] for c in model_server.calls}
    assert keys == {"a": "Bearer first-key", "org/b": "Bearer second-key"}
    assert "-key" not in told.out + told.err


@pytest.mark.slow
def test_a_local_server_needs_no_setting(moa):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nothing answers
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        told = moa(
            QUESTION, "--proposer", "ollama/a", POLYPHONY_ENDPOINTS=f"ollama={url}"
        )
    assert told.code == 1
    assert "Can't reach 127.0.0.1" in told.err
    assert "Check that the server is running" in told.err


@pytest.mark.slow
def test_a_dead_a_stalled_and_a_limited_proposer_do_not_stop_the_others(
    lab, model_server
):
    model_server.plays |= {
        "dead": Play(status=500, body={"error": {"message": "boom"}}),
        "stalled": Play(fault="stall"),
        "limited": Play(status=429, body={"error": {"message": "slow down"}}, times=2),
    }
    refs = [f"lab/{name}" for name in ("dead", "a", "stalled", "limited", "b", "c")]
    told = lab(
        *(QUESTION, "--proposer", *refs, "--layers", "3", "--json"),
        *("--aggregator", "lab/chief"),
        POLYPHONY_IDLE_S="0.5",
    )
    assert (told.code, told.last["event"]) == (0, "RunFinished")
    assert [(e["answered"], e["asked"]) for e in told.of("LayerFinished")] == [
        (4, 6)
    ] * 2
    reasons = {e["model"]: e["error"]["type"] for e in told.of("ProposalFailed")}
    assert reasons == {"dead": "ServerFailedError", "stalled": "DeadlineError"}
    again = [e["model"] for e in told.of("ProposalRestarted")]
    assert sorted(again) == ["dead"] * 4 + ["limited"] * 2 + ["stalled"] * 2
    block = model_server.calls[-1].body["messages"][-1]["content"]
    assert block.count(TEXT) == 4


@pytest.mark.slow
def test_when_nobody_answers_the_reason_is_told_with_exit_code_1(lab, model_server):
    model_server.plays["a"] = Play(status=401, body={"error": {"message": "no"}})
    plain = lab(QUESTION, "--proposer", "lab/a")
    assert (plain.code, plain.out) == (1, "")
    assert "lab needs an API key (LAB_API_KEY)" in plain.err
    told = lab(QUESTION, "--proposer", "lab/a", "--json")
    assert (told.code, told.err) == (1, "")
    assert told.last["event"] == "RunAborted"
    assert told.last["error"]["type"] == "NoProposalsError"


@pytest.mark.slow
def test_without_its_key_a_preset_says_which_variable_to_set(moa):
    told = moa(QUESTION, "--preset", "openai")
    assert told.code == 1
    assert "No key is set for OpenAI (OPENAI_API_KEY)" in told.err
    assert "Put the key into the environment or a .env file" in told.err
    assert "under Models" not in told.err


@pytest.mark.slow
def test_an_answer_that_breaks_off_is_told_apart_from_the_one_that_follows(
    lab, model_server
):
    model_server.plays["chief"] = Play(fault="drop", times=1)
    told = lab(QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief")
    assert told.code == 0
    assert told.out == TEXT[:10] + "\n\n" + TEXT + "\n"
    assert "The text above is incomplete." in told.err


@pytest.mark.slow
def test_an_answer_that_was_cut_says_so(lab, model_server):
    model_server.plays["chief"] = Play(finish="length")
    told = lab(QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief")
    assert (told.code, told.out) == (0, TEXT + "\n")
    assert "cut off at the aggregator's length limit" in told.err


@pytest.mark.slow
def test_nothing_a_model_writes_steers_the_terminal(lab, model_server):
    evil = ["\x1b]0;owned\x07", "red\x1b[31m", "\x9b2J", "half \ud83d", " end"]
    events = [{"choices": [{"index": 0, "delta": {"content": t}}]} for t in evil]
    events += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    wire = [f"data: {json.dumps(event)}\n\n".encode() for event in events]
    model_server.plays["chief"] = Play(wire=[*wire, b"data: [DONE]\n\n"])
    args = (QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief")
    told = lab(*args)
    assert told.code == 0
    assert told.out.startswith("]0;ownedred[31m2Jhalf ")
    assert told.out.endswith(" end\n")
    assert lab(*args, "--json").last["text"].startswith(evil[0] + evil[1] + evil[2])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_keeps_what_had_arrived(lab, model_server, number):
    model_server.plays["chief"] = Play(
        pieces=["begun", "never"], fault="stall", after=1
    )
    process = lab.begin(
        *(QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief", "--json")
    )
    with process:
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if lines[-1]["event"] == "SynthesisDelta":
                process.send_signal(number)
        err = process.stderr.read()
    assert (process.returncode, err) == (1, "")
    assert (lines[-1]["event"], lines[-1]["text"]) == ("RunAborted", "begun")
    assert lines[-1]["error"]["type"] == "RunStoppedError"
    assert lines[-1]["usage"]["source"] == "estimated"
    model_server.wait_until_dropped()


@pytest.mark.slow
def test_ctrl_c_leaves_the_terminal_with_the_text_and_no_traceback(lab, model_server):
    model_server.plays["chief"] = Play(
        pieces=["begun", "never"], fault="stall", after=1
    )
    process = lab.begin(QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief")
    with process:
        assert process.stdout.read(5) == "begun"
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=30)
    assert (process.returncode, rest) == (1, "\n\n")
    assert "Stopped." in err
    assert "Traceback" not in err


def test_a_reader_who_leaves_early_ends_the_command_quietly(moa):
    asked = (QUESTION, "--json", "--preset", "simulated")
    process = moa.begin(*asked, POLYPHONY_SIMULATED_PACE="0.01")
    with process:
        assert "RunStarted" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


@pytest.mark.slow
def test_a_terminal_without_these_characters_still_gets_the_answer(lab):
    told = lab(QUESTION, "--proposer", "lab/a", PYTHONIOENCODING="ascii")
    assert told.code == 0
    assert "2 + 2 = 4" in told.out
    assert "Gr??e" in told.out


@pytest.mark.slow
def test_half_a_character_in_a_proposal_costs_no_call(lab, model_server):
    half = {"choices": [{"index": 0, "delta": {"content": "half \ud83d"}}]}
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    wire = [f"data: {json.dumps(event)}\n\n".encode() for event in (half, end)]
    model_server.plays["a"] = Play(wire=wire)
    told = lab(QUESTION, "--proposer", "lab/a", "--aggregator", "lab/chief")
    assert (told.code, told.out) == (0, TEXT + "\n")
    assert "half " in model_server.calls[-1].body["messages"][-1]["content"]


@pytest.mark.slow
def test_the_question_may_be_anything_but_empty(lab, model_server):
    question = "\n-x {references} <<<draft 1>>> \x07 完"
    lab("--proposer", "lab/a", "--layers", "2", "--", question)
    assert prompts_of(model_server)[0] == [{"role": "user", "content": question}]
    assert prompts_of(model_server)[1][:-1] == [{"role": "user", "content": question}]
    assert DEFAULT_PROMPTS.placement == "trailing"
