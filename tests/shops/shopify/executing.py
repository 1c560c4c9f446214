"""Shopify's schema, executed over a made-up shop: search, sorting, cursors, counts and changes.

The schema is the published one where its folder is known, and else `schema.graphql` beside this
file, which holds what Kindred asks.
"""

# ruff: noqa: A002, N802, N803 (fields and arguments have the names that Shopify gives them)
from __future__ import annotations

import base64
import gzip
import json
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)
from graphql.language import FieldNode, InlineFragmentNode, SelectionSetNode
from shops.shopify.made_up_shop import MadeUpShop, Object, gid, stamp

_TERM = re.compile(r"(\w+):(>=|<=|<|>)?'?([^'\s]+)'?")
#: Which scope a root field needs.
_SCOPES = {
    "customers": "read_customers", "customer": "read_customers",
    "customersCount": "read_customers", "tagsAdd": "write_customers",
    "tagsRemove": "write_customers", "segmentCreate": "write_customers",
    "orders": "read_orders", "order": "read_orders", "ordersCount": "read_orders",
    "abandonedCheckouts": "read_orders", "abandonedCheckoutsCount": "read_orders",
    "products": "read_products", "product": "read_products", "productsCount": "read_products",
    "discountAutomaticBasicCreate": "write_discounts",
    "discountCodeBasicCreate": "write_discounts", "draftOrderCreate": "write_draft_orders",
}  # fmt: skip
ALL_SCOPES = frozenset({*_SCOPES.values(), "read_all_orders", "read_inventory"})


@cache
def published(folder: Path, version: str = "2026-10") -> GraphQLSchema:
    """The published schema of a version, from a folder of specifications."""
    with gzip.open(folder / "shopify" / f"admin_{version}.json.gz") as file:
        found = json.load(file)
    return build_client_schema(found.get("data", found), assume_valid=True)


@cache
def own() -> GraphQLSchema:
    return build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))


