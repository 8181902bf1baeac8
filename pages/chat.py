"""Asks, shows every layer as it answers, and the synthesis."""

from functools import partial

from pages.account import is_administrator, my_services
from pages.widgets.chat import (
    composer,
    draw_conversation,
    notices_only,
    open_conversation,
    waiting,
    welcome,
)
from pages.widgets.layout import rerun_soon, rerun_when
from pages.widgets.mixture import (
    MixturePicker,
    Offers,
    begin_chat,
    draw_offer,
    look_for_offers,
)
from pages.widgets.models import models_are_coming, session_keys

app = my_services()
asking = app.asking(session_keys())
begin = partial(begin_chat, app.presets, app.last_used, asking.endpoints, app.prices)
conversation = open_conversation(app.conversations, begin)
by_program = bool(conversation and conversation.by_program)
if conversation and not by_program:
    waits = waiting(asking, app.presets, app.queue, conversation)
    if waits.send_if_due():
        conversation = open_conversation(app.conversations, begin)

offers = Offers(asking.endpoints, app.prices, app.app_settings)
if conversation:
    draw_conversation(
        asking, app.presets, app.conversations, app.api_keys, conversation
    )
    if not by_program:
        draw_offer(offers)
else:
    administers = is_administrator()
    offered = administers and app.settings.demo_models
    demo_models = app.demo_models if offered else None
    welcome(asking, app.presets, offers, demo_models, may_connect=administers)
picker = MixturePicker(
    app.presets, asking.endpoints, app.prices, app.history, app.votes
)
if by_program:
    notices_only(asking)
else:
    composer(asking, picker, app.conversations, app.queue, conversation)

if by_program:
    pass  # its program asks
elif picker.is_open:
    pass  # what is clicked in it is heard when this script has ended
elif models_are_coming(asking.endpoints):
    rerun_soon()
elif conversation and app.titles.is_due(uid := conversation.uid):
    rerun_when(lambda: not app.titles.is_due(uid))
else:
    look_for_offers(offers, lambda: app.keep_models_fresh(session_keys()))
