"""Finds by its key what is on a page that Streamlit's AppTest runs, and uses it."""

import json
import time
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

import services

SHELL = str(Path(__file__).parents[2] / "pages" / "shell.py")


def fitting(page, key):
    """Every element and container of a page, or of a part of it, whose key fits.

    A ``*`` in ``key`` stands for anything, such as the uid of a run.
    """
    nodes = getattr(page, "_tree", page)
    return [node for node in nodes if fnmatchcase(getattr(node, "key", "") or "", key)]


def by_key(page, key):
    """The one element or container whose key fits."""
    [found] = fitting(page, key)
    return found


def has(page, key):
    return bool(fitting(page, key))


def press(page, key):
    by_key(page, key).click().run()
    assert not page.exception
    return page


def fill(page, key, value):
    by_key(page, key).set_value(value).run()
    assert not page.exception
    return page


def drawn(page, key):
    """What a component of ``frontend/`` gets to draw."""
    return json.loads(by_key(page, key).proto.json)


def open_sheet(page):
    """Open the sheet in which one chooses the mixture."""
    return press(page, "choose-mixture")


def pick(page, key, entry):
    """Choose an entry of a menu."""
    return fill(page, key, entry)


def ask(page, question):
    """Ask a question, and wait for the answer as the browser does."""
    return answered(fill(page, "question-*", question))


def answered(page):
    """If runs that the page shows are live, wait for their ends, and draw it again."""
    live = services.services().live
    told = [json.loads(each.proto.json) for each in fitting(page, "*-run")]
    if followed := [each["run"] for each in told if each["live"]]:
        while any(live.get(uid) for uid in followed):
            time.sleep(0.005)
        page.run()
        assert not page.exception
    return page


def words(page):
    """Everything that a page, or a part of it, says: in one string."""
    kinds = (
        page.markdown,
        page.text,
        page.caption,
        page.title,
        page.header,
        page.info,
        page.warning,
        page.error,
        page.success,
    )
    said = [element.value for kind in kinds for element in kind]
    said += [text for node in page.get("bidi_component") for text in texts_in(node)]
    return "\n".join(said).replace("\\", "")


def texts_in(component):
    """All strings that a component gets to draw."""
    found = [json.loads(component.proto.json)]
    while found:
        match found.pop(0):
            case str(text):
                yield text
            case dict(fields):
                found = [*fields.values(), *found]
            case list(items):
                found = [*items, *found]
            case _:
                pass


def signed(model):
    """How the text of a simulated model says whose it is."""
    return f"Simulated answer by “{model}”"


def open_uid(page):
    uid = page.query_params["c"]
    return uid if isinstance(uid, str) else uid[0]


def last_run(app, page):
    return app.conversations.load(open_uid(page)).turns[-1].run.state


def row_of(page, name):
    """The cells of a contestant's row on the scoreboard."""
    [table] = by_key(page, "scores").markdown
    row = next(line for line in table.value.splitlines() if f"**{name}**" in line)
    return [cell.strip() for cell in row.strip("|").split(" | ")]


def questions(page):
    """The questions of a chat, in order."""
    return [turn["question"] for turn in turns_shown(page)]


def turns_shown(page):
    """What the browser is told of the turns of a chat, besides their runs."""
    told = [
        json.loads(each.proto.json)["turns"]
        for each in fitting(page, "*-*")
        if each.key.endswith(("-asked", "-resting"))
    ]
    return list(chain.from_iterable(told))


def run_data(page, key="*-run"):
    """What the browser is told of a run besides its stream."""
    return json.loads(by_key(page, key).proto.json)


def runs_shown(page):
    """The names of the runs that are drawn, in order."""
    return [json.loads(each.proto.json)["run"] for each in fitting(page, "*-run")]


def listed_chats(page):
    """What the browser is told of the chats in the sidebar, by uid."""
    told = [json.loads(each.proto.json) for each in fitting(page, "chat-list")]
    groups = chain.from_iterable(each["groups"] for each in told)
    return {chat["uid"]: chat for group in groups for chat in group["chats"]}


def open_listed(page, uid):
    """Click a chat in the sidebar."""
    return ask_run(page, "open", "chat-list", chat=uid)


def pick_for_chat(page, entry, uid=None):
    """Choose an entry of the menu of a chat in the sidebar, or of the open one."""
    chat = uid or open_uid(page)
    return ask_run(page, "menu", "chat-list", chat=chat, entry=entry)


def ask_run(page, do, key="*-run", **asked):
    """Click what is offered where a run is drawn, as the browser tells it."""
    component = by_key(page, key)
    states = page._tree.get_widget_states()
    event = [{"event": "asked", "value": {"do": do, **asked}}]
    trigger = WidgetState(id=_make_trigger_id(component.proto.id, "events"))
    trigger.json_trigger_value = json.dumps(event)
    states.widgets.append(trigger)
    page._run(states)
    assert not page.exception
    return page