@dataclass
class Admin:
    """The Admin interface of one made-up shop. What tests turn is public."""

    shop: MadeUpShop
    url: str
    schema: GraphQLSchema = field(default_factory=own)
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    denied: set[str] = field(default_factory=set)  # "Type.field" kept from the app
    bulk_polls: int = 1  # how often an export is still running when asked
    bulk_fails: str | None = None  # its error code
    bulk_drops: int = 0  # lines that its file lacks
    webhooks: dict[str, Object] = field(default_factory=dict)
    segments: dict[str, Object] = field(default_factory=dict)
    discounts: dict[str, Object] = field(default_factory=dict)
    drafts: dict[str, Object] = field(default_factory=dict)
    exports: dict[str, Object] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # root fields, in order
    _next: int = 900
    _whole: bool = False  # a bulk export lists without pages
    _documents: dict[str, tuple[DocumentNode, list[GraphQLError]]] = field(default_factory=dict)

    def document(self, query: str) -> tuple[DocumentNode, list[GraphQLError]]:
        if query not in self._documents:
            document = parse(query)
            self._documents[query] = (document, validate(self.schema, document))
        return self._documents[query]

    def execute(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The reply's `data` and `errors`, as Shopify writes them."""
        document, errors = self.document(query)
        if errors:
            return {"errors": [error.formatted for error in errors]}
        result = execute_sync(
            self.schema,
            document,
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=lambda value, info, kind: value["__typename"],
        )
        reply: dict[str, Any] = {"data": result.data}
        if result.errors:
            reply["errors"] = [error.formatted for error in result.errors]
        return reply

    def cost_of(self, query: str, variables: dict[str, Any]) -> float:
        """Points as Shopify counts them: an object 1, a page of objects by how many it may hold."""
        document, _ = self.document(query)
        total = 0.0
        for definition in document.definitions:
            root: Any = self.schema.query_type
            if getattr(definition, "operation", None) and definition.operation.value == "mutation":
                root, total = self.schema.mutation_type, 10.0
            total += self._cost(definition.selection_set, root, variables)
        return total

    def _cost(self, selected: SelectionSetNode, parent: Any, variables: dict[str, Any]) -> float:
        total = 0.0
        for node in selected.selections:
            if isinstance(node, InlineFragmentNode):
                kind = self.schema.get_type(node.type_condition.name.value)
                total += self._cost(node.selection_set, kind, variables)
                continue
            if not isinstance(node, FieldNode) or node.selection_set is None:
                continue
            kind = get_named_type(parent.fields[node.name.value].type)
            inner = self._cost(node.selection_set, kind, variables)
            if node.name.value in ("nodes", "edges", "pageInfo"):
                total += inner if node.name.value != "pageInfo" else 0
            elif kind.name.endswith("Connection"):
                first = self._argument(node, "first", variables)
                total += 2 + (first or 1) * (1 + inner)
            else:
                ids = self._argument(node, "ids", variables)
                total += (len(ids) if isinstance(ids, list) else 1) * (1 + inner)
        return total

    @staticmethod
    def _argument(node: FieldNode, name: str, variables: dict[str, Any]) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                value: Any = argument.value
                if hasattr(value, "name"):
                    return variables.get(value.name.value)
                return int(value.value) if hasattr(value, "value") else None
        return None

    # What each field gives.

    def _resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        parent, name = info.parent_type, info.field_name
        if f"{parent.name}.{name}" in self.denied:
            raise _denied(name)
        if source is None:
            self.asked.append(name)
            scope = _SCOPES.get(name)
            if scope and not self._may(scope):
                raise _denied(name)
            return getattr(self, f"_{name}")(**arguments)
        value = source.get(name)
        if get_named_type(info.return_type).name.endswith("Connection") and isinstance(value, list):
            return self._paged(value, **arguments)
        return value

    def _may(self, scope: str) -> bool:
        return scope in self.scopes or scope.replace("read_", "write_", 1) in self.scopes

    def _paged(
        self, found: list[Object], first: int | None = None, after: str | None = None, **_: Any
    ) -> Object:
        """A page of what was found. A cursor names the object after which it goes on."""
        start = 0
        if after is not None:
            last = base64.b64decode(after).decode()
            keys = [_key(item) for item in found]
            if last not in keys:
                raise GraphQLError(f"Invalid cursor for current pagination sort: {after}")
            start = keys.index(last) + 1
        end = len(found) if self._whole or first is None else start + first
        page = found[start:end]
        cursor = base64.b64encode(_key(page[-1]).encode()).decode() if page else None
        return {
            "nodes": page,
            "edges": [{"cursor": _key(item), "node": item} for item in page],
            "pageInfo": {"hasNextPage": end < len(found), "endCursor": cursor},
        }

    def _listed(
        self, all_of: list[Object], query: str | None, sort: str, **arguments: Any
    ) -> Object:
        found = [item for item in all_of if _matches(item, query)]
        by = {"UPDATED_AT": "updatedAt", "CREATED_AT": "createdAt", "PROCESSED_AT": "processedAt"}
        found.sort(key=lambda item: (str(item.get(by.get(sort, ""), "")), _number(item)))
        return self._paged(found, **arguments)

    def _count(self, all_of: list[Object], query: str | None, limit: int | None) -> Object:
        many = sum(1 for item in all_of if _matches(item, query))
        if limit is not None and many > limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return {"count": many, "precision": "EXACT"}

    def readable_orders(self) -> list[Object]:
        """All orders, or those of the last 60 days where the app may read no more."""
        if "read_all_orders" in self.scopes:
            return self.shop.orders
        since = stamp(self.shop.today - timedelta(days=60))
        return [order for order in self.shop.orders if order["createdAt"] >= since]

    def _shop(self) -> Object:
        return {
            "id": gid("Shop", 1),
            "name": self.shop.name,
            "currencyCode": self.shop.currency,
            "ianaTimezone": self.shop.zone,
            "myshopifyDomain": self.shop.domain,
        }

    def _currentAppInstallation(self) -> Object:
        scopes = [{"handle": scope, "description": ""} for scope in sorted(self.scopes)]
        return {"id": gid("AppInstallation", 1), "accessScopes": scopes}

    def _node(self, id: str) -> Object | None:
        return self.shop.by_id(id)

    def _nodes(self, ids: list[str]) -> list[Object | None]:
        wanted = set(ids)
        found = {item["id"]: item for item in self.shop.everything() if item["id"] in wanted}
        return [found.get(one) for one in ids]

    _customer = _product = _refund = _node

    def _order(self, id: str) -> Object | None:
        return next((order for order in self.readable_orders() if order["id"] == id), None)

    def _customers(self, query: str | None = None, sortKey: str = "ID", **page: Any) -> Object:
        return self._listed(self.shop.customers, query, sortKey, **page)

    def _orders(
        self, query: str | None = None, sortKey: str = "PROCESSED_AT", **page: Any
    ) -> Object:
        return self._listed(self.readable_orders(), query, sortKey, **page)

    def _products(self, query: str | None = None, sortKey: str = "ID", **page: Any) -> Object:
        return self._listed(self.shop.products, query, sortKey, **page)

    def _abandonedCheckouts(
        self, query: str | None = None, sortKey: str = "ID", **page: Any
    ) -> Object:
        return self._listed(self.shop.checkouts, query, sortKey, **page)

    def _customersCount(self, query: str | None = None, limit: int | None = 10000) -> Object:
        return self._count(self.shop.customers, query, limit)

    def _ordersCount(self, query: str | None = None, limit: int | None = 10000) -> Object:
        return self._count(self.readable_orders(), query, limit)

    def _productsCount(self, query: str | None = None, limit: int | None = 10000) -> Object:
        return self._count(self.shop.products, query, limit)

    def _abandonedCheckoutsCount(
        self, query: str | None = None, limit: int | None = 10000
    ) -> Object:
        return self._count(self.shop.checkouts, query, limit)

    # Bulk exports.

    def _bulkOperationRunQuery(self, query: str, groupObjects: bool) -> Object:
        error = _bulk_refusal(query)
        if error:
            return {"bulkOperation": None, "userErrors": [{"field": ["query"], "message": error}]}
        self._whole = True
        try:
            lines, roots = self._export(query)
        finally:
            self._whole = False
        self._next += 1
        operation = gid("BulkOperation", self._next)
        kept = lines[: len(lines) - self.bulk_drops]
        body = "".join(json.dumps(line) + "\n" for line in kept).encode()
        self.files[f"{self._next}.jsonl"] = body
        self.exports[operation] = {
            "__typename": "BulkOperation",
            "id": operation,
            "status": "CREATED",
            "errorCode": None,
            "objectCount": str(len(lines)),
            "rootObjectCount": str(roots),
            "fileSize": str(len(body)),
            "url": None,
            "query": query,
            "polls": 0,
            "file": f"{self.url}/exports/{self._next}.jsonl" if lines else None,
        }
        return {"bulkOperation": self.exports[operation], "userErrors": []}

    def _export(self, query: str) -> tuple[list[Object], int]:
        """Lines of a file: an object, then those of its own."""
        reply = self.execute(query, {})
        if "errors" in reply:
            raise GraphQLError(str(reply["errors"]))
        (root,) = reply["data"].values()
        lines: list[Object] = []
        for edge in root["edges"]:
            node = edge["node"]
            inside = [
                name for name, value in node.items() if isinstance(value, dict) and "edges" in value
            ]
            children = [child["node"] for name in inside for child in node.pop(name)["edges"]]
            lines.append(node)
            lines += [{**child, "__parentId": node["id"]} for child in children]
        return lines, len(root["edges"])

    def _bulkOperation(self, id: str) -> Object | None:
        found = self.exports.get(id)
        if found is None or found["status"] in ("COMPLETED", "FAILED", "EXPIRED"):
            return found
        found["polls"] += 1
        if found["polls"] <= self.bulk_polls:
            found["status"] = "RUNNING"
        elif self.bulk_fails:
            found |= {"status": "FAILED", "errorCode": self.bulk_fails}
        else:
            found |= {"status": "COMPLETED", "url": found["file"]}
        return found

    def _bulkOperations(
        self, query: str | None = None, reverse: bool = False, **page: Any
    ) -> Object:
        found = list(self.exports.values())
        return self._paged(found[::-1] if reverse else found, **page)

    # Webhooks.

    def _webhookSubscriptions(self, uri: str | None = None, **page: Any) -> Object:
        found = [hook for hook in self.webhooks.values() if uri in (None, hook["uri"])]
        return self._paged(found, **page)

    def _webhookSubscriptionCreate(self, topic: str, webhookSubscription: Object) -> Object:
        uri = webhookSubscription["uri"]
        if any(h["topic"] == topic and h["uri"] == uri for h in self.webhooks.values()):
            return {"userErrors": [_error("Address for this topic has already been taken")]}
        made = self._make("WebhookSubscription", topic=topic, uri=uri)
        self.webhooks[made["id"]] = made
        return {"webhookSubscription": made, "userErrors": []}

    def _webhookSubscriptionDelete(self, id: str) -> Object:
        return self._delete(self.webhooks, id, "deletedWebhookSubscriptionId")

    # Discounts.

    def _tagsAdd(self, id: str, tags: list[str]) -> Object:
        found = self.shop.by_id(id)
        if found is None:
            return {"userErrors": [_error("Customer does not exist")]}
        found["tags"] = list(dict.fromkeys([*found["tags"], *tags]))
        return {"node": found, "userErrors": []}

    def _tagsRemove(self, id: str, tags: list[str]) -> Object:
        found = self.shop.by_id(id)
        if found is None:
            return {"userErrors": [_error("Customer does not exist")]}
        found["tags"] = [tag for tag in found["tags"] if tag not in tags]
        return {"node": found, "userErrors": []}

    def _segments(self, query: str | None = None, **page: Any) -> Object:
        return self._paged([s for s in self.segments.values() if _matches(s, query)], **page)

    def _segmentCreate(self, name: str, query: str) -> Object:
        if any(segment["name"] == name for segment in self.segments.values()):
            return {"userErrors": [_error("Name has already been taken")]}
        made = self._make("Segment", name=name, query=query)
        self.segments[made["id"]] = made
        return {"segment": made, "userErrors": []}

    def _segmentDelete(self, id: str) -> Object:
        return self._delete(self.segments, id, "deletedSegmentId")

    def _discountNodes(self, query: str | None = None, **page: Any) -> Object:
        found = [d for d in self.discounts.values() if _matches(d["discount"], query)]
        return self._paged(found, **page)

    def _codeDiscountNodeByCode(self, code: str) -> Object | None:
        return next((d for d in self.discounts.values() if d["discount"].get("code") == code), None)

    def _discountAutomaticBasicCreate(self, automaticBasicDiscount: Object) -> Object:
        return self._discount("Automatic", "automaticDiscountNode", automaticBasicDiscount)

    def _discountCodeBasicCreate(self, basicCodeDiscount: Object) -> Object:
        if self._codeDiscountNodeByCode(basicCodeDiscount["code"]):
            return {"userErrors": [_error("Code must be unique")]}
        return self._discount("Code", "codeDiscountNode", basicCodeDiscount)

    def _discount(self, kind: str, payload: str, given: Object) -> Object:
        if not given.get("title") or not given.get("startsAt") or not given.get("customerGets"):
            return {"userErrors": [_error("Title, start and value can't be blank")]}
        what = {**given, "__typename": f"Discount{kind}Basic", "tags": given.get("tags") or []}
        made = self._make(f"Discount{kind}Node", discount=what)
        self.discounts[made["id"]] = made
        return {payload: made, "userErrors": []}

    def _discountAutomaticDelete(self, id: str) -> Object:
        return self._delete(self.discounts, id, "deletedAutomaticDiscountId")

    def _discountCodeDelete(self, id: str) -> Object:
        return self._delete(self.discounts, id, "deletedCodeDiscountId")

    def _draftOrders(self, query: str | None = None, **page: Any) -> Object:
        return self._paged([d for d in self.drafts.values() if _matches(d, query)], **page)

    def _draftOrderCreate(self, input: Object) -> Object:
        customer = self.shop.by_id(input["purchasingEntity"]["customerId"])
        if customer is None:
            return {"userErrors": [_error("Customer does not exist")]}
        made = self._make("DraftOrder", tags=input["tags"], customer=customer, given=input)
        made["invoiceUrl"] = f"{self.url}/invoices/{_number(made)}"
        self.drafts[made["id"]] = made
        return {"draftOrder": made, "userErrors": []}

    def _draftOrderDelete(self, input: Object) -> Object:
        return self._delete(self.drafts, input["id"], "deletedId")

    def _make(self, kind: str, **fields: Any) -> Object:
        self._next += 1
        return {"__typename": kind, "id": gid(kind, self._next), **fields}

    def _delete(self, among: dict[str, Object], wanted: str, field_name: str) -> Object:
        if among.pop(wanted, None) is None:
            return {"userErrors": [_error("The object could not be found. It does not exist.")]}
        return {field_name: wanted, "userErrors": []}


def _denied(name: str) -> GraphQLError:
    return GraphQLError(f"Access denied for {name} field.", extensions={"code": "ACCESS_DENIED"})


def _error(message: str) -> Object:
    return {"field": [], "message": message, "code": None}


def _number(item: Object) -> int:
    return int(str(item["id"]).rsplit("/", 1)[1])


def _key(item: Object) -> str:
    return str(item.get("id"))


#: A search's fields; one that isn't here fails loudly.
_FIELDS = {"updated_at": "updatedAt", "created_at": "createdAt", "tag": "tags", "name": "name"}
_SIGNS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}


