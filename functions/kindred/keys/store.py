"""The only place for keys that knows Firestore."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kindred import clients, paths
from kindred.errors import InvalidInput, Unavailable
from kindred.keys.key import Key, Place
from kindred.paths import Source

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

T = TypeVar("T")

#: A shop page waits: whoever doesn't answer in this time is taken for down.
_PATIENCE_SECONDS: Final = 1.0
_TRIES: Final = 4  # for a lease that others take at the same time


def find(uid: str, key_id: str) -> Key | None:
    """A key as it is now, in one round trip; None as well if its account is on its way out.

    Raises `Unavailable` if Firestore doesn't answer soon.
    """
    from google.api_core.exceptions import GoogleAPIError

    client = clients.firestore()
    wanted = client.document(paths.api_key_path(uid, key_id))
    mark = client.document(paths.erased_account_path(uid))
    try:
        found = list(client.get_all([wanted, mark], retry=None, timeout=_PATIENCE_SECONDS))
    except GoogleAPIError as err:
        raise Unavailable("The keys can't be read just now.", code="keys-unreachable") from err
    fields = {snapshot.reference.path: snapshot.to_dict() for snapshot in found if snapshot.exists}
    document = fields.get(wanted.path)
    return _to_key(key_id, document) if document and mark.path not in fields else None


def note_use(uid: str, key_id: str, day: str) -> None:
    """Write the last day of use; that it fails is no reason to keep a shop waiting."""
    from google.api_core.exceptions import GoogleAPIError

    document = clients.firestore().document(paths.api_key_path(uid, key_id))
    try:
        document.update({"used_on": day}, retry=None, timeout=_PATIENCE_SECONDS)
    except GoogleAPIError:
        return


def lease(uid: str, key_id: str, window: int, wanted: int, pool: int) -> int:
    """Up to ``wanted`` units of a window, of ``pool`` in all; what is left if it is less.

    A transaction by hand, since the client's own can't be given a time: what was read is written
    only if nobody else wrote meanwhile. Raises `Unavailable` if that can't be done soon.
    """
    from google.api_core.exceptions import Aborted, Conflict, FailedPrecondition, GoogleAPIError

    client = clients.firestore()
    document = client.document(paths.api_key_limit_path(uid, key_id))
    soon: dict[str, Any] = {"retry": None, "timeout": _PATIENCE_SECONDS}
    for _ in range(_TRIES):
        try:
            snapshot = document.get(**soon)
            fields = snapshot.to_dict() or {}
            # An instance whose clock is late takes from the window that others are in.
            current = max(window, int(fields.get("window", 0)))
            used = int(fields["used"]) if fields.get("window") == current else 0
            given = max(0, min(wanted, pool - used))
            if given == 0:
                return 0
            taken = {"window": current, "used": used + given}
            if snapshot.exists:
                option = client.write_option(last_update_time=snapshot.update_time)
                document.update(taken, option=option, **soon)
            else:
                document.create(taken, **soon)
        except (Aborted, Conflict, FailedPrecondition):
            continue
        except GoogleAPIError as err:
            raise Unavailable("Nobody counts just now.", code="limits-unreachable") from err
        return given
    raise Unavailable("Others are counting at the same time.", code="contention")


def change(uid: str, work: Callable[[KeyRecords], T]) -> T:
    """Do ``work`` on a merchant's keys in one transaction."""
    return clients.transact(lambda transaction: work(KeyRecords(uid, transaction)))


def list_keys(uid: str) -> list[Key]:
    """Every key of a merchant, revoked ones too; the oldest first."""
    snapshots = clients.firestore().collection(paths.api_keys_path(uid)).stream()
    return _sorted(_to_key(snapshot.id, snapshot.to_dict() or {}) for snapshot in snapshots)


def has_source(uid: str, place: Place) -> bool:
    """Whether a merchant has this source, and is to keep it."""
    from kindred import documents
    from kindred.errors import SourceGone

    try:
        fields = documents.get_source(Source(uid, *place))
    except (InvalidInput, SourceGone):
        return False
    return fields.get("status") != "deleting"


class KeyRecords:
    """A merchant's keys within one transaction."""

    def __init__(self, uid: str, transaction: Transaction) -> None:
        self._uid, self._transaction = uid, transaction
        self._client = clients.firestore()

    def is_erased(self) -> bool:
        mark = self._client.document(paths.erased_account_path(self._uid))
        return bool(mark.get(transaction=self._transaction).exists)

    def all(self) -> list[Key]:
        found = self._client.collection(paths.api_keys_path(self._uid))
        snapshots = found.stream(transaction=self._transaction)
        return _sorted(_to_key(snapshot.id, snapshot.to_dict() or {}) for snapshot in snapshots)

    def get(self, key_id: str) -> Key | None:
        document = self._client.document(paths.api_key_path(self._uid, key_id))
        fields = document.get(transaction=self._transaction).to_dict()
        return _to_key(key_id, fields) if fields else None

    def put(self, key: Key) -> None:
        document = self._client.document(paths.api_key_path(self._uid, key.id))
        self._transaction.set(document, _to_document(key))

    def remove(self, key: Key) -> None:
        for path in (paths.api_key_path, paths.api_key_limit_path):
            self._transaction.delete(self._client.document(path(self._uid, key.id)))


def _sorted(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=lambda key: (key.created_at, key.id))


_PLAIN: Final = (
    "name", "created_at", "created_by", "last4", "hash", "old_hash", "old_until", "rotated_at",
    "revoked_at", "used_on",
)  # fmt: skip


def _to_document(key: Key) -> dict[str, Any]:
    return {
        **{name: getattr(key, name) for name in _PLAIN},
        "scopes": list(key.scopes),
        "sources": [{"kind": kind, "id": source_id} for kind, source_id in key.sources],
        "origins": list(key.origins),
    }


def _to_key(key_id: str, fields: Mapping[str, Any]) -> Key:
    plain: dict[str, Any] = {name: fields.get(name) for name in _PLAIN}
    return Key(
        id=key_id,
        scopes=tuple(fields["scopes"]),
        sources=tuple((source["kind"], source["id"]) for source in fields["sources"]),
        origins=tuple(fields["origins"]),
        **plain,
    )
