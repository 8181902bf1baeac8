"""Believes a header that says who it is only when our own proxy sent it."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send


class TrustedHeaders:
    """ASGI middleware that takes such headers away from everybody but the proxies.

    It asks the connection who the peer is: ``scope["client"]`` is what X-Forwarded-For
    says, once uvicorn has read that. Where that cannot be asked, nobody is believed.
    Nor is a header that comes twice: a proxy may have added its own to a forged one.

    Args:
        app: What is asked next.
        headers: Their names.
        proxies: The networks that the proxies are in.
    """

    def __init__(
        self,
        app: ASGIApp,
        headers: Collection[str],
        proxies: Collection[IPv4Network | IPv6Network],
    ) -> None:
        self._app = app
        self._headers = {name.lower().encode("ascii") for name in headers}
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, without headers that are not to be believed."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "headers": self._believed(scope["headers"], receive)}
        await self._app(scope, receive, send)

    def _believed(
        self, headers: Collection[tuple[bytes, bytes]], receive: Receive
    ) -> list[tuple[bytes, bytes]]:
        names = [name.lower() for name, _ in headers]
        trusted = self._comes_from_proxy(receive)
        return [
            (name, value)
            for name, value in headers
            if name.lower() not in self._headers
            or (trusted and names.count(name.lower()) == 1)
        ]

    def _comes_from_proxy(self, receive: Receive) -> bool:
        connection = getattr(receive, "__self__", None)
        transport = getattr(connection, "transport", None)
        peer = transport.get_extra_info("peername") if transport else None
        try:
            address = ip_address(peer[0].partition("%")[0]) if peer else None
        except ValueError:  # a socket of the file system has no address
            return False
        if address is None:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._proxies)
