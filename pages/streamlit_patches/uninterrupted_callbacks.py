"""Lets a widget's callback end although something else was clicked meanwhile.

Streamlit ends a script where it next looks at the session, if something was clicked;
a callback too, in its middle, and it is never called again. Upstream:
https://github.com/streamlit/streamlit/pull/16763
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.session_state import SessionState


def keep_callbacks_uninterrupted() -> None:
    """Replace the method of Streamlit that calls callbacks; a second call does nothing.

    A request that comes meanwhile stays, and ends the script after them.
    """
    inner = SessionState.on_script_will_rerun
    if hasattr(inner, "__wrapped__"):
        return

    @wraps(inner)
    def on_script_will_rerun(self: SessionState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        context = get_script_run_ctx()
        with uninterrupted(context.script_requests if context else None):
            inner(self, *args, **options)

    SessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


@contextmanager
def uninterrupted(requests: ScriptRequests | None) -> Iterator[None]:
    """Let a script that looks for requests find none; those that come stay.

    Args:
        requests: Of the script; ``None`` outside of one.
    """
    if requests is None or _LOOKS in vars(requests):
        yield
        return
    setattr(requests, _LOOKS, lambda: None)
    try:
        yield
    finally:
        delattr(requests, _LOOKS)


_LOOKS: Final = "on_scriptrunner_yield"
