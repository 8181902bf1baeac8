"""Calls through proxies and with certificates, as the environment sets them."""

import socket
import urllib.request

import pytest

from moa_core import network
from moa_core.errors import ConnectionSettingError, UnreachableError
from moa_core.network import NetworkSettings
from moa_core.providers.catalogue.model_list import fetch_models
from moa_core.providers.streaming.connections import Connections
from moa_core.settings import EndpointSettings
from tests.moa_core.providers.conftest import Client
from tests.moa_core.providers.streaming.proxies import proxy
from tests.model_server import TEXT, Play

SOMEWHERE = "http://models.test/v1"
"""Known to no name server: only a proxy can connect to it."""


@pytest.fixture
async def asking():
    """Makes clients with the network settings of an environment."""
    pools = []

    def client(url=SOMEWHERE, **environ):
        pools.append(Connections(NetworkSettings.from_mapping(environ)))
        return Client(url, pools[-1])

    yield client
    for pool in pools:
        await pool.aclose()


def unused_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@pytest.mark.parametrize(
    ("kind", "scheme", "variable"),
    [
        ("socks5", "socks5", "ALL_PROXY"),
        ("socks5", "socks5h", "HTTP_PROXY"),
        ("socks5", "socks", "all_proxy"),
        ("socks5", "SOCKS5", "http_proxy"),
        ("socks4", "socks4", "HTTP_PROXY"),
        ("socks4", "socks4a", "all_proxy"),
        ("http", "http", "ALL_PROXY"),
    ],
)
async def test_a_call_goes_through_the_proxy_that_is_set(
    asking, model_server, kind, scheme, variable
):
    async with proxy(kind, model_server.url) as running:
        client = asking(**{variable: f"{scheme}://127.0.0.1:{running.port}"})
        await client.ask()
        assert client.text() == TEXT
        assert "models.test" in running.asked[0], "the proxy looks the name up"


@pytest.mark.parametrize(("platform", "host"), [("darwin", "p.test"), ("linux", "")])
def test_a_proxy_of_the_system_counts_where_there_is_one(monkeypatch, platform, host):
    system = {"http": "http://p.test:8888", "no": "*.local"}
    monkeypatch.setattr(urllib.request, "getproxies", lambda: system)
    found = NetworkSettings.from_mapping(network.system_proxies(platform))
    proxy = found.proxy_for("http", "models.test", 80)
    assert (proxy.host if proxy else "") == host
    assert found.proxy_for("http", "printer.local", 80) is None


async def test_an_address_without_a_scheme_is_an_http_proxy(asking, model_server):
    async with proxy("http", model_server.url) as running:
        client = asking(http_proxy=f"127.0.0.1:{running.port}")
        await client.ask()
        assert running.asked


@pytest.mark.parametrize("kind", ["socks5", "http"])
async def test_a_proxy_gets_its_own_user_name_and_password(asking, model_server, kind):
    async with proxy(kind, model_server.url) as running:
        client = asking(ALL_PROXY=f"{kind}://me:p%40ss@127.0.0.1:{running.port}")
        await client.ask()
        assert running.logins in (["me:p@ss"], ["Basic bWU6cEBzcw=="])
        through_http = kind == "http"  # which passes it on here; a real one does not
        assert ("Proxy-Authorization" in model_server.requests[0].headers) == (
            through_http
        )


async def test_this_machine_is_called_directly_whatever_is_set(asking, model_server):
    client = asking(model_server.url, ALL_PROXY=f"socks5://127.0.0.1:{unused_port()}")
    await client.ask()
    assert client.text() == TEXT


@pytest.mark.parametrize("scheme", ["socks5", "socks4", "http"])
async def test_a_proxy_that_is_down_is_named_with_its_variable(asking, scheme):
    port = unused_port()
    client = asking(HTTP_PROXY=f"{scheme}://me:secret@127.0.0.1:{port}")
    with pytest.raises(UnreachableError) as caught:
        await client.ask()
    assert str(caught.value) == (
        f"The proxy at 127.0.0.1:{port}, which HTTP_PROXY names, does not answer."
    )
    assert "NO_PROXY" in caught.value.advice


@pytest.mark.parametrize("kind", ["socks5", "socks4"])
async def test_a_proxy_that_connects_nowhere_says_so(asking, model_server, kind):
    async with proxy(kind, model_server.url, refuses=True) as running:
        client = asking(ALL_PROXY=f"{kind}://127.0.0.1:{running.port}")
        with pytest.raises(UnreachableError, match=r"does not connect to models\.test"):
            await client.ask()


