"""No process of Kindred asks for an address that nobody told it to ask."""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.slow.network.recording import foreign_calls, is_foreign, why_not

ROOT = Path(__file__).resolve().parents[3]
ML_PYTHON = ROOT / "ml_service" / "venv" / "bin" / "python"
# onnxruntime collected its first events for nine seconds before it asked where to send them.
LIVING_SECONDS = 20

recorded = pytest.mark.skipif(bool(why_not()), reason=why_not())
needs_service = pytest.mark.skipif(
    not ML_PYTHON.exists(), reason="the scoring service isn't installed"
)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A home of its own, where nobody has switched anything off; no setting of this process."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    (tmp_path / "home").mkdir()
    return kept | {"HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"}


@recorded
@needs_service
def test_the_text_service_asks_nobody_while_it_scores_and_lives(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "scripts")))
    module = "tests.slow.network.living_service"
    command = [sys.executable, "-m", module, str(tmp_path), str(LIVING_SECONDS)]
    foreign = foreign_calls(command, cwd=ROOT, env=env | {"PYTHONPATH": path}, folder=tmp_path)
    assert not foreign, "\n".join(foreign)
    assert not list((tmp_path / "home").rglob("*")), "it keeps something of this machine"


@recorded
@needs_service
def test_scripts_segment_asks_nobody_while_it_reads_scores_and_segments(
    env: dict[str, str], tmp_path: Path
) -> None:
    shop, out = tmp_path / "shop.csv", tmp_path / "out.json"
    shop.write_text(shop_with_reviews(), encoding="utf-8")
    command = [ROOT / "scripts" / "segment", shop, "--json", out]
    foreign = foreign_calls(command, cwd=tmp_path, env=env, folder=tmp_path)
    assert not foreign, "\n".join(foreign)
    result = json.loads(out.read_text(encoding="utf-8"))
    assert len(result["segments"]) > 1
    assert any(segment["emotions"] for segment in result["segments"]), "no text was scored"


@recorded
def test_the_functions_ask_nobody_when_they_are_loaded(env: dict[str, str], tmp_path: Path) -> None:
    project = {"GCLOUD_PROJECT": "some-project", "GOOGLE_CLOUD_PROJECT": "some-project"}
    command = [sys.executable, "-c", "import main, time; time.sleep(3)"]
    cwd = ROOT / "functions"
    foreign = foreign_calls(command, cwd=cwd, env=env | project, folder=tmp_path)
    assert not foreign, "\n".join(foreign)


@recorded
def test_the_recording_sees_a_call_that_goes_out_of_a_process_below(
    env: dict[str, str], tmp_path: Path
) -> None:
    # An address for documentation; connecting a datagram socket sends nothing.
    connects = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    command = ["sh", "-c", f'"$0" -c "{connects}"; true', sys.executable]
    (call,) = foreign_calls(command, cwd=tmp_path, env=env, folder=tmp_path)
    assert "192.0.2.1" in call


@pytest.mark.parametrize(
    "call",
    [
        'connect(7, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("1.2.3.4")}',
        'connect(7, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}',
        "connect(7<TCPv6:[1]>, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
        "connect(7<TCPv6:[1]>, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "::ffff:1.2.3.4", &sin6_addr), sin6_scope_id=0}, 28) = 0',
        'sendto(7<UDP:[192.0.2.2:41041->10.0.0.1:53]>, "h\\25\\1\\7example\\3com", 50, 0, NULL, 0)',
        'sendto(7<TCPv6:[[2001:db8::2]:41041->[2001:db8::1]:443]>, "GET", 3, 0, NULL, 0) = 3',
        'connect(7<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io"}, 42)',
    ],
)
def test_a_call_that_leaves_or_asks_for_a_name_is_foreign(call: str) -> None:
    assert is_foreign(f"4711 {call}")


@pytest.mark.parametrize(
    "call",
    [
        'connect(7, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}',
        "connect(7<TCPv6:[1]>, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "::ffff:127.0.0.1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
        'sendto(7<TCP:[127.0.0.1:41041->127.0.0.1:8090]>, "see a->1.2.3.4:5]>", 18, 0, NULL, 0)',
        'connect(7<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110)',
        "sendto(7<NETLINK:[ROUTE:1]>, [{nlmsg_len=20, nlmsg_type=RTM_GETADDR}], 20, 0, NULL, 0)",
        "+++ exited with 0 +++",
    ],
)
def test_a_call_within_the_machine_is_not_foreign(call: str) -> None:
    assert not is_foreign(f"4711 {call}")


def shop_with_reviews() -> str:
    """Orders of 60 customers, each with a review in English."""
    chance = random.Random(7)
    reviews = (
        "I love this dress, it fits perfectly",
        "Terrible, it broke after two days and nobody answers",
        "It is a lamp and it arrived on Monday",
    )
    lines = ["Customer ID,Order ID,Date,Total,Category,Review"]
    for n in range(300):
        day = date(2023, 1, 1) + timedelta(days=chance.randrange(720))
        amount = round(chance.lognormvariate(3, 0.8), 2)
        category, review = chance.choice(["Shoes", "Hats"]), chance.choice(reviews)
        lines.append(f'C{n % 60:02},O{n},{day},{amount},{category},"{review}"')
    return "\n".join(lines)
