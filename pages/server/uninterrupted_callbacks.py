"""What a click asked for is done before the next one is heeded."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState


def keep_callbacks_uninterrupted() -> None:
    """Let no click end the callback of the one before it.

    Streamlit ends a script where it next looks at the session, if something was
    clicked meanwhile; a callback too, in its middle, and it is never called again.
    """
    inner = SessionState.on_script_will_rerun
    if hasattr(inner, "__wrapped__"):
        return

    @wraps(inner)
    def on_script_will_rerun(self: SessionState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        with _undisturbed():
            inner(self, *args, **options)

    SessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What is clicked meanwhile waits; it stays asked for."""
    context = get_script_run_ctx()
    requests = context.script_requests if context else None
    if requests is None:
        yield
        return
    requests.on_scriptrunner_yield = lambda: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del requests.on_scriptrunner_yield
