"""Measures what a quote costs on the emulators, beside one bare read by key of the same run.

    scripts/measure-quotes [--seconds 60] [--rate 50] [--json OUT]

*In the instance*: the endpoint's whole work, from a parsed request to the bytes of the reply, by
one caller, turn by turn with bare reads. *Under load*: over HTTP, one instance as it is deployed,
requests that start when they are due whether or not others have ended; a request's time runs from
when it was due. A ratio above its bound is marked; nothing is sent to a real project.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
HEAVY = ("pandas", "sklearn", "scipy", "duckdb", "ibis", "pyarrow", "numpy")
RUN, KEY = "r20260301t000000000000", "s01"
CUSTOMERS, PRODUCTS, RULES = 20_000, 100, 10
PATH = "/api/v1/prices"
#: Marks customers unlike all who were asked for before, for whom nothing is worked out yet.
UNLIKE = ", like nobody"
ONE_FIELD: Mapping[str, Any] = {"outcome": None}
#: What is aimed at: ratios to a bare read by key.
BOUNDS = {"uncached p50": 2.5, "cached p50": 0.5, "batch of 100 p50": 6.0, "p99 under load": 8.0}


def main() -> int:
    """Print the table; 0 if all could be measured."""
    parser = argparse.ArgumentParser(
        prog="scripts/measure-quotes", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seconds", type=int, default=60, help="how long the load lasts")
    parser.add_argument("--rate", type=int, default=50, help="requests a second")
    parser.add_argument("--turns", type=int, default=300, help="requests of each kind, one by one")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    shop = make_shop()
    found = {
        **measure_start(),
        **measure_in_the_instance(shop, options.turns),
        **measure_under_load(shop, options.rate, options.seconds),
    }
    for name, value in found.items():
        bound = BOUNDS.get(name)
        told = f"  (at most {bound} x{'' if value <= bound else ', MISSED'})" if bound else ""
        print(f"{name:<44} {value if isinstance(value, str) else f'{value:10.2f}'}{told}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))
    return 0


# A shop ------------------------------------------------------------------------------------


@dataclass
class Shop:
    """A merchant's source with customers nobody has asked for yet, and a key for it."""

    source: Any
    key: str
    customers: Iterator[str] = field(default_factory=lambda: (f"C{n:05}" for n in count()))

    def body(self, customer: str, *products: int) -> bytes:
        items = [{"customer_id": customer, "product_id": f"p{product}"} for product in products]
        return json.dumps({"source": self.place, "items": items}).encode()

    @property
    def place(self) -> dict[str, str]:
        return {"kind": self.source.kind, "id": self.source.id}


def make_shop() -> Shop:
    """Documents as jobs and merchants write them: buckets of 250 customers, products, rules."""
    from kindred import clients, documents, paths
    from kindred.customers import pages
    from kindred.keys import service as keys_service
    from kindred.keys.payloads import CreateKey

    source = paths.Source(f"measured-{uuid.uuid4().hex[:8]}", paths.CSV, "up1")
    buckets = pages.count_buckets(CUSTOMERS)
    place = {"kind": source.kind, "id": source.id}
    clients.firestore().document(source.document).set(
        {"status": "ready", "current_run": RUN, "index_buckets": buckets}
    )
    written: dict[str, dict[str, Any]] = {
        f"{source.segments}/{RUN}-{KEY}": {"segment_key": KEY, "name": "Regulars", "run_id": RUN}
    }
    index: list[dict[str, Any]] = [{} for _ in range(buckets)]
    columns = {name: 0.123456 for name in pages.INDEX_COLUMNS if name != "consent"}
    for number in range(CUSTOMERS):
        entry = {"segment_id": f"{RUN}-{KEY}", "page_id": f"{RUN}-{KEY}-0000", **columns}
        index[paths.bucket_of(f"C{number:05}", buckets)][f"C{number:05}"] = entry
    for number, entries in enumerate(index):
        bucket = {"run_id": RUN, "entries": pages.to_json(entries)}
        written[f"{source.customer_index}/{paths.bucket_id(RUN, number)}"] = bucket
    for number in range(PRODUCTS):
        product = {"name": "Tea", "source": place, "currency": "EUR", "base_price": 2_000 + number}
        written[paths.product_path(source.uid, f"p{number}")] = product
    for number in range(RULES):
        effect = {"kind": "discount", "percent": {"low": 5.0, "high": 10.0 + number}}
        rule = {"name": "R", "source": place, "effect": effect, "who": {"segments": [KEY]}}
        written[paths.pricing_rule_path(source.uid, f"rule{number}")] = rule
    weight = documents.FIELDS_BYTES
    documents.commit_all(
        (path, fields, len(str(fields)) + weight) for path, fields in written.items()
    )
    wish = {"name": "measured", "scopes": ["prices"], "sources": [place]}
    request = CreateKey.model_validate(wish)
    _, token = keys_service.create_key(source.uid, request, by=source.uid, now=datetime.now(UTC))
    return Shop(source, str(token))


