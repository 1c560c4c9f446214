"""Who may do what in Firestore, written from the design and not from the rules.

Every row is one request by one caller with the answer it must get. ``ROWS`` is the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.callers import (
    CALLERS,
    ERASED,
    MANAGERS,
    MERCHANT,
    NOBODY,
    OWNER,
    READERS,
    RIVAL,
    UIDS,
    WORKERS,
)
from rules.firestore_rest import Answer, Firestore, ServerTime
from rules.pricing_table import (
    PREMIUM,
    PRODUCT,
    RULE,
    SETTINGS,
    TEST,
    THEN,
    WHOLE_PRODUCT,
    WHOLE_TEST,
    Case,
    price_test_cases,
    product_cases,
    rule_cases,
    settings_cases,
)

NEW = "new-1"
#: Uploads of the merchant, one per status that a client may meet.
STATUSES = (
    "waiting_for_file",
    "queued",
    "running",
    "ready",
    "checked",
    "needs_mapping",
    "failed",
    "cancelled",
    "deleting",
)
PARTS = ("runs", "customers", "customer_index", "emotions", "charts", "price_models")
CSV_PARTS = (*PARTS, "csv_segments")
SHOP_PARTS = (*PARTS, "segments", "data_requests", "discounts")
#: Below a shop, for those who work with it.
SHOP_WORK = ("discount_parts",)
SHELVES = ("column_mappings", "price_history", "offers", "campaigns")
#: Shelves that people write, and what one of their documents is.
PRICED: Mapping[str, Mapping[str, Any]] = {
    "products": {**PRODUCT, "public_prices": [{"price": 1999, "since": THEN}]},
    "pricing_rules": RULE,
    "price_tests": TEST,
}
FIELDS = (
    *("customer_id", "email", "phone", "name", "order_id", "order_date", "order_time", "amount"),
    *("quantity", "unit_price", "discount", "tax", "shipping", "currency", "product_id"),
    *("product_name", "category", "review_title", "review_text", "rating", "event_type"),
    *("event_time", "status", "city", "country", "consent"),
)
#: Places that nobody but a server may see: the made-up ones stand for whatever comes later.
CLOSED = (
    "users/{m}/private/keys",
    "users/{m}/tokens/t1",
    "users/{m}/api_keys/k1",
    "users/{m}/api_key_limits/k1",
    "users/{m}/settings/other",
    "users/{m}/settings/pricing/private/p1",
    "users/{m}/webhooks/w1",
    "users/{m}/webhooks/w1/deliveries/d1",
    "users/{m}/secrets/s1",
    "users/{m}/shop_authorizations/a1",
    "users/{m}/invitation_tokens/i1",
    "users/{m}/segments/s1",
    "users/{m}/customers/c1",
    "users/{m}/runs/r1",
    "users/{m}/invitations/i1/private/token",
    "users/{m}/members/viewer-uid/private/p1",
    "users/{m}/memberships/x/private/p1",
    "users/{m}/column_mappings/h1/private/p1",
    "users/{m}/products/p1/private/p1",
    "users/{m}/pricing_rules/d1/private/p1",
    "users/{m}/price_tests/d1/private/p1",
    "users/{m}/price_history/d1/private/p1",
    "users/{m}/price_models/r1-p1",
    "users/{m}/csv_uploads/ready/price_opt_outs/0",
    "users/{m}/csv_uploads/ready/price_history/q1",
    "users/{m}/data_sources/shop/price_opt_outs/0",
    "users/{m}/csv_uploads/ready/data_requests/d1",
    "users/{m}/csv_uploads/ready/discounts/d1",
    "users/{m}/csv_uploads/ready/discount_parts/d1",
    "users/{m}/data_sources/shop/discounts/d1/private/p1",
    "users/{m}/csv_uploads/ready/private/p1",
    "users/{m}/csv_uploads/ready/tokens/t1",
    "users/{m}/csv_uploads/ready/segments/s1",
    "users/{m}/csv_uploads/ready/members/viewer-uid",
    "users/{m}/csv_uploads/ready/runs/r1/customers/c1",
    "users/{m}/csv_uploads/ready/customers/c1/private/p1",
    "users/{m}/data_sources/shop/hooks/h1",
    "users/{m}/data_sources/shop/private/p1",
    "users/{m}/data_sources/shop/redactions/c1",
    "users/{m}/data_sources/shop/secrets/credentials",
    "users/{m}/data_sources/shop/sync/cursors",
    "users/{m}/data_sources/shop/keys/k1",
    "users/{m}/data_sources/shop/csv_segments/s1",
    "users/{m}/data_sources/shop/segments/s1/private/p1",
    "csv_uploads/ready",
    "data_sources/shop",
    "members/viewer-uid",
    "admin/settings",
    "emails/e1",
    "merchants/{m}/csv_uploads/ready",
)
GROUPS = (
    "users",
    "erased_accounts",
    "members",
    "memberships",
    "invitations",
    "invitation_tokens",
    "column_mappings",
    "csv_uploads",
    "data_sources",
    "runs",
    "csv_segments",
    "segments",
    "customers",
    "customer_index",
    "emotions",
    "charts",
    "products",
    "pricing_rules",
    "price_tests",
    "price_history",
    "price_models",
    "price_opt_outs",
    "settings",
    "api_keys",
    "offers",
    "campaigns",
    "api_key_limits",
    "webhooks",
    "deliveries",
    "data_requests",
    "discount_parts",
    "discounts",
    "hooks",
    "private",
    "redactions",
    "secrets",
    "shop_authorizations",
    "sync",
    "tokens",
)


@dataclass(frozen=True)
class Row:
    """One request and its answer. ``touches`` are the documents it may change when allowed."""

    name: str
    caller: str
    allowed: bool
    ask: Callable[[Firestore], Answer]
    touches: tuple[str, ...] = field(default=())


def upload(caller: str = "owner", **changes: Any) -> dict[str, Any]:
    """A valid new upload document of this caller; ``changes`` override, None-able by value."""
    return {
        "status": "waiting_for_file",
        "file_name": "orders.csv",
        "label": "Orders",
        "generate_segments": True,
        "created_at": ServerTime(),
        "uploaded_by": UIDS.get(caller, "nobody"),
        "column_mapping": None,
        "options": {},
        "based_on": None,
        **changes,
    }


def seeds() -> dict[str, dict[str, Any]]:
    """Documents by path: the merchant's tree, and the rival's."""
    documents: dict[str, dict[str, Any]] = {}
    for uid in (MERCHANT, RIVAL):
        user = f"users/{uid}"
        documents[user] = {"business_name": "Shop", "display_name": "Jo", "settings": {}}
        for status in STATUSES:
            documents[f"{user}/csv_uploads/{status}"] = {
                "status": status,
                "file_name": "orders.csv",
                "label": "Orders",
                "uploaded_by": uid,
                "created_at": datetime(2026, 1, 1, tzinfo=UTC),
                "customer_count": 3,
            }
        for part in CSV_PARTS:
            documents[f"{user}/csv_uploads/ready/{part}/r1-a"] = {"run_id": "r1"}
        documents[f"{user}/data_sources/shop"] = {"status": "ready", "label": "Shop"}
        for part in (*SHOP_PARTS, *SHOP_WORK):
            documents[f"{user}/data_sources/shop/{part}/r1-a"] = {"run_id": "r1"}
        for shelf in SHELVES:
            documents[f"{user}/{shelf}/d1"] = {"label": "one"}
        for shelf, document in PRICED.items():
            documents[f"{user}/{shelf}/d1"] = dict(document)
        documents[f"{user}/settings/pricing"] = dict(SETTINGS)
        for path in CLOSED:
            documents[path.format(m=uid)] = {"label": "secret"}
    people = f"users/{MERCHANT}"
    for status in ("draft", "running", "stopped"):
        documents[f"{people}/price_tests/{status}"] = {**WHOLE_TEST, "status": status}
    premium = {**RULE, "effect": PREMIUM, "who": {"segments": ["s01"]}}
    documents[f"{people}/pricing_rules/premium"] = premium
    for person in ("admin", "analyst", "viewer"):
        documents[f"{people}/members/{UIDS[person]}"] = {"role": person}
        documents[f"users/{UIDS[person]}/memberships/{MERCHANT}"] = {"role": person}
    documents[f"users/{UIDS['removed']}/memberships/{MERCHANT}"] = {"role": "analyst"}
    documents[f"{people}/members/odd-uid"] = {"role": "janitor"}
    documents[f"{people}/memberships/elsewhere"] = {"role": "viewer"}
    documents[f"{people}/invitations/i1"] = {"email": "a@example.com", "role": "viewer"}
    documents[f"users/{RIVAL}/members/someone"] = {"role": "admin"}
    documents[f"users/{RIVAL}/members/{MERCHANT}"] = {"role": "janitor"}
    # An account that is on its way out: its documents aren't all gone, nor are its memberships.
    documents[f"erased_accounts/{ERASED}"] = {"since": datetime(2026, 1, 1, tzinfo=UTC)}
    documents[f"users/{ERASED}"] = {"deleting_since": datetime(2026, 1, 1, tzinfo=UTC)}
    documents[f"users/{ERASED}/csv_uploads/ready"] = {"status": "ready", "label": "Orders"}
    documents[f"users/{ERASED}/data_sources/shop"] = {"status": "ready", "label": "Shop"}
    for shelf, document in PRICED.items():
        documents[f"users/{ERASED}/{shelf}/d1"] = dict(document)
    documents[f"users/{ERASED}/settings/pricing"] = dict(SETTINGS)
    documents[f"users/{RIVAL}/members/{ERASED}"] = {"role": "analyst"}
    return documents


def build_rows() -> Iterator[Row]:
    yield from _matrix()
    yield from _own_papers()
    yield from _erased_accounts()
    yield from _new_uploads()
    yield from _answers()
    yield from _shops()
    yield from _profiles()
    yield from _priced()
    yield from _price_settings()
    yield from _price_tests()
    yield from _premiums()
    yield from _queries()
    yield from _bundles()


# The matrix: {caller} x {get, list, create, update, delete} x every path --------------------


@dataclass(frozen=True)
class Place:
    """One collection or document of the design, and who may do what there."""

    path: str
    get: frozenset[str] = NOBODY
    list: frozenset[str] = NOBODY
    create: frozenset[str] = NOBODY
    update: frozenset[str] = NOBODY
    delete: frozenset[str] = NOBODY
    changes: Mapping[str, Any] = field(default_factory=lambda: {"label": "Other"})
    body: Callable[[str], Mapping[str, Any]] = field(default=lambda caller: {"label": "mine"})


def _places() -> Iterator[Place]:
    user = f"users/{MERCHANT}"
    profile = Place(
        user,
        get=READERS | {"unverified"},
        create=OWNER,
        update=OWNER | {"unverified"},
        changes={"display_name": "Jo"},
        body=lambda _: {"display_name": "Jo"},
    )
    yield profile
    yield Place(
        f"{user}/csv_uploads/ready",
        get=READERS,
        list=READERS,
        create=WORKERS,
        update=WORKERS,
        body=lambda caller: upload(caller),
    )
    yield Place(f"{user}/data_sources/shop", get=READERS, list=READERS, update=WORKERS)
    for part in CSV_PARTS:
        yield Place(f"{user}/csv_uploads/ready/{part}/r1-a", get=READERS, list=READERS)
    for part in SHOP_PARTS:
        yield Place(f"{user}/data_sources/shop/{part}/r1-a", get=READERS, list=READERS)
    for part in SHOP_WORK:
        yield Place(f"{user}/data_sources/shop/{part}/r1-a", get=WORKERS, list=WORKERS)
    for shelf in SHELVES:
        yield Place(f"{user}/{shelf}/d1", get=READERS, list=READERS)
    for shelf, document in PRICED.items():
        yield Place(
            f"{user}/{shelf}/d1",
            get=READERS,
            list=READERS,
            create=WORKERS,
            update=WORKERS,
            delete=WORKERS,
            changes={"name": "Other"},
            body=lambda _, document=document: {
                name: value for name, value in document.items() if name != "public_prices"
            },
        )
    yield Place(
        f"{user}/members/odd-uid", get=MANAGERS, list=MANAGERS, body=lambda _: {"role": "admin"}
    )
    yield Place(f"{user}/invitations/i1", get=MANAGERS, list=MANAGERS)
    yield Place(
        f"{user}/memberships/elsewhere", get=OWNER, list=OWNER, body=lambda _: {"role": "admin"}
    )
    for path in CLOSED:
        yield Place(path.format(m=MERCHANT))


def _matrix() -> Iterator[Row]:
    for place in _places():
        collection = place.path.rpartition("/")[0]
        is_profile = place.path.count("/") == 1 and place.path.startswith("users/")
        for caller in CALLERS:
            yield _get(caller, place.path, allowed=caller in place.get)
            yield _list(caller, collection, allowed=caller in place.list)
            fresh = (
                f"users/{UIDS.get(caller, 'nobody')}-new" if is_profile else f"{collection}/{NEW}"
            )
            # A profile is made by its owner; the others' attempt at somebody's is refused.
            may_create = caller in place.create and not is_profile
            yield _create(caller, fresh, place.body(caller), allowed=may_create)
            yield _update(caller, place.path, place.changes, allowed=caller in place.update)
            yield _delete(caller, place.path, allowed=caller in place.delete)


def _own_papers() -> Iterator[Row]:
    """What a person may see about themselves, and what they may not make of it."""
    for caller, uid in UIDS.items():
        own = f"users/{MERCHANT}/members/{uid}"
        yield _get(caller, own, allowed=caller in READERS)
        theirs = f"users/{RIVAL}/members/{uid}-new"
        yield _create(caller, theirs, {"role": "admin"}, allowed=False)
        verified = caller != "unverified"
        yield _get(caller, f"users/{uid}/memberships/{MERCHANT}", allowed=verified)
        if uid != MERCHANT:  # the matrix asks for that one
            yield _list(caller, f"users/{uid}/memberships", allowed=True)
        yield _create(caller, f"users/{uid}/memberships/{RIVAL}", {"role": "admin"}, allowed=False)
    for caller in ("owner", "unverified"):
        elsewhere = f"users/{RIVAL}/members/{MERCHANT}"
        yield _get(caller, elsewhere, allowed=caller == "owner")
    for caller in ("admin", "analyst", "viewer"):
        own = f"users/{MERCHANT}/members/{UIDS[caller]}"
        yield _update(caller, own, {"role": "owner"}, allowed=False)
        yield _update(caller, own, {"role": "admin"}, allowed=False)
        yield _delete(caller, own, allowed=False)
        mirror = f"users/{UIDS[caller]}/memberships/{MERCHANT}"
        yield _update(caller, mirror, {"role": "admin"}, allowed=False)
    for caller in ("anonymous", "analyst", "viewer", "removed", "rival"):
        yield _get(caller, f"users/{MERCHANT}/members/{UIDS['admin']}", allowed=False)
    # The owner of one tree is nobody in the other, and membership isn't passed on.
    for caller in CALLERS:
        theirs, reads = f"users/{RIVAL}", caller in ("rival", "erased")
        yield _get(caller, f"{theirs}/csv_uploads/ready", allowed=reads)
        yield _list(caller, f"{theirs}/csv_uploads", allowed=reads)
        yield _get(caller, f"{theirs}/csv_uploads/ready/customers/r1-a", allowed=reads)
        made = f"{theirs}/csv_uploads/{NEW}"
        yield _create(caller, made, upload(caller), allowed=caller == "rival")


def _erased_accounts() -> Iterator[Row]:
    """What is being erased gets nothing new, by nobody; and nobody says what is."""
    tree = f"users/{ERASED}"
    for uploads in (f"{tree}/csv_uploads", f"users/{RIVAL}/csv_uploads"):
        what = "by who is no more"
        fresh = f"{uploads}/{NEW}"
        yield _create("erased", fresh, upload("erased"), allowed=False, what=what)
        yield _update("erased", f"{uploads}/ready", {"label": "x"}, allowed=False)
    for shop in (f"{tree}/data_sources/shop", f"users/{RIVAL}/data_sources/shop"):
        yield _update("erased", shop, {"label": "x"}, allowed=False)
    yield _update("erased", tree, {"business_name": "Back"}, allowed=False)
    for shelf, document in PRICED.items():
        fields = {name: value for name, value in document.items() if name != "public_prices"}
        for place in (f"{tree}/{shelf}", f"users/{RIVAL}/{shelf}"):
            yield _create("erased", f"{place}/{NEW}", fields, allowed=False)
            yield _update("erased", f"{place}/d1", {"name": "Other"}, allowed=False)
            yield _delete("erased", f"{place}/d1", allowed=False)
    yield _update("erased", f"{tree}/settings/pricing", {"kill": True}, allowed=False)
    for caller in CALLERS:
        uid = UIDS.get(caller, "nobody")
        mark, fresh = f"erased_accounts/{ERASED}", f"erased_accounts/{uid}-new"
        yield _get(caller, mark, allowed=False)
        yield _list(caller, "erased_accounts", allowed=False)
        yield _create(caller, fresh, {"since": 1}, allowed=False)
        yield _update(caller, mark, {"since": 1}, allowed=False)
        yield _delete(caller, mark, allowed=False)


# Field by field ----------------------------------------------------------------------------


def _ago(**parts: float) -> datetime:
    return datetime.now(UTC) - timedelta(**parts)


def _upload_variants() -> Iterator[tuple[str, Callable[[], dict[str, Any]], bool]]:
    """(what is special, the document, allowed); made when asked, since times move on."""

    def with_(
        what: str, allowed: bool, **changes: Any
    ) -> tuple[str, Callable[[], dict[str, Any]], bool]:
        return what, lambda: upload(**changes), allowed

    def without(*names: str) -> Callable[[], dict[str, Any]]:
        return lambda: {key: value for key, value in upload().items() if key not in names}

    yield (
        "without options, label, column_mapping and based_on",
        without("options", "label", "column_mapping", "based_on"),
        True,
    )
    for name in ("status", "file_name", "generate_segments", "created_at", "uploaded_by"):
        yield f"without {name}", without(name), False

    for status in (*STATUSES[1:], None, "", 1, ["waiting_for_file"]):
        yield with_(f"status {status}", False, status=status)
    for name, value in SERVER_FIELDS.items():
        yield with_(f"server field {name}", False, **{name: value})
    yield with_("unknown field", False, surprise=1)

    for good in ("a", "ü" * 200, "..csv", "a b (1).csv", ".hidden", "x..y", "%2F", "a?b#c"):
        yield with_(f"file_name {good[:20]!r} of {len(good)}", True, file_name=good)
    for bad in (
        "",
        "a" * 201,
        ".",
        "..",
        "a/b",
        "/",
        "../x",
        "a\\b",
        "a\nb",
        "a\x00b",
        "a\x7fb",
        None,
        7,
    ):
        name = f"file_name {str(bad)[:20]!r} of {len(str(bad))}"
        yield with_(name, False, file_name=bad)
    yield with_("file_name list", False, file_name=["orders.csv"])

    for good in (None, "", "x" * 200):
        yield with_(f"label {str(good)[:5]!r}", True, label=good)
    for bad in ("x" * 201, 7, ["x"], {"a": "b"}, True):
        yield with_(f"label {str(bad)[:12]!r}", False, label=bad)

    yield with_("generate_segments false", True, generate_segments=False)
    for bad in (None, "true", 1, [True]):
        yield with_(f"generate_segments {bad!r}", False, generate_segments=bad)

    yield "created_at almost five minutes ago", lambda: upload(created_at=_ago(minutes=4.75)), True
    yield (
        "created_at almost five minutes ahead",
        lambda: upload(created_at=_ago(minutes=-4.75)),
        True,
    )
    yield "created_at over five minutes ago", lambda: upload(created_at=_ago(minutes=5.25)), False
    yield (
        "created_at over five minutes ahead",
        lambda: upload(created_at=_ago(minutes=-5.25)),
        False,
    )
    yield "created_at last year", lambda: upload(created_at=_ago(days=365)), False
    yield "created_at next year", lambda: upload(created_at=_ago(days=-365)), False
    for bad in (None, "2026-01-01", 1767225600, True):
        yield with_(f"created_at {bad!r}", False, created_at=bad)

    for bad in (RIVAL, UIDS["admin"], "", None, 7, [MERCHANT]):
        yield with_(f"uploaded_by {bad!r}", False, uploaded_by=bad)

    for what, good in GOOD_MAPPINGS:
        yield with_(f"column_mapping {what}", True, column_mapping=good)
    for what, bad in BAD_MAPPINGS:
        yield with_(f"column_mapping {what}", False, column_mapping=bad)
    for what, good in GOOD_OPTIONS:
        yield with_(f"options {what}", True, options=good)
    for what, bad in BAD_OPTIONS:
        yield with_(f"options {what}", False, options=bad)

    for mode in ("replace", "append"):
        yield with_(f"based_on mode {mode}", True, based_on={"upload_id": "ready", "mode": mode})
    for what, bad in BAD_BASES:
        yield with_(f"based_on {what}", False, based_on=bad)


SERVER_FIELDS: dict[str, Any] = {
    "stage": "reading",
    "progress": 100,
    "error": None,
    "notices": [],
    "report": {"rows_read": 1},
    "detected": {},
    "current_run": "r1",
    "customer_count": 10,
    "segment_count": 2,
    "index_buckets": 1,
    "texts_state": "done",
    "updated_at": "now",
    "finished_at": None,
    "cancel_requested": False,
    "counts": {"rows": 9},
    "lease": None,
    "attempt": 0,
    "same_as": "ready",
    "run_id": "r1",
}
GOOD_MAPPINGS: Sequence[tuple[str, Any]] = (
    ("null", None),
    ("empty", {}),
    *((f"{name} to a column", {name: "A column"}) for name in FIELDS),
    ("every field", dict.fromkeys(FIELDS, "A column")),
    ("every field to ten columns", {key: [f"Column {n}" for n in range(10)] for key in FIELDS}),
    ("name to two columns", {"name": ["First name", "Last name"]}),
    ("email to a long header", {"email": "x" * 300}),
    ("email to long headers", {"email": ["x" * 300] * 10}),
    ("email to headers of 3,200 letters with what joins them", {"email": ["x" * 1592] * 2}),
    ("email to 201 columns without a name", {"email": [""] * 201}),
)
BAD_MAPPINGS: Sequence[tuple[str, Any]] = (
    *((f"{name} to a number", {name: 7}) for name in FIELDS),
    ("unknown field", {"password": "A column"}),
    ("unknown field among known", {"email": "A", "price": "B"}),
    ("email to null", {"email": None}),
    ("email to a map", {"email": {"a": "b"}}),
    ("email to a list of lists", {"email": ["a", {"b": "c"}]}),
    ("email to 202 columns without a name", {"email": [""] * 202}),
    ("email to a list of nothing, 60,000 times", {"email": [""] * 60_000}),
    ("email to an overlong header", {"email": "x" * 301}),
    ("email to an overlong header in a list", {"email": ["x" * 3201]}),
    ("email to overlong headers", {"email": ["x" * 1592, "x" * 1593]}),
    ("text", "email=Email"),
    ("list", ["email"]),
    ("number", 7),
    ("true", True),
)
CODES = tuple(f"X{a}{b}" for a in "ABCDEF" for b in "ABCDE")
RULES = {
    "own": True,
    "new_purchases": 1,
    "loyal_purchases": 5,
    "loyal_days": 182,
    "lapsed_days": 60,
    "seasonal_share": 0.8,
    "festive": ["12-01/12-31"],
    "high_order": 15_000.0,
    "high_lifetime": 150_000.0,
    "low_lifetime": 10_000.0,
    "audience_share": 0.7,
    "family_share": 0.3,
}
GOOD_OPTIONS: Sequence[tuple[str, Any]] = (
    ("null", None),
    ("empty", {}),
    *((f"algorithm {a}", {"algorithm": a}) for a in ("auto", "kmeans", "dbscan")),
    *(
        (f"duplicate_customers {d}", {"duplicate_customers": d})
        for d in ("merge", "keep_last", "reject")
    ),
    *((f"date_order {d}", {"date_order": d}) for d in ("auto", "dmy", "mdy", "ymd")),
    ("currency", {"currency": "LKR"}),
    ("rates", {"rates": {"USD": "0.92", "LKR": "0.0029"}}),
    ("rates most", {"rates": dict.fromkeys(CODES, "0." + "1" * 18)}),
    *((f"rules {name}", {"rules": {name: value}}) for name, value in RULES.items()),
    ("rules all", {"rules": RULES}),
    ("rules null", {"rules": dict.fromkeys(RULES.keys() - {"festive"})}),
    ("rules with 20 festive periods", {"rules": {"festive": ["12-01/12-31"] * 20}}),
    ("rules with 490 letters of festive periods", {"rules": {"festive": ["x" * 490]}}),
    ("rules with 300 letters", {"rules": {"own": "x" * 150, "high_order": "x" * 150}}),
    ("as_of", {"as_of": "2026-01-31"}),
    ("dry_run", {"dry_run": True}),
    (
        "everything",
        {
            "algorithm": "kmeans",
            "duplicate_customers": "reject",
            "date_order": "dmy",
            "currency": "EUR",
            "as_of": "2026-01-31",
            "dry_run": False,
        },
    ),
)
BAD_OPTIONS: Sequence[tuple[str, Any]] = (
    *(
        (f"{name} {value!r}", {name: value})
        for name in (
            "algorithm",
            "duplicate_customers",
            "date_order",
            "currency",
            "as_of",
            "dry_run",
        )
        for value in (None, "sideways", 7, ["auto"], {"a": "b"})
    ),
    ("currency in small letters", {"currency": "eur"}),
    ("currency of four letters", {"currency": "EURO"}),
    *((f"rates {value!r}", {"rates": value}) for value in (None, "USD=1", 7, ["USD"])),
    ("rates in maps", {"rates": {"USD": {"EUR": "1"}}}),
    ("rates of too many", {"rates": dict.fromkeys((*CODES, "Z"), "1")}),
    ("rates too long", {"rates": {"USD": "1" * 601}}),
    *((f"rules {value!r}", {"rules": value}) for value in (None, "own", 7, ["own"])),
    ("rules festive null", {"rules": {"festive": None}}),
    *((f"rules {name} a long text", {"rules": {name: "x" * 40_000}}) for name in RULES),
    *((f"rules {name} a map", {"rules": {name: {"a": 1}}}) for name in RULES),
    *((f"rules {name} a list", {"rules": {name: ["x"]}}) for name in RULES if name != "festive"),
    ("rules with too many festive periods", {"rules": {"festive": [""] * 37}}),
    ("rules with a long festive period", {"rules": {"festive": ["x" * 491]}}),
    ("rules with maps of festive periods", {"rules": {"festive": [{"a": "12-01/12-31"}]}}),
    ("rules with long values", {"rules": {"own": "x" * 150, "high_order": "x" * 151}}),
    ("rules with an unknown plain key", {"rules": {"password": 1}}),
    ("rules with an unknown key", {"rules": {**RULES, "audiences": {}}}),
    ("as_of with a time", {"as_of": "2026-01-31T00:00:00Z"}),
    ("unknown key", {"memory": "64GiB"}),
    ("unknown key among known", {"algorithm": "auto", "k": 3}),
    ("text", "auto"),
    ("list", ["auto"]),
    ("number", 7),
)
BAD_BASES: Sequence[tuple[str, Any]] = (
    ("without mode", {"upload_id": "ready"}),
    ("without upload_id", {"mode": "append"}),
    ("unknown mode", {"upload_id": "ready", "mode": "merge"}),
    ("extra key", {"upload_id": "ready", "mode": "append", "uid": RIVAL}),
    ("path", {"upload_id": f"../../{RIVAL}/csv_uploads/ready", "mode": "append"}),
    ("reserved id", {"upload_id": "__x__", "mode": "append"}),
    ("long id", {"upload_id": "x" * 129, "mode": "append"}),
    ("number", {"upload_id": 7, "mode": "append"}),
    ("mode list", {"upload_id": "ready", "mode": ["append"]}),
    ("empty", {}),
    ("text", "ready"),
    ("list", ["ready", "append"]),
)


def _new_uploads() -> Iterator[Row]:
    place = f"users/{MERCHANT}/csv_uploads"
    for what, make, allowed in _upload_variants():
        yield Row(
            f"owner create csv_uploads {what}",
            "owner",
            allowed,
            lambda fs, make=make: fs.write("owner", f"{place}/{NEW}", make(), exists=False),
            (f"{place}/{NEW}",),
        )
    for good in ("x" * 128, "7f3c-A_b", "-", "a"):
        yield _create("owner", f"{place}/{good}", upload(), allowed=True, what=f"isId {good[:9]}")
    for bad in ("x" * 129, "_x", "a b", "a.b", "..a", "ü", "a%b", "a:b"):
        yield _create("owner", f"{place}/{bad}", upload(), allowed=False, what=f"isId {bad[:9]}")
    # A second create of the same id is an update, and overwrites nothing.
    yield Row(
        "owner update csv_uploads by setting it anew",
        "owner",
        False,
        lambda fs: fs.write(
            "owner", f"{place}/ready", upload(), exists=True, mask=[*upload(), *SERVER_FIELDS]
        ),
        (f"{place}/ready",),
    )


def _answers() -> Iterator[Row]:
    """Updates of an upload: the label always, an answer only when the job asks."""
    place = f"users/{MERCHANT}/csv_uploads"
    mapping, options = {"column_mapping": {"email": "E"}}, {"options": {"dry_run": False}}
    for status in STATUSES:
        path = f"{place}/{status}"
        yield _update("analyst", path, {"label": "Spring"}, allowed=True)
        yield _update("analyst", path, mapping, allowed=status == "needs_mapping")
        yield _update("analyst", path, options, allowed=status == "checked")
        both = {"label": "Spring", **mapping}
        yield _update("admin", path, both, allowed=status == "needs_mapping")
        yield _update("admin", path, {"label": "Spring", **options}, allowed=status == "checked")
        yield _update("owner", path, {**mapping, **options}, allowed=False)
        yield _update("viewer", path, mapping, allowed=False)
        yield _update("viewer", path, options, allowed=False)
        for later in ("queued", "ready", "waiting_for_file"):
            if later != status:
                yield _update("owner", path, {"status": later}, allowed=False)
        yield _update("viewer", path, {"cancel_requested": True}, allowed=False)
    for name, value in {
        **SERVER_FIELDS,
        "file_name": "other.csv",
        "generate_segments": False,
        "created_at": ServerTime(),
        "uploaded_by": UIDS["admin"],
        "based_on": None,
        "surprise": 1,
    }.items():
        changed = {name: value if name != "customer_count" else 11}
        yield _update("owner", f"{place}/ready", changed, allowed=False)
        yield _update("owner", f"{place}/needs_mapping", {**mapping, **changed}, allowed=False)
        yield _update("owner", f"{place}/checked", {**options, **changed}, allowed=False)
    for what, value in GOOD_MAPPINGS[:4]:
        answer = {"column_mapping": value}
        yield _update("analyst", f"{place}/needs_mapping", answer, allowed=True, what=what)
    for what, value in BAD_MAPPINGS:
        answer = {"column_mapping": value}
        yield _update("analyst", f"{place}/needs_mapping", answer, allowed=False, what=what)
    for what, value in BAD_OPTIONS:
        yield _update("analyst", f"{place}/checked", {"options": value}, allowed=False, what=what)
    for status in ("ready", "needs_mapping", "checked"):
        longest = {"label": "x" * 200}
        yield _update("owner", f"{place}/{status}", longest, allowed=True, what="longest")
        for bad in ("x" * 201, 7, ["x"], {"a": "b"}):
            changes = {"label": bad}
            yield _update("owner", f"{place}/{status}", changes, allowed=False, what=str(bad)[:9])
        for mask in (["status"], ["file_name"], ["customer_count"], ["uploaded_by"]):
            yield Row(
                f"owner update csv_uploads {status} by removing {mask[0]}",
                "owner",
                False,
                lambda fs, status=status, mask=mask: fs.write(
                    "owner", f"{place}/{status}", {}, exists=True, mask=mask
                ),
                (f"{place}/{status}",),
            )
    yield Row(
        "owner update csv_uploads by removing label",
        "owner",
        True,
        lambda fs: fs.write("owner", f"{place}/ready", {}, exists=True, mask=["label"]),
        (f"{place}/ready",),
    )


def _shops() -> Iterator[Row]:
    """A connected shop: its label and when it is segmented anew; all else is the servers'."""
    path = f"users/{MERCHANT}/data_sources/shop"
    good: Sequence[dict[str, Any]] = (
        {"label": None},
        {"label": "x" * 200},
        {"refresh": {"when": "nightly"}},
        {"refresh": {"when": "changed", "percent": 0}},
        {"refresh": {"when": "changed", "percent": 100}},
        {"refresh": {"when": "changed", "percent": 2.5}},
        {"refresh": {"percent": None}},
        {"label": "Shop", "refresh": {"when": "nightly", "percent": 10}},
    )
    for changes in good:
        yield _update("analyst", path, changes, allowed=True, what=str(changes)[:60])
    bad: Sequence[dict[str, Any]] = (
        *({"label": value} for value in ("x" * 201, 7, ["x"], {"a": "b"})),
        *({"refresh": value} for value in (None, "nightly", 7, ["nightly"])),
        *({"refresh": {"when": value}} for value in ("hourly", None, 7, ["nightly"])),
        *({"refresh": {"percent": value}} for value in (-1, 100.1, "5", [5], {"a": 1})),
        {"refresh": {"when": "nightly", "hour": 3}},
    )
    for changes in bad:
        yield _update("owner", path, changes, allowed=False, what=str(changes)[:60])
    for name, value in {
        "kind": "amazon",
        "shop": "other.example.com",
        "zone": "UTC",
        "capabilities": {},
        "streams": {},
        "connection": {"state": "connected"},
        "hooks": {},
        "hooks_due_at": None,
        "next_sync_at": None,
        "synced_at": None,
        "status": "queued",
        "current_run": "r1",
        "tables_run": "r1",
        "lease": None,
        "options": {},
    }.items():
        yield _update("owner", path, {name: value}, allowed=False)
        yield _update("admin", path, {"label": "Shop", name: value}, allowed=False)
    yield Row(
        "owner update data_sources by removing status",
        "owner",
        False,
        lambda fs: fs.write("owner", path, {}, exists=True, mask=["status"]),
        (path,),
    )


