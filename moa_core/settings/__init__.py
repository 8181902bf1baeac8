"""Reads the settings of a deployment: endpoints, database, deadlines, who signs in."""

from moa_core.settings.settings import (
    DEAREST_USD_PER_MTOK,
    DEFAULT_DATABASE_URL,
    FREE_ENDPOINTS,
    LOCAL_SERVERS,
    LONGEST_ENDPOINT_NAME,
    OPENAI_URL,
    SIMULATED,
    TINY,
    TOGETHER_URL,
    Deadlines,
    EndpointKind,
    EndpointOrigin,
    EndpointSettings,
    OwnPrice,
    Remembered,
    RememberKeys,
    Settings,
    Titling,
    endpoint_named,
)
from moa_core.settings.sign_in import SignIn

__all__ = [
    "DEAREST_USD_PER_MTOK", "DEFAULT_DATABASE_URL", "FREE_ENDPOINTS", "LOCAL_SERVERS",
    "LONGEST_ENDPOINT_NAME", "OPENAI_URL", "SIMULATED", "TINY", "TOGETHER_URL",
    "Deadlines", "EndpointKind", "EndpointOrigin", "EndpointSettings", "OwnPrice",
    "RememberKeys", "Remembered", "Settings", "SignIn", "Titling", "endpoint_named",
]  # fmt: skip
