"""No test leaves this machine, whatever it does with the error."""

import contextlib
import socket

import pytest


@pytest.mark.parametrize(
    ("name", "port"),
    [("getaddrinfo", [443]), ("gethostbyname", []), ("gethostbyname_ex", [])],
)
def test_a_look_up_of_another_host_is_noted_though_its_error_is_swallowed(
    reached, name, port
):
    with contextlib.suppress(OSError):
        getattr(socket, name)("api.example.com", *port)
    assert reached == ["api.example.com"]
    reached.clear()


def test_a_connection_to_another_host_is_noted_though_its_error_is_swallowed(reached):
    with socket.socket() as tried, contextlib.suppress(AssertionError):
        tried.connect(("192.0.2.1", 443))
    assert reached == [("192.0.2.1", 443)]
    reached.clear()


def test_a_name_that_never_exists_may_be_looked_up(reached):
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("no-such-host.invalid", 443)
    assert reached == []
