"""Amazon's notices of changed orders, from the seller's own SQS queue.

A queue is trusted by who may write into it. A notice says only that an order changed; the order is
read again. It leaves the queue once what it led to is durable; until then it comes back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from kindred.errors import InvalidInput, Unavailable
from kindred.sources.amazon import values
from kindred.sources.shops.http import AnswerUnusable
from kindred.sources.shops.inboxes import Heard
from kindred.sources.shops.platform import Connection, Hook

#: What a message is that names no order of this source's. Those of another marketplace may be for
#: another source of the same seller, and stay; the rest is for nobody here, and is removed.
Other = Literal["unreadable", "other-notice", "other-seller", "other-marketplace"]

_AT_ONCE: Final = 10  # SQS gives and takes no more
#: Messages of one look: orders are read one by one, two seconds each, and the next look is soon.
_MOST: Final = 200
_HIDDEN_SECONDS: Final = 120  # from others who look, for as long as writing it down takes
_LONGEST_BODY: Final = 262_144  # as SQS itself has it


class Queue:
    """Keeps `Inbox` of `sources.shops.inboxes`. ``opened``: another client of SQS, for tests."""

    def __init__(self, opened: Callable[[Connection], Any] | None = None) -> None:
        self._open = opened or open_queue

    def has_queue(self, connection: Connection) -> bool:
        return has_queue(connection)

    def hear(
        self,
        connection: Connection,
        note: Callable[[Sequence[Hook]], None],
        *,
        known_until: datetime | None,
    ) -> Heard:
        queue, url = self._open(connection), connection.options["queue_url"]
        taken = noted = 0
        dropped: Counter[str] = Counter()
        others: list[str] = []
        try:
            while taken < _MOST and (messages := _receive(queue, url)):
                taken += len(messages)
                hooks: dict[str, Hook] = {}
                done: list[str] = []
                for message in messages:
                    said = read(connection, str(message.get("Body", "")))
                    if said == "other-marketplace":
                        others.append(message["ReceiptHandle"])
                        continue
                    done.append(message["ReceiptHandle"])
                    if not isinstance(said, Hook):
                        dropped[said] += 1
                    elif known_until is None or said.at is None or said.at >= known_until:
                        hooks[str(said.object_id)] = said
                if hooks:
                    note([*hooks.values()])
                    noted += len(hooks)
                _remove(queue, url, done)
        finally:
            _give_back(queue, url, others)
        return Heard(noted, dict(dropped))


def has_queue(connection: Connection) -> bool:
    """Whether the merchant gave a queue with its keys."""
    return "queue_url" in connection.options


def open_queue(connection: Connection) -> Any:
    """A client of SQS for the connection's queue, which waits for nothing for long.

    Raises `InvalidInput` where the connection has no queue.
    """
    import boto3
    from botocore.config import Config

    if not has_queue(connection):
        raise InvalidInput(
            "This source has no queue.",
            code="amazon-queue-missing",
            hint="Give its URL with the credentials.",
        )
    secret = connection.credentials.values
    return boto3.client(
        "sqs",
        region_name=connection.options["queue_region"],
        aws_access_key_id=secret["aws_access_key_id"],
        aws_secret_access_key=secret["aws_secret_access_key"],
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2}),
    )


def read(connection: Connection, body: str) -> Hook | Other:
    """What a message says, whether SQS, EventBridge or SNS brought it, or why it isn't for us."""
    notice = _notice(body)
    if notice is None:
        return "unreadable"
    if notice.get("NotificationType") != "ORDER_CHANGE":
        return "other-notice"
    try:
        change = notice["Payload"]["OrderChangeNotification"]
        if change["SellerId"] != connection.options["seller_id"]:
            return "other-seller"
        if change["Summary"]["MarketplaceId"] not in connection.options["marketplaces"].split(","):
            return "other-marketplace"
        order_id = values.needed(change, "AmazonOrderId")[:60]
        at = values.moment(notice["EventTime"]) if notice.get("EventTime") else None
        said = values.text((notice.get("NotificationMetadata") or {}).get("NotificationId"))
        told = said or f"{order_id} {at.isoformat() if at else body}"
        return Hook(id=told, what="changed", stream="orders", object_id=order_id, at=at)
    except (KeyError, TypeError, AttributeError, AnswerUnusable):
        return "unreadable"


def _notice(body: str) -> Mapping[str, Any] | None:
    if len(body) > _LONGEST_BODY:
        return None
    try:
        found = json.loads(body)
        if isinstance(found, dict) and isinstance(found.get("Message"), str):
            found = json.loads(found["Message"])
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and isinstance(found.get("detail"), dict):
        found = found["detail"]
    return found if isinstance(found, dict) else None


def _receive(queue: Any, url: str) -> list[dict[str, Any]]:
    said = _asked(
        queue.receive_message,
        QueueUrl=url,
        MaxNumberOfMessages=_AT_ONCE,
        VisibilityTimeout=_HIDDEN_SECONDS,
        WaitTimeSeconds=1,  # asks all of SQS's servers; 0 asks some, and finds less than there is
    )
    return list(said.get("Messages") or ())


def _remove(queue: Any, url: str, receipts: Sequence[str]) -> None:
    """Take messages out of the queue; what is gone already is fine.

    Raises `Unavailable` where the queue kept some: they will come again, which changes nothing.
    """
    for entries in _batches(list(dict.fromkeys(receipts))):
        if _asked(queue.delete_message_batch, QueueUrl=url, Entries=entries).get("Failed"):
            raise _unreachable("kept some notices")


def _give_back(queue: Any, url: str, receipts: Sequence[str]) -> None:
    for entries in _batches(receipts):
        again = [entry | {"VisibilityTimeout": 0} for entry in entries]
        _asked(queue.change_message_visibility_batch, QueueUrl=url, Entries=again)


def _batches(receipts: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(receipts), _AT_ONCE):
        some = receipts[start : start + _AT_ONCE]
        yield [{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(some)]


def _asked(operation: Any, **arguments: Any) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return dict(operation(**arguments))
    except ClientError as err:
        code = str(err.response.get("Error", {}).get("Code", ""))
        if any(word in code for word in _REFUSALS):
            raise InvalidInput(
                "The queue doesn't exist, or its keys may not read it.",
                code="amazon-queue-refused",
                hint="Allow the keys sqs:ReceiveMessage, sqs:DeleteMessage and "
                "sqs:ChangeMessageVisibility on the queue.",
            ) from None
        raise _unreachable("refused") from None
    except BotoCoreError:
        raise _unreachable("didn't answer") from None


#: Codes of AWS for what a merchant has to put right.
_REFUSALS: Final = (
    "AccessDenied", "NonExistentQueue", "QueueDoesNotExist", "InvalidClientTokenId",
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClient",
)  # fmt: skip


def _unreachable(what: str) -> Unavailable:
    return Unavailable(
        f"The queue of Amazon's notices {what}.",
        code="amazon-queue-unreachable",
        hint="We try again; orders are read every hour anyway.",
    )
