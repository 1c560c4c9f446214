"""What crosses the wire about connected shops."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kindred.sources.shops.platform import StreamName
from kindred.wire import Payload, SourceRef

Kind = Literal["shopify", "woocommerce", "amazon", "flipkart", "magento"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Value = Annotated[str, StringConstraints(max_length=8_000)]
#: What opens a shop, each by its name in the platform's own words; never shown.
Given = Annotated[dict[Name, Value], Field(max_length=20)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,128}$")]


class ConnectEcommerce(Payload):
    """Connect a shop: by its address and keys, or by what a merchant has agreed to there."""

    platform: Kind | None = None
    shop_url: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    credentials: Given | None = Field(default=None, repr=False)
    authorization: Id | None = None  # that the shop's own page has granted
    label: Annotated[str, StringConstraints(max_length=200)] | None = None
    owner_uid: Id | None = None


class DisconnectEcommerce(Payload):
    """Let a shop go; ``erase``: with everything that came from it."""

    source: SourceRef
    erase: bool = False


class SyncSource(Payload):
    """Fetch what is new; ``full``: everything again, of all streams or of these."""

    source: SourceRef
    streams: Annotated[list[StreamName], Field(min_length=1, max_length=10)] | None = None
    full: bool = False


class RotateCredentials(Payload):
    """New keys to the same shop."""

    source: SourceRef
    credentials: Given = Field(repr=False)


class TendShop(Payload):
    """The task that does for one shop what a webhook or the sweep has asked for."""

    source: SourceRef
    what: Literal["sync", "hooks", "requests"]
