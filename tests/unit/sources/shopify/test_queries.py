"""Every query that is sent holds in Shopify's own schemas, and asks for nothing deprecated."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    NoDeprecatedCustomRule,
    get_named_type,
    parse,
    type_from_ast,
    validate,
)
from graphql.type import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
)
from kindred.sources.shopify import queries, webhooks
from kindred.sources.shopify.asking import API_VERSION
from kindred.sources.shopify.discounts import ShopifyDiscounts
from kindred.sources.shops.discounts import Discount
from shops.shopify import executing
from shops.shopify.connected import ConnectedShop
from shops.shopify.executing import _bulk_refusal

#: How a question begins in GraphQL, wherever it stands in the code.
_OPERATION = re.compile(
    r"\s*(?:(?:query|mutation|subscription|fragment)\b[^{}]*\{|\{\s*\w+\s*[({])"
)

Published = Callable[[str], GraphQLSchema]
QUERIES = queries.every_query()


@pytest.mark.parametrize("version", [API_VERSION, "2026-07", "2026-04"])
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_holds_in_the_published_schema(
    name: str, version: str, published: Published
) -> None:
    schema = published(version)
    document = parse(QUERIES[name])
    errors = [*validate(schema, document), *validate(schema, document, [NoDeprecatedCustomRule])]
    assert [error.message for error in errors] == []


def test_every_question_is_found_by_the_check_by_schemas(
    open_shop: Callable[..., ConnectedShop],
) -> None:
    """None stands anywhere but in `queries`, and what is sent is in the list that is checked."""
    folder = Path(queries.__file__).parent
    elsewhere = [
        (file.name, text)
        for file in sorted(folder.glob("*.py"))
        if file.name != "queries.py"
        for text in _texts(ast.parse(file.read_text("utf-8")))
        if _OPERATION.match(text)
    ]
    assert elsewhere == []
    shop = open_shop(10)
    for name in ("orders", "customers", "products", "abandoned"):
        shop.pages(name)
    sent = {request["asked"]["query"] for request in shop.server.requests}
    assert len(sent) > 5
    assert sent <= set(QUERIES.values())


def test_a_question_that_stands_elsewhere_would_be_found() -> None:
    assert _OPERATION.match("query ($id: ID!) { order(id: $id) { id } }")
    assert _OPERATION.match("{ shop { name } }")
    assert not _OPERATION.match("An order with {} lines.")


def _texts(tree: ast.AST) -> list[str]:
    """Every text in code, with what is put into it left out; docstrings aren't sent."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_holds_in_the_schema_that_the_made_up_shop_has_by_itself(name: str) -> None:
    assert [error.message for error in validate(executing.own(), parse(QUERIES[name]))] == []


@pytest.mark.parametrize("name", [name for name in QUERIES if name.endswith(".bulk")])
def test_a_bulk_query_is_one_that_shopify_takes(name: str) -> None:
    assert _bulk_refusal(QUERIES[name]) is None


def test_a_page_within_a_list_would_be_refused_in_bulk() -> None:
    refused = "{ orders { edges { node { refunds { refundLineItems { nodes { quantity } } } } } } }"
    assert "within a list" in str(_bulk_refusal(refused))


def test_a_deprecated_field_would_be_noticed(published: Published) -> None:
    document = parse("{ customers(first: 1) { nodes { email } } }")
    errors = validate(published(API_VERSION), document, [NoDeprecatedCustomRule])
    assert "deprecated" in errors[0].message


def test_every_topic_is_shopifys(published: Published) -> None:
    kind = published(API_VERSION).type_map["WebhookSubscriptionTopic"]
    assert isinstance(kind, GraphQLEnumType)
    assert set(webhooks.TOPICS) <= set(kind.values)


def test_the_made_up_shops_schema_is_a_part_of_the_published_one(published: Published) -> None:
    theirs = published(API_VERSION).type_map
    differing = []
    for name, mine in executing.own().type_map.items():
        if name.startswith("__"):
            continue
        other = theirs.get(name)
        if type(other) is not type(mine):
            differing.append(name)
        elif isinstance(mine, GraphQLEnumType):
            differing += [f"{name}.{value}" for value in mine.values if value not in other.values]
        elif isinstance(mine, GraphQLUnionType):
            known = {kind.name for kind in other.types}
            differing += [f"{name} {kind.name}" for kind in mine.types if kind.name not in known]
        elif isinstance(mine, GraphQLInputObjectType):
            differing += [
                f"{name}.{field}"
                for field, at in mine.fields.items()
                if str(at.type) != str(getattr(other.fields.get(field), "type", None))
            ]
        elif isinstance(mine, GraphQLObjectType | GraphQLInterfaceType):
            differing += _fields_that_differ(name, mine, other)
    assert differing == []


def test_what_is_sent_along_is_known_and_not_deprecated_either(
    published: Published, open_shop: Callable[..., ConnectedShop]
) -> None:
    schema, shop = published(API_VERSION), open_shop(10)
    discount = Discount(
        "d", "Title", ("1000",), percent=Decimal(10), product_ids=("6000",),
        starts_at=shop.server.clock, ends_at=shop.server.clock + timedelta(days=9),
    )  # fmt: skip
    for way in ("segment", "codes", "draft_order"):
        plan = ShopifyDiscounts().plan(shop.connection, discount, way)
        ShopifyDiscounts().apply(shop.connection, shop.client, plan, {})
    shop.platform.subscribe(shop.connection, shop.client, "https://kindred.example/h", "")
    sent: list[str] = []
    for request in shop.server.requests:
        (operation,) = parse(request["asked"]["query"]).definitions
        for given in operation.variable_definitions or ():
            kind = type_from_ast(schema, given.type)
            value = request["asked"]["variables"].get(given.variable.name.value)
            sent += _fields_sent(kind, value)
    assert "DiscountContextInput.customers" in sent
    assert [name for name in sent if name.endswith("(deprecated)")] == []


def _fields_sent(kind: Any, value: Any) -> list[str]:
    """The input fields of a value, each with its type; a deprecated one says so."""
    if isinstance(value, list):
        return [name for item in value for name in _fields_sent(kind, item)]
    named = get_named_type(kind)
    if not isinstance(named, GraphQLInputObjectType) or not isinstance(value, dict):
        return []
    found = []
    for name, inner in value.items():
        field = named.fields[name]
        found.append(f"{named.name}.{name}" + " (deprecated)" * bool(field.deprecation_reason))
        found += _fields_sent(field.type, inner)
    return found


def _fields_that_differ(
    name: str,
    mine: GraphQLObjectType | GraphQLInterfaceType,
    other: GraphQLObjectType | GraphQLInterfaceType,
) -> list[str]:
    found = []
    for field, at in mine.fields.items():
        theirs = other.fields.get(field)
        if theirs is None or str(theirs.type) != str(at.type):
            found.append(f"{name}.{field}")
            continue
        for argument, given in at.args.items():
            if argument not in theirs.args or str(theirs.args[argument].type) != str(given.type):
                found.append(f"{name}.{field}({argument})")
    return found
