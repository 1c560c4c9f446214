"""What imports what: the rules of the house that no import contract can say, and its picture."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
KINDRED = ROOT / "functions" / "kindred"
#: Shelves that may know Firestore, Storage, the queue or the clock. Whatever has another name is
#: domain. `feeder` and `tasks` stand for the outside of a kind of source.
OUTSIDE = frozenset({"triggers", "service", "store", "payloads", "feeder", "kinds", "tasks"})
#: What a connected shop has besides its syncs: services, each with its own documents.
OF_SHOPS = frozenset(
    f"sources.shops.{name}"
    for name in (
        *("authorizations", "connecting", "connections", "given", "giving", "hooks"),
        *("keeping", "privacy"),
        *("resealing", "saving", "serving_hooks", "starting", "tending", "unpaced"),
    )
)
#: Shops are asked by the first four, which know the time; the text service is asked over HTTP, and
#: started for the command line, by the next two; the last tells merchants' servers.
NETWORK = frozenset({
    "sources.magento.asking", "sources.shops.guarded", "sources.shops.http",
    "sources.woocommerce.asking", "texts.client", "texts.local", "webhooks.sending",
})  # fmt: skip
#: The platform, and what reads a clock, chance or the environment.
PLATFORM = re.compile(
    r"(kindred\.(clients|documents|settings|edge|jobs)|google|firebase_\w+|requests|urllib(?!\.parse)|http"
    r"|socket|subprocess|random|time|secrets|uuid|os)(\.|$)"
)
#: What a room may know of jobs without knowing their store or their clock.
TYPES_OF_JOBS = {
    f"kindred.jobs.{name}" for name in ("lifecycle.Claim", "states.Job", "states.Status")
}
#: Modules of the ground floor that decide, and packages whose own name is their door.
PURE_FLOOR = {
    "addresses", "errors", "money", "paths", "remembered", "spreadsheets", "tables", "totals",
    "wire",
}  # fmt: skip
DOORS = {"engine", "jobs"}
EXCEPTIONS = {
    "accounts.invitations": {"secrets"},  # the secret of a link must follow from nothing
    "keys.tokens": {"secrets"},  # nor must a key
    "sources.shops.secrets": {"secrets"},
}
CLOCKS = re.compile(
    r"\b(now|today|utcnow|utc_now|time\.time|monotonic|perf_counter)\(|\bdefault_rng\(\)"
)


@dataclass(frozen=True)
class Module:
    """A module of kindred, its room, and what it imports (types apart)."""

    name: str  # below kindred: `segments.service`
    path: Path

    @property
    def room(self) -> str:
        return self.name.split(".")[0]

    @property
    def shelf(self) -> str:
        return self.name.rsplit(".", 1)[-1]

    def imports(self) -> Iterator[str]:
        return _imported(_running(ast.parse(self.path.read_text("utf-8"))))

    def imports_and_types(self) -> Iterator[str]:
        return _imported(ast.walk(ast.parse(self.path.read_text("utf-8"))))


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What is imported, in full; ruff refuses names that are relative."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but what only a type checker sees."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _running(child)


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted(KINDRED.rglob("*.py")):
        name = ".".join(path.relative_to(KINDRED).with_suffix("").parts)
        found.append(Module(name.removesuffix(".__init__"), path))
    return tuple(found)


def rooms() -> set[str]:
    return {path.name for path in KINDRED.iterdir() if (path / "__init__.py").exists()}


def domain() -> list[Module]:
    """What decides: no shelf with a fixed name, no pipeline, no command line, no ground floor."""
    floor = {"api", "command", "pipeline", "jobs"}
    return [
        module
        for module in modules()
        if module.room in (rooms() - floor) | PURE_FLOOR
        and module.shelf not in OUTSIDE
        and module.name not in NETWORK | OF_SHOPS
        and module.name not in ("accounts.ports", "webhooks.ports")
    ]


@pytest.mark.parametrize("module", domain(), ids=lambda module: str(module.name))
def test_what_decides_knows_no_platform_no_store_and_no_clock(module: Module) -> None:
    seen = {
        name
        for name in module.imports()
        if PLATFORM.match(name)
        or re.match(r"kindred\.\w+(\.\w+)?\.(store|service|triggers)\b", name)
    }
    assert seen - TYPES_OF_JOBS - EXCEPTIONS.get(module.name, set()) == set()
    assert CLOCKS.search(module.path.read_text("utf-8")) is None


@pytest.mark.parametrize(
    "module", [m for m in modules() if m.shelf == "triggers"], ids=lambda m: str(m.name)
)
def test_triggers_import_no_other_room(module: Module) -> None:
    if module.room in ("api", "pipeline"):  # they are what several rooms' work is done by
        return
    others = {f"kindred.{room}" for room in rooms() - {module.room, "jobs"}}
    assert [name for name in module.imports() if ".".join(name.split(".")[:2]) in others] == []


def test_a_service_reads_another_room_only_by_its_domain_or_the_customers_store() -> None:
    wrong = []
    for module in modules():
        if module.shelf != "service":
            continue
        for name in module.imports():
            found = re.match(r"kindred\.(\w+)\.(?:\w+\.)?(store|service|triggers)\b", name)
            if found and found[1] not in (module.room, "jobs"):
                reads_customers = name.startswith("kindred.customers.store")
                wrong += [] if reads_customers else [f"{module.name} -> {name}"]
    assert wrong == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.name))
def test_what_a_claim_holds_raw_is_only_handed_to_what_parses_it(module: Module) -> None:
    """`Claim.document` and `.handed` are mappings of a document's fields: stores make values."""
    if module.room == "jobs":
        return
    nodes = list(ast.walk(ast.parse(module.path.read_text("utf-8"))))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    parsed = [
        given
        for call in calls
        if re.search(r"(^|\.)parse_\w+$", ast.unparse(call.func))
        for given in call.args
    ]
    raw = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute)
        and re.search(r"(^|\.)claim\.(document|handed)$", ast.unparse(node))
    ]
    assert [ast.unparse(node) for node in raw if node not in parsed] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.name))
def test_a_room_is_entered_by_one_of_its_modules(module: Module) -> None:
    """Who imports a whole room hides from the other tests which part of it is used."""
    whole = {f"kindred.{room}" for room in rooms() - DOORS}
    assert whole & set(module.imports_and_types()) == set()


def test_every_room_has_tests_of_its_name() -> None:
    tested = {path.name for path in (ROOT / "tests" / "unit").iterdir()}
    assert rooms() - tested == set()


def test_the_web_apps_rooms_are_rooms_of_the_functions() -> None:
    features = {path.name for path in (ROOT / "hosting" / "src" / "features").iterdir()}
    assert features - rooms() == set()


# The picture -------------------------------------------------------------------------------


def drawn() -> dict[str, set[str]]:
    """The picture in CONTRIBUTING: each room, and the rooms that it sees."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    part = text.split("<!-- picture:")[1].split("<!-- end of picture -->")[0]
    lines = re.findall(r"^(\w+) +-> +(.+)$", part, re.MULTILINE)
    return {room: {seen.strip() for seen in sees.split(",")} - {"nothing"} for room, sees in lines}


def measured() -> dict[str, set[str]]:
    """The same from the imports, those within functions and for types included."""
    sees: dict[str, set[str]] = {room: set() for room in rooms()}
    for module in modules():
        if module.room not in sees:
            continue
        named = {name.split(".")[1] for name in module.imports_and_types() if "kindred." in name}
        sees[module.room] |= named & sees.keys() - {module.room}
    return sees


def test_the_picture_of_the_house_is_that_of_the_imports() -> None:
    assert drawn() == measured()
