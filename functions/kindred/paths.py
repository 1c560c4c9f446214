"""Every Firestore and Storage path, as functions of ids. Nothing else spells one.

A :class:`Source` is the only way to name where customer data is read or written: CSV uploads and
connected shops live in disjoint subtrees, so what is built from one can't reach the other.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from kindred.errors import InvalidInput

PLATFORMS: Final = ("shopify", "woocommerce", "amazon", "flipkart", "magento")
CSV: Final = "csv"

# Firestore ids and Storage segments that can't escape their place: no slash, no dots alone,
# nothing that Firestore reserves (__x__).
_ID = re.compile(r"(?!__)[A-Za-z0-9_\-]{1,128}\Z")
_FILE_NAME_FORBIDDEN = re.compile(r"[/\\\x00-\x1f\x7f]")
_RUN_FILE = re.compile(r"(?:private|exports)/(?P<run>r[0-9]{8}t[0-9a-f]{12})[/-]")
MAX_FILE_NAME: Final = 200


def check_id(value: object, what: str = "id") -> str:
    """Return ``value`` if it may stand in a path, else raise :class:`InvalidInput`."""
    if not isinstance(value, str) or not _ID.match(value):
        raise InvalidInput(
            f"That {what} isn't one of ours.",
            code="invalid-id",
            hint="Ids are letters, digits, '-' and '_', at most 128.",
        )
    return value


def check_file_name(value: object) -> str:
    """Return ``value`` if it may name a raw file: no slash, no control character, 1-200 long."""
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= MAX_FILE_NAME
        or value in (".", "..")
        or _FILE_NAME_FORBIDDEN.search(value)
    ):
        raise InvalidInput(
            "That file name can't be used.",
            code="invalid-file-name",
            hint=f"Use a name without slashes, of at most {MAX_FILE_NAME} characters.",
        )
    return value


#: The collection of all accounts, and that of accounts that are no more.
USERS: Final = "users"
ERASED_ACCOUNTS: Final = "erased_accounts"
#: Below an account, those of its sources: CSV uploads, and shops of all kinds.
SOURCE_COLLECTIONS: Final = ("csv_uploads", "data_sources")


def user_path(uid: str) -> str:
    return f"{USERS}/{check_id(uid, 'user id')}"


def erased_account_path(uid: str) -> str:
    """What says that an account has been erased, for as long as a token of it may live."""
    return f"{ERASED_ACCOUNTS}/{check_id(uid, 'user id')}"


def member_path(owner_uid: str, member_uid: str) -> str:
    return f"{user_path(owner_uid)}/members/{check_id(member_uid, 'user id')}"


def membership_path(member_uid: str, owner_uid: str) -> str:
    return f"{user_path(member_uid)}/memberships/{check_id(owner_uid, 'user id')}"


def invitation_path(owner_uid: str, invitation_id: str) -> str:
    return f"{user_path(owner_uid)}/invitations/{check_id(invitation_id, 'invitation')}"


def invitation_token_path(owner_uid: str, invitation_id: str) -> str:
    """Where the hash of an invitation's secret lies, which no client reads."""
    return f"{user_path(owner_uid)}/invitation_tokens/{check_id(invitation_id, 'invitation')}"


def user_folders(uid: str) -> tuple[str, str]:
    """Every Storage folder that holds files of an account."""
    check_id(uid, "user id")
    return f"csv_uploads/{uid}/", f"derived/{uid}/"


def column_mapping_path(uid: str, header_hash: str) -> str:
    return f"{user_path(uid)}/column_mappings/{check_id(header_hash, 'header hash')}"


#: Collections of a merchant whose documents name the one source that they are about, as ``source``.
OF_ONE_SOURCE: Final = ("products", "pricing_rules", "price_tests", "price_history")


def products_path(uid: str) -> str:
    return f"{user_path(uid)}/products"


def product_path(uid: str, product_id: str) -> str:
    return f"{products_path(uid)}/{check_id(product_id, 'product')}"


def pricing_rules_path(uid: str) -> str:
    return f"{user_path(uid)}/pricing_rules"


