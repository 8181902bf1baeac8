"""The page of settings: endpoints, the API, caps, prices and data."""

import streamlit as st

from pages.account import first_administrator, is_administrator, my_services
from pages.widgets.account import (
    no_administrator_yet,
    who_connects_endpoints,
    who_sets_prices,
)
from pages.widgets.models import (
    EndpointActions,
    add_endpoint,
    endpoint_cards,
    model_refs,
    session_keys,
)
from pages.widgets.settings import (
    api_address,
    api_keys,
    caps_form,
    export_and_import,
    prices_form,
    retention_controls,
    sees_images,
    storage_facts,
    titles_choice,
)
from pages.widgets.sharing import shared_links

app = my_services()
st.title("Settings", anchor=False)

st.header("Endpoints", anchor=False)
endpoints = app.endpoints_for(session_keys())
administers = is_administrator()
if administers:
    actions = EndpointActions(
        app.remembering,
        app.try_endpoint,
        app.try_model,
        app.look_for_models,
        app.in_background,
    )
    endpoint_cards(endpoints, actions)
    add_endpoint(actions)
else:
    infos = endpoints.infos()
    connected = [
        each.label for each in infos if each.connected and each.kind != "simulated"
    ]
    who_connects_endpoints(connected)
    if subject := first_administrator():
        no_administrator_yet(subject)

st.header("API", anchor=False)
api_address(app.settings.public_url)
api_keys(app.api_keys)

st.header("Chats", anchor=False)
titles_choice(app.titles)
shared_links(app.shared_links)

st.header("Models that see images", anchor=False)
st.caption(
    "Models that see get attached images; others get their names alone. Where nobody "
    "says which, a model is asked with the first image, and a refusal is remembered."
)
sees_images(app.app_settings, app.asking().known_sight(), model_refs(endpoints))

st.header("Spending caps", anchor=False)
st.caption(
    "A run that could exceed a cap is refused before its first call. A run that "
    "reaches one stops between calls and keeps what it has."
)
spent = {"Today": app.ledger.spent("day"), "This month": app.ledger.spent("month")}
caps_form(app.app_settings, spent)

st.header("Your own prices" if administers else "Prices", anchor=False)
if administers:
    st.caption("Override list prices, starting with the next call.")
    own_prices = app.app_settings.own_prices()
    prices_form(own_prices, app.set_own_prices, model_refs(endpoints))
else:
    who_sets_prices()

st.header("Your data", anchor=False)
storage_facts(app.data_files.place)
export_and_import(app.history, app.conversations, app.data_files, app.in_background)
retention_controls(
    app.retention, app.conversations.restore, app.data_files, app.in_background
)
