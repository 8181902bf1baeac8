"""A database with something of everything in it, and what any database holds."""

import asyncio
import random
from decimal import Decimal

from sqlalchemy import JSON, select, update

from moa_core.messages import Question
from moa_core.mixture.config import Preset, Seat
from moa_core.plan import rework_plan
from moa_core.settings import OwnPrice
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.history.conversation_list import ConversationList
from storage.presets.preset_store import Presets
from storage.recording.recorder import Recorder
from storage.recording.run_start import Order
from storage.recording.runs import Runs
from storage.runs.answers import AnswerRef
from storage.schema import METADATA, ConversationRow
from storage.settings import AppSettings, Caps
from storage.votes.vote_store import Votes
from tests.moa_core.scripted import mixture
from tests.storage import fabricated
from tests.storage.conftest import Recorded
from tests.storage.desk import Desk

ODD_TEXTS = (
    'Why? ]}\n</details>\r\n\u2028 \x85 né 🎈 \\ "quoted" \'',
    '],"counts":{}}\n{"record":"turns"}',
    "\x00 and \x1b[31m",
    "",
)


def fill(database: Database, seed: int = 1) -> None:
    """Ask, rework, choose, branch, duel, vote, keep presets, set, delete."""
    dice = random.Random(seed)
    recorder = Recorder(database)
    try:
        asyncio.run(_talk(database, recorder, dice))
    finally:
        recorder.close()
    presets = Presets(database)
    config = fabricated.mixture(1, 2)
    for number in range(dice.randrange(1, 4)):
        title = f'Mine {number} né | "x" 🎈'
        preset = Preset(name=title, title=title, description="", config=config)
        kept = presets.save(preset)
    presets.make_default(kept.uid)
    settings = AppSettings(database)
    settings.set_caps(Caps(per_day_usd=Decimal("1.5"), allow_unknown=True))
    price = OwnPrice(input_usd_per_mtok=Decimal("0.1"), output_usd_per_mtok=Decimal(2))
    settings.set_own_prices({"lab/a": price})


async def _talk(database: Database, recorder: Recorder, dice: random.Random) -> None:
    desk, runs = Desk(database, recorder), Runs(database)
    flat = mixture(["a", "b"])
    texts = iter(range(1000))
    for _ in range(dice.randrange(1, 4)):
        desk.scripts = {"chief": [dice.choice(ODD_TEXTS[:3]) + str(next(texts))]}
        begun, _ = await desk.ask(f"{dice.choice(ODD_TEXTS)} {next(texts)}?", flat)
        plan = rework_plan.resynthesise(
            runs.load(begun.run_uid).state, included={Seat(0, 1)}
        )
        await desk.rework(begun.run_uid, plan)
        uid = begun.conversation_uid
        if dice.random() < 0.5:
            chosen = AnswerRef(begun.run_uid, Seat(0, 0))
            desk.conversations.choose(begun.turn_uid, chosen)
        await desk.ask("And then?", flat, conversation_uid=uid)
        await desk.ask("Or?", flat, conversation_uid=uid, after=begun.turn_uid)
        sides = [AnswerRef(begun.run_uid, seat) for seat in (Seat(0, 0), Seat(1, 0))]
        Votes(database).cast(begun.turn_uid, "mix", sides, "won", 1, blind=True)
    recorded = Recorded(runs, recorder)
    for _ in range(dice.randrange(1, 6)):
        config = fabricated.mixture(dice.randrange(1, 4), dice.randrange(1, 4), 1)
        await recorded(config, dice=dice, trouble=0.4)
    orders = [Order(config=flat), Order(config=mixture(["b"]), preset_name="One")]
    for begun in runs.begin_duel(Question("Which?"), orders, blind=True):
        await fabricated.said(recorder, begun, mixture(["b"]), "That one.")
    ConversationList(database).pin(uid)


def delete_one(database: Database) -> str:
    """Take the oldest conversation off the list; returns its uid."""
    with database.reading() as session:
        uid = session.scalars(select(ConversationRow.uid).limit(1)).one()
    Conversations(database).delete(uid)
    return uid


def touch(database: Database, uid: str, title: str) -> None:
    with database.writing() as session:
        changed = update(ConversationRow).where(ConversationRow.uid == uid)
        session.execute(changed.values(title=title))


def content(database: Database) -> dict[str, list[dict]]:
    """Every row of every table; in place of ids, their places in the order of ids."""
    with database.reading() as session:
        rows = {
            table.name: [
                dict(row)
                for row in session.execute(
                    select(table).order_by(*table.primary_key)
                ).mappings()
            ]
            for table in METADATA.sorted_tables
        }
    places = {
        name: {row["id"]: place for place, row in enumerate(found)}
        for name, found in rows.items()
        if found and "id" in found[0]
    }
    for table in METADATA.sorted_tables:
        for column in table.columns:
            target = _table_of_ids(column)
            for row in rows[table.name] if target else ():
                if row[column.name] is not None:
                    row[column.name] = places[target][row[column.name]]
    for table in METADATA.sorted_tables:
        if "id" not in table.c:
            key = [column.name for column in table.primary_key]
            rows[table.name].sort(key=lambda row: [row[name] for name in key])
    return rows


def _table_of_ids(column) -> str | None:
    if column.name == "id" and not isinstance(column.type, JSON):
        return column.table.name
    for key in column.foreign_keys:
        return _table_of_ids(key.column)
    return None
