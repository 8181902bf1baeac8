"""Real proxies on 127.0.0.1: SOCKS 4, SOCKS 5 and HTTP.

Whatever host they are asked for, they connect to one server of the test's, so that a
host may have a name that exists nowhere.
"""

import asyncio
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """A running proxy.

    Attributes:
        asked: Hosts that it was asked to connect to.
        logins: User names and passwords that it was given.
        refuses: Whether it connects to nobody.
    """

    target: tuple[str, int]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: bool = False


@asynccontextmanager
async def proxy(kind, target_url, *, refuses=False):
    """A proxy of that ``kind`` in front of ``target_url``."""
    host, _, port = target_url.partition("://")[2].partition("/")[0].partition(":")
    running = Proxy((host, int(port)), refuses=refuses)
    greet = {"socks4": _socks4, "socks5": _socks5, "http": _http}[kind]
    tasks = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            await greet(running, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _socks5(running, reader, writer):
    _, count = await reader.readexactly(2)
    wants_login = 2 in await reader.readexactly(count)
    writer.write(b"\x05\x02" if wants_login else b"\x05\x00")
    if wants_login:
        await reader.readexactly(1)
        name = await reader.readexactly((await reader.readexactly(1))[0])
        word = await reader.readexactly((await reader.readexactly(1))[0])
        running.logins.append(f"{name.decode()}:{word.decode()}")
        writer.write(b"\x01\x00")
    *_, kind = await reader.readexactly(4)
    if kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    else:
        host = ".".join(map(str, await reader.readexactly(4)))
    await reader.readexactly(2)
    running.asked.append(host)
    answer = b"\x04" if running.refuses else b"\x00"
    writer.write(b"\x05" + answer + b"\x00\x01" + bytes(6))
    await _tunnel(running, reader, writer)


async def _socks4(running, reader, writer):
    _, _, _, address = struct.unpack(">BBHI", await reader.readexactly(8))
    await reader.readuntil(b"\0")
    host = str(address)
    if 0 < address < 256:  # SOCKS 4a: the name follows
        host = (await reader.readuntil(b"\0"))[:-1].decode()
    running.asked.append(host)
    answer = b"\x5b" if running.refuses else b"\x5a"
    writer.write(b"\x00" + answer + bytes(6))
    await _tunnel(running, reader, writer)


async def _http(running, reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    running.asked.append(first.decode())
    for line in rest.split(b"\r\n"):
        if line.lower().startswith(b"proxy-authorization:"):
            running.logins.append(line.partition(b": ")[2].decode())
    if running.refuses:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return
    upstream = await asyncio.open_connection(*running.target)
    upstream[1].write(head)
    await _pipe_both(reader, writer, *upstream)


async def _tunnel(running, reader, writer):
    if not running.refuses:
        upstream = await asyncio.open_connection(*running.target)
        await _pipe_both(reader, writer, *upstream)


async def _pipe_both(reader, writer, upstream_reader, upstream_writer):
    async def pipe(source, sink):
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    await asyncio.gather(pipe(reader, upstream_writer), pipe(upstream_reader, writer))
