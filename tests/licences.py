"""Which licences go with ours, and what installed packages say about theirs.

Two rings ask: each environment can tell only of the packages that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path

from launcher.locks import entries_of
from packaging.markers import Marker

#: Licences under which code may be shipped beside code under Apache-2.0, as SPDX names them.
COMPATIBLE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0",
    "Unlicense", "Zlib",
    "MPL-2.0",  # holds for the files that are under it, which nobody changes here
    "MIT-0",  # MIT that asks for no notice
    "OFL-1.1",  # fonts, shipped with a program and not sold alone
}  # fmt: skip
#: Older ways of saying the same, in the field `License` or as classifiers.
TOLD = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",  # or with two: which one isn't told, and either is fine
    "bsd license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
#: Packages whose metadata say too little; what their licence file says.
READ = {"python-dateutil": "Apache-2.0 OR BSD-3-Clause"}
#: Libraries that wheels carry, by how their files begin. GCC's may be shipped with anything: the
#: runtime library exception; libquadmath is under the LGPL, as a file of its own that may be
#: exchanged for another.
CARRIED = {
    "libcrc32c": "BSD-3-Clause",
    "libscipy_openblas": "BSD-3-Clause",
    "libscipy_openblas64_": "BSD-3-Clause",
    "libgfortran": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgomp": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libquadmath": "LGPL-2.1-or-later",
}


def is_compatible(expression: str) -> bool:
    """Whether every licence of an SPDX expression is allowed; of a choice (OR), one."""
    tokens = re.findall(r"[()]|[^\s()]+", expression)

    def choice() -> bool:
        fine = together()
        while tokens[:1] == ["OR"]:
            tokens.pop(0)
            fine = together() or fine
        return fine

    def together() -> bool:
        fine = one()
        while tokens[:1] == ["AND"]:
            tokens.pop(0)
            fine = one() and fine
        return fine

    def one() -> bool:
        token = tokens.pop(0) if tokens else ""
        if token == "(":
            fine = choice()
            return tokens[:1] == [")"] and bool(tokens.pop(0)) and fine
        return token in COMPATIBLE

    return choice() and not tokens


def licences_of(about: Message) -> list[str]:
    """What a package's metadata say, as expressions; none when they don't say.

    `License` is believed before classifiers if it is a name, not a text or an address.
    """
    if expression := about.get("License-Expression"):
        return [str(expression)]
    told = str(about.get("License") or "").strip()
    if told and "\n" not in told and "://" not in told:
        return [TOLD.get(told.lower(), told)]
    named = [c.split(" :: ")[-1] for c in about.get_all("Classifier", []) if c.startswith("Lic")]
    return [TOLD.get(one.lower(), one) for one in named]


def refused(lock: Path) -> dict[str, list[str]]:
    """The packages of a lock that are installed here and whose licence isn't known to be fine."""
    told = {
        name: [READ[name]] if name in READ else licences_of(metadata.metadata(name))
        for name in installed(lock)
    }
    return {n: said for n, said in told.items() if not said or not all(map(is_compatible, said))}


def carried(lock: Path) -> set[str]:
    """The names of the shared libraries that wheels of a lock brought with them, on Linux."""
    files = [file for name in installed(lock) for file in metadata.files(name) or []]
    return {file.name.split("-")[0].split(".")[0] for file in files if ".libs/" in str(file)}


def installed(lock: Path) -> Iterator[str]:
    """The packages of a lock that this system gets."""
    for entry in entries_of(lock.read_text()):
        if not entry.marker or Marker(entry.marker).evaluate():
            yield entry.name
