"""Imports whatever an app has imported once it runs, for processes that are copied.

What is forgotten here is imported by each copy anew: slower, but not wrong. Nothing
that reads the options of the server may be here: ``pages.server`` does.
"""

import gc
from contextlib import suppress
from importlib import import_module

SERVER = (
    *("streamlit.web.cli", "streamlit.web.bootstrap", "streamlit.web.server.starlette"),
    *("streamlit.web.server.app_discovery", "streamlit.runtime.agent.interaction"),
    "streamlit.web.server.starlette.starlette_agent_routes",
    "streamlit.watcher.polling_path_watcher",
    *("starlette.applications", "starlette.middleware.sessions", "itsdangerous"),
    *("anyio._backends._asyncio", "anyio._core._fileio", "anyio.streams.tls"),
    *("uvicorn.logging", "uvicorn.lifespan.on", "uvicorn.loops.auto"),
    *("uvicorn.loops.asyncio", "uvicorn.protocols.http.auto"),
    *("uvicorn.protocols.websockets.auto", "rich.live", "pygments.lexers"),
)
POLYPHONY = (
    *("services", "services.experimenting", "pages.widgets.chat"),
    *("moa_core.engine.execution", "moa_core.engine.fast_start.provisional"),
    *("moa_core.settings.variables", "filelock", "pysqlite3"),
    *("genai_prices.data", "genai_prices.decompose", "genai_prices.validation"),
)
PROVIDERS = (
    "moa_core.providers.catalogue.local",
    "moa_core.providers.catalogue.local_server",
    "moa_core.providers.streaming.chat_completions",
    "moa_core.providers.streaming.routes",
    *("aiohttp", "httpx", "httpx2", "httpcore2", "truststore", "jiter"),
    *("openai.lib.azure", "openai.types.responses", "openai.resources.models"),
    *("openai.resources.chat.completions", "openai.lib.streaming.chat"),
)

gc.disable()
for name in (*SERVER, *POLYPHONY, *PROVIDERS):
    with suppress(ImportError):  # not on every platform, or of another version
        import_module(name)
gc.freeze()  # a copy that looked at these objects would copy their pages
gc.enable()