def pricing_rule_path(uid: str, rule_id: str) -> str:
    return f"{pricing_rules_path(uid)}/{check_id(rule_id, 'rule')}"


def pricing_settings_path(uid: str) -> str:
    return f"{user_path(uid)}/settings/pricing"


def price_tests_path(uid: str) -> str:
    return f"{user_path(uid)}/price_tests"


def price_test_path(uid: str, test_id: str) -> str:
    return f"{price_tests_path(uid)}/{check_id(test_id, 'price test')}"


def price_history_path(uid: str) -> str:
    """Quotes that were given; what one says never changes, but for what became of it."""
    return f"{user_path(uid)}/price_history"


def price_quote_path(uid: str, quote_id: str) -> str:
    return f"{price_history_path(uid)}/{check_id(quote_id, 'quote')}"


def api_keys_path(uid: str) -> str:
    return f"{user_path(uid)}/api_keys"


def api_key_path(uid: str, key_id: str) -> str:
    """What servers know of a key of a merchant: its hash, never the key."""
    return f"{api_keys_path(uid)}/{check_id(key_id, 'key')}"


def api_key_limit_path(uid: str, key_id: str) -> str:
    """How much of this minute has been leased to the instances that serve a key."""
    return f"{user_path(uid)}/api_key_limits/{check_id(key_id, 'key')}"


def webhooks_path(uid: str) -> str:
    """The collection of servers that a merchant wants told: their addresses and secrets."""
    return f"{user_path(uid)}/webhooks"


def webhook_path(uid: str, webhook_id: str) -> str:
    return f"{webhooks_path(uid)}/{check_id(webhook_id, 'webhook')}"


def shop_authorization_path(uid: str, authorization_id: str) -> str:
    """A shop whose merchant was sent there to agree; no client reads it."""
    return f"{user_path(uid)}/shop_authorizations/{check_id(authorization_id, 'authorization')}"


def deliveries_path(uid: str, webhook_id: str) -> str:
    """The collection of what one of them was told, or is to be."""
    return f"{webhook_path(uid, webhook_id)}/deliveries"


def delivery_path(uid: str, webhook_id: str, delivery_id: str) -> str:
    return f"{deliveries_path(uid, webhook_id)}/{check_id(delivery_id, 'delivery')}"


