"""Reads which proxies and certificates are set for connections to model servers.

The variables are those of curl and most programs: ``HTTPS_PROXY``, ``HTTP_PROXY`` and
``ALL_PROXY``, also in lower case, which wins; ``NO_PROXY``; ``SSL_CERT_FILE`` and
``SSL_CERT_DIR``.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Literal, Self, get_args
from urllib.parse import unquote, urlsplit

ProxyScheme = Literal["http", "https", "socks4", "socks5"]

_SCHEMES: Mapping[str, ProxyScheme] = {
    "http": "http",
    "https": "https",
    "socks": "socks5",
    "socks4": "socks4",
    "socks4a": "socks4",
    "socks5": "socks5",
    "socks5h": "socks5",
}
_PORTS: Mapping[ProxyScheme, int] = {
    "http": 80,
    "https": 443,
    "socks4": 1080,
    "socks5": 1080,
}
_Target = Literal["http", "https", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySetting:
    """A proxy, and the variable that names it.

    Attributes:
        variable: Name of the environment variable.
        scheme: What the proxy speaks; ``None`` where the variable is no address.
        host: Its name or address.
        username: Empty without a password of the proxy's own.
    """

    variable: str
    scheme: ProxyScheme | None = None
    host: str = ""
    port: int = 0
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, variable: str, value: str) -> Self:
        """Read ``scheme://user:password@host:port``, of which most may be missing."""
        try:
            parts = urlsplit(value if "://" in value else f"http://{value}")
            scheme, port = _SCHEMES[parts.scheme.lower()], parts.port
        except (ValueError, KeyError):
            return cls(variable=variable)
        host = parts.hostname or ""
        if not host or not host.isprintable() or re.search(r"[\s\\]", host):
            return cls(variable=variable)
        return cls(
            variable=variable,
            scheme=scheme,
            host=host,
            port=port or _PORTS[scheme],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def takes_requests(self) -> bool:
        """Whether it is an HTTP proxy, which reads requests that are not encrypted."""
        return self.scheme in ("http", "https")

    @property
    def address(self) -> str:
        """Host and port, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def system_proxies(platform: str = sys.platform) -> dict[str, str]:
    """The proxies that macOS or Windows is set to, as variables; none elsewhere."""
    if platform not in ("darwin", "win32"):
        return {}
    from urllib.request import getproxies  # imports all of http and ssl

    return {f"{target}_proxy": address for target, address in getproxies().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """Proxies and certificates.

    Attributes:
        proxies: Proxy by the scheme of the addresses that are called through it;
            ``all`` for those that have none of their own.
        no_proxy: Hosts that are called directly, as the variable lists them.
        certificates: Variable and path of the certificates to trust instead of the
            system's: those of ``SSL_CERT_FILE``, else of ``SSL_CERT_DIR``.
    """

    proxies: Mapping[_Target, ProxySetting] = field(default_factory=dict)
    no_proxy: str = ""
    certificates: tuple[str, str] | None = None

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings; nothing is checked before it is needed."""
        proxies: dict[_Target, ProxySetting] = {}
        for target in get_args(_Target):
            named = f"{target}_proxy"
            for variable in (named, named.upper()):
                if variable in environ:
                    if value := environ[variable].strip():
                        proxies[target] = ProxySetting.parse(variable, value)
                    break
        variables = ("SSL_CERT_FILE", "SSL_CERT_DIR")
        found = [(name, environ[name]) for name in variables if environ.get(name)]
        return cls(
            proxies=proxies,
            no_proxy=environ.get("no_proxy") or environ.get("NO_PROXY", ""),
            certificates=found[0] if found else None,
        )

    def proxy_for(
        self, scheme: str, host: str, port: int | None
    ) -> ProxySetting | None:
        """The proxy for calls to this address; ``None`` for a direct connection."""
        if is_loopback(host) or self._is_excepted(host.lower().rstrip("."), port):
            return None
        own: _Target = "https" if scheme == "https" else "http"
        return self.proxies.get(own) or self.proxies.get("all")

    def _is_excepted(self, host: str, port: int | None) -> bool:
        """Whether ``NO_PROXY`` names it; what nobody understands in it is skipped."""
        entries = re.split(r"[\s,;]+", self.no_proxy.lower())
        return any(_covers(entry, host, port) for entry in entries if entry)


def is_loopback(host: str) -> bool:
    """Whether it is this machine, which no proxy can reach for us."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of ``NO_PROXY`` is about ``host``: itself, its domain, a net."""
    entry = entry.rpartition("://")[2]
    if entry == "*":
        return True
    if "/" in entry:
        entry = entry.replace("[", "").replace("]", "")
        try:
            return ip_address(host) in ip_network(
                entry.replace("[", "").replace("]", "")
            )
        except ValueError:
            return False
    if found := re.fullmatch(r"(\[.*\]|[^:]*):(\d+)", entry):
        entry = found[1]
        if int(found[2]) != port:
            return False
    name = entry.strip("[]").removeprefix("*").removeprefix(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
