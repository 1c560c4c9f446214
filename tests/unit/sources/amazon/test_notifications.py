"""Amazon's notices in an SQS queue (moto): heard, and removed only once that is durable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from kindred.errors import InvalidInput, Unavailable
from kindred.sources.amazon import notifications
from kindred.sources.amazon.platform import Amazon
from kindred.sources.shops.http import Client
from kindred.sources.shops.inboxes import Heard, inbox_of
from kindred.sources.shops.platform import Connection, Hook
from kindred.sources.shops.ports import Asked, Named
from kindred.sources.shops.syncing import Work
from moto import mock_aws
from shops.amazon import shop as made_up
from shops.amazon.seller import connected
from shops.kept import Killed, Time
from shops.loopback import Loopback
from shops.whole_sync import WholeSync

HEARD_AT = datetime(2026, 11, 20, 11, tzinfo=UTC)


@dataclass
class Queue:
    """A queue in AWS, and what was written down of its messages, by the notices' ids."""

    connection: Connection
    client: Any
    url: str
    noted: dict[str, Hook] = field(default_factory=dict)

    def hear(self, *, known_until: datetime | None = None) -> Heard:
        inbox = notifications.Queue(lambda _: self.client)
        return inbox.hear(self.connection, self.note, known_until=known_until)

    def note(self, hooks: Sequence[Hook]) -> None:
        self.noted |= {str(hook.id): hook for hook in hooks}

    @property
    def orders(self) -> list[str]:
        return sorted(str(hook.object_id) for hook in self.noted.values())

    def put(self, *bodies: str) -> None:
        for body in bodies:
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def size(self) -> int:
        """How many messages there are, seen or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        said = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(value) for value in said["Attributes"].values())

    def seen(self) -> list[dict[str, Any]]:
        """The messages that anybody would get now, ten at most."""
        found = self.client.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return list(found.get("Messages") or ())


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with mock_aws():
        client = boto3.client(
            "sqs", region_name="eu-west-1", aws_access_key_id="A" * 20,
            aws_secret_access_key="b" * 40,
        )  # fmt: skip
        url = client.create_queue(QueueName="orders")["QueueUrl"]
        name, credentials, options = Amazon().accept(
            None,
            {
                "client_id": made_up.CLIENT, "client_secret": made_up.SECRET,
                "refresh_token": made_up.REFRESH, "seller_id": made_up.SELLER,
                "marketplaces": "DE FR", "queue_url": url,
                "aws_access_key_id": "A" * 20, "aws_secret_access_key": "b" * 40,
            },
            local=False,
        )  # fmt: skip
        connection = Connection("amazon", name, credentials, options=options)
        yield Queue(connection, notifications.open_queue(connection), url)


def a_notice(order_id: str = "302-1234567-7654321", **more: Any) -> str:
    change = {
        "NotificationLevel": "OrderLevel",
        "SellerId": more.get("seller", made_up.SELLER),
        "AmazonOrderId": order_id,
        "OrderChangeType": "OrderStatusChange",
        "Summary": {"MarketplaceId": more.get("market", made_up.GERMANY), "OrderItems": []},
    }
    return json.dumps(
        {
            "NotificationType": more.get("kind", "ORDER_CHANGE"),
            "EventTime": more.get("at", HEARD_AT).isoformat(),
            "Payload": {"OrderChangeNotification": change},
            "NotificationMetadata": {"NotificationId": more.get("id", f"notice-{order_id}")},
        }
    )


def test_a_notice_names_the_order_to_read_again(queue: Queue) -> None:
    queue.put(a_notice())
    assert queue.hear() == Heard(1)
    (hook,) = queue.noted.values()
    assert (hook.what, hook.stream, hook.object_id, hook.id, hook.at) == (
        "changed", "orders", "302-1234567-7654321", "notice-302-1234567-7654321", HEARD_AT,
    )  # fmt: skip
    assert queue.size() == 0


@pytest.mark.parametrize("is_noted", [False, True], ids=["before", "after"])
def test_a_worker_killed_around_writing_down_loses_nothing_and_doubles_nothing(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, is_noted: bool
) -> None:
    monkeypatch.setattr(notifications, "_HIDDEN_SECONDS", 0)  # as when that time has passed
    queue.put(a_notice())

    def killed(hooks: Sequence[Hook]) -> None:
        if is_noted:
            queue.note(hooks)
        raise Killed

    inbox = notifications.Queue(lambda _: queue.client)
    with pytest.raises(Killed):
        inbox.hear(queue.connection, killed, known_until=None)
    assert queue.size() == 1
    before = dict(queue.noted)
    assert queue.hear() == Heard(1)
    assert queue.orders == ["302-1234567-7654321"]
    assert not before or before == queue.noted
    assert queue.size() == 0


def test_nobody_else_gets_a_notice_while_it_is_written_down(queue: Queue) -> None:
    queue.put(a_notice())
    others: list[list[dict[str, Any]]] = []
    inbox = notifications.Queue(lambda _: queue.client)
    inbox.hear(queue.connection, lambda _: others.append(queue.seen()), known_until=None)
    assert others == [[]]


def test_many_notices_are_heard_and_removed_and_one_look_has_an_end(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_MOST", 30)
    queue.put(*(a_notice(f"302-{n:07}-0000001") for n in range(37)))
    assert queue.hear() == Heard(30)
    assert queue.size() == 7
    assert queue.hear() == Heard(7)
    assert len(queue.orders) == 37
    assert queue.size() == 0


def test_several_notices_of_one_order_lead_to_one_reading(queue: Queue) -> None:
    queue.put(*(a_notice(id=f"n{n}") for n in range(4)))
    queue.hear()
    assert queue.orders == ["302-1234567-7654321"]
    assert queue.size() == 0


def test_what_was_read_since_is_removed_unread(queue: Queue) -> None:
    late = HEARD_AT + timedelta(minutes=1)
    queue.put(a_notice("302-0000001-0000001"), a_notice("302-0000002-0000002", at=late))
    assert queue.hear(known_until=late) == Heard(1)
    assert queue.orders == ["302-0000002-0000002"]
    assert queue.size() == 0


HOSTILE = [
    ("other-seller", a_notice(seller="A9SOMEBODYELSE")),
    ("other-seller", a_notice(seller=None)),
    ("other-notice", a_notice(kind="REPORT_PROCESSING_FINISHED")),
    ("other-notice", '{"Payload": 5}'),
    ("unreadable", "no JSON"),
    ("unreadable", "[1]"),
    ("unreadable", "[" * 100_000),
    ("unreadable", '{"NotificationType": "ORDER_CHANGE", "Payload": null}'),
    ("unreadable", a_notice("")),
    ("unreadable", a_notice().replace("2026-11-20", "20 of November")),
    ("unreadable", a_notice().replace("NotificationMetadata", "x").replace("Summary", "y")),
]


@pytest.mark.parametrize(("why", "body"), HOSTILE)
def test_a_message_that_names_none_of_our_orders_is_dropped_and_counted(
    queue: Queue, why: str, body: str
) -> None:
    queue.put(body, a_notice())
    assert queue.hear() == Heard(1, {why: 1})
    assert queue.orders == ["302-1234567-7654321"]
    assert queue.size() == 0


def test_another_marketplaces_notice_is_left_for_its_own_source(queue: Queue) -> None:
    queue.put(a_notice(market=made_up.BRITAIN), a_notice())
    assert queue.hear() == Heard(1)
    assert len(queue.seen()) == 1  # at once, and not when a timeout has passed


@pytest.mark.parametrize("way", ["Message", "detail"])
def test_a_notice_that_sns_or_eventbridge_wrapped_is_read(queue: Queue, way: str) -> None:
    inner: Any = a_notice() if way == "Message" else json.loads(a_notice())
    queue.put(json.dumps({way: inner}))
    queue.hear()
    assert queue.orders == ["302-1234567-7654321"]


def test_a_queue_that_is_gone_says_what_to_do(queue: Queue) -> None:
    queue.client.delete_queue(QueueUrl=queue.url)
    with pytest.raises(InvalidInput) as found:
        queue.hear()
    assert "sqs:ReceiveMessage" in found.value.hint


def test_a_queue_that_keeps_a_notice_says_so(queue: Queue) -> None:
    class Keeping:
        def receive_message(self, **_: Any) -> dict[str, Any]:
            return {"Messages": [{"Body": a_notice(), "ReceiptHandle": "receipt"}]}

        def delete_message_batch(self, **_: Any) -> dict[str, Any]:
            return {"Failed": [{"Id": "0"}]}

    queue.client = Keeping()
    with pytest.raises(Unavailable):
        queue.hear()


def test_a_source_without_a_queue_has_nothing_to_open(queue: Queue) -> None:
    bare = replace(queue.connection, options={"region": "eu"})
    assert not notifications.has_queue(bare)
    with pytest.raises(InvalidInput) as found:
        notifications.open_queue(bare)
    assert found.value.code == "amazon-queue-missing"


def test_only_amazons_shops_have_a_queue(queue: Queue) -> None:
    amazon = inbox_of("amazon")
    assert amazon is not None
    assert amazon.has_queue(queue.connection)
    assert inbox_of("shopify") is None


def test_with_a_queue_changes_are_told_of_and_the_merchant_sees_it(queue: Queue) -> None:
    with Loopback((shop := made_up.Shop()).answer) as server:
        seller = connected(
            shop, server, queue_url=queue.url, aws_access_key_id="A" * 20,
            aws_secret_access_key="b" * 40,
        ).renewed()  # fmt: skip
        probe = seller.amazon.probe(seller.connection, seller.client, now=shop.now)
        (told,) = seller.amazon.subscribe(seller.connection, seller.client, "https://k.test", "s")
    assert probe.capabilities["webhooks"].state == "partial"
    assert "orders" in probe.capabilities["webhooks"].reason
    assert probe.options["queue_url"] == queue.url
    assert (told.topic, told.is_active) == ("ORDER_CHANGE", True)


def test_an_order_that_a_notice_names_is_read_again_before_its_hour(queue: Queue) -> None:
    """From the queue to the named read, and no search, of which Amazon allows one in minutes."""
    with Loopback((shop := made_up.Shop()).answer) as server:
        seller = connected(shop, server)

        def at(now: datetime) -> None:
            shop.now = now

        syncs = WholeSync(seller.amazon, seller.connection, at, Time(now=made_up.NOW))
        syncs.sync()
        order = shop.orders[0]
        order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        order["lastUpdatedTime"] = made_up.iso(syncs.time.now - timedelta(seconds=20))
        queue.put(a_notice(order["orderId"], at=syncs.time.now))
        queue.hear(known_until=syncs.kept.state.cursor("orders").high_water)
        syncs.kept.named += [Named("orders", str(hook.object_id)) for hook in queue.noted.values()]
        server.requests.clear()
        asked = Asked("hook-1", syncs.time(), why="hook")
        work = Work(
            syncs.platform, syncs.kept, syncs.kept.state, asked,
            connection=lambda: syncs.connection, client=Client(syncs.paces, local=True),
            clock=syncs.time, until=syncs.time.now + timedelta(minutes=20), chance=lambda: 0.5,
            on_page=lambda _: None,
        )  # fmt: skip
        assert work.run() is None
        paths = [one.path for one in server.requests]
    assert paths == [f"/orders/2026-01-01/orders/{order['orderId']}"]
    assert getattr(syncs.latest("orders")[order["orderId"]], "state") == "cancelled"  # noqa: B009
    assert syncs.kept.named == []