async def test_a_proxy_that_wants_a_password_says_so(asking, model_server):
    async with proxy("http", model_server.url, refuses=True) as running:
        address = f"http://127.0.0.1:{running.port}"
        client = asking("https://models.test/v1", HTTPS_PROXY=address)
        with pytest.raises(UnreachableError, match="wants a user name"):
            await client.ask()


@pytest.mark.parametrize(
    "value",
    [
        "http://",
        "ftp://x:1",
        "socks6://x:1",
        "http://x:port",
        "http://[::1",
        "//",
        "a b",
    ],
)
async def test_what_is_no_proxy_is_named_and_not_shown(asking, model_server, value):
    client = asking(HTTP_PROXY=value)
    with pytest.raises(ConnectionSettingError) as caught:
        await client.ask()
    assert str(caught.value) == (
        "HTTP_PROXY is no address of a proxy: write http://host:port or "
        "socks5://host:port."
    )
    local = asking(model_server.url, HTTP_PROXY=value)
    await local.ask()
    assert local.text() == TEXT, "what needs no proxy works"


@pytest.mark.parametrize(
    ("listed", "direct"),
    [
        ("models.test", True),
        (".test", True),
        ("*.test", True),
        ("test", True),
        ("*", True),
        ("a.test models.test", True),
        ("a.test;models.test", True),
        ("http://models.test", True),
        ("models.test:443", True),
        ("models.test:80", False),
        ("dels.test", False),
        ("10.0.0.0/8,[,::/x,/,:,*:9,http://", False),
        ("", False),
    ],
)
def test_no_proxy_names_hosts_in_many_spellings(listed, direct):
    found = NetworkSettings.from_mapping(
        {"HTTPS_PROXY": "http://proxy.test:3128", "NO_PROXY": listed}
    )
    assert (found.proxy_for("https", "models.test", 443) is None) == direct


@pytest.mark.parametrize(
    ("host", "direct"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("fd00::1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
    ],
)
def test_no_proxy_names_nets(host, direct):
    found = NetworkSettings.from_mapping(
        {"ALL_PROXY": "proxy.test:3128", "no_proxy": "10.0.0.0/8, [fd00::]/8"}
    )
    assert (found.proxy_for("http", host, None) is None) == direct


@pytest.mark.parametrize(
    ("variable", "kind", "said"),
    [
        ("SSL_CERT_FILE", "missing", "is not a file"),
        ("SSL_CERT_FILE", "folder", "is not a file"),
        ("SSL_CERT_FILE", "text", "has no certificates"),
        ("SSL_CERT_DIR", "missing", "is not a folder"),
    ],
)
async def test_certificates_that_are_gone_are_named_where_they_are_needed(
    asking, model_server, tmp_path, variable, kind, said
):
    path = tmp_path / "certificates"
    if kind == "folder":
        path.mkdir()
    if kind == "text":
        path.write_text("no certificate")
    client = asking("https://127.0.0.1:9/v1", **{variable: str(path)})
    with pytest.raises(ConnectionSettingError) as caught:
        await client.ask()
    assert str(caught.value).startswith(f"{variable} names {path}, which {said}")
    plain = asking(model_server.url, **{variable: str(path)})
    await plain.ask()
    assert plain.text() == TEXT


async def test_stale_variables_of_other_programs_change_nothing(
    model_server, asking, monkeypatch
):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, "/gone/ca.pem")
    client = asking(model_server.url)
    await client.ask()
    assert client.text() == TEXT


async def test_togethers_list_goes_the_same_way(model_server):
    model_server.models = [{"id": "org/chat", "type": "chat"}]
    async with proxy("socks5", model_server.url) as running:
        environ = {"ALL_PROXY": f"socks5://127.0.0.1:{running.port}"}
        pool = Connections(NetworkSettings.from_mapping(environ))
        endpoint = EndpointSettings(
            name="together", kind="together", base_url="http://models.test", api_key="k"
        )
        (found,) = await fetch_models(endpoint, pool)
        await pool.aclose()
    assert found.id == "org/chat"
    assert set(running.asked) == {"models.test"}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Policy": "p" * 60_000},
        {f"X-Policy-{number}": "p" * 380 for number in range(600)},
    ],
    ids=["one of 60 KB", "600 of them"],
)
async def test_long_headers_are_no_trouble(asking, model_server, headers):
    model_server.plays["m"] = Play(status=429, headers=headers, body={"error": "slow"})
    client = asking(model_server.url)
    with pytest.raises(Exception, match="is limiting your requests"):
        await client.ask("m")


async def test_headers_without_end_are_refused_in_words(asking, model_server):
    headers = {"X-Policy": "p" * 200_000}
    model_server.plays["m"] = Play(status=429, headers=headers, body={})
    with pytest.raises(Exception, match="headers that are too long") as caught:
        await asking(model_server.url).ask("m")
    assert "pppp" not in str(caught.value)
