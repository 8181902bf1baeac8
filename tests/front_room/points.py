"""Lists the sixteen points of the first five minutes."""

from collections.abc import Awaitable, Callable
from typing import Final

from tests.front_room.keeping import (
    chats_are_renamed_found_and_exported,
    copy_enter_and_dark,
)
from tests.front_room.opening import (
    any_base_url_can_be_entered,
    opens_without_a_key,
    presets_can_be_saved,
    the_default_works_and_dead_ids_are_flagged,
)
from tests.front_room.stage import Evidence, Stage
from tests.front_room.watching import (
    columns_stay_readable,
    every_column_moves,
    nothing_is_lost_by_a_reload,
    one_failure_costs_one_column,
    stop_keeps_what_came,
    the_answer_is_plain,
)
from tests.front_room.working import (
    a_follow_up_says_what_it_continues_from,
    forms_never_lose_the_chat,
    one_proposal_is_retried_alone,
    the_badge_is_right,
)

Row = Callable[[Stage, Evidence], Awaitable[None]]
"""Tries something and notes its evidence; raises an AssertionError with what fails."""

POINTS: Final[dict[str, Row]] = {
    "opens without a key, a local server is offered": opens_without_a_key,
    "the default works, dead ids get a substitute": (
        the_default_works_and_dead_ids_are_flagged
    ),
    "within a second every column moves": every_column_moves,
    "the answer is plainly the answer, layers fold": the_answer_is_plain,
    "Stop": stop_keeps_what_came,
    "one model fails": one_failure_costs_one_column,
    "tokens, money, time": the_badge_is_right,
    "reload: nothing is lost": nothing_is_lost_by_a_reload,
    "form controls never lose the chat": forms_never_lose_the_chat,
    "a follow-up, and its chip": a_follow_up_says_what_it_continues_from,
    "presets, save as mine": presets_can_be_saved,
    "retry one, rewrite the answer": one_proposal_is_retried_alone,
    "columns stay readable": columns_stay_readable,
    "any base URL": any_base_url_can_be_entered,
    "rename, delete, search, export": chats_are_renamed_found_and_exported,
    "copy, Enter, dark": copy_enter_and_dark,
}
