"""What the deployment decides: endpoints and keys, database, deadlines, prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Literal, Self
from urllib.parse import urlsplit

from moa_core.errors import ConfigError

EndpointKind = Literal["openai", "together", "compatible", "local"]

OPENAI_URL = "https://api.openai.com/v1"
TOGETHER_URL = "https://api.together.ai"
DEFAULT_DATABASE_URL = "sqlite:///data/polyphony.db"
DEFAULT_CONCURRENT_CALLS = 64
SIMULATED = "simulated"
"""Name of the endpoint that needs no key and answers with simulated models."""

LOCAL_SERVERS: Mapping[str, int] = {
    "ollama": 11434,
    "lm-studio": 1234,
    "llama-cpp": 8080,
    "vllm": 8000,
}
"""Local model servers, free of cost, by name: the port each one usually listens on."""

FREE_ENDPOINTS = (SIMULATED, *LOCAL_SERVERS)
"""Endpoints whose calls cost nothing, unless the user has set a price."""

SWITCH: Mapping[str, bool] = {
    **dict.fromkeys(("1", "on", "yes", "true"), True),
    **dict.fromkeys(("0", "off", "no", "false"), False),
}
DEAREST_USD_PER_MTOK = Decimal(1_000_000)
"""No price is higher; it bounds every sum, so that money stays exact."""

_LONGEST_COUNT = 9  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """Where models are served.

    Attributes:
        name: First part of a model's reference, e.g. ``together``.
        kind: Which adapter speaks to it. ``local`` is free of cost.
        base_url: Up to and including ``/v1``; for ``together`` without it.
        api_key: Never shown, logged or stored; ``None`` where there is none.
        key_variable: Environment variable that holds the key.
    """

    name: str
    kind: EndpointKind
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    key_variable: str = ""

    @property
    def needs_key(self) -> bool:
        """Whether a call without a key would be refused."""
        return self.kind in ("openai", "together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long a call may take, in seconds; they count content, not bytes.

    Attributes:
        first_token_s: From the request to the first content.
        idle_s: Between two pieces of content.
        call_s: From the request to the end.
    """

    first_token_s: float = 30.0
    idle_s: float = 20.0
    call_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """A price that the user sets, in US dollars per million tokens."""

    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Deployment settings, read once at start-up.

    Attributes:
        endpoints: OpenAI, Together and those of ``POLYPHONY_ENDPOINTS``.
        database_url: SQLAlchemy URL of the store.
        concurrent_calls: Most calls at once to one endpoint.
        probe_local: Whether to look for local model servers.
        simulated_pace: Speed of the simulated models; 1 is lifelike, 0 is instant.
        prices: The user's own prices, by ``endpoint/model``.
    """

    endpoints: tuple[EndpointSettings, ...] = ()
    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    deadlines: Deadlines = Deadlines()
    concurrent_calls: int = DEFAULT_CONCURRENT_CALLS
    probe_local: bool = True
    simulated_pace: float = 1.0
    prices: Mapping[str, OwnPrice] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from ``environ``; absent or empty names keep their default.

        Raises:
            ConfigError: A value cannot be understood; the message names its variable.
        """
        given = {
            name: value.strip() for name, value in environ.items() if value.strip()
        }
        return cls(
            endpoints=_endpoints(given),
            database_url=given.get("DATABASE_URL", DEFAULT_DATABASE_URL),
            deadlines=_deadlines(given),
            concurrent_calls=_count(
                given, "POLYPHONY_CONCURRENT_CALLS", DEFAULT_CONCURRENT_CALLS
            ),
            probe_local=_switch(given, "POLYPHONY_LOCAL_SERVERS"),
            simulated_pace=_pace(given),
            prices=_prices(given),
        )


def _endpoints(given: Mapping[str, str]) -> tuple[EndpointSettings, ...]:
    openai = EndpointSettings(
        name="openai",
        kind="openai",
        base_url=_url(given, "OPENAI_BASE_URL", OPENAI_URL),
        api_key=given.get("OPENAI_API_KEY"),
        key_variable="OPENAI_API_KEY",
    )
    together = EndpointSettings(
        name="together",
        kind="together",
        base_url=_url(given, "TOGETHER_BASE_URL", TOGETHER_URL).removesuffix("/v1"),
        api_key=given.get("TOGETHER_API_KEY"),
        key_variable="TOGETHER_API_KEY",
    )
    entries = given.get("POLYPHONY_ENDPOINTS", "").split(";")
    named = tuple(_named_endpoint(given, entry) for entry in entries if entry.strip())
    _refuse_twins((openai, together, *named))
    return (openai, together, *named)