def _profiles() -> Iterator[Row]:
    """The profile: three fields, by the owner alone."""
    path, fresh = f"users/{MERCHANT}", f"users/{UIDS['removed']}"
    good: Sequence[tuple[str, dict[str, Any]]] = (
        ("business_name", {"business_name": "x" * 200}),
        ("longest display_name", {"display_name": "x" * 100}),
        ("names null", {"business_name": None, "display_name": None}),
        ("settings", {"settings": {"theme": "dark", "idle_minutes": 15, "mail": True, "x": None}}),
        ("settings many keys", {"settings": {f"k{n:02}": n for n in range(50)}}),
        ("settings long keys", {"settings": {"k" * 1000: 1, "l" * 1000: 1}}),
        ("settings long values", {"settings": {"k": "x" * 8000}}),
        ("all", {"business_name": "Shop", "display_name": "Jo", "settings": {}}),
    )
    bad: Sequence[tuple[str, dict[str, Any]]] = (
        ("business_name long", {"business_name": "x" * 201}),
        ("business_name number", {"business_name": 7}),
        ("business_name list", {"business_name": ["x"]}),
        ("display_name long", {"display_name": "x" * 101}),
        ("display_name map", {"display_name": {"a": "b"}}),
        ("settings text", {"settings": "dark"}),
        ("settings null", {"settings": None}),
        ("settings list", {"settings": ["dark"]}),
        ("settings too many keys", {"settings": {f"k{n:02}": n for n in range(51)}}),
        ("settings too long keys", {"settings": {"k" * 1000: 1, "l" * 1001: 1}}),
        ("settings too long values", {"settings": {"k": "x" * 8001}}),
        ("settings nested", {"settings": {"k": {"l": "m"}}}),
        ("settings list value", {"settings": {"k": ["m"]}}),
        ("role", {"role": "admin"}),
        ("roles", {"business_name": "Shop", "roles": {RIVAL: "admin"}}),
        ("plan", {"plan": "unlimited"}),
        ("deleting", {"deleting": False}),
        ("created_at", {"created_at": ServerTime()}),
    )
    for allowed, cases in ((True, good), (False, bad)):
        for what, data in cases:
            yield _update("owner", path, data, allowed=allowed, what=what)
            yield _create("removed", fresh, data, allowed=allowed, what=what)
    for caller in CALLERS:
        theirs = {"business_name": "Mine now"}
        yield _update(caller, f"users/{RIVAL}", theirs, allowed=caller == "rival")
        yield _create(caller, fresh, theirs, allowed=caller == "removed")


