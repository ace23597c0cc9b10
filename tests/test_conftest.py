import socket

import pytest


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")])
def test_no_test_can_reach_another_machine(family: socket.AddressFamily, address: str) -> None:
    with (
        socket.socket(family, socket.SOCK_DGRAM) as outward,
        pytest.raises(AssertionError, match=f"a test tried to reach {address}:80"),
    ):
        outward.connect((address, 80))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
