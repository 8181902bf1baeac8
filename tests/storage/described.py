"""All that a database holds, as plain JSON: what any version must read the same."""

import json
from dataclasses import astuple

from moa_core.mixture.json_form import config_sha256
from storage.conversations.conversation_store import Conversations
from storage.history.conversation_list import ConversationList
from storage.presets.preset_store import Presets
from storage.settings import AppSettings
from storage.spending.spend import Spend
from storage.votes.vote_store import Votes


def described(database):
    """Conversations with every turn and run, votes, presets, settings and spending."""
    conversations, uids = Conversations(database), ConversationList(database).uids()
    settings, spend = AppSettings(database), Spend(database)
    spend.catch_up()
    return {
        "conversations": {uid: _turns(conversations, uid) for uid in sorted(uids)},
        "votes": sorted(_vote(stored) for stored in Votes(database).all()),
        "presets": sorted(
            [
                stored.preset.name,
                stored.preset.title,
                config_sha256(stored.preset.config),
                stored.is_default,
            ]
            for stored in Presets(database).all()
        ),
        "caps": _values(settings.caps())[: len(_CAPS)],
        "prices": {ref: _values(price) for ref, price in settings.own_prices().items()},
        "spent": _values(spend.breakdown().total)[: len(_SPENT)],
    }


def _turns(conversations, uid):
    """Every turn of the tree, by its uid: paths are followed until none is new."""
    described_turns, waiting = {}, [None]
    while waiting:
        for turn in conversations.load(uid, waiting.pop()).turns:
            if turn.uid not in described_turns:
                described_turns[turn.uid] = _turn(turn)
                waiting += [*turn.siblings, *turn.children]
    return described_turns


def _turn(turn):
    refs = [turn.origin, turn.chosen, turn.answer]
    return {
        "question": turn.question.text,
        "parent": turn.parent,
        "asked_at": turn.created_at.isoformat(),
        "origin, chosen, answer": [ref and _values(ref) for ref in refs],
        "runs": [_run(run) for run in turn.runs],
    }


def _run(run):
    state = run.state
    return {
        "uid": run.uid,
        "status": state.status,
        "config": config_sha256(state.config),
        "preset": run.preset_name,
        "based_on": run.based_on,
        "estimate": run.estimate and _values(run.estimate),
        "cost": str(state.cost),
        "usage": _named(state.usage, _USED),
        "error": state.error and f"{state.error} {state.error.advice}",
        "calls": [_call(call) for call in state.calls],
        "reused": sorted(_values(seat) for seat in run.given),
    }


def _call(call):
    tools = [[each.text, each.id, dict(each.more)] for each in call.tool_calls]
    return {
        "seat": [call.role, call.seat.layer_index, call.seat.position, call.attempt],
        "model": f"{call.agent.ref} {call.model_answered}",
        "outcome": [call.outcome, call.finish_reason],
        "text": [call.text, call.reasoning],
        "usage": _named(call.usage, _USED),
        "cost": [call.price and _named(call.price, _RATES), str(call.cost)],
        "times": [call.started_at_s, call.ttft_s, call.latency_s],
        "error": call.error and f"{call.error} {call.error.advice}",
        "prompt_sha256": call.prompt_sha256,
    } | ({"tool_calls": tools} if tools else {})  # version 0.1.0 had none


def _vote(stored):
    vote = stored.vote
    names = [side.contestant.name for side in vote.sides]
    costs = [str(side.cost) for side in vote.sides]
    return [vote.kind, vote.verdict, vote.winner, vote.blind, *names, *costs]


_USED = (
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "reasoning_tokens",
    "source",
    "unknown_calls",
)
_RATES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_input_usd_per_mtok",
    "source",
)
_CAPS = ("per_run_usd", "per_day_usd", "per_month_usd", "allow_unknown")
"""What there was of caps when the data was written; then came an administrator's."""

_SPENT = ("calls", "cost", "unknown", "estimated", "in", "out", "cached", "reasoning")
"""What a version without the fields that came later read, in its order."""


def _named(value, names):
    """Some of the values of a dataclass."""
    values = [getattr(value, name) for name in names]
    return json.loads(json.dumps(values, default=str))


def _values(value):
    """The values of a dataclass, without its name and those of its fields."""
    return json.loads(json.dumps(astuple(value), default=str))