# Prices ------------------------------------------------------------------------------------


def _priced() -> Iterator[Row]:
    """Products, rules and tests, field by field; ids, and what changes may hold."""
    cases: Mapping[str, Callable[[], Iterator[Case]]] = {
        "products": product_cases,
        "pricing_rules": rule_cases,
        "price_tests": price_test_cases,
    }
    for shelf, make in cases.items():
        place = f"users/{MERCHANT}/{shelf}"
        for what, document, allowed in make():
            yield _create("owner", f"{place}/{NEW}", document, allowed=allowed, what=what)
        good = {name: v for name, v in PRICED[shelf].items() if name != "public_prices"}
        for id_, allowed in (("x" * 128, True), ("x" * 129, False), ("_x", False), ("a.b", False)):
            what = f"isId {id_[:9]}"
            yield _create("analyst", f"{place}/{id_}", good, allowed=allowed, what=what)
        for changes in ({"surprise": 1}, {"name": 7}, {"source": {"kind": "csv", "id": "a/b"}}):
            yield _update("analyst", f"{place}/d1", changes, allowed=False)
    product = f"users/{MERCHANT}/products/d1"
    every = {name: value for name, value in WHOLE_PRODUCT.items() if name not in PRODUCT}
    moved = {"source": {"kind": "csv", "id": "queued"}, "currency": "USD", "base_price": 1}
    yield _update("analyst", product, {**every, **moved, "name": "Mate"}, allowed=True, what="all")
    for prices in ([], [{"price": 1, "since": THEN}], None):
        changes = {"base_price": 1, "public_prices": prices}
        yield _update("owner", product, changes, allowed=False, what=f"public prices {prices}")


