from io import StringIO

from moa_core.errors import BrokenStreamError, KeyMissingError
from moa_core.mixture import Auto, Pace
from moa_core.run.completion import Begin, Finish, Queued, Reclassify, Restart
from moa_core.run.writer import ToolCallDelta, ToolCallPiece
from moa_core.terminal.plain_lines import PlainLines
from moa_core.usage import Usage
from tests.moa_core.engine.fast_start.early_runs import Paced, ran
from tests.moa_core.scripted import ScriptedProvider, failure, mixture, told


async def told_plainly(scripts, config=None):
    """The answer and the progress of one run."""
    answer, progress = StringIO(), StringIO()
    plain = PlainLines(answer=answer, progress=progress)
    for event in await told(ScriptedProvider(scripts), config or mixture(["a"])):
        plain.write(event)
    return answer.getvalue(), progress.getvalue()


async def test_the_answer_stands_alone():
    answer, progress = await told_plainly({})
    assert answer == "chief answers\n"
    assert "chief answers" not in progress


async def test_progress_counts_layers_from_one_and_ends_with_the_bill():
    _, progress = await told_plainly({"b": [failure("b")]}, mixture(["a", "b"], ["a"]))
    lines = progress.splitlines()
    assert lines[0] == "Layer 1"
    assert "  lab/b: The server failed." in lines
    assert "  1 of 2 answered" in lines
    assert "Layer 2" in lines
    assert "lab/chief is writing the answer" in lines
    assert lines[-1].startswith("Cost unknown · 45 tokens · ")


async def test_an_attempt_that_failed_is_told_with_what_follows():
    error = failure("chief", BrokenStreamError, "It broke off.")
    script = ["void", Restart(error, 0.5), Begin(), "whole"]
    answer, progress = await told_plainly({"chief": script})
    assert answer == "void\n\nwhole\n"
    assert "lab/chief: It broke off. (retrying in 0.5 s)" in progress
    assert "The text above is incomplete." in progress


async def test_reasoning_that_was_taken_for_the_answer_is_told_apart():
    answer, progress = await told_plainly({"chief": ["hmm", Reclassify(), "whole"]})
    assert answer == "hmm\n\nwhole\n"
    assert "The text above is reasoning; the answer follows." in progress


async def test_calls_of_tools_stand_in_the_answer():
    piece = ToolCallPiece(index=0, id="c", name="look", arguments="{}")
    answer, _ = await told_plainly({"chief": [ToolCallDelta((piece,))]})
    assert answer == "\n[calls look({})]\n"


async def test_who_queued_for_a_place_writes_the_answer_once():
    _, progress = await told_plainly({"chief": [Queued(), Begin(), "late"]})
    assert progress.count("lab/chief is writing the answer") == 1


async def test_a_failed_proposer_leaves_no_trace_on_the_answer():
    answer, _ = await told_plainly({"b": ["half", failure("b")]}, mixture(["a", "b"]))
    assert answer == "chief answers\n"


async def test_an_estimate_and_a_cut_are_told():
    script = ["cut", Finish(reason="length")]
    _, progress = await told_plainly({"chief": script})
    assert "cut off at the aggregator's length limit" in progress
    assert " · about " in progress


async def test_what_was_cached_is_told_where_it_is_known():
    usage = Usage(
        input_tokens=200,
        cached_input_tokens=100,
        cache_known_tokens=200,
        output_tokens=5,
        source="reported",
    )
    script = ["so", Finish(reason="stop", usage=usage)]
    _, progress = await told_plainly({"chief": script})
    assert "tokens (50% of the input cached) · " in progress


async def test_a_missing_key_gets_advice_that_fits_a_terminal():
    missing = failure("a", KeyMissingError, "No key is set (LAB_API_KEY).")
    answer, progress = await told_plainly({"a": [missing]})
    assert answer == ""
    assert "No key is set (LAB_API_KEY)." in progress
    assert "environment or a .env file" in progress
    assert "under Models" not in progress


async def test_what_steers_a_terminal_is_left_out_everywhere():
    evil = failure("b", message="\x1b]0;owned\x07 bad")
    scripts = {"chief": ["\x1b[2Jx\x9by\r\n", "\tz"], "b": [evil]}
    answer, progress = await told_plainly(scripts, mixture(["a", "b"]))
    assert answer == "[2Jxy\n\tz\n"
    assert "]0;owned bad" in progress
    assert "\x1b" not in progress


def test_a_provisional_answer_that_stands_is_written_once():
    answer, progress = StringIO(), StringIO()
    plain = PlainLines(answer=answer, progress=progress)
    state, events = ran(Paced(), "provisional")
    for event in events:
        plain.write(event)
    assert answer.getvalue().strip() == state.synthesis.text.strip()
    assert "lab/chief is checking the first answer" in progress.getvalue()
    assert "still stands with all drafts read" in progress.getvalue()


def test_an_answer_that_began_early_is_not_interrupted_by_its_drafts():
    answer, progress = StringIO(), StringIO()
    plain = PlainLines(answer=answer, progress=progress)
    state, events = ran(Paced(), "chunks")
    said_s = None
    for event in events:
        plain.write(event)
        if said_s is None and "lab/a: " in progress.getvalue():
            said_s = event.at_s
    assert answer.getvalue() == f"{state.synthesis.text}\n"
    assert said_s >= state.layers[0].finished_s


async def test_nothing_interrupts_a_first_answer_while_others_work_beside_it():
    written = ["The sky is blue ", 0.05, "since air scatters light."]
    scripts = {"chief": written, "a": [failure("a")], "b": [*written]}
    config = mixture(["a", "b"], ["c"], pace=Pace(auto=Auto()))
    answer, progress = await told_plainly(scripts, config)
    assert answer == "The sky is blue since air scatters light.\n"
    lines = progress.splitlines()
    begun = [n for n, line in enumerate(lines) if "first answer" in line]
    assert begun
    assert "  lab/a: The server failed." in lines[begun[0] :]
    assert any("One model was enough (doubt 0.00)" in line for line in lines)
