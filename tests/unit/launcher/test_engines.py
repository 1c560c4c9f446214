"""The jars that the launcher makes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from launcher.engines import manifest, write_jar


def read_manifest(text: str) -> dict[str, str]:
    """A manifest as Java reads it: a line that starts with a space continues the one before."""
    entries = text.replace("\r\n ", "").strip().splitlines()
    return dict(line.split(": ", 1) for line in entries)


@given(st.lists(st.text("abc/ é.-", min_size=1, max_size=200), max_size=3))
def test_a_manifest_keeps_to_72_bytes_a_line_and_loses_nothing(names: list[str]) -> None:
    paths = [Path("/opt") / name.strip("/") for name in names]
    text = manifest("com.example.Main", paths)
    assert all(len(line.encode()) <= 72 for line in text.split("\r\n"))
    entries = read_manifest(text)
    assert entries["Main-Class"] == "com.example.Main"
    assert entries.get("Class-Path", "").split() == [path.resolve().as_uri() for path in paths]


def test_a_jar_holds_its_classes_beside_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "Main.class").write_bytes(b"\xca\xfe\xba\xbe")
    jar = tmp_path / "made" / "engine.jar"
    write_jar(jar, "Main", [Path("/opt/engine.jar")], tmp_path)
    with zipfile.ZipFile(jar) as archive:
        assert archive.namelist() == ["META-INF/MANIFEST.MF", "Main.class"]
        text = archive.read("META-INF/MANIFEST.MF").decode()
    assert read_manifest(text)["Class-Path"] == "file:///opt/engine.jar"
