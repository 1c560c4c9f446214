"""Looking customers up, exporting them, defining and comparing segments."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from emulator.merchants import Person, Upload, sign_up, start_upload
from kindred.paths import bucket_of

HEADER = "customer,order,date,amount,city\n"
ODD_IDS = (
    "+HYPERLINK(1)", "+49 151", "-1", "@home", "Ann, Bob", 'say "hi"', "客户-7", "🛍", "O'Neil",
    "a/b", "..", "__proto__", "nulls", "x" * 256, "<script>", "back\\slash", "%2F", "r1-s01-0000",
)  # fmt: skip


def odd_file() -> bytes:
    """Customers with ids of every kind, among others who are plain."""
    text = io.StringIO(newline="")
    text.write(HEADER)
    writer = csv.writer(text)
    order = 0
    for place, customer in enumerate([*ODD_IDS, *(f"C{n}" for n in range(40))]):
        for nth in range(1 + place % 5):
            order += 1
            day = f"2025-{1 + (place + nth) % 12:02}-{1 + (3 * place) % 28:02}"
            writer.writerow([customer, f"O{order}", day, f"{5 + place * 3 + nth}.50", "Rome"])
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


@pytest.fixture(scope="module")
def upload(merchant: Person) -> Upload:
    made = start_upload(merchant, odd_file())
    made.wait_until_ready()
    return made


@pytest.fixture(scope="module")
def customers(upload: Upload) -> list[str]:
    pages = upload.of_run("customers", upload.read()["current_run"]).values()
    return [customer for page in pages for customer in page["customer_ids"]]


def test_ids_are_kept_as_they_were_written(customers: list[str]) -> None:
    assert set(ODD_IDS) <= set(customers)
    assert len(customers) == len(set(customers)) == len(ODD_IDS) + 40


@pytest.mark.parametrize("customer", ODD_IDS)
def test_a_customer_is_found_whatever_the_id(upload: Upload, customer: str) -> None:
    merchant, document = upload.owner, upload.read()
    found = merchant.call("find_customer", source=upload.source, customer_id=customer)
    assert (found["customer_id"], found["run_id"]) == (customer, document["current_run"])
    assert found["segment"]["name"]
    page = merchant.read(f"{upload.path}/customers/{found['page_id']}")
    assert customer in page["customer_ids"]
    bucket = bucket_of(customer, document["index_buckets"])
    entries = merchant.read(f"{upload.path}/customer_index/{document['current_run']}-{bucket:05}")
    assert customer in json.loads(entries["entries"])


def test_a_customer_is_shown_with_scores_reasons_and_orders(upload: Upload) -> None:
    merchant = upload.owner
    found = merchant.call("get_customer", source=upload.source, customer_id="客户-7")
    assert found["segment"]["reasons"]
    assert found["scores"]["frequency"] == len(found["history"]) == 1 + ODD_IDS.index("客户-7") % 5
    times = [line["ordered_at"] for line in found["history"]]
    assert times == sorted(times)
    spent = sum(line["amount"] for line in found["history"])
    assert found["scores"]["monetary"] == pytest.approx(spent)


@pytest.mark.parametrize("customer", ["nobody", "c1", "C1 ", "segment_id", "客户", "\0"])
def test_an_unknown_customer_is_not_found(upload: Upload, customer: str) -> None:
    for function in ("find_customer", "get_customer"):
        told = upload.owner.refused(function, source=upload.source, customer_id=customer)
        assert told == ("NOT_FOUND", "no-customer")


@pytest.mark.parametrize("customer", ["", "x" * 257, 7, None, ["C1"], {"a": 1}])
def test_what_is_no_id_is_refused(upload: Upload, customer: Any) -> None:
    told = upload.owner.refused("find_customer", source=upload.source, customer_id=customer)
    assert told[0] == "INVALID_ARGUMENT"


def test_exports_hold_everybody_and_nothing_that_runs(upload: Upload, customers: list[str]) -> None:
    merchant = upload.owner
    told = merchant.call("export_segments", source=upload.source, format="csv")
    file = merchant.get_file(told["path"])
    assert file.status_code == 200
    rows = list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))
    assert len(rows) == told["rows"] == len(customers)
    assert {row["customer_id"] for row in rows} == {
        f"'{customer}" if customer[0] in "=+-@" else customer for customer in customers
    }
    assert all(row["segment"] for row in rows)

    told = merchant.call("export_segments", source=upload.source, format="json")
    exported = json.loads(merchant.get_file(told["path"]).content)
    assert {row["customer_id"] for row in exported} == set(customers)
    assert merchant.refused("export_segments", source=upload.source, format="xlsx")[0] == (
        "INVALID_ARGUMENT"
    )


def test_what_has_no_result_yet_says_so(merchant: Person) -> None:
    waiting = start_upload(merchant, None)
    for function, more in {
        "find_customer": {"customer_id": "C1"},
        "get_customer": {"customer_id": "C1"},
        "export_segments": {"format": "csv"},
        "preview_segment": {"definition": {"all": [{"trait": "r", "is": ">=", "value": 1}]}},
    }.items():
        told = merchant.refused(function, source=waiting.source, **more)
        assert told == ("FAILED_PRECONDITION", "no-run"), function
    assert merchant.refused("list_rows", source=waiting.source)[1] == "no-rows-stored"
    assert merchant.refused("regenerate_segments", source=waiting.source)[0] == (
        "FAILED_PRECONDITION"
    )


def test_a_definition_selects_whom_it_says(upload: Upload, customers: list[str]) -> None:
    merchant = upload.owner
    everybody = merchant.call(
        "preview_segment",
        source=upload.source,
        definition={"all": [{"trait": "frequency", "is": ">=", "value": 1}]},
    )
    assert (everybody["count"], everybody["share"]) == (len(customers), 1)
    some = merchant.call(
        "preview_segment",
        source=upload.source,
        definition={"all": [{"trait": "frequency", "is": ">=", "value": 5}]},
    )
    assert 0 < some["count"] < everybody["count"]
    told = merchant.refused(
        "preview_segment",
        source=upload.source,
        definition={"all": [{"trait": "x; drop table", "is": "==", "value": 1}]},
    )
    assert told[0] == "INVALID_ARGUMENT"


def test_a_source_compared_with_itself_does_not_differ(upload: Upload) -> None:
    compared = upload.owner.call("compare_sources", a=upload.source, b=upload.source)
    assert compared["a"] == compared["b"]
    gone = {**upload.source, "run_id": "r20200101t000000aaaaaa"}
    told = upload.owner.refused("compare_sources", a=gone, b=upload.source)
    assert told == ("NOT_FOUND", "no-run")