# In the instance ---------------------------------------------------------------------------


def measure_in_the_instance(shop: Shop, turns: int) -> dict[str, Any]:
    """Times of each kind of request, and what each asks of Firestore."""
    from kindred import clients
    from kindred.api.triggers import api
    from kindred.pricing import alike
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    def request(body: bytes) -> Callable[[], None]:
        headers = {"Authorization": f"Bearer {shop.key}", "Content-Type": "application/json"}
        made = EnvironBuilder(PATH, method="POST", data=body, headers=headers).get_request(Request)

        def ask() -> None:
            answer: Any = api(made)
            assert answer.status_code == 200, answer.get_data()

        return ask

    bare = clients.firestore().document(f"{shop.source.segments}/{RUN}-{KEY}").get
    fresh, batch = shop.customers, range(PRODUCTS)
    for _ in range(50):  # the engine behind the emulator compiles what it does often
        bare()
        request(shop.body(next(fresh), 0))()
    kept = one_kept(shop)
    times: dict[str, list[float]] = {}
    asked: dict[str, list[tuple[int, int, int]]] = {}

    def measure(kinds: Mapping[str, Callable[[], None]]) -> None:
        for kind, ask in kinds.items():
            if kind.endswith(UNLIKE):
                alike.forget()
            before = counts.now()
            started = time.perf_counter()
            ask()
            times.setdefault(kind, []).append(time.perf_counter() - started)
            asked.setdefault(kind, []).append(counts.since(before))

    with counted() as counts:
        for turn in range(turns):
            body = shop.body(next(fresh), turn % PRODUCTS)
            kinds = {"bare": bare, "uncached": request(body), "cached": request(body)}
            if turn % 10 == 0:
                many = shop.body(next(fresh), *batch)
                kinds |= {"batch of 100": request(many), "cached batch of 100": request(many)}
                kinds["bare commit of 100"] = commit_of(shop, 100, ONE_FIELD)
                kinds["bare commit of 100 quotes"] = commit_of(shop, 100, kept)
            kinds["bare commit"] = commit_of(shop, 1, ONE_FIELD)
            measure(kinds)
        for turn in range(turns // 10):  # apart: what is forgotten, those before would miss
            one, many = shop.body(next(fresh), turn % PRODUCTS), shop.body(next(fresh), *batch)
            measure({f"uncached{UNLIKE}": request(one), f"batch of 100{UNLIKE}": request(many)})
    base = statistics.median(times["bare"])
    found: dict[str, Any] = {"bare read by key p50, ms": base * 1_000}
    for kind in [kind for kind in times if kind != "bare"]:
        found[f"{kind} p50"] = statistics.median(times[kind]) / base
        # The median: once a minute, what rules and the key say is read again.
        for what, values in zip(("reads", "writes"), zip(*asked[kind], strict=True), strict=False):
            found[f"{kind}: {what}"] = statistics.median(values)
    assert not set(HEAVY) & set(sys.modules), "a quote has loaded what is heavy"
    return found


def commit_of(shop: Shop, documents: int, fields: Mapping[str, Any]) -> Callable[[], None]:
    """What no quotes can do without: one commit of so many new documents, ready to be sent."""
    from kindred import direct, paths
    from kindred.pricing.store import WAIT

    names = [f"b{uuid.uuid4().hex}" for _ in range(documents)]
    encoded = direct.encoded(fields)
    new = {paths.price_quote_path(shop.source.uid, name): encoded for name in names}
    return lambda: direct.create(new, wait=WAIT)


def one_kept(shop: Shop) -> Mapping[str, Any]:
    """A quote's document, as the price history has it."""
    from kindred import clients, paths

    history = clients.firestore().collection(paths.price_history_path(shop.source.uid))
    found: Mapping[str, Any] = next(iter(history.limit(1).stream())).to_dict()
    return found


@dataclass
class Counts:
    reads: int = 0
    writes: int = 0
    queries: int = 0

    def now(self) -> tuple[int, int, int]:
        return self.reads, self.writes, self.queries

    def since(self, before: tuple[int, int, int]) -> tuple[int, int, int]:
        reads, writes, queries = before
        return self.reads - reads, self.writes - writes, self.queries - queries


@contextmanager
def counted() -> Iterator[Counts]:
    """Counts documents that this process reads by key and writes, and its queries."""
    from kindred import clients, direct

    counts, api, ours = Counts(), clients.firestore()._firestore_api, direct.call
    own = api.batch_get_documents, api.commit, api.run_query

    def read(request: Any, **more: Any) -> Any:
        counts.reads += len(request["documents"])
        return own[0](request=request, **more)

    def write(request: Any, **more: Any) -> Any:
        counts.writes += len(request["writes"])
        return own[1](request=request, **more)

    def query(request: Any, **more: Any) -> Any:
        counts.queries += 1
        return own[2](request=request, **more)

    def call(name: str, request: Any, *more: Any) -> Any:
        if name == "Commit":
            counts.writes += direct.count_writes(request)
        else:
            counts.reads += 1
        return ours(name, request, *more)

    api.batch_get_documents, api.commit, api.run_query = read, write, query
    direct.call = call
    try:
        yield counts
    finally:
        api.batch_get_documents, api.commit, api.run_query = own
        direct.call = ours


# Under load --------------------------------------------------------------------------------


def measure_under_load(shop: Shop, rate: int, seconds: int) -> dict[str, Any]:
    """Latencies at a steady rate: half of the requests are a customer's first."""
    from kindred import clients
    from launcher.ports import HOST

    bare = clients.firestore().document(f"{shop.source.segments}/{RUN}-{KEY}").get
    reads: list[float] = []
    is_over = threading.Event()

    def read_now_and_then() -> None:
        while not is_over.wait(0.2):
            started = time.perf_counter()
            bare()
            reads.append(time.perf_counter() - started)

    with one_instance() as port:
        reader = threading.Thread(target=read_now_and_then)
        reader.start()
        try:
            took = ask_at(rate, seconds, HOST, port, shop)
        finally:
            is_over.set()
            reader.join()
    base = statistics.median(reads)
    ordered = sorted(took)
    failed = rate * seconds - len(took)
    return {
        "requests under load": float(rate * seconds),
        "failed under load": float(failed),
        "bare read by key under load p50, ms": base * 1_000,
        "p50 under load": statistics.median(took) / base,
        "p99 under load": ordered[int(len(ordered) * 0.99)] / base,
    }


@contextmanager
def one_instance() -> Iterator[int]:
    """The function in a process of its own, served as on Cloud Run; the port where it answers."""
    from launcher.ports import HOST, is_free

    port = next(port for port in range(8600, 9000) if is_free(port))
    framework = [sys.executable, "-m", "functions_framework", "--target", "api"]
    place = ["--source", str(FUNCTIONS / "main.py"), "--host", HOST, "--port", str(port)]
    env = os.environ | {"THREADS": "20"}  # as many as `settings.LIGHT` lets in at once
    server = subprocess.Popen([*framework, *place], cwd=FUNCTIONS, env=env)
    try:
        deadline = time.monotonic() + 120
        while is_free(port):
            assert server.poll() is None, "the function didn't start"
            assert time.monotonic() < deadline, "the function doesn't answer"
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def ask_at(rate: int, seconds: int, host: str, port: int, shop: Shop) -> list[float]:
    """Seconds from when each request was due to the end of its answer; failed ones have none."""
    local = threading.local()
    headers = {"Authorization": f"Bearer {shop.key}", "Content-Type": "application/json"}

    def ask(due: float, body: bytes) -> float | None:
        if not hasattr(local, "wire"):
            local.wire = HTTPConnection(host, port, timeout=30)
        for _ in range(2):  # a server may close what has been idle
            try:
                local.wire.request("POST", PATH, body, headers)
                answer = local.wire.getresponse()
                answer.read()
            except OSError:
                local.wire.close()
                continue
            return time.perf_counter() - due if answer.status == 200 else None
        return None

    for _ in range(10):  # an instance that has just started reads rules and products
        ask(time.perf_counter(), shop.body(next(shop.customers), 0))
    start, pending, customer = time.perf_counter() + 0.1, [], ""
    with ThreadPoolExecutor(64) as pool:
        for number in range(rate * seconds):
            customer = next(shop.customers) if number % 2 == 0 else customer
            body, due = shop.body(customer, number // 2 % PRODUCTS), start + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            pending.append(pool.submit(ask, due, body))
        took = [future.result() for future in pending]
    return [one for one in took if one is not None]


# Start -------------------------------------------------------------------------------------


def measure_start() -> dict[str, Any]:
    """Seconds to import all functions in a fresh process, our modules' part, and what is heavy."""
    command = [sys.executable, "-X", "importtime", "-c"]
    script = "import main, sys; print(*sorted(sys.modules))"
    started = time.perf_counter()
    ran = subprocess.run(
        [*command, script], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - started
    own = {"kindred.api": 0, "kindred.keys": 0, "kindred.pricing": 0}
    for line in ran.stderr.splitlines():
        _, _, row = line.partition("import time:")
        cells = [cell.strip() for cell in row.split("|")]
        for room in own:
            if len(cells) == 3 and cells[2].startswith(room) and cells[0].isdigit():
                own[room] += int(cells[0])
    loaded = set(ran.stdout.split())
    return {
        "importing all functions, s": seconds,
        **{f"of it {room}, ms": spent / 1_000 for room, spent in own.items()},
        "heavy modules loaded": " ".join(name for name in HEAVY if name in loaded) or "none",
    }


if __name__ == "__main__":
    sys.exit(main())