def _price_settings() -> Iterator[Row]:
    path, fresh = f"users/{MERCHANT}/settings/pricing", f"users/{UIDS['removed']}/settings/pricing"
    for what, document, allowed in settings_cases():
        yield _create("removed", fresh, document, allowed=allowed, what=what)
    for caller in CALLERS:
        yield _create(caller, fresh, {"kill": True}, allowed=caller == "removed")
        yield _get(caller, path, allowed=caller in READERS)
        yield _update(caller, path, {"kill": True}, allowed=caller in MANAGERS)
        yield _delete(caller, path, allowed=False)
    for changes in ({"surprise": 1}, {"kill": "off"}, {"ceiling": 1001}):
        yield _update("owner", path, changes, allowed=False)


def _price_tests() -> Iterator[Row]:
    """What a test has begun with stays; its name, its end and whether it runs may change."""
    later = {"name": "Mate", "status": "stopped", "ends": ServerTime()}
    frozen = {
        "source": {"kind": "csv", "id": "queued"},
        "products": ["p2"],
        "arms": [{"id": "c"}, {"id": "d"}],
        "seed": "tea-2",
        "holdout": 0.5,
        "starts": None,
        "thompson": False,
    }
    for status in ("draft", "running", "stopped"):
        path = f"users/{MERCHANT}/price_tests/{status}"
        yield _update("analyst", path, {"name": "Mate"}, allowed=True)
        yield _update("analyst", path, {"ends": None}, allowed=True)
        yield _update("analyst", path, later, allowed=True, what="all that may change later")
        for name, value in frozen.items():
            yield _update("analyst", path, {name: value}, allowed=status == "draft")
        both = {**frozen, "name": "Mate", "status": "stopped", "ends": None}
        yield _update("analyst", path, both, allowed=status == "draft", what="all at once")
        for other in sorted({"draft", "running", "stopped"} - {status}):
            yield _update("analyst", path, {"status": other}, allowed=other == "stopped")
        yield _update("analyst", path, {"status": "sideways"}, allowed=False)
        yield _update("owner", path, {"surprise": 1}, allowed=False)


