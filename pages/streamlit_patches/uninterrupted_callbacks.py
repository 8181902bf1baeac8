"""Lets a widget's callback end although something else was clicked meanwhile.

Streamlit ends a script where it next looks at the session, if something was clicked;
a callback too, in its middle, and it is never called again. Upstream:
https://github.com/streamlit/streamlit/pull/16763
"""

from functools import wraps
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState


def keep_callbacks_uninterrupted() -> None:
    """Replace the method of Streamlit that calls callbacks; a second call does nothing.

    While callbacks run, ``ScriptRequests.on_scriptrunner_yield`` tells of no request;
    the request itself stays and ends the script after them.
    """
    inner = SessionState.on_script_will_rerun
    if hasattr(inner, "__wrapped__"):
        return

    @wraps(inner)
    def on_script_will_rerun(self: SessionState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        context = get_script_run_ctx()
        requests = context.script_requests if context else None
        if requests is None:
            inner(self, *args, **options)
            return
        requests.on_scriptrunner_yield = lambda: None  # type: ignore[method-assign]
        try:
            inner(self, *args, **options)
        finally:
            del requests.on_scriptrunner_yield

    SessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]
