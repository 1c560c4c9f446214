"""Every emulator gets a port of its own, its usual one where that is free."""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st
from launcher.ports import HOST, USUAL_PORTS, choose_ports, is_free, reserved_ports


def test_usual_ports_are_kept_when_they_are_free() -> None:
    assert choose_ports(USUAL_PORTS, lambda port: True) == USUAL_PORTS


@given(st.sets(st.integers(4395, 9510)))
def test_taken_ports_are_replaced_by_free_ones_and_none_is_given_twice(taken: set[int]) -> None:
    chosen = choose_ports(USUAL_PORTS, lambda port: port not in taken)
    assert len(set(chosen.values())) == len(USUAL_PORTS)
    assert taken.isdisjoint(chosen.values())
    for name, port in USUAL_PORTS.items():
        if port not in taken and port not in [p for n, p in chosen.items() if n != name]:
            assert chosen[name] == port


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_two_launchers_that_start_together_get_different_ports() -> None:
    with reserved_ports() as first, reserved_ports() as second:
        assert not set(first.values()) & set(second.values())
