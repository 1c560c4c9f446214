"""What Shopify is asked, in GraphQL: every query that Kindred sends, and how large its pages are.

A test checks each against Shopify's published schemas, and that none asks for a deprecated field.
Fields stand once and are used by pages, single reads and bulk exports alike. A page of pages
(`lineItems` of orders) begins small, since Shopify counts what could come, and is read on by the
query named after it.

Over 300 lines, so that all that Shopify is asked stands in one place, which one test looks through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kindred.sources.shops.platform import StreamName

_PAGE_INFO = "pageInfo { hasNextPage endCursor }"
_MONEY = "{ shopMoney { amount currencyCode } }"
_EMAIL = "defaultEmailAddress { emailAddress marketingState }"
_PHONE = "defaultPhoneNumber { phoneNumber }"
_ADDRESS = "{ name city countryCodeV2 }"

CUSTOMER: Final = (
    f"id createdAt updatedAt firstName lastName locale tags state {_EMAIL} {_PHONE} "
    f"defaultAddress {_ADDRESS}"
)
ORDER: Final = (
    "id name createdAt processedAt updatedAt cancelledAt test sourceName currencyCode "
    "taxesIncluded displayFinancialStatus email phone "
    f"customer {{ id firstName lastName }} displayAddress {_ADDRESS} totalPriceSet {_MONEY} "
    f"totalTipReceivedSet {_MONEY} originalTotalDutiesSet {_MONEY} "
    f"shippingLine {{ discountedPriceSet {_MONEY} taxLines {{ priceSet {_MONEY} }} }} "
    "refunds { id }"
)
LINE: Final = (
    f"id name sku quantity isGiftCard originalUnitPriceSet {_MONEY} "
    f"discountAllocations {{ allocatedAmountSet {_MONEY} }} taxLines {{ priceSet {_MONEY} }} "
    "product { productType category { name } } variant { id }"
)
PRODUCT: Final = (
    "id title productType status onlineStoreUrl updatedAt category { name } "
    "featuredMedia { preview { image { url } } }"
)
VARIANT: Final = (
    "id title sku price inventoryQuantity updatedAt inventoryItem { unitCost { amount } }"
)
CHECKOUT: Final = (
    "id createdAt updatedAt completedAt abandonedCheckoutUrl "
    f"customer {{ id firstName lastName {_EMAIL} {_PHONE} }} "
    f"billingAddress {_ADDRESS} subtotalPriceSet {_MONEY}"
)
CHECKOUT_LINE: Final = "id variant { id }"
_REFUND_LINE = f"quantity subtotalSet {_MONEY} totalTaxSet {_MONEY} lineItem {{ id isGiftCard }}"
_REFUND_SHIPPING = f"subtotalAmountSet {_MONEY} taxAmountSet {_MONEY}"
_ADJUSTMENT = f"reason amountSet {_MONEY}"
_TRANSACTION = "status"
#: The pages that lie in a refund: field, what is asked of each, how many at first.
_REFUND_PAGES: Final = (
    ("refundLineItems", _REFUND_LINE, "$inner"),
    ("refundShippingLines", _REFUND_SHIPPING, "1"),
    ("orderAdjustments", _ADJUSTMENT, "2"),
    ("transactions", _TRANSACTION, "3"),
)


@dataclass(frozen=True)
class Nested:
    """Pages that lie in an object: the field, and the query that reads them on."""

    field: str
    more: str


@dataclass(frozen=True)
class Listing:
    """How a stream is listed. ``sizes``: (objects, nested objects) of a page, largest first."""

    page: str
    count: str
    root: str
    sizes: tuple[tuple[int, int], ...]
    one: str
    gid: str  # the type in the object's global id
    nested: Nested | None = None
    bulk: str | None = None  # with the place of a search filter


def _page(root: str, fields: str, nested: str = "", sort: str = "UPDATED_AT") -> str:
    inner = ", $inner: Int!" if nested else ""
    return (
        f"query ($first: Int!, $after: String, $query: String!{inner}) {{ "
        f"{root}(first: $first, after: $after, query: $query, sortKey: {sort}) {{ "
        f"nodes {{ {fields} {nested} }} {_PAGE_INFO} }} }}"
    )


def _first(field: str, fields: str) -> str:
    return f"{field}(first: $inner) {{ nodes {{ {fields} }} {_PAGE_INFO} }}"


def _more(start: str, field: str, fields: str) -> str:
    """One object's nested pages after the first: under `object`, whatever the object is."""
    close = " }" if "..." in start else ""
    return (
        f"query ($id: ID!, $inner: Int!, $after: String) {{ object: {start} {{ "
        f"{field}(first: $inner, after: $after) {{ nodes {{ {fields} }} {_PAGE_INFO} }} "
        f"}}{close} }}"
    )


