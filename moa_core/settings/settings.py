"""Reads the settings of a deployment: endpoints, keys, database, deadlines, prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import urlsplit

from moa_core.addresses import checked_url, url_or_none
from moa_core.errors import ConfigError
from moa_core.network import NetworkSettings
from moa_core.settings.sign_in import SignIn

EndpointKind = Literal["openai", "together", "compatible", "local"]
EndpointOrigin = Literal["environment", "remembered", "found"]
RememberKeys = Literal["auto", "keyring", "file", "off"]
Titling = Literal["question", "model"]

OPENAI_URL = "https://api.openai.com/v1"
TOGETHER_URL = "https://api.together.ai"
DEFAULT_DATABASE_URL = "sqlite:///data/polyphony.db"
DEFAULT_CONCURRENT_CALLS = 64
SIMULATED = "simulated"
"""Name of the endpoint that needs no key and answers with simulated models."""

TINY = "tiny"
"""Name of the server that `polyphony demo-models` starts: real, tiny models."""

LOCAL_SERVERS: Mapping[str, int] = {
    "ollama": 11434,
    "lm-studio": 1234,
    "llama-cpp": 8080,
    "vllm": 8000,
    TINY: 8719,
}
"""Local model servers, free of cost, by name: the port each one usually listens on."""

LONGEST_ENDPOINT_NAME = 40

FREE_ENDPOINTS = (SIMULATED, *LOCAL_SERVERS)
"""Endpoints whose calls cost nothing, unless the user has set a price."""

DEAREST_USD_PER_MTOK = Decimal(1_000_000)
"""No price is higher; it bounds every sum, so that money stays exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """Where models are served.

    Attributes:
        name: First part of a model's reference, e.g. ``together``.
        kind: Which adapter speaks to it. ``local`` is free of cost.
        base_url: Up to and including ``/v1``; for ``together`` without it.
        api_key: Never shown, logged or stored; ``None`` where there is none.
        key_variable: Environment variable that holds the key.
        origin: Whether it was set by a variable, entered in Settings, or found here.
    """

    name: str
    kind: EndpointKind
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    key_variable: str = ""
    origin: EndpointOrigin = "environment"

    @property
    def needs_key(self) -> bool:
        """Whether a call without a key would be refused."""
        return self.kind in ("openai", "together")

    @property
    def can_be_called(self) -> bool:
        """Whether a call can be tried: it has a key or needs none."""
        return bool(self.api_key) or not self.needs_key

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine or, by address or name, a private network."""
        host = (urlsplit(self.base_url).hostname or "").rstrip(".").lower()
        try:
            return self.kind == "local" or not ip_address(host).is_global
        except ValueError:
            private = (".local", ".localhost", ".lan", ".home", ".arpa", ".internal")
            return "." not in host or host.endswith(private)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What was entered in Settings and is kept on this machine.

    Attributes:
        endpoints: Each with its key, if it has one.
        keys: Key by endpoint, also for those that are set by a variable.
    """

    endpoints: tuple[EndpointSettings, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long a call may be without content, in seconds; ``None``: by its situation.

    Attributes:
        first_token_s: From the request to the first content.
        idle_s: Between two pieces of content.
        call_s: From the request to the end.
        cut_draft_tokens: From how many on the text of a call given up is used.
    """

    first_token_s: float | None = None
    idle_s: float | None = None
    call_s: float | None = None
    cut_draft_tokens: int = 50


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
        slots: Calls at once to a local server by endpoint; ``""``: to any.
        probe_local: Whether to look for local model servers.
        demo_models: Whether the first page offers to install real, tiny models.
        simulated_pace: Speed of the simulated models; 1 is lifelike, 0 is instant.
        prices: The user's own prices, by ``endpoint/model``.
        remember_keys: Where keys that are entered on a page are kept: ``auto`` is the
            system's keyring, else a file, and nowhere in a shared installation.
        titles: What chats are called after: the words of their question, or what their
            cheapest model writes; Settings goes before it.
        network: Proxies and certificates.
        public_url: Where people open the app, for links from elsewhere; ``""``: where
            it listens.
        sign_in: How people sign in, if there are several.
    """

    endpoints: tuple[EndpointSettings, ...] = ()
    database_url: str = field(default=DEFAULT_DATABASE_URL, repr=False)
    deadlines: Deadlines = Deadlines()
    concurrent_calls: int = DEFAULT_CONCURRENT_CALLS
    slots: Mapping[str, int] = field(default_factory=dict)
    probe_local: bool = True
    demo_models: bool = True
    simulated_pace: float = 1.0
    prices: Mapping[str, OwnPrice] = field(default_factory=dict)
    remember_keys: RememberKeys = "auto"
    titles: Titling = "question"
    network: NetworkSettings = field(default_factory=NetworkSettings)
    public_url: str = ""
    sign_in: SignIn = field(default_factory=SignIn)

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from ``environ``; absent or empty names keep their default.

        Raises:
            ConfigError: A value cannot be understood; the message names its variable.
        """
        variables = {
            name: value.strip() for name, value in environ.items() if value.strip()
        }
        from moa_core.settings.variables import read_variables  # imports pydantic

        values = read_variables(variables)
        deadlines = {
            name: values.pop(name) for name in Deadlines.__slots__ if name in values
        }
        return cls(
            **values,
            endpoints=_endpoints(variables),
            deadlines=Deadlines(**deadlines),
            slots=dict(map(_slots, _entries(variables, "POLYPHONY_SLOTS"))),
            prices=dict(map(_own_price, _entries(variables, "POLYPHONY_PRICES"))),
            network=NetworkSettings.from_mapping(environ),
            public_url=url_or_none("POLYPHONY_URL", variables),
            sign_in=SignIn.from_mapping(variables),
        )


def _entries(variables: Mapping[str, str], variable: str) -> list[str]:
    """The entries of a list that is separated by semicolons."""
    entries = variables.get(variable, "").split(";")
    return [entry.strip() for entry in entries if entry.strip()]


def _endpoints(variables: Mapping[str, str]) -> tuple[EndpointSettings, ...]:
    openai = EndpointSettings(
        name="openai",
        kind="openai",
        base_url=checked_url(
            "OPENAI_BASE_URL", variables.get("OPENAI_BASE_URL", OPENAI_URL)
        ),
        api_key=variables.get("OPENAI_API_KEY"),
        key_variable="OPENAI_API_KEY",
    )
    together = EndpointSettings(
        name="together",
        kind="together",
        base_url=checked_url(
            "TOGETHER_BASE_URL", variables.get("TOGETHER_BASE_URL", TOGETHER_URL)
        ).removesuffix("/v1"),
        api_key=variables.get("TOGETHER_API_KEY"),
        key_variable="TOGETHER_API_KEY",
    )
    named = [
        _named_endpoint(variables, each)
        for each in _entries(variables, "POLYPHONY_ENDPOINTS")
    ]
    names = [SIMULATED, openai.name, together.name, *(each.name for each in named)]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"POLYPHONY_ENDPOINTS: the name {name!r} is taken.")
    return (openai, together, *named)


def endpoint_named(
    name: str, base_url: str, api_key: str | None = None
) -> EndpointSettings:
    """An endpoint as a user enters it.

    Raises:
        ConfigError: The name is none or taken, or the address is none.
    """
    if name in (SIMULATED, TINY, "openai", "together"):
        raise ConfigError(f'The name "{name}" is taken. Choose another one.')
    if not _is_name(name):
        raise ConfigError("Name: use letters, digits, - and _, for example lab.")
    return EndpointSettings(
        name=name,
        kind="local" if name in LOCAL_SERVERS else "compatible",
        base_url=checked_url("Base URL", base_url.strip(), "field"),
        api_key=api_key,
        origin="remembered",
    )


def _is_name(name: str) -> bool:
    plain = name.replace("-", "").replace("_", "")
    return plain.isascii() and plain.isalnum() and len(name) <= LONGEST_ENDPOINT_NAME


def _named_endpoint(variables: Mapping[str, str], entry: str) -> EndpointSettings:
    name, equals, url = (part.strip() for part in entry.partition("="))
    if not (equals and url and _is_name(name)):
        raise ConfigError(  # the entry itself may hold a password, so it is not shown
            "POLYPHONY_ENDPOINTS: write name=URL, separated by semicolons, for example "
            "lab=http://localhost:8000/v1; a name has letters, digits, - and _."
        )
    variable = f"{name.upper().replace('-', '_')}_API_KEY"
    return EndpointSettings(
        name=name,
        kind="local" if name in LOCAL_SERVERS else "compatible",
        base_url=checked_url("POLYPHONY_ENDPOINTS", url),
        api_key=variables.get(variable),
        key_variable=variable,
    )


def _slots(entry: str) -> tuple[str, int]:
    """``lab=4``, or ``4`` for every local server."""
    name, _, count = entry.rpartition("=")
    if count.strip().isdecimal() and 0 < int(count) < 1_000_000_000:
        return name.strip(), int(count)
    raise ConfigError("POLYPHONY_SLOTS: write endpoint=number, for example lab=8.")


def _own_price(entry: str) -> tuple[str, OwnPrice]:
    """``lab/my-model=0.10/0.40``: input and output, in US dollars per million."""
    from moa_core.settings.variables import read_amount

    ref, _, amounts = entry.rpartition("=")
    endpoint, _, model = ref.strip().partition("/")
    try:
        input_usd, output_usd = map(read_amount, amounts.split("/"))
        if endpoint and model and max(input_usd, output_usd) <= DEAREST_USD_PER_MTOK:
            price = OwnPrice(
                input_usd_per_mtok=input_usd, output_usd_per_mtok=output_usd
            )
            return f"{endpoint}/{model}", price
    except ValueError:  # a ValidationError is one, too
        pass
    raise ConfigError(
        f"POLYPHONY_PRICES: {entry!r} is not a price; write "
        "endpoint/model=input/output in US dollars per million tokens, "
        "for example lab/my-model=0.10/0.40."
    )