@cache
def _search(query: str) -> tuple[tuple[str, Callable[[Any, Any], bool], str], ...]:
    """What Shopify's search asks for: each a field, how it compares, and with what."""
    terms = []
    for name, sign, wanted in _TERM.findall(query):
        if name.endswith("_at"):
            # Times of one form compare as text.
            terms.append((_FIELDS[name], _SIGNS[sign], stamp(datetime.fromisoformat(wanted))))
        else:
            terms.append((_FIELDS[name], operator.contains, wanted))
    return tuple(terms)


def _matches(item: Object, query: str | None) -> bool:
    return all(compare(item[name], wanted) for name, compare, wanted in _search(query or ""))


def _bulk_refusal(query: str) -> str | None:
    """What Shopify refuses of bulk queries, or None."""
    document = parse(query)
    depth, connections, in_list = _bulk_shape(document.definitions[0].selection_set)
    if not connections:
        return "A bulk query must include at least one connection."
    if connections > 5 or depth > 2:
        return "Bulk queries have at most five connections, nested two deep."
    return "Bulk queries can't have a connection within a list." if in_list else None


def _bulk_shape(selected: SelectionSetNode, within: str = "") -> tuple[int, int, bool]:
    deepest = connections = 0
    in_list = False
    for node in selected.selections:
        if not isinstance(node, FieldNode) or node.selection_set is None:
            continue
        name = node.name.value
        is_connection = any(
            isinstance(inner, FieldNode) and inner.name.value in ("edges", "nodes")
            for inner in node.selection_set.selections
        )
        below, more, listed = _bulk_shape(node.selection_set, name)
        deepest = max(deepest, below + is_connection)
        connections += more + is_connection
        in_list |= listed or (is_connection and within in ("refunds", "taxLines"))
    return deepest, connections, in_list
