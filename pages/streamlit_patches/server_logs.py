"""Has Streamlit and its server log where everything else does.

Streamlit gives each of its loggers a handler of its own, also those of modules that are
loaded later, and uvicorn sets up three more when it is started; both write lines of
text. uvicorn's lines of requests and sockets stay off: they have the whole address, and
``ObservedRequests`` tells the same without what may be secret.
"""

import logging
from typing import Final

from streamlit import logger as streamlit_logger

from services.observability import log_as_json, take_over_logger

_REQUESTS: Final = "uvicorn.access"


def log_server_as_json() -> None:
    """Write everything as JSON, from now on."""
    from uvicorn.config import LOGGING_CONFIG  # slow; who logs no JSON needs it later

    log_as_json()
    logging.getLogger(_REQUESTS).propagate = False
    logging.getLogger("uvicorn.error").addFilter(_is_about_the_server)
    streamlit_logger.setup_formatter = _take_over
    LOGGING_CONFIG["handlers"].clear()
    for name in LOGGING_CONFIG["loggers"]:
        heard = name != _REQUESTS
        LOGGING_CONFIG["loggers"][name] = {"level": logging.INFO, "propagate": heard}


def _is_about_the_server(record: logging.LogRecord) -> bool:
    """Not about one of its sockets."""
    return '"WebSocket' not in str(record.msg) and "connection " not in str(record.msg)


def _take_over(logger: logging.Logger) -> None:
    take_over_logger(logger)
    if logger.name == _REQUESTS:
        logger.propagate = False
