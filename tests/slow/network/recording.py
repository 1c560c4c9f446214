"""Runs a command and says which addresses beyond this machine it asked for, as strace saw it.

Names that are looked up count: a query goes to port 53, on this machine too where a resolver
listens there. Where `nscd` runs, a program may ask it instead, which isn't seen.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from pathlib import Path

HANG_SECONDS = 600  # what takes longer never happens
STRACE = ("strace", "--follow-forks", "--seccomp-bpf", "-yy", "--string-limit=200")
CALLS = "--trace=connect,sendto,sendmsg,sendmmsg"
# Where a call goes: the address that it is given, or that its socket is connected to.
GOES_TO = (
    re.compile(r'sin_port=htons\((?P<port>\d+)\), sin_addr=inet_addr\("(?P<address>[^"]+)"\)'),
    re.compile(r'sin6_port=htons\((?P<port>\d+)\).*?inet_pton\(AF_INET6, "(?P<address>[^"]+)"'),
    re.compile(r"^\S+ +\w+\(\d+<\w+:\[.*?->\[?(?P<address>[\da-f.:]+?)\]?:(?P<port>\d+)\]>"),
)
RESOLVER = "/run/systemd/resolve/"
NAMES = 53


def why_not() -> str:
    """Why nothing can be recorded on this machine, or nothing."""
    try:
        tried = subprocess.run(
            [*STRACE, CALLS, "--output=/dev/null", "true"], capture_output=True, text=True
        )
    except FileNotFoundError:
        return "strace isn't here. Get it with:  apt-get install --yes strace"
    return "" if tried.returncode == 0 else f"strace may not look: {tried.stderr.strip()}"


def foreign_calls(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], folder: Path
) -> list[str]:
    """Each call of a command, or of what it starts, that goes beyond this machine.

    Raises `AssertionError` with what the command said if it failed.
    """
    recorded = folder / "calls.strace"
    ran = subprocess.run(
        [*STRACE, CALLS, f"--output={recorded}", *command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=HANG_SECONDS,
    )
    assert ran.returncode == 0, ran.stdout
    return [line for line in recorded.read_text(errors="replace").splitlines() if is_foreign(line)]


def is_foreign(line: str) -> bool:
    """Whether a call goes beyond this machine, or asks for a name."""
    found = next(filter(None, (pattern.search(line) for pattern in GOES_TO)), None)
    if found is None:
        return f'sun_path="{RESOLVER}' in line
    address = ip_address(found["address"])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return not address.is_loopback or int(found["port"]) == NAMES
