"""Work in a child process ends within its limits, and its end is an error here."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kindred import confined
from kindred.confined import Bounds, Exceeded
from kindred.errors import UploadRejected

ROOMY = Bounds(memory_bytes=1_000_000_000, seconds=30, written_bytes=1_000_000)
THIS = f"{__name__.rpartition('.')[2]}:"


@pytest.fixture(autouse=True)
def _found_by_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def count(upto: str) -> Iterator[bytes]:
    for n in range(int(upto)):
        yield b"%d," % n


def hoard() -> None:
    kept = []
    while True:
        kept.append(bytearray(50_000_000))


def abort() -> None:
    os.abort()  # what native code does that gets no memory


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def spin() -> None:
    while True:
        pass


def write(path: str) -> None:
    with Path(path).open("wb") as file:
        while True:
            file.write(bytes(100_000))


def refuse() -> None:
    raise UploadRejected("No.", code="no", hint="Yes.")


def crash() -> None:
    raise RuntimeError("ann@example.com")


def look() -> Iterator[bytes]:
    yield ",".join(sorted(os.environ)).encode()


def yield_then(end: str) -> Iterator[bytes]:
    yield b"x" * 10_000_000
    globals()[end]()


def test_what_the_child_yields_arrives_whole() -> None:
    blocks = b"".join(confined.stream(f"{THIS}count", "200000", bounds=ROOMY))
    assert blocks == b"".join(count("200000"))


@pytest.mark.parametrize(
    ("work", "bounds", "limit"),
    [
        ("hoard", ROOMY, "memory"),
        ("abort", ROOMY, "memory"),
        ("spin", Bounds(1_000_000_000, 1, 1_000_000), "time"),
        ("kill", ROOMY, None),
        ("crash", ROOMY, None),
        ("no_such_function", ROOMY, None),
    ],
)
def test_a_limit_ends_the_child_and_is_named(work: str, bounds: Bounds, limit: str | None) -> None:
    started = time.monotonic()
    with pytest.raises(Exceeded) as ended:
        confined.run(f"{THIS}{work}", bounds=bounds)
    assert ended.value.limit == limit
    assert "ann@" not in str(ended.value)
    assert time.monotonic() - started < 25


def test_no_file_grows_past_its_limit(tmp_path: Path) -> None:
    with pytest.raises(Exceeded) as ended:
        confined.run(f"{THIS}write", str(tmp_path / "out"), bounds=ROOMY)
    assert ended.value.limit == "written"
    assert (tmp_path / "out").stat().st_size <= ROOMY.written_bytes


def test_what_the_child_refuses_is_refused_here() -> None:
    with pytest.raises(UploadRejected) as refused:
        confined.run(f"{THIS}refuse", bounds=ROOMY)
    assert refused.value.as_dict() == {"code": "no", "message": "No.", "hint": "Yes."}


@pytest.mark.parametrize("end", ["kill", "crash", "refuse", "hoard"])
def test_what_came_before_a_sudden_end_is_no_whole(end: str) -> None:
    with pytest.raises((Exceeded, UploadRejected)):
        for _ in confined.stream(f"{THIS}yield_then", end, bounds=ROOMY):
            pass


def test_who_has_seen_enough_leaves_no_process_behind() -> None:
    blocks = confined.stream(f"{THIS}count", "100000000", bounds=ROOMY)
    assert next(iter(blocks))
    assert isinstance(blocks, Iterator)
    before = _children()
    blocks.close()  # type: ignore[attr-defined]
    assert len(_children()) == len(before) - 1


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ML_SERVICE_TOKEN", "secret")
    (seen,) = confined.stream(f"{THIS}look", bounds=ROOMY)
    assert set(seen.decode().split(",")) <= {
        *("LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONUTF8")
    }


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
