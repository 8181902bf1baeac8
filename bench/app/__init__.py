"""Runs the real app and visits it, as measurements need."""

from bench.app.app_process import AppProcess, free_port
from bench.app.page_load import LINKS, OPENED_S, opened_s
from bench.app.visitor import Drawn, Visitor

__all__ = [
    "LINKS",
    "OPENED_S",
    "AppProcess",
    "Drawn",
    "Visitor",
    "free_port",
    "opened_s",
]
