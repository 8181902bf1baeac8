"""What a run decides is kept with it, and comes back as it was."""

import json

import pytest

from moa_core.errors import ConfigError
from moa_core.mixture import AgentSpec, Layer, MoAConfig, Seat
from moa_core.run import RunDecided, RunState
from moa_core.run.decision_words import decision_sentence
from moa_core.run.decisions import (
    CallHedged,
    FirstAnswerJudged,
    LayerProceeded,
    LayersSkipped,
    ProposersLeftOut,
    ProvisionalJudged,
    decision_from_dict,
    decision_to_dict,
)

PROCEEDED = LayerProceeded(
    layer_index=0, answered=2, late=(Seat(0, 1), Seat(0, 3)), waited_s=1.24
)
DECISIONS = [
    (PROCEEDED, "Went on without m1 and m3 after 1.2 s."),
    (
        LayersSkipped(first=1, last=1, agreement=0.87),
        "The proposals agree (87% alike), so layer 2 was left out.",
    ),
    (
        CallHedged(seat=Seat(1, 0), model="lab/other", after_s=6.0),
        "Nothing came for 6.0 s, so other was asked too.",
    ),
    (
        FirstAnswerJudged(
            stands=True,
            doubt=0.2,
            threshold=0.5,
            reasons=("They agree.",),
            saved_calls=9,
            saved_usd=0.012,
        ),
        "One model was enough (doubt 0.20): 9 fewer calls, about $0.0120. They agree.",
    ),
    (
        FirstAnswerJudged(
            stands=False, doubt=0.8, threshold=0.62, votes=41, reasons=("They differ.",)
        ),
        "Asked the other models (doubt 0.80, threshold 0.62, learnt from 41 of your "
        "votes). They differ.",
    ),
    (
        ProposersLeftOut(left_out=(Seat(0, 1), Seat(0, 2))),
        "Two makers' models agree, so m1 and m2 were not asked.",
    ),
    (
        ProvisionalJudged(stands=False),
        "The provisional answer was revised once all drafts were read.",
    ),
]
AGENTS = tuple(AgentSpec(endpoint="lab", model=f"maker/m{n}") for n in range(4))
CONFIG = MoAConfig(layers=(Layer(AGENTS), Layer(AGENTS)), aggregator=AGENTS[0])


@pytest.mark.parametrize(("decision", "sentence"), DECISIONS)
def test_a_decision_comes_back_from_json_and_is_said_in_a_sentence(decision, sentence):
    written = json.loads(json.dumps(decision_to_dict(decision)))
    assert decision_from_dict(written) == decision
    assert decision_sentence(decision, CONFIG) == sentence


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"kind": "LayerForgotten"},
        {"kind": "LayerProceeded", "late": [[0, 1]]},
        {"kind": "ProvisionalJudged", "stands": "perhaps"},
        {"kind": "LayersSkipped", "first": "x", "last": 1, "agreement": 1.0},
    ],
)
def test_what_is_no_decision_is_refused(data):
    with pytest.raises(ConfigError, match="decision of a run"):
        decision_from_dict(data)


def test_late_proposers_are_marked_and_not_read():
    state = RunState(CONFIG)
    state.apply(RunDecided(1.0, PROCEEDED))
    late = [seat.seat for seat in state.seats if seat.late]
    assert late == [Seat(0, 1), Seat(0, 3)]
    assert all(not seat.included for seat in state.layers[0].seats if seat.late)
    assert state.decisions == [(1.0, PROCEEDED)]
