"""Finds the two Java programs behind the Firestore and Storage emulators, and says which it took.

In this order: what the environment names, firebase-tools' own cache or download, and an installed
Google Cloud CLI, whose Firestore emulator also holds the rules evaluator that Storage needs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher.checkout import EMULATORS, FIREBASE, STATE, say, shown
from launcher.errors import MissingPrerequisite
from launcher.fingerprint import fingerprint_of
from launcher.java import Java, find_java, find_javac, jvm_homes

FIRESTORE_VARIABLE = "FIRESTORE_EMULATOR_BINARY_PATH"
STORAGE_VARIABLE = "STORAGE_EMULATOR_BINARY_PATH"
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
RULES_SOURCE = EMULATORS / "StorageRulesRuntime.java"
DOWNLOADS = EMULATORS / "node_modules/firebase-tools/lib/emulator/downloadableEmulatorInfo.json"
BUILT = STATE / "engines"


@dataclass(frozen=True)
class Engines:
    """Java and the two jars the emulators run, each with where it comes from."""

    java: Java
    firestore: Path
    firestore_origin: str
    storage: Path
    storage_origin: str

    def describe(self) -> list[str]:
        """A line for each, for the user."""
        return [
            f"Java {self.java.major} from {self.java.origin}",
            f"Firestore engine from {self.firestore_origin}",
            f"Storage rules engine from {self.storage_origin}",
        ]


def find_engines() -> Engines:
    """Java, the Firestore engine and the Storage rules engine; the last answer while it holds."""
    record = STATE / "engines.json"
    inputs = _inputs()
    known = _known(record, inputs)
    if known:
        return known
    java = find_java()
    firestore, firestore_origin = _find_jar("firestore")
    storage, storage_origin = _find_jar("storage")
    engines = Engines(java, firestore, firestore_origin, storage, storage_origin)
    content = {"inputs": inputs, "engines": asdict(engines)}
    record.write_text(json.dumps(content, indent=1, default=str))
    return engines


def manifest(main_class: str, class_path: Sequence[Path]) -> str:
    """A jar's manifest. Its lines end at 72 bytes; a continued line starts with a space."""
    entries = " ".join(path.resolve().as_uri() for path in class_path)
    lines = ["Manifest-Version: 1.0", f"Main-Class: {main_class}"]
    if entries:
        lines.append(f"Class-Path: {entries}")
    broken: list[str] = []
    for line in lines:
        broken.append(line[:70])
        rest = line[70:]
        while rest:
            broken.append(" " + rest[:69])
            rest = rest[69:]
    return "\r\n".join(broken) + "\r\n\r\n"


def write_jar(jar: Path, main_class: str, class_path: Sequence[Path], classes: Path | None) -> None:
    """A jar that starts `main_class` with `class_path`, holding the classes of a folder."""
    jar.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest(main_class, class_path))
        for compiled in sorted(classes.glob("*.class")) if classes else []:
            archive.write(compiled, compiled.name)


def _find_jar(name: str) -> tuple[Path, str]:
    variable = FIRESTORE_VARIABLE if name == "firestore" else STORAGE_VARIABLE
    if named := os.environ.get(variable):
        if not Path(named).is_file():
            raise MissingPrerequisite(f"{variable} names no file: {named}", f"unset {variable}")
        return Path(named), variable
    if cached := _cached(name):
        return cached, f"firebase-tools' cache ({shown(cached.parent)})"
    if downloaded := _download(name):
        return downloaded, f"firebase-tools' download ({shown(downloaded.parent)})"
    if bundled := _cloud_cli_jar():
        build = _firestore_from if name == "firestore" else _storage_from
        return build(bundled), f"the installed Google Cloud CLI ({bundled})"
    raise MissingPrerequisite(
        f"The {name} emulator's engine is missing: it is not in firebase-tools' cache, could not "
        "be downloaded, and no Google Cloud CLI with a Firestore emulator is installed.",
        f"FIREBASE_EMULATORS_PATH={download_folder()} {shown(FIREBASE)} setup:emulators:{name}",
    )


