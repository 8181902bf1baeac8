"""However much the rows say that calls have cost, a sum never fails."""

from datetime import UTC
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from moa_core.errors import CapExceededError
from moa_core.messages import Question
from moa_core.usage import FREE, Cost
from storage.history.conversation_list import ConversationList
from storage.recording.runs import Runs
from storage.schema import CallRow, ConversationRow, RunRow
from storage.schema.columns import table_of
from storage.settings import Caps
from storage.spending.amounts import CallFilter
from storage.spending.ledger import Ledger
from storage.spending.spend import Spend
from storage.transfer.export import export_lines
from storage.upkeep.retention import purge
from storage.values.money import LARGEST_SUM, cost, nano_usd
from tests.moa_core.scripted import mixture
from tests.storage.fabricated import said

pytestmark = pytest.mark.slow

AMOUNT = 10**16
"""What an earlier version took in of one call; a thousand of them exceed 64 bits."""

COUNT = 1000
MOST = cost(LARGEST_SUM)
CONFIG = mixture(["a"])
_CALL = {
    "layer_index": 0, "position": 0, "attempt": 1, "role": "proposer",
    "endpoint": "lab", "model_requested": "a", "params": {}, "status": "failed",
    "usage_source": "reported", "started_ms": 0, "input_tokens": AMOUNT,
    "output_tokens": AMOUNT, "cost_nusd": AMOUNT, "cost_source": "computed",
}  # fmt: skip


@pytest.fixture
def dear(database):
    """The first of a thousand runs of ten million dollars each."""
    begun = Runs(database).begin(Question("Dear?"), CONFIG)
    runs, calls = table_of(RunRow), table_of(CallRow)
    with database.writing() as session:
        session.execute(update(runs).values(status="failed", cost_nusd=AMOUNT))
        run = session.execute(select(runs)).one()._asdict()
        ids = [run["id"], *range(10**6, 10**6 + COUNT - 1)]
        more = [{**run, "id": each, "uid": f"r{each}"} for each in ids[1:]]
        session.execute(insert(runs), more)
        session.execute(insert(calls), [{**_CALL, "run_id": each} for each in ids])
    Spend(database).catch_up()
    return begun


def test_every_figure_of_the_spend_page_says_a_billion_at_most(dear, database):
    spend = Spend(database)
    total = spend.breakdown().total
    assert (total.cost, total.input_tokens) == (MOST, LARGEST_SUM)
    assert [day.cost for day in spend.by_day(UTC)] == [MOST]
    assert [each.cost for each in spend.presets()] == [MOST]
    assert spend.most_expensive_runs()[0].cost == cost(AMOUNT)
    assert spend.runs(CallFilter(model="a"))[0].part == cost(AMOUNT)
    assert spend.calls_csv().count(b"\n") == COUNT + 1


async def test_caps_history_export_and_deletion_go_on(dear, database, recorder):
    assert Ledger(database).spent("month").cost == MOST
    caps = Caps(per_day_usd=Decimal(1), allow_unknown=True)
    with pytest.raises(CapExceededError, match="is used up"):
        Runs(database).begin(Question("More?"), CONFIG, caps=caps)
    uid = dear.conversation_uid
    begun = Runs(database).begin(Question("More?"), CONFIG, conversation_uid=uid)
    await said(recorder, begun, CONFIG, "This much.")
    [listed] = ConversationList(database).newest()
    assert listed.uid == uid
    assert sum('"record":"calls"' in line for line in export_lines(database)) > COUNT
    with database.writing() as session:
        purge(session, session.scalars(select(ConversationRow.id)))
    left = Spend(database).breakdown()
    assert (left.groups, left.erased.cost.usd) == ((), MOST.usd)


def test_an_amount_that_no_database_holds_is_kept_as_the_largest():
    assert nano_usd(Decimal("1e40")) == LARGEST_SUM
    assert nano_usd(Decimal("0.0000000015")) == 2
    assert sum([Cost(Decimal(10**9))] * 1000, FREE).usd == 10**12