def _premiums() -> Iterator[Row]:
    """Whoever works may ask everybody for more; only who manages may ask some."""
    place = f"users/{MERCHANT}/pricing_rules"
    for caller in ("owner", "admin", "analyst", "viewer"):
        for what, who, roles in (
            ("for everybody", {}, WORKERS),
            ("for everybody by empty lists", {"segments": [], "definition": None}, WORKERS),
            ("for a segment", {"segments": ["s01"]}, MANAGERS),
            ("for a group", {"segments": [], "rfm_groups": ["Champions"]}, MANAGERS),
            ("by definition", {"definition": {"segment": ["s01"]}}, MANAGERS),
        ):
            rule = {**RULE, "effect": PREMIUM, "who": who}
            allowed, what = caller in roles, f"premium {what}"
            yield _create(caller, f"{place}/{NEW}", rule, allowed=allowed, what=what)
        dear = {**RULE, "effect": {"kind": "fixed", "price": 2500}, "who": {"segments": ["s01"]}}
        allowed = caller in MANAGERS
        yield _create(caller, f"{place}/{NEW}", dear, allowed=allowed, what="fixed for a segment")
        bare = {**RULE, "effect": PREMIUM}
        allowed = caller in WORKERS
        yield _create(caller, f"{place}/{NEW}", bare, allowed=allowed, what="premium for anybody")
        managed = caller in MANAGERS
        path = f"{place}/premium"
        yield _update(caller, path, {"effect": {"kind": "premium", "percent": 9}}, allowed=managed)
        yield _update(caller, f"{place}/d1", {"who": {"segments": ["s02"]}}, allowed=allowed)
        lower = {"effect": {"kind": "discount", "percent": 9}}
        yield _update(caller, path, lower, allowed=allowed)


