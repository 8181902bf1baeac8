"""Sends requests directly or through the proxies that are set, SOCKS included."""

import ssl
from base64 import b64encode
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx2

from moa_core.network import NetworkSettings, ProxySetting
from moa_core.providers.errors import UnusableSettingError
from moa_core.providers.streaming.beats import Beats, ReadInBeats

if TYPE_CHECKING:
    import aiohttp
    from openai._vendor.httpx_aiohttp.transport import AiohttpResponseStream

LONGEST_HEADER_BYTES = 64 * 1024
"""Longest line of a response's head that is accepted."""

_MOST_HEADERS = 1000
_MAX_CONNECTIONS = 2000
_KEEP_ALIVE_S = 15.0  # how long a connection without a request is kept for the next

PLAIN_KEEP_ALIVE_S = 4.0
"""The same without TLS, as model servers near by are reached.

Uvicorn, Node and llama.cpp close a connection after 5 s without a request. One sent at
that moment is lost, and nobody can say whether a model has read it.
"""

_WRITE_A_PROXY = "write http://host:port or socks5://host:port"


class Routes(httpx2.AsyncBaseTransport):
    """The transport of all calls; each goes the way that the settings name.

    A setting that cannot be used costs only the calls that need it: others go on.
    """

    def __init__(self, network: NetworkSettings) -> None:
        self._network = network
        self._tls_problem = ""
        self._tls: ssl.SSLContext | None = None
        try:
            self._tls = _trusted(network)
        except UnusableSettingError as problem:
            self._tls_problem = str(problem)
        self._ways: dict[tuple[ProxySetting | None, str], httpx2.AsyncBaseTransport]
        self._ways = {}
        self._beats = Beats()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send ``request``.

        Raises:
            UnusableSettingError: It would need a proxy or certificates that are set
                and cannot be used.
        """
        url = request.url
        if url.scheme == "https" and self._tls_problem:
            raise UnusableSettingError(self._tls_problem)
        proxy = self._network.proxy_for(url.scheme, url.host, url.port)
        if proxy is not None and proxy.scheme is None:
            sentence = f"{proxy.variable} is no address of a proxy: {_WRITE_A_PROXY}"
            raise UnusableSettingError(sentence)
        way = proxy, url.scheme
        if way not in self._ways:
            self._ways[way] = self._way(*way)
        if url.scheme == "http" and proxy is not None and proxy.takes_requests:
            request.headers.update(_login(proxy))  # it reads them, and passes them on
        try:
            response = await self._ways[way].handle_async_request(request)
        except Exception as error:
            if proxy is not None and (why := _what_the_proxy_did(error, url.host)):
                whose = f"The proxy at {proxy.address}, which {proxy.variable} names,"
                raise UnusableSettingError(f"{whose} {why}", down=True) from error
            raise
        body = cast("AiohttpResponseStream", response.stream)
        response.stream = ReadInBeats(body, self._beats)
        return response

    async def aclose(self) -> None:
        """Close all connections."""
        for way in self._ways.values():
            await way.aclose()

    def _way(
        self, proxy: ProxySetting | None, scheme: str
    ) -> httpx2.AsyncBaseTransport:
        # openai's transport over aiohttp; it has no other name
        from openai._vendor.httpx_aiohttp.transport import AiohttpTransport

        through = None
        if proxy is not None and proxy.takes_requests:
            through = httpx2.Proxy(
                f"{proxy.scheme}://{proxy.address}", headers=_login(proxy)
            )
        tls = self._tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        keep_s = _KEEP_ALIVE_S if scheme == "https" else PLAIN_KEEP_ALIVE_S
        session = partial(_session, tls, proxy, keep_s)
        return AiohttpTransport(verify=tls, client=session, proxy=through)


def _login(proxy: ProxySetting) -> dict[str, str]:
    """The header that an HTTP proxy wants, if it has a password of its own."""
    if not proxy.username:
        return {}
    login = f"{proxy.username}:{proxy.password}".encode()
    return {"Proxy-Authorization": f"Basic {b64encode(login).decode()}"}


def _session(
    tls: ssl.SSLContext, proxy: ProxySetting | None, keep_alive_s: float
) -> "aiohttp.ClientSession":
    """A pool of connections that takes long headers; SOCKS is the connector's part."""
    import aiohttp

    options: dict[str, Any] = {
        "ssl": tls,
        "limit": _MAX_CONNECTIONS,
        "keepalive_timeout": keep_alive_s,
    }
    connector: aiohttp.TCPConnector
    if proxy is not None and proxy.scheme in ("socks4", "socks5"):
        from aiohttp_socks import ProxyConnector, ProxyType

        socks = {"socks4": ProxyType.SOCKS4, "socks5": ProxyType.SOCKS5}
        connector = ProxyConnector(
            proxy.host,
            proxy.port,
            socks[proxy.scheme],
            username=proxy.username or None,
            password=proxy.password or None,
            rdns=True,  # a proxy may know hosts that nobody here does
            **options,
        )
    else:
        connector = aiohttp.TCPConnector(**options)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=LONGEST_HEADER_BYTES,
        max_field_size=LONGEST_HEADER_BYTES,
        max_headers=_MOST_HEADERS,
    )


def _trusted(network: NetworkSettings) -> ssl.SSLContext:
    """The certificates to trust: those that are set, or the system's.

    Raises:
        UnusableSettingError: Those that are set cannot be read.
    """
    if network.certificates is None:
        return httpx2.create_ssl_context(trust_env=False)
    variable, path = network.certificates
    is_folder = variable == "SSL_CERT_DIR"
    what = "a folder" if is_folder else "a file"
    try:
        if not (Path(path).is_dir() if is_folder else Path(path).is_file()):
            raise UnusableSettingError(f"{variable} names {path}, which is not {what}")
        if is_folder:
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        why = "which has no certificates that can be read"
        raise UnusableSettingError(f"{variable} names {path}, {why}") from error


def _what_the_proxy_did(error: Exception, host: str) -> str:
    """What a proxy did instead of connecting; ``""`` where it is not to blame."""
    import aiohttp
    import aiohttp_socks

    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case aiohttp.ClientHttpProxyError(status=407):
                return (
                    "wants a user name and a password, as in http://name:password@..."
                )
            case aiohttp.ClientHttpProxyError(status=status):
                return f"does not connect to {host} (status {status})"
            case (
                aiohttp.ClientProxyConnectionError()
                | aiohttp_socks.ProxyConnectionError()
            ):
                return "does not answer"
            case aiohttp_socks.ProxyTimeoutError():
                return "did not answer in time"
            case aiohttp_socks.ProxyError():
                return f"does not connect to {host}: {cause}"
            case _:
                cause = cause.__cause__ or cause.__context__
    return ""
