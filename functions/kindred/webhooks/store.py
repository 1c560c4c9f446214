"""The only place in this room that knows Firestore and the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from google.cloud import firestore

from kindred import clients, paths
from kindred.webhooks.deliveries import Delivery, Endpoint, Place, Secret, message_id
from kindred.webhooks.ports import Records

T = TypeVar("T")

MAX_LISTED: Final = 100
_MAX_OVERDUE: Final = 200  # of all merchants, that one sweep queues again


class FirestoreWebhooks:
    """Endpoints and deliveries as Firestore keeps them."""

    def transact(self, uid: str, work: Callable[[Records], T]) -> T:
        client = clients.firestore()
        return clients.transact(lambda transaction: work(_Records(uid, client, transaction)))

    def endpoints(self, uid: str) -> list[Endpoint]:
        found = clients.firestore().collection(paths.webhooks_path(uid)).stream()
        return [_to_endpoint(snapshot.id, snapshot.to_dict() or {}) for snapshot in found]

    def deliveries(self, uid: str, webhook_id: str, state: str | None) -> list[Delivery]:
        """The newest, or the newest of a state."""
        query: Any = clients.firestore().collection(paths.deliveries_path(uid, webhook_id))
        if state is not None:
            query = query.where(filter=firestore.FieldFilter("state", "==", state))
        newest = query.order_by("created_at", direction=firestore.Query.DESCENDING)
        found = newest.limit(MAX_LISTED).stream()
        return [_to_delivery(snapshot.id, snapshot.to_dict() or {}) for snapshot in found]

    def remove(self, uid: str, webhook_id: str) -> None:
        """Delete an endpoint, and what it was told."""
        client = clients.firestore()
        endpoint = client.document(paths.webhook_path(uid, webhook_id))
        # A delivery under way may hold it: that is waited for, again and again.
        clients.transact(lambda transaction: transaction.delete(endpoint))
        client.recursive_delete(client.collection(paths.deliveries_path(uid, webhook_id)))

    def enqueue(
        self,
        uid: str,
        webhook_id: str,
        delivery: Delivery,
        *,
        delay_seconds: int,
        again: str = "",
        waited: int = 0,
    ) -> None:
        """Queue the next try; the same try is queued once, unless ``again`` says otherwise.

        ``waited``: how often it found no place.
        """
        attempt = delivery.attempts + 1
        named = f"{webhook_id}-{delivery.id}-{delivery.round}-{attempt}"
        if waited:
            named += f"-w{waited}"
        clients.enqueue(
            "deliverWebhook",
            {
                "uid": uid,
                "webhook_id": webhook_id,
                "delivery_id": delivery.id,
                "round": delivery.round,
                "attempt": attempt,
                "waited": waited,
            },
            task_id=f"{named}-{again}" if again else named,
            deadline_seconds=120,
            delay_seconds=delay_seconds,
        )

    def enqueue_event(
        self, uid: str, event: str, data: Mapping[str, Any], *, event_id: str, happened: datetime
    ) -> None:
        """Queue the announcement of an event; the same event is queued once."""
        clients.enqueue(
            "announceEvent",
            {
                "uid": uid,
                "event": event,
                "event_id": event_id,
                "at": happened.isoformat(),
                "data": dict(data),
            },
            task_id=message_id(uid, event, event_id),
            deadline_seconds=60,
        )


def list_overdue(before: datetime) -> Iterator[tuple[str, str, Delivery]]:
    """Deliveries of all merchants whose try was due before a moment: (uid, endpoint, delivery)."""
    group = clients.firestore().collection_group("deliveries")
    late = group.where(filter=firestore.FieldFilter("webhook_due", "<=", before))
    for snapshot in late.limit(_MAX_OVERDUE).stream():
        _, uid, collection, webhook_id, *_ = snapshot.reference.path.split("/")
        if collection == "webhooks":
            yield uid, webhook_id, _to_delivery(snapshot.id, snapshot.to_dict() or {})


@dataclass(frozen=True)
class _Records:
    uid: str
    client: firestore.Client
    transaction: firestore.Transaction

    def endpoints(self) -> list[Endpoint]:
        found = self.client.collection(paths.webhooks_path(self.uid)).stream(
            transaction=self.transaction
        )
        return [_to_endpoint(snapshot.id, snapshot.to_dict() or {}) for snapshot in found]

    def endpoint(self, webhook_id: str) -> Endpoint | None:
        data = self._get(paths.webhook_path(self.uid, webhook_id))
        return _to_endpoint(webhook_id, data) if data else None

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery | None:
        data = self._get(paths.delivery_path(self.uid, webhook_id, delivery_id))
        return _to_delivery(delivery_id, data) if data else None

    def put_endpoint(self, endpoint: Endpoint) -> None:
        self._set(paths.webhook_path(self.uid, endpoint.id), _of_endpoint(endpoint))

    def put_delivery(self, webhook_id: str, delivery: Delivery) -> None:
        path = paths.delivery_path(self.uid, webhook_id, delivery.id)
        self._set(path, _of_delivery(delivery))

    def _get(self, path: str) -> dict[str, Any] | None:
        snapshot = self.client.document(path).get(transaction=self.transaction)
        return snapshot.to_dict() if snapshot.exists else None

    def _set(self, path: str, data: Mapping[str, Any]) -> None:
        self.transaction.set(self.client.document(path), dict(data))


def _of_endpoint(endpoint: Endpoint) -> dict[str, Any]:
    fields = asdict(endpoint)
    del fields["id"]
    lists = {name: list(fields[name]) for name in ("events", "secrets", "taken")}
    return {**fields, **lists}


def _to_endpoint(webhook_id: str, data: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        id=webhook_id,
        url=data["url"],
        events=tuple(data["events"]),
        state=data["state"],
        secrets=tuple(Secret(one["value"], one["until"]) for one in data["secrets"]),
        created_at=data["created_at"],
        created_by=data["created_by"],
        reason=data.get("reason"),
        failing_since=data.get("failing_since"),
        taken=tuple(Place(one["delivery_id"], one["until"]) for one in data.get("taken", [])),
    )


def _of_delivery(delivery: Delivery) -> dict[str, Any]:
    fields = asdict(delivery)
    del fields["id"]
    # Under a name of its own: campaigns have deliveries too, and a query of the group asks for it.
    return {**fields, "webhook_due": fields.pop("due"), "body_hash": delivery.body_hash}


def _to_delivery(delivery_id: str, data: Mapping[str, Any]) -> Delivery:
    return Delivery(
        id=delivery_id,
        event_id=data["event_id"],
        event=data["event"],
        body=data["body"],
        state=data["state"],
        created_at=data["created_at"],
        expires_at=data["expires_at"],
        round=data["round"],
        attempts=data["attempts"],
        due=data["webhook_due"],
        lease_until=data["lease_until"],
        status=data["status"],
        error=data["error"],
        delivered_at=data["delivered_at"],
    )