# Queries -----------------------------------------------------------------------------------


def _queries() -> Iterator[Row]:
    for caller in CALLERS:
        uid = UIDS.get(caller, "nobody")
        for group in GROUPS:
            yield _query(caller, "", group, every=True, allowed=False)
        for where in dict.fromkeys(
            (("uploaded_by", uid), ("uploaded_by", MERCHANT), ("status", "ready"))
        ):
            yield _query(caller, "", "csv_uploads", every=True, where=where, allowed=False)
        yield _query(caller, "", "members", every=True, where=("role", "admin"), allowed=False)
        yield _query(caller, "", "csv_uploads", every=True, count=True, allowed=False)
        yield _query(caller, "", "users", allowed=False)
        yield _query(caller, "", "users", count=True, allowed=False)
        yield _query(caller, "", "users", where=("business_name", "Shop"), allowed=False)
        # Below one merchant: a collection group over the whole of it is no member's either.
        merchant, ready = f"users/{MERCHANT}", f"users/{MERCHANT}/csv_uploads/ready"
        yield _query(caller, merchant, "customers", every=True, allowed=False)
        member = caller in READERS
        yield _query(caller, merchant, "csv_uploads", allowed=member)
        yield _query(caller, merchant, "csv_uploads", where=("uploaded_by", uid), allowed=member)
        yield _query(caller, merchant, "csv_uploads", count=True, allowed=member)
        yield _query(caller, ready, "customers", where=("run_id", "r1"), allowed=member)
        yield _query(caller, ready, "segments", allowed=False)
        manager = caller in MANAGERS
        yield _query(caller, merchant, "members", allowed=manager)
        yield _query(caller, merchant, "members", count=True, allowed=manager)
        yield _query(caller, merchant, "members", where=("role", "viewer"), allowed=manager)
        yield _query(caller, merchant, "invitations", allowed=manager)
        yield _query(caller, merchant, "invitation_tokens", allowed=False)