def _one(start: str, fields: str, nested: str = "") -> str:
    inner = ", $inner: Int!" if nested else ""
    close = " }" if "..." in start else ""
    return f"query ($id: ID!{inner}) {{ object: {start} {{ {fields} {nested} }}{close} }}"


def _count(field: str) -> str:
    return (
        f"query ($query: String!) {{ found: {field}(query: $query, limit: null) "
        "{ count precision } }"
    )


def _bulk(root: str, fields: str, nested: str = "", nested_fields: str = "") -> str:
    inside = f"{nested} {{ edges {{ node {{ {nested_fields} }} }} }}" if nested else ""
    return f'{{ {root}(query: "%s") {{ edges {{ node {{ {fields} {inside} }} }} }} }}'


_CHECKOUT_NODE = "node(id: $id) { ... on AbandonedCheckout"

LISTINGS: Final[dict[StreamName, Listing]] = {
    "customers": Listing(
        page=_page("customers", CUSTOMER),
        count=_count("customersCount"),
        root="customers",
        sizes=((100, 0), (50, 0), (20, 0), (5, 0), (1, 0)),
        one=_one("customer(id: $id)", CUSTOMER),
        gid="Customer",
        bulk=_bulk("customers", CUSTOMER),
    ),
    "orders": Listing(
        page=_page("orders", ORDER, _first("lineItems", LINE)),
        count=_count("ordersCount"),
        root="orders",
        sizes=((10, 5), (5, 5), (2, 5), (1, 5), (1, 1)),
        one=_one("order(id: $id)", ORDER, _first("lineItems", LINE)),
        gid="Order",
        nested=Nested("lineItems", _more("order(id: $id)", "lineItems", LINE)),
        bulk=_bulk("orders", ORDER, "lineItems", LINE),
    ),
    "products": Listing(
        page=_page("products", PRODUCT, _first("variants", VARIANT)),
        count=_count("productsCount"),
        root="products",
        sizes=((20, 5), (10, 5), (5, 5), (1, 5), (1, 1)),
        one=_one("product(id: $id)", PRODUCT, _first("variants", VARIANT)),
        gid="Product",
        nested=Nested("variants", _more("product(id: $id)", "variants", VARIANT)),
        bulk=_bulk("products", PRODUCT, "variants", VARIANT),
    ),
    # Abandoned checkouts have no sort key for their time of change: the window's filter closes
    # them, and pages follow the id.
    "abandoned": Listing(
        page=_page("abandonedCheckouts", CHECKOUT, _first("lineItems", CHECKOUT_LINE), "ID"),
        count=_count("abandonedCheckoutsCount"),
        root="abandonedCheckouts",
        sizes=((20, 5), (10, 5), (5, 5), (1, 5), (1, 1)),
        one=_one(_CHECKOUT_NODE, CHECKOUT, _first("lineItems", CHECKOUT_LINE)),
        gid="AbandonedCheckout",
        nested=Nested("lineItems", _more(_CHECKOUT_NODE, "lineItems", CHECKOUT_LINE)),
    ),
}  # fmt: skip

#: Refunds are read by id: `refunds` of an order is no connection, and a bulk export refuses pages
#: within a list.
REFUND_SIZES: Final = ((10, 5), (3, 5), (1, 5), (1, 1))
REFUNDS: Final = (
    "query ($ids: [ID!]!, $inner: Int!) { nodes(ids: $ids) { ... on Refund { "
    "id createdAt processedAt updatedAt note order { id taxesIncluded currencyCode } "
    + " ".join(
        f"{field}(first: {first}) {{ nodes {{ {fields} }} {_PAGE_INFO} }}"
        for field, fields, first in _REFUND_PAGES
    )
    + " } } }"
)
REFUND_NESTED: Final = tuple(
    Nested(field, _more("refund(id: $id)", field, fields)) for field, fields, _ in _REFUND_PAGES
)

PROBE: Final = (
    "query { shop { name currencyCode ianaTimezone myshopifyDomain } "
    "currentAppInstallation { accessScopes { handle } } }"
)
SCOPES: Final = "query { currentAppInstallation { accessScopes { handle } } }"
#: One object of each stream, to find out what is kept from the app.
SAMPLES: Final[dict[StreamName, str]] = {
    "customers": f"query {{ customers(first: 1) {{ nodes {{ {CUSTOMER} }} }} }}",
    "orders": f"query {{ orders(first: 1, sortKey: CREATED_AT) {{ nodes {{ {ORDER} }} }} }}",
    "products": "query { products(first: 1) { nodes { id variants(first: 1) { nodes { "
    f"{VARIANT} }} }} }} }} }}",
    "abandoned": f"query {{ abandonedCheckouts(first: 1) {{ nodes {{ {CHECKOUT} }} }} }}",
}
OLDEST_ORDER: Final = "query { orders(first: 1, sortKey: ID) { nodes { id } } }"