def download_folder() -> Path:
    """Where firebase-tools' downloads go: what the environment names, else into the checkout."""
    return Path(os.environ.get("FIREBASE_EMULATORS_PATH") or STATE / "emulators")


def _cached(name: str) -> Path | None:
    file_name = _published(name)["downloadPathRelativeToCacheDir"]
    for folder in (download_folder(), Path.home() / ".cache" / "firebase" / "emulators"):
        if (folder / file_name).is_file():
            return folder / file_name
    return None


def _published(name: str) -> dict[str, str]:
    """What firebase-tools knows of an engine's download."""
    published: dict[str, str] = json.loads(DOWNLOADS.read_text())[name]
    return published


def _download(name: str) -> Path | None:
    url = _published(name)["remoteUrl"]
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=10).close()
    except (OSError, urllib.error.URLError):
        return None  # a closed network: firebase-tools would only fail more slowly
    say(f"downloading the {name} engine")
    env = os.environ | {"FIREBASE_EMULATORS_PATH": str(download_folder()), "CI": "true"}
    ran = subprocess.run([FIREBASE, f"setup:emulators:{name}"], env=env, capture_output=True)
    return _cached(name) if ran.returncode == 0 else None


def _cloud_cli_jar() -> Path | None:
    homes = [Path.home() / "google-cloud-sdk", Path("/usr/lib/google-cloud-sdk")]
    homes += [Path("/opt/google-cloud-sdk"), Path("/usr/share/google-cloud-sdk")]
    if root := os.environ.get("CLOUDSDK_ROOT_DIR"):
        homes.insert(0, Path(root))
    if gcloud := shutil.which("gcloud"):
        homes.insert(0, Path(gcloud).resolve().parents[1])
    for home in homes:
        jar = home / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
        if jar.is_file():
            return jar
    return None


def _firestore_from(bundled: Path) -> Path:
    jar = BUILT / "firestore.jar"
    write_jar(jar, FIRESTORE_MAIN, [bundled], None)  # the bundled jar names no main class
    return jar


def _storage_from(bundled: Path) -> Path:
    javac = find_javac()
    if javac is None:
        raise MissingPrerequisite(
            "The Storage rules engine has to be compiled here, and no Java compiler was found.",
            "apt-get install --yes openjdk-17-jdk-headless",
        )
    classes = BUILT / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    classes.mkdir(parents=True)
    command: list[str | Path] = [
        javac,
        "-proc:none",
        "-nowarn",
        "-Xlint:none",
        "--release",
        "17",
        "-cp",
        bundled,
    ]
    ran = subprocess.run(
        [*command, "-d", classes, RULES_SOURCE], capture_output=True, text=True, timeout=300
    )
    if ran.returncode != 0:
        raise MissingPrerequisite(
            f"The Storage rules engine doesn't compile against {bundled}:\n{ran.stderr}",
            "gcloud components update cloud-firestore-emulator",
        )
    jar = BUILT / "storage-rules.jar"
    write_jar(jar, RULES_SOURCE.stem, [bundled], classes)
    return jar


def _inputs() -> str:
    variables = ["JAVA_HOME", "PATH", FIRESTORE_VARIABLE, STORAGE_VARIABLE]
    variables += ["FIREBASE_EMULATORS_PATH", "CLOUDSDK_ROOT_DIR", "HOME"]
    named = [f"{name}={os.environ.get(name)}" for name in variables]
    homes = [str(home) for home in jvm_homes()]
    code = [Path(__file__), RULES_SOURCE, EMULATORS / "package-lock.json"]
    return fingerprint_of([*named, *homes, *code])


def _known(record: Path, inputs: str) -> Engines | None:
    if not record.is_file():
        return None
    content = json.loads(record.read_text())
    if content["inputs"] != inputs:
        return None
    kept = content["engines"]
    java = Java(Path(kept["java"]["binary"]), kept["java"]["major"], kept["java"]["origin"])
    firestore, storage = Path(kept["firestore"]), Path(kept["storage"])
    if not all(path.is_file() for path in (java.binary, firestore, storage)):
        return None
    return Engines(java, firestore, kept["firestore_origin"], storage, kept["storage_origin"])