# Several at once ---------------------------------------------------------------------------


def _bundles() -> Iterator[Row]:
    """One refused part refuses the whole, whatever stands beside it."""
    mine, theirs = f"users/{MERCHANT}/csv_uploads/ready", f"users/{RIVAL}/csv_uploads/ready"
    secret = f"users/{MERCHANT}/private/keys"

    def label(fs: Firestore, path: str) -> dict[str, Any]:
        return {
            "update": {"name": fs.name(path), "fields": {"label": {"stringValue": "x"}}},
            "updateMask": {"fieldPaths": ["label"]},
        }

    def status(fs: Firestore, path: str) -> dict[str, Any]:
        stamp = {"fieldPath": "updated_at", "setToServerValue": "REQUEST_TIME"}
        return {"transform": {"document": fs.name(path), "fieldTransforms": [stamp]}}

    def increment(fs: Firestore, path: str) -> dict[str, Any]:
        more = {"fieldPath": "customer_count", "increment": {"integerValue": "5"}}
        return {"transform": {"document": fs.name(path), "fieldTransforms": [more]}}

    touched = (mine, theirs)
    for what, makers, allowed in (
        ("two labels, one of them the rival's", ((label, mine), (label, theirs)), False),
        ("a label and a server time", ((label, mine), (status, mine)), False),
        ("a counter", ((increment, mine),), False),
        ("the same label twice", ((label, mine), (label, mine)), True),
    ):
        yield Row(
            f"owner update csv_uploads in one commit: {what}",
            "owner",
            allowed,
            lambda fs, makers=makers: fs.commit("owner", [make(fs, path) for make, path in makers]),
            touched,
        )
    for caller in CALLERS:
        yield Row(
            f"{caller} get csv_uploads of two merchants at once",
            caller,
            False,
            lambda fs, caller=caller: fs.batch_get(caller, mine, theirs),
        )
        yield Row(
            f"{caller} get csv_uploads and private at once",
            caller,
            False,
            lambda fs, caller=caller: fs.batch_get(caller, mine, secret),
        )
        for place in ("", f"users/{MERCHANT}", mine):
            yield Row(
                f"{caller} list collection ids below {place or 'the root'}",
                caller,
                False,
                lambda fs, caller=caller, place=place: fs.raw(
                    caller, "listCollectionIds", place, {}
                ),
            )


