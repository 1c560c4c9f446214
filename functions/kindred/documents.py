"""Reading and writing Firestore documents by path: what every store shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from google.cloud.firestore import FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from kindred import clients, direct
from kindred.errors import SourceGone
from kindred.paths import CSV, Source

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

# A commit holds at most 500 writes and 10 MiB; the emulator takes 4 MiB and answers a larger one
# with "try again", for ever. The rest is room for what isn't weighed.
_COMMIT_WRITES: Final = 400
_COMMIT_BYTES: Final = 3_500_000
_WRITERS: Final = 4

#: What a document's path and short fields weigh at most, in bytes.
FIELDS_BYTES: Final = 2_000

Write = tuple[str, dict[str, Any], int]  # path, document, bytes (about)


def get(path: str) -> dict[str, Any] | None:
    """A document's fields; None if it isn't there."""
    document: dict[str, Any] | None = clients.firestore().document(path).get().to_dict()
    return document


def get_many(
    paths: Iterable[str], *, wait: Mapping[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """The fields of those documents that are there, by path, in one request.

    ``wait``: ``timeout`` and ``retry`` of the request, where the client's own are too long. Who
    gives them waits for the answer, so one document is asked for in the quickest way.
    """
    places = list(dict.fromkeys(paths))
    if wait is not None and len(places) == 1:
        fields = direct.read(places[0], wait=wait)
        return {} if fields is None else {places[0]: fields}
    client = clients.firestore()
    references = [client.document(path) for path in places]
    found = client.get_all(references, **(wait or {})) if references else ()
    return {one.reference.path: one.to_dict() or {} for one in found if one.exists}


def get_source(source: Source) -> dict[str, Any]:
    """The fields of a source's document; raises `SourceGone` without one of this kind."""
    fields = get(source.document)
    if fields is None or not is_of(source, fields):
        raise SourceGone
    return fields


def is_of(source: Source, fields: Mapping[str, Any]) -> bool:
    """Whether a document is this source's: shops of all kinds share a collection.

    Callers name a kind, and files lie below it, so it isn't taken from them.
    """
    return source.kind == CSV or fields.get("kind") == source.kind


def of_run(collection: str, run_id: str) -> Any:
    """A query for the documents of one run: a range of ids ('.' follows '-')."""
    client = clients.firestore()
    reference = client.collection(collection)
    key = FieldPath.document_id()
    return (
        reference.where(filter=FieldFilter(key, ">=", reference.document(f"{run_id}-")))
        .where(filter=FieldFilter(key, "<", reference.document(f"{run_id}.")))
        .order_by(key)
    )


def weight(text: str) -> int:
    """What a text weighs in a document, in bytes: a letter outside ASCII is two to four."""
    return len(text) if text.isascii() else len(text.encode())


def commit_all(writes: Iterable[Write]) -> None:
    """Set every document, in commits of bounded size, a few at a time."""
    with ThreadPoolExecutor(_WRITERS) as pool:
        pending = []
        for commit in _commits(writes):
            pending.append(pool.submit(_commit, commit))
            if len(pending) >= 2 * _WRITERS:  # bounds what waits in memory
                pending.pop(0).result()
        for future in pending:
            future.result()


def delete_all(references: Iterable[DocumentReference]) -> None:
    """Delete up to 500 documents in one commit."""
    batch = clients.firestore().batch()
    for reference in references:
        batch.delete(reference)
    batch.commit(timeout=120)


def _commits(writes: Iterable[Write]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    commit: list[tuple[str, dict[str, Any]]] = []
    size = 0
    for path, document, bytes_ in writes:
        if commit and (len(commit) >= _COMMIT_WRITES or size + bytes_ > _COMMIT_BYTES):
            yield commit
            commit, size = [], 0
        commit.append((path, document))
        size += bytes_
    if commit:
        yield commit


def _commit(documents: list[tuple[str, dict[str, Any]]]) -> None:
    client = clients.firestore()
    batch = client.batch()
    for path, document in documents:
        batch.set(client.document(path), document)
    batch.commit(timeout=120)
