"""Who may do what with files, written from the design and not from the rules.

Every row is one request by one caller with the answer it must get. ``ROWS`` is the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.callers import CALLERS, MERCHANT, READERS, RIVAL, UIDS, WORKERS
from rules.storage_rest import Storage

RAW = f"csv_uploads/{MERCHANT}/up1/orders.csv"
EXPORT = f"derived/{MERCHANT}/csv/up1/exports/segments.csv"
SHOP_EXPORT = f"derived/{MERCHANT}/shopify/shop1/exports/segments.csv"
#: What only the server may see, and places that nobody named.
CLOSED = (
    f"derived/{MERCHANT}/csv/up1/private/orders.parquet",
    f"derived/{MERCHANT}/csv/up1/private/deep/er.parquet",
    f"derived/{MERCHANT}/shopify/shop1/private/orders.parquet",
    f"derived/{MERCHANT}/csv/up1/orders.parquet",
    f"derived/{MERCHANT}/csv/up1/exports",
    f"derived/{MERCHANT}/csv/exports/x.csv",
    f"derived/{MERCHANT}/exports/x.csv",
    f"derived/{MERCHANT}/private/x.csv",
    f"csv_uploads/{MERCHANT}/orders.csv",
    f"csv_uploads/{MERCHANT}/up1/deep/orders.csv",
    "csv_uploads/orders.csv",
    f"uploads/{MERCHANT}/up1/orders.csv",
    f"users/{MERCHANT}/avatar.png",
    f"{MERCHANT}/orders.csv",
    f"private/{MERCHANT}/csv/up1/exports/x.csv",
    "orders.csv",
)
#: Files of another merchant: same places, other owner.
RIVALS = tuple(name.replace(MERCHANT, RIVAL) for name in (RAW, EXPORT, CLOSED[0]))
SEEDS = (RAW, EXPORT, SHOP_EXPORT, *CLOSED, *RIVALS)
#: Types that a browser saves, and types that it would show, or run.
PLAIN = (
    *("text/csv", "text/csv; charset=utf-8", "text/csv;charset=utf-8", "text/plain"),
    *("text/tab-separated-values", "application/csv", "application/gzip", "application/x-gzip"),
    *("application/zip", "application/x-zip-compressed", "application/octet-stream"),
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
RENDERED = (
    *("text/html", "text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml"),
    *("image/svg+xml", "text/xml", "application/xml", "application/pdf", "text/javascript"),
    *("application/javascript", "text/css", "image/png", "text/csvx", "text/csv/html", "x/y"),
    *("text/csv, text/html", " text/html", "multipart/x-mixed-replace"),
)
#: The limit on a file is lowered in the rules that tests load, so that a small one can cross it.
LIMIT = "500 * 1000 * 1000"
TEST_LIMIT = 2048


@dataclass(frozen=True)
class Row:
    """One request and its answer. ``touches`` is the file it may change when allowed."""

    name: str
    caller: str
    allowed: bool
    ask: Callable[[Storage], bool]
    touches: str = ""


def build_rows() -> Iterator[Row]:
    yield from _matrix()
    yield from _new_files()
    yield from _lists()
    yield from _detours()


def _matrix() -> Iterator[Row]:
    for name in SEEDS:
        mine = name.replace(RIVAL, MERCHANT)
        open_to_members = mine in (RAW, EXPORT, SHOP_EXPORT)
        for caller in CALLERS:
            readers = ("rival",) if RIVAL in name else READERS
            yield from _reads(caller, name, allowed=open_to_members and caller in readers)
            folder, slash, old = name.rpartition("/")
            fresh = f"{folder}{slash}new-{old}"
            workers = ("rival",) if RIVAL in name else WORKERS
            is_raw = mine == RAW
            yield _put(caller, fresh, allowed=is_raw and caller in workers)
            yield _put(caller, name, allowed=False, what="over what is there")
            for verb in ("describe", "delete"):
                yield Row(
                    f"{caller} {verb} {name}",
                    caller,
                    False,
                    lambda st, caller=caller, name=name, verb=verb: getattr(st, verb)(caller, name),
                    name,
                )


def _reads(caller: str, name: str, *, allowed: bool) -> Iterator[Row]:
    yield Row(f"{caller} get {name}", caller, allowed, lambda st: st.get(caller, name))
    what = f"{caller} get content {name}"
    yield Row(what, caller, allowed, lambda st: st.get(caller, name, content=True))


def _new_files() -> Iterator[Row]:
    folder = f"csv_uploads/{MERCHANT}/up2"
    for good in ("a", "x" * 200, "ü b (1).CSV", "orders", "..csv", "x..y", "a#b?c", "data.xlsx"):
        yield _put("analyst", f"{folder}/{good}", allowed=True, what="good name")
    for bad in ("x" * 201, ".", "..", "a\\b", "a\nb", "a\x7fb", "../up3/a"):
        yield _put("analyst", f"{folder}/{bad}", allowed=False, what=f"bad name {bad[:9]!r}")
    for good in ("u" * 128, "-", "7f3c-A_b"):
        yield _put("owner", f"csv_uploads/{MERCHANT}/{good}/a.csv", allowed=True, what="good id")
    for bad in ("u" * 129, "_u", "..", ".", "a b", "a.b", "ü"):
        yield _put("owner", f"csv_uploads/{MERCHANT}/{bad}/a.csv", allowed=False, what="bad id")
    for kind in (*PLAIN, *RENDERED):
        name = f"{folder}/kind.csv"
        yield Row(
            f"owner create {name} as {kind}",
            "owner",
            kind in PLAIN,
            lambda st, kind=kind, name=name: st.put("owner", name, kind=kind),
            name,
        )
    for size in (0, 1, TEST_LIMIT - 1, TEST_LIMIT, TEST_LIMIT + 1, 2 * TEST_LIMIT):
        for way in ("put", "put_resumable"):
            name = f"{folder}/size.csv"
            yield Row(
                f"owner create {name} size {size} by {way}",
                "owner",
                size <= TEST_LIMIT,
                lambda st, size=size, way=way, name=name: getattr(st, way)(
                    "owner", name, b"x" * size
                ),
                name,
            )
    for caller in CALLERS:
        name = f"{folder}/large.csv"
        yield Row(
            f"{caller} create {name} resumable",
            caller,
            caller in WORKERS,
            lambda st, caller=caller, name=name: st.put_resumable(caller, name, b"a,b\n1,2\n"),
            name,
        )


def _lists() -> Iterator[Row]:
    listable = (f"csv_uploads/{MERCHANT}/up1/", EXPORT.replace("segments.csv", ""))
    others = (
        "",
        "csv_uploads/",
        f"csv_uploads/{MERCHANT}/",
        "derived/",
        f"derived/{MERCHANT}/",
        f"derived/{MERCHANT}/csv/",
        f"derived/{MERCHANT}/csv/up1/",
        f"derived/{MERCHANT}/csv/up1/private/",
        f"users/{MERCHANT}/",
    )
    for caller in CALLERS:
        for prefix in listable:
            yield _list(caller, prefix, allowed=caller in READERS)
            theirs = prefix.replace(MERCHANT, RIVAL)
            yield _list(caller, theirs, allowed=caller == "rival")
        for prefix in others:
            yield _list(caller, prefix, allowed=False)


def _detours() -> Iterator[Row]:
    """Names that climb: wherever dots are resolved, nobody ends in another's folder."""
    for caller in ("rival", "analyst", "viewer"):
        own = f"derived/{UIDS[caller]}/csv/s/exports"
        victim = MERCHANT if caller == "rival" else RIVAL
        for name in (
            f"{own}/../../../../{victim}/csv/up1/private/orders.parquet",
            f"{own}/../../../../{victim}/csv/up1/exports/segments.csv",
            f"{own}/../private/orders.parquet",
            f"csv_uploads/{UIDS[caller]}/../{victim}/up1/orders.csv",
            f"csv_uploads/{UIDS[caller]}/../../csv_uploads/{victim}/up1/orders.csv",
            f"/csv_uploads/{victim}/up1/orders.csv",
            f"csv_uploads//{victim}/up1/orders.csv",
        ):
            yield from _reads(caller, name, allowed=False)
            yield _put(caller, name, allowed=False, what="detour")
            yield Row(
                f"{caller} delete {name}",
                caller,
                False,
                lambda st, caller=caller, name=name: st.delete(caller, name),
            )


def _put(caller: str, name: str, *, allowed: bool, what: str = "") -> Row:
    return Row(
        f"{caller} create {name} {what}".rstrip(),
        caller,
        allowed,
        lambda st: st.put(caller, name),
        name,
    )


def _list(caller: str, prefix: str, *, allowed: bool) -> Row:
    return Row(
        f"{caller} list {prefix or '(all)'}", caller, allowed, lambda st: st.list(caller, prefix)
    )


ROWS: tuple[Row, ...] = tuple(build_rows())
