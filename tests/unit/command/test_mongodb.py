"""`--source mongodb`, against a server in memory (mongomock); a real one isn't run here."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import mongomock
import pymongo
import pytest
from bson import Decimal128, ObjectId
from kindred.command.mongodb import export_collection
from kindred.errors import KindredError

URI = "mongodb://reader:secret@shop.example/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> mongomock.MongoClient:
    """One server that every client of the test sees."""
    store = mongomock.MongoClient(URI)
    monkeypatch.setattr(pymongo, "MongoClient", lambda uri, **options: store)
    return store


def exported(server: Any, documents: list[dict[str, Any]], folder: Path) -> list[dict[str, str]]:
    server.shop.orders.insert_many(documents)
    with export_collection(URI, "shop", "orders", folder).open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_document_is_a_row_and_a_nested_field_a_column_with_dots(
    server: Any, tmp_path: Path
) -> None:
    identity = ObjectId()
    first = {
        "_id": identity,
        "buyer": {"email": "ada@example.com", "address": {"country": "PT"}},
        "placed": datetime(2026, 3, 1, 12, 30),  # noqa: DTZ001 - as drivers give it
        "total": Decimal128("1999.90"),
        "gift": True,
        "tags": ["new", "vip"],
        "items": [{"sku": "A-1", "qty": 2, "price": 9.5}],
        "note": None,
    }
    rows = exported(server, [first, {"buyer": {"name": 'Bo, the "2nd"\nof his name'}}], tmp_path)
    assert rows[0] == {
        "_id": str(identity),
        "buyer.email": "ada@example.com",
        "buyer.address.country": "PT",
        "placed": "2026-03-01 12:30:00",
        "total": "1999.90",
        "gift": "true",
        "tags": "new; vip",
        "items": json.dumps([{"sku": "A-1", "qty": 2, "price": 9.5}]),
        "note": "",
        "buyer.name": "",
    }
    assert rows[1]["buyer.name"] == 'Bo, the "2nd"\nof his name'
    assert rows[1]["total"] == ""


def test_a_collection_without_documents_says_so(server: Any, tmp_path: Path) -> None:
    with pytest.raises(KindredError) as told:
        export_collection(URI, "shop", "ordres", tmp_path)
    assert told.value.code == "no-documents"


def test_two_fields_of_one_name_are_refused_and_none_is_lost(server: Any, tmp_path: Path) -> None:
    with pytest.raises(KindredError) as told:
        exported(server, [{"buyer": {"email": "a"}, "buyer.email": "b"}], tmp_path)
    assert told.value.code == "unclear-fields"


@pytest.mark.parametrize(
    "uri", ["mongodb://reader:secret@127.0.0.1:1/", "no address", "mongodb://reader:secret@:x/"]
)
def test_a_server_that_cannot_be_asked_says_so_and_keeps_the_password(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindred.command.mongodb.PATIENCE_MS", 50)
    with pytest.raises(KindredError) as told:
        export_collection(uri, "shop", "orders", tmp_path)
    assert told.value.code == "no-database"
    assert "secret" not in str(told.value.as_dict())