def _named_endpoint(given: Mapping[str, str], entry: str) -> EndpointSettings:
    name, equals, url = (part.strip() for part in entry.partition("="))
    plain = name.replace("-", "").replace("_", "")
    if not (equals and url and plain.isascii() and plain.isalnum()):
        raise ConfigError(  # the entry itself may hold a password, so it is not shown
            "POLYPHONY_ENDPOINTS: write name=URL, separated by semicolons, for example "
            "lab=http://localhost:8000/v1; a name has letters, digits, - and _."
        )
    variable = f"{name.upper().replace('-', '_')}_API_KEY"
    return EndpointSettings(
        name=name,
        kind="local" if name in LOCAL_SERVERS else "compatible",
        base_url=_checked_url("POLYPHONY_ENDPOINTS", url),
        api_key=given.get(variable),
        key_variable=variable,
    )


def _refuse_twins(endpoints: tuple[EndpointSettings, ...]) -> None:
    names = [endpoint.name for endpoint in endpoints] + [SIMULATED]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"POLYPHONY_ENDPOINTS: the name {name!r} is taken.")


def _url(given: Mapping[str, str], variable: str, default: str) -> str:
    return _checked_url(variable, given.get(variable, default))


def _checked_url(variable: str, url: str) -> str:
    wrong = ConfigError(
        f"{variable}: write an address such as http://localhost:8000/v1."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    complete = parts.scheme in ("http", "https") and parts.hostname and port != 0
    if not complete or not url.isprintable() or " " in url:
        raise wrong
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigError(
            f"{variable}: put no password or key into the address; "
            "a key goes into its own variable."
        )
    return url.rstrip("/")


def _deadlines(given: Mapping[str, str]) -> Deadlines:
    usual = Deadlines()
    return Deadlines(
        first_token_s=_seconds(given, "POLYPHONY_FIRST_TOKEN_S", usual.first_token_s),
        idle_s=_seconds(given, "POLYPHONY_IDLE_S", usual.idle_s),
        call_s=_seconds(given, "POLYPHONY_CALL_S", usual.call_s),
    )


def _switch(given: Mapping[str, str], variable: str) -> bool:
    try:
        return SWITCH[given.get(variable, "on").lower()]
    except KeyError:
        raise ConfigError(f"{variable}: write on or off.") from None


def _seconds(given: Mapping[str, str], variable: str, default: float) -> float:
    value = _number(given.get(variable, str(default)))
    if value is None or value <= 0:
        raise ConfigError(f"{variable}: write a number of seconds, for example 30.")
    return value


def _pace(given: Mapping[str, str]) -> float:
    pace = _number(given.get("POLYPHONY_SIMULATED_PACE", "1"))
    if pace is None or pace < 0:
        raise ConfigError("POLYPHONY_SIMULATED_PACE: write 1, or 0 for no waiting.")
    return pace


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _count(given: Mapping[str, str], variable: str, default: int) -> int:
    text = given.get(variable, str(default))
    if not (text.isdecimal() and 1 <= len(text) <= _LONGEST_COUNT and int(text)):
        raise ConfigError(f"{variable}: write a whole number of at least 1.")
    return int(text)


def _prices(given: Mapping[str, str]) -> dict[str, OwnPrice]:
    """``POLYPHONY_PRICES="lab/my-model=0.10/0.40;..."``: input/output, per million."""
    entries = given.get("POLYPHONY_PRICES", "").split(";")
    return dict(_own_price(entry.strip()) for entry in entries if entry.strip())


def _own_price(entry: str) -> tuple[str, OwnPrice]:
    ref, _, amounts = entry.rpartition("=")
    endpoint, _, model = ref.strip().partition("/")
    usd = [_usd_per_mtok(amount) for amount in amounts.split("/")]
    match usd:
        case [Decimal() as input_usd, Decimal() as output_usd] if endpoint and model:
            price = OwnPrice(
                input_usd_per_mtok=input_usd, output_usd_per_mtok=output_usd
            )
            return f"{endpoint}/{model}", price
    raise ConfigError(
        f"POLYPHONY_PRICES: {entry!r} is not a price; write "
        "endpoint/model=input/output in US dollars per million tokens, "
        "for example lab/my-model=0.10/0.40."
    )


def _usd_per_mtok(text: str) -> Decimal | None:
    try:
        usd = Decimal(text)
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 <= usd <= DEAREST_USD_PER_MTOK else None
