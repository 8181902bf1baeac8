"""The table of questions, and the interval as it narrowed."""

import csv
import io
from dataclasses import replace

import pytest

from moa_core.experiments import Votes, narrowing, questions_csv, result_of
from moa_core.messages import Message
from tests.moa_core.experiments.desk import progress_of, protocol, questions

COUNT = 100
YES, OPEN = [1] * 90 + [0] * 10, [1] * 55 + [0] * 45
ITEMS = questions(COUNT)


NO_VOTES = Votes()


def table(settings, progress, votes=NO_VOTES, items=ITEMS):
    text = questions_csv(settings, items, progress, votes)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_for_each_question_and_pair():
    settings = protocol(COUNT, arms=("A", "B", "C", "D"))
    votes = Votes({(ITEMS[0].id, "BA"): 0.5})
    rows = table(settings, progress_of({"BA": YES, "BC": OPEN}), votes)
    assert len(rows) == 3 * COUNT
    first = rows[0]
    assert (first["place"], first["id"], first["pair"]) == ("1", ITEMS[0].id, "BA")
    assert (first["judge"], first["vote"], first["clearly"]) == ("1.0", "0.5", "False")
    assert (first["mixture_first"], first["mixture_second"]) == ("first", "second")
    assert (first["mixture_usd"], first["mixture_characters"]) == ("", "100")
    unjudged = next(row for row in rows if row["pair"] == "BD")
    assert unjudged["judge"] == unjudged["clearly"] == unjudged["mixture_first"] == ""


def test_no_question_is_a_formula():
    item = replace(ITEMS[0], messages=(Message.from_text("user", '=1+1, "x"\nb'),))
    items = [item, *ITEMS[1:]]
    rows = table(
        protocol(COUNT, arms=("A", "B")), progress_of({"BA": YES}), items=items
    )
    assert rows[0]["question"] == '\'=1+1, "x"\nb'


@pytest.mark.parametrize("yardstick", ["judge alone", "votes", "votes and judge"])
def test_the_last_look_is_the_result(yardstick):
    settings = protocol(COUNT, arms=("A", "B"), yardstick=yardstick)
    progress = progress_of({"BA": [1, 1, 0.5, 0] * 25})
    votes = Votes({(item.id, "BA"): 1.0 for item in ITEMS[:50]})
    looks = narrowing(settings, ITEMS, progress, votes)
    assert len(looks) == 16
    assert looks[0].questions < looks[-1].questions
    assert looks[-1].rate == result_of(settings, ITEMS, progress, votes).primary.rate
    widths = [look.rate.high - look.rate.low for look in looks]
    assert widths[-1] < widths[len(widths) // 2] < widths[0]


def test_without_votes_there_is_nothing_to_follow():
    settings = protocol(COUNT, arms=("A", "B"))
    assert narrowing(settings, ITEMS, progress_of({"BA": YES}), Votes()) == []
