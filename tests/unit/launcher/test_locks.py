"""How a lock is read and written."""

from __future__ import annotations

from pathlib import Path

from launcher.locks import entries_of, input_fingerprint, written

ONE, TWO = ("sha256:" + digit * 64 for digit in "12")
LOCK = f"""\
# A comment.
--only-binary :all:

left-pad==1.3 ; sys_platform == 'win32' \\
    --hash={ONE} \\
    --hash={TWO}
    # via -r some.in
torch==2.0+cpu \\
    --hash={TWO}
bare==1.0
"""


def test_packages_are_read_with_version_marker_and_hashes() -> None:
    entries = entries_of(LOCK)
    assert [(e.name, e.version, e.marker, e.hashes) for e in entries] == [
        ("left-pad", "1.3", "sys_platform == 'win32'", (ONE, TWO)),
        ("torch", "2.0+cpu", "", (TWO,)),
        ("bare", "1.0", "", ()),
    ]
    assert entries[0].requirement == "left-pad==1.3 ; sys_platform == 'win32'"


def test_what_is_written_reads_the_same(tmp_path: Path) -> None:
    source = tmp_path / "some.in"
    source.write_text("left-pad==1.3\n")
    text = written(source, entries_of(LOCK))
    assert entries_of(text) == entries_of(LOCK)
    assert f"# input: {input_fingerprint(source)}\n" in text


def test_an_input_is_another_one_when_what_it_includes_changes(tmp_path: Path) -> None:
    (tmp_path / "dev.in").write_text("-r run.in\n-c run.txt\npytest==9\n")
    (tmp_path / "run.in").write_text("torch==2.0\n")
    before = input_fingerprint(tmp_path / "dev.in")
    (tmp_path / "run.in").write_text("torch==2.1\n")
    assert input_fingerprint(tmp_path / "dev.in") != before