_BULK_FIELDS = "id status errorCode objectCount rootObjectCount fileSize url"
BULK_START: Final = (
    "mutation ($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: true) { "
    "bulkOperation { id status } userErrors { field message } } }"
)
BULK_STATE: Final = f"query ($id: ID!) {{ bulkOperation(id: $id) {{ {_BULK_FIELDS} }} }}"
BULK_RECENT: Final = (
    'query { bulkOperations(first: 10, reverse: true, query: "operation_type:query") { '
    "nodes { id status query } } }"
)

WEBHOOKS: Final = (
    "query ($uri: String!, $after: String) { "
    "webhookSubscriptions(first: 50, after: $after, uri: $uri) { "
    f"nodes {{ id topic uri }} {_PAGE_INFO} }} }}"
)
WEBHOOK_CREATE: Final = (
    "mutation ($topic: WebhookSubscriptionTopic!, $webhook: WebhookSubscriptionInput!) { "
    "webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhook) { "
    "webhookSubscription { id topic uri } userErrors { field message } } }"
)
WEBHOOK_DELETE: Final = (
    "mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { "
    "deletedWebhookSubscriptionId userErrors { field message } } }"
)

TAGS_ADD: Final = (
    "mutation ($id: ID!, $tags: [String!]!) { "
    "tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }"
)
TAGS_REMOVE: Final = (
    "mutation ($id: ID!, $tags: [String!]!) { "
    "tagsRemove(id: $id, tags: $tags) { node { id } userErrors { field message } } }"
)
SEGMENTS: Final = (
    "query ($query: String!, $after: String) { segments(first: 50, after: $after, query: $query) { "
    f"nodes {{ id name query }} {_PAGE_INFO} }} }}"
)
SEGMENT_CREATE: Final = (
    "mutation ($name: String!, $query: String!) { segmentCreate(name: $name, query: $query) { "
    "segment { id } userErrors { field message } } }"
)
SEGMENT_DELETE: Final = (
    "mutation ($id: ID!) { "
    "segmentDelete(id: $id) { deletedSegmentId userErrors { field message } } }"
)
DISCOUNTS_BY_TAG: Final = (
    "query ($query: String!) { discountNodes(first: 10, query: $query) { nodes { id discount { "
    "__typename ... on DiscountAutomaticBasic { title tags } } } } }"
)
AUTOMATIC_CREATE: Final = (
    "mutation ($discount: DiscountAutomaticBasicInput!) { "
    "discountAutomaticBasicCreate(automaticBasicDiscount: $discount) { "
    "automaticDiscountNode { id } userErrors { field message code } } }"
)
AUTOMATIC_DELETE: Final = (
    "mutation ($id: ID!) { discountAutomaticDelete(id: $id) { "
    "deletedAutomaticDiscountId userErrors { field message code } } }"
)
CODE_BY_TEXT: Final = "query ($code: String!) { codeDiscountNodeByCode(code: $code) { id } }"
CODE_CREATE: Final = (
    "mutation ($discount: DiscountCodeBasicInput!) { "
    "discountCodeBasicCreate(basicCodeDiscount: $discount) { "
    "codeDiscountNode { id } userErrors { field message code } } }"
)
CODE_DELETE: Final = (
    "mutation ($id: ID!) { discountCodeDelete(id: $id) { "
    "deletedCodeDiscountId userErrors { field message code } } }"
)
PRICES: Final = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { id price } } }"
DRAFTS: Final = (
    "query ($query: String!, $after: String) { "
    "draftOrders(first: 50, after: $after, query: $query) { "
    f"nodes {{ id tags invoiceUrl customer {{ id }} }} {_PAGE_INFO} }} }}"
)
DRAFT_CREATE: Final = (
    "mutation ($draft: DraftOrderInput!) { draftOrderCreate(input: $draft) { "
    "draftOrder { id invoiceUrl } userErrors { field message } } }"
)
DRAFT_DELETE: Final = (
    "mutation ($draft: DraftOrderDeleteInput!) { draftOrderDelete(input: $draft) { "
    "deletedId userErrors { field message } } }"
)


def every_query() -> dict[str, str]:
    """All that this module holds, by name, as it would be sent; for the check by schemas."""
    found = {
        name: value
        for name, value in globals().items()
        if name.isupper() and isinstance(value, str) and value.startswith(("query", "mutation"))
    }
    for stream, listing in LISTINGS.items():
        found |= {
            f"{stream}.page": listing.page,
            f"{stream}.count": listing.count,
            f"{stream}.one": listing.one,
            f"{stream}.sample": SAMPLES[stream],
        }
        if listing.nested:
            found[f"{stream}.{listing.nested.field}"] = listing.nested.more
        if listing.bulk:
            found[f"{stream}.bulk"] = listing.bulk % "updated_at:<'2026-01-01T00:00:00Z'"
    for nested in REFUND_NESTED:
        found[f"refunds.{nested.field}"] = nested.more
    return found
