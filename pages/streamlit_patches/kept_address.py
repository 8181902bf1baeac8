"""Keeps the page where its script has gone, whatever is asked from where it was.

A browser sends page and query with everything that is clicked or happens in it, and
Streamlit's server goes there. What is sent before the browser has heard that a script
has gone elsewhere leads back: "New chat", pressed when a run ended, showed the old chat
again. The message that tells of a new query is lost where a click interrupts the
script in it. And a link to the page on which it stands, with another query, opens that,
but leaves the address as it was. No Streamlit issue is known (searched 2026-11).
"""

from dataclasses import replace
from functools import wraps
from typing import Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    ScriptRunContext,
    get_script_run_ctx,
)
from streamlit.runtime.state.query_params import QueryParams

from pages.streamlit_patches.addresses import Address, Addresses
from pages.streamlit_patches.uninterrupted_callbacks import uninterrupted

_ADDRESSES: Final[WeakKeyDictionary[PagesManager, Addresses]] = WeakKeyDictionary()
"""Of each session; its pages manager lives as long as it does."""


def keep_addresses() -> None:
    """Replace the methods of Streamlit that take over a browser's address, once."""
    if hasattr(AppSession.request_rerun, "__wrapped__"):
        return
    _note_what_browsers_say()
    _note_where_scripts_go()
    _correct_what_is_asked()


def asked_page() -> str:
    """Which page was asked for, in a callback or before ``st.navigation``: a hash.

    A callback of a button that stands on every page knows it from nowhere else.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return context.page_script_hash if context else ""


def _note_what_browsers_say() -> None:
    inner = AppSession.request_rerun

    @wraps(inner)
    def request_rerun(self: AppSession, client_state: ClientState | None) -> None:
        if client_state:
            pages, page = self._pages_manager, client_state.page_script_hash
            asked = Address.of(page, client_state.query_string)
            goes = _navigates(client_state, pages)
            _addresses(pages).heard_from(asked, navigates=goes)
        inner(self, client_state)

    AppSession.request_rerun = request_rerun  # type: ignore[method-assign]


def _note_where_scripts_go() -> None:
    """A new query, and a request of the script itself: another page."""
    tell, request = QueryParams._send_query_param_msg, ScriptRequests.request_rerun
    find = ScriptRunContext.set_mpa_v2_page

    @wraps(tell)
    def tell_and_note(self: QueryParams) -> None:
        context = get_script_run_ctx()
        if context is None:
            return
        page = context.pages_manager.current_page_script_hash
        addresses = _addresses(context.pages_manager)
        addresses.go(Address.of(page, context.query_string))
        with uninterrupted(context.script_requests):
            tell(self)
        addresses.go(Address.of(page, context.query_string))

    @wraps(request)
    def request_and_note(self: ScriptRequests, new_data: RerunData) -> bool:
        if context := get_script_run_ctx(suppress_warning=True):
            to = Address.of(new_data.page_script_hash, new_data.query_string)
            _addresses(context.pages_manager).go(to)
        return request(self, new_data)

    @wraps(find)
    def find_and_note(self: ScriptRunContext, page_script_hash: str) -> None:
        find(self, page_script_hash)
        _addresses(self.pages_manager).found(page_script_hash)

    ScriptRunContext.set_mpa_v2_page = find_and_note  # type: ignore[method-assign]
    QueryParams._send_query_param_msg = tell_and_note  # type: ignore[method-assign]
    ScriptRequests.request_rerun = request_and_note  # type: ignore[method-assign]


def _correct_what_is_asked() -> None:
    """At both places where a script takes a request."""
    while_it_runs = ScriptRequests.on_scriptrunner_yield
    when_it_is_ready = ScriptRequests.on_scriptrunner_ready

    @wraps(while_it_runs)
    def on_scriptrunner_yield(self: ScriptRequests) -> ScriptRequest | None:
        return _corrected(while_it_runs(self))

    @wraps(when_it_is_ready)
    def on_scriptrunner_ready(self: ScriptRequests) -> ScriptRequest | None:
        return _corrected(when_it_is_ready(self))

    ScriptRequests.on_scriptrunner_yield = on_scriptrunner_yield  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_ready = on_scriptrunner_ready  # type: ignore[assignment, method-assign]


def _corrected(request: ScriptRequest | None) -> ScriptRequest | None:
    """The request, at the address to which the script has gone since it was sent."""
    context = get_script_run_ctx(suppress_warning=True)
    if not context or not request or request.type is not ScriptRequestType.RERUN:
        return request
    data, pages = request.rerun_data, context.pages_manager
    asked = Address.of(data.page_script_hash, data.query_string)
    to = _addresses(pages).corrected(asked, navigates=_navigates(data, pages))
    if to == asked:
        if _is_unaware(data, pages):
            _tell_again(context, to.query)
        return request
    _tell_again(context, to.query)
    corrected = replace(data, page_script_hash=to.page, query_string=to.query)
    return ScriptRequest(ScriptRequestType.RERUN, corrected)


def _navigates(asked: RerunData | ClientState, pages: PagesManager) -> bool:
    """Whether the user goes to another page by a link, or back and forth.

    A link asks for another page than the browser shows. So does a browser that has
    heard half of where the script went; but the script is at that page.
    """
    if asked.is_history_navigation:
        return True
    if asked.page_script_hash == _addresses(pages).page:
        return False
    page = pages.get_pages().get(asked.page_script_hash)
    if page is None or asked.context_info is None or not asked.context_info.url:
        return False
    return page["url_pathname"] != _shown_path(asked.context_info.url, pages)


def _is_unaware(asked: RerunData, pages: PagesManager) -> bool:
    """Whether a browser asks for another query of its page, and does not show it.

    So it is with a link to the page on which it stands: Streamlit's front end asks for
    what it leads to, but writes only the address of another page.
    """
    page = pages.get_pages().get(asked.page_script_hash)
    if page is None or asked.context_info is None or not asked.context_info.url:
        return False
    shown = Address.of(asked.page_script_hash, urlsplit(asked.context_info.url).query)
    wanted = Address.of(asked.page_script_hash, asked.query_string)
    return _shown_path(asked.context_info.url, pages) == page["url_pathname"] and (
        shown != wanted
    )


def _shown_path(url: str, pages: PagesManager) -> str:
    """The path of the page that a browser shows; the first page has none."""
    names = {each["url_pathname"] for each in pages.get_pages().values()}
    last = urlsplit(url).path.rpartition("/")[2]
    return last if last in names else ""


def _tell_again(context: ScriptRunContext, query: str) -> None:
    """Say where the script is: the message may have been lost, or never sent."""
    message = ForwardMsg()
    message.page_info_changed.query_string = query
    with uninterrupted(context.script_requests):
        context._enqueue(message)  # `enqueue` needs a script that has begun


def _addresses(pages: PagesManager) -> Addresses:
    return _ADDRESSES.setdefault(pages, Addresses())