@dataclass(frozen=True)
class Source:
    """One isolated body of customer data: one CSV upload, or one connected shop."""

    uid: str
    kind: str
    id: str

    def __post_init__(self) -> None:
        check_id(self.uid, "user id")
        check_id(self.id, "source id")
        if self.kind != CSV and self.kind not in PLATFORMS:
            raise InvalidInput(
                "That kind of source doesn't exist.",
                code="invalid-source",
                hint=f"Kinds are {CSV}, {', '.join(PLATFORMS)}.",
            )

    # Firestore -----------------------------------------------------------------------------

    @property
    def collection(self) -> str:
        return "csv_uploads" if self.kind == CSV else "data_sources"

    @property
    def document(self) -> str:
        return f"{user_path(self.uid)}/{self.collection}/{self.id}"

    @property
    def segments(self) -> str:
        return f"{self.document}/{'csv_segments' if self.kind == CSV else 'segments'}"

    @property
    def runs(self) -> str:
        return f"{self.document}/runs"

    @property
    def customers(self) -> str:
        return f"{self.document}/customers"

    @property
    def customer_index(self) -> str:
        return f"{self.document}/customer_index"

    @property
    def emotions(self) -> str:
        return f"{self.document}/emotions"

    @property
    def charts(self) -> str:
        return f"{self.document}/charts"

    @property
    def price_models(self) -> str:
        """What prices do, product by product, by run."""
        return f"{self.document}/price_models"

    @property
    def price_opt_outs(self) -> str:
        """Customers who want public prices, as hashes, in a few documents."""
        return f"{self.document}/price_opt_outs"

    @property
    def credentials(self) -> str:
        """What opens a connected shop, sealed; no client reads it."""
        return f"{self.document}/secrets/credentials"

    @property
    def hook_secrets(self) -> str:
        """What a shop's webhooks are known by; no client reads it."""
        return f"{self.document}/secrets/hooks"

    @property
    def hooks(self) -> str:
        """What webhooks have said and no sync has looked at yet; no client reads it."""
        return f"{self.document}/hooks"

    @property
    def sync_cursors(self) -> str:
        """Where a shop's sync is, stream by stream; no client reads it."""
        return f"{self.document}/sync/cursors"

    @property
    def sync_paces(self) -> str:
        """How fast a shop may be asked; no client reads it."""
        return f"{self.document}/sync/paces"

    @property
    def redactions(self) -> str:
        """Customers whose data have to go, and stay gone; no client reads it."""
        return f"{self.document}/redactions"

    @property
    def data_requests(self) -> str:
        """Customers who asked their shop what is stored on them, for its team to answer."""
        return f"{self.document}/data_requests"

    @property
    def discounts(self) -> str:
        """Discounts in a connected shop: what was planned, and what became of it."""
        return f"{self.document}/discounts"

    @property
    def discount_parts(self) -> str:
        """Who gets them, a few customers in a document, and their codes; not for viewers."""
        return f"{self.document}/discount_parts"

    def product_id(self, product_id: str) -> str:
        """The id of the document made for a product that order lines of this source name."""
        named = f"{self.kind}/{self.id}/{product_id}"
        return f"p{hashlib.sha256(named.encode()).hexdigest()[:30]}"

    @property
    def run_collections(self) -> tuple[str, ...]:
        """The collections whose ids start with a run's id."""
        return (
            self.segments, self.customers, self.customer_index, self.emotions, self.charts,
            self.price_models,
        )  # fmt: skip

    # Storage -------------------------------------------------------------------------------

    @property
    def derived(self) -> str:
        return f"derived/{self.uid}/{self.kind}/{self.id}/"

    def private_file(self, name: str) -> str:
        return f"{self.derived}private/{_relative(name)}"

    def export_file(self, name: str) -> str:
        return f"{self.derived}exports/{_relative(name)}"

    def raw_file(self, file_name: str) -> str:
        if self.kind != CSV:
            raise InvalidInput("Only a CSV source has a raw file.", code="invalid-source")
        return f"csv_uploads/{self.uid}/{self.id}/{check_file_name(file_name)}"

    def run_of_file(self, path: str) -> str | None:
        """The run that a file below `derived` belongs to; None for what outlives runs."""
        found = _RUN_FILE.match(path.removeprefix(self.derived))
        return found["run"] if found else None

    @property
    def raw_folder(self) -> str | None:
        return f"csv_uploads/{self.uid}/{self.id}/" if self.kind == CSV else None


def parse_raw_file(name: str) -> tuple[Source, str] | None:
    """The source and file name of ``csv_uploads/{uid}/{uploadId}/{file_name}``, or None."""
    parts = name.split("/")
    if len(parts) != 4 or parts[0] != "csv_uploads":
        return None
    try:
        return Source(parts[1], CSV, parts[2]), check_file_name(parts[3])
    except InvalidInput:
        return None


def segment_document_id(run_id: str, segment_key: str) -> str:
    return f"{run_id}-{segment_key}"


def page_id(run_id: str, segment_key: str, page: int) -> str:
    return f"{run_id}-{segment_key}-{page:04}"


def bucket_of(customer_id: str, index_buckets: int) -> int:
    """First four bytes of SHA-256 of the id, modulo the number of buckets."""
    return int.from_bytes(hashlib.sha256(customer_id.encode()).digest()[:4], "big") % index_buckets


def bucket_id(run_id: str, bucket: int) -> str:
    return f"{run_id}-{bucket:05}"


def price_model_id(run_id: str, product_id: str) -> str:
    """An id that can't be an id here, since shops choose them, is told by its hash."""
    if _ID.match(product_id) and len(product_id) <= 80:
        return f"{run_id}-{product_id}"
    return f"{run_id}-x{hashlib.sha256(product_id.encode()).hexdigest()[:40]}"


def chart_id(run_id: str, name: str) -> str:
    return f"{run_id}-{name}"


def _relative(name: str) -> str:
    """``name`` if it stays where it is put: a file, or a folder with its slash at the end."""
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise InvalidInput("That file name can't be used.", code="invalid-file-name")
    return name
