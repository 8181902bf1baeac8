"""Asks, shows every layer as it answers, and the synthesis."""

from functools import partial

from pages.widgets.chat import (
    composer,
    draw_conversation,
    open_conversation,
    show_progress,
    sidebar,
    welcome,
)
from pages.widgets.formatting import notices
from pages.widgets.models import models_are_coming, session_keys
from pages.widgets.run import follow, rerun_soon
from services import services

app = services()
app.keep_models_fresh(session_keys())
endpoints = app.endpoints_for(session_keys())
conversation = open_conversation(app.conversations)
sidebar(app, conversation)
notices.storage_trouble(app.recorder.last_error)

newest = draw_conversation(app, conversation) if conversation else None
if conversation is None:
    welcome(app)
ticker = composer(app, conversation, newest)

if newest and newest.live and newest.view:
    follow([newest.live], [newest.view], partial(show_progress, ticker, newest.live))
elif newest and newest.follow_replay:
    newest.follow_replay()
elif (newest and newest.under_way) or models_are_coming(endpoints):
    rerun_soon()