# How one row is made -----------------------------------------------------------------------


def _get(caller: str, path: str, *, allowed: bool) -> Row:
    return Row(f"{caller} get {path}", caller, allowed, lambda fs: fs.get(caller, path))


def _list(caller: str, collection: str, *, allowed: bool) -> Row:
    name = f"{caller} list {collection}"
    return Row(name, caller, allowed, lambda fs: fs.list(caller, collection))


def _create(
    caller: str, path: str, data: Mapping[str, Any], *, allowed: bool, what: str = ""
) -> Row:
    return Row(
        f"{caller} create {path} {what}".rstrip(),
        caller,
        allowed,
        lambda fs: fs.write(caller, path, data, exists=False),
        (path,),
    )


def _update(
    caller: str, path: str, data: Mapping[str, Any], *, allowed: bool, what: str = ""
) -> Row:
    return Row(
        f"{caller} update {path} {', '.join(data)} {what or _briefly(data)}",
        caller,
        allowed,
        lambda fs: fs.write(caller, path, data, exists=True),
        (path,),
    )


def _briefly(data: Mapping[str, Any]) -> str:
    return ", ".join(str(value)[:24] for value in data.values())


def _delete(caller: str, path: str, *, allowed: bool) -> Row:
    name = f"{caller} delete {path}"
    return Row(name, caller, allowed, lambda fs: fs.delete(caller, path), (path,))


def _query(
    caller: str,
    parent: str,
    collection: str,
    *,
    allowed: bool,
    every: bool = False,
    where: tuple[str, str] | None = None,
    count: bool = False,
) -> Row:
    parts = ["group" if every else "query", parent or "root", collection]
    parts += ["count"] if count else []
    parts += [f"where {where[0]} is {where[1]}"] if where else []
    return Row(
        f"{caller} {' '.join(parts)}",
        caller,
        allowed,
        lambda fs: fs.query(caller, parent, collection, every=every, where=where, count=count),
    )


ROWS: tuple[Row, ...] = tuple(build_rows())
