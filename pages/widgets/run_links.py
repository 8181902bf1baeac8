"""Links from a finished run to the page that compares: its texts, or what it gave."""

from streamlit.delta_generator import DeltaGenerator

from pages.widgets.address import CONVERSATION, RUN, THROUGH, VIEW
from pages.widgets.mix_pair import can_be_judged
from storage.runs.stored_runs import StoredRun


def compare_link(
    place: DeltaGenerator, conversation_uid: str, turn_uid: str, run: StoredRun
) -> None:
    """A link to where the texts of this run stand side by side."""
    place.page_link(
        "compare.py",
        label="Compare",
        icon=":material/compare:",
        help="Proposals and answers side by side",
        query_params=_named(conversation_uid, turn_uid, run),
    )


def mix_link(
    place: DeltaGenerator, conversation_uid: str, turn_uid: str, run: StoredRun
) -> None:
    """A link to the blind comparison of answer and proposal, where there is one."""
    if not can_be_judged(run):
        return
    place.page_link(
        "compare.py",
        label="Did the mix help?",
        icon=":material/balance:",
        help="This answer against the best of its proposals, without names",
        query_params={VIEW: "mix", **_named(conversation_uid, turn_uid, run)},
    )


def _named(conversation_uid: str, turn_uid: str, run: StoredRun) -> dict[str, str]:
    """What the address says of a run."""
    return {CONVERSATION: conversation_uid, THROUGH: turn_uid, RUN: run.uid}
