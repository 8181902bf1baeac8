"""Serves `page.py`; POLICY=on puts the app's security headers on every response."""

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from pages.server import SecurityHeaders, healthz

app = st.App(
    Path(__file__).parent / "page.py",
    middleware=[Middleware(SecurityHeaders)] if os.environ["POLICY"] == "on" else [],
    routes=[Route("/healthz", healthz)],
)
