"""What a merchant is asked and answers, and what is built on earlier uploads."""

from __future__ import annotations

import base64
import uuid

import pytest
from emulator.merchants import Person, sign_up, start_upload
from emulator.places import some_customers
from kindred import clients
from kindred.paths import CSV, Source

SMALL = some_customers(40)


@pytest.fixture(scope="module")
def merchant() -> Person:
    return sign_up()


def unclear() -> bytes:
    """Orders whose header and values don't say who the customer is."""
    colours = ("red", "green", "blue", "pink", "grey", "gold", "teal", "lime")
    animals = ("fox", "owl", "cat", "elk", "bee")
    tag = uuid.uuid4().hex[:6]
    lines = [f"alpha {tag},beta {tag},gamma {tag}"]
    for n in range(200):
        who = f"{colours[n % 8]} {animals[n % 5]}"
        lines.append(f"{who},2025-{1 + n % 12:02}-{1 + n % 28:02},{5 + n * n % 90}.50")
    return "\n".join(lines).encode()


def test_columns_that_arent_clear_are_asked_for_and_remembered(merchant: Person) -> None:
    content = unclear()
    names = content.decode().splitlines()[0].split(",")
    upload = start_upload(merchant, content)
    asked = upload.wait()
    assert asked["status"] == "needs_mapping", asked.get("error")
    assert asked["error"]["code"] == "mapping-needed"
    assert asked["error"]["hint"]
    assert asked["detected"]["mapping"] is not None
    mapping = dict(zip(("customer_id", "order_date", "amount"), names, strict=True))
    assert merchant.change(upload.path, status="queued").status_code == 403
    assert merchant.change(upload.path, column_mapping=mapping).status_code == 200
    ready = upload.wait(lambda document: document["status"] == "ready")
    assert ready["current_run"]
    assert ready["error"] is None

    again = start_upload(merchant, content, file_name="again.csv")
    assert again.wait_until_ready()["same_as"] == upload.id
    assert "mapping-remembered" in [notice["code"] for notice in again.read()["notices"]]

    other = sign_up()
    strangers = start_upload(other, content)
    assert strangers.wait()["status"] == "needs_mapping", "what one taught, another doesn't know"


def test_a_wrong_answer_is_told_and_can_be_corrected(merchant: Person) -> None:
    content = unclear()
    upload = start_upload(merchant, content)
    assert upload.wait()["status"] == "needs_mapping"
    merchant.change(upload.path, column_mapping={"customer_id": "no such column"})
    document = upload.wait(lambda d: d["status"] in ("failed", "needs_mapping", "ready"))
    assert document["error"]["code"]
    assert document["error"]["hint"]


def test_a_file_that_is_only_checked_is_read_and_then_waits(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL, options={"dry_run": True})
    checked = upload.wait()
    assert (checked["status"], checked["progress"]) == ("checked", 100)
    assert checked.get("current_run") is None
    assert checked["report"]["rows_rejected"] == 1
    rejects = merchant.get_file(checked["report"]["rejects_path"])
    assert rejects.status_code == 200
    assert len(rejects.text.strip().splitlines()) == 2
    assert merchant.change(upload.path, options={}).status_code == 200
    ready = upload.wait(lambda document: document["status"] == "ready")
    assert ready["report"] == checked["report"]
    assert merchant.list(f"{upload.path}/csv_segments")


def test_a_checked_file_is_segmented_when_segments_are_asked_for(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL, options={"dry_run": True}, generate_segments=False)
    assert upload.wait()["status"] == "checked"
    merchant.call("regenerate_segments", source=upload.source)
    assert upload.wait(lambda d: d["status"] not in ("queued", "running"))["current_run"]


def test_a_file_without_segments_is_ready_and_has_rows(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL, generate_segments=False)
    document = upload.wait_until_ready()
    assert document.get("current_run") is None
    told = merchant.call("list_rows", source=upload.source, limit=5)
    assert (told["total"], len(told["rows"])) == (document["report"]["rows_read"], 5)


def test_what_is_no_table_fails_and_says_what_to_do(merchant: Person) -> None:
    for content in (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"just one line\n"):
        document = start_upload(merchant, content).wait()
        assert document["status"] in ("failed", "needs_mapping"), content[:4]
        assert document["error"]["code"]
        assert document["error"]["message"]
        assert document["error"]["hint"]
        assert document["stage"] is None


def test_options_of_generating_again_count(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL)
    first = upload.wait_until_ready()
    options = {"algorithm": "dbscan", "as_of": "2026-06-30"}
    merchant.call("regenerate_segments", source=upload.source, options=options)
    second = upload.wait(lambda document: document["status"] == "ready")
    run = merchant.read(f"{upload.path}/runs/{second['current_run']}")
    assert (run["algorithm"], run["as_of"]) == ("dbscan", "2026-06-30")
    assert second["report"] == first["report"], "the rows aren't read again"
    for odd in ({"algorithm": "magic"}, {"as_of": "yesterday"}, {"surprise": 1}):
        told = merchant.refused("regenerate_segments", source=upload.source, options=odd)
        assert told[0] == "INVALID_ARGUMENT"


def test_an_edit_makes_a_new_version_and_leaves_the_old_one(merchant: Person) -> None:
    upload = start_upload(merchant, SMALL)
    before = upload.wait_until_ready()
    rows = merchant.call("list_rows", source=upload.source, offset=0, limit=3)
    column = rows["columns"].index("City")
    edits = [{"row": 1, "column": "City", "value": "=Rome"}]
    told = merchant.call("edit_rows", source=upload.source, edits=edits)
    version = type(upload)(merchant, told["upload_id"], "orders.csv")
    after = version.wait_until_ready()
    assert after["based_on"] == {"upload_id": upload.id, "mode": "replace"}
    assert after["report"]["rows_read"] == before["report"]["rows_read"]
    edited = merchant.call("list_rows", source=version.source, offset=0, limit=3)
    assert edited["rows"][1][column] == "=Rome"
    assert edited["rows"][0] == rows["rows"][0]
    assert merchant.call("list_rows", source=upload.source, offset=0, limit=3) == rows
    assert upload.read()["current_run"] == before["current_run"]
    for odd in (
        {"row": 10**9, "column": "City", "value": "x"},
        {"row": 0, "column": "No such", "value": "x"},
        {"row": -1, "column": "City", "value": "x"},
    ):
        told = merchant.refused("edit_rows", source=upload.source, edits=[odd])
        assert told[0] == "INVALID_ARGUMENT"


def halves() -> tuple[bytes, bytes]:
    lines = SMALL.decode().splitlines(keepends=True)
    middle = len(lines) // 2
    return "".join(lines[:middle]).encode(), "".join([lines[0], *lines[middle:]]).encode()


def test_an_upload_that_adds_to_another_holds_both(
    merchant: Person, behind_the_doors: None
) -> None:
    one, two = halves()
    base = start_upload(merchant, one)
    base.wait_until_ready()
    merchant.call("opt_out_customer", source=base.source, customer_id="C1")
    more = start_upload(merchant, two, based_on={"upload_id": base.id, "mode": "append"})
    document = more.wait_until_ready()
    assert document["customer_count"] == 40
    old, new = (Source(merchant.uid, CSV, upload.id) for upload in (base, more))
    assert 0 < len(opted_out(old)) == len(opted_out(old) & opted_out(new))
    whole = start_upload(merchant, SMALL)
    whole.wait_until_ready()
    found = {
        upload.id: {
            customer
            for page in upload.of_run("customers", upload.read()["current_run"]).values()
            for customer in page["customer_ids"]
        }
        for upload in (more, whole)
    }
    assert found[more.id] == found[whole.id]
    assert base.read()["customer_count"] <= 40


def opted_out(source: Source) -> set[str]:
    shelves = clients.firestore().collection(source.price_opt_outs).stream()
    return {hash_ for shelf in shelves for hash_ in (shelf.to_dict() or {})["customers"]}


def test_adding_to_what_is_not_there_fails_with_a_reason(merchant: Person) -> None:
    stranger = start_upload(sign_up(), SMALL)
    stranger.wait_until_ready()
    for missing in ("none", stranger.id):
        upload = start_upload(merchant, SMALL, based_on={"upload_id": missing, "mode": "append"})
        document = upload.wait()
        assert (document["status"], document["error"]["code"]) == ("failed", "base-missing")


def test_a_preview_reads_the_start_of_a_file(merchant: Person) -> None:
    head = base64.b64encode(SMALL[:2000]).decode()
    told = merchant.call("preview_upload", head=head, file_name="orders.csv")
    assert told["mapping"]["customer_id"]["column"] == "Customer ID"
    waiting = start_upload(merchant, None)
    assert merchant.refused("preview_upload", upload_id=waiting.id)[1] == "no-file"
    for odd in ({"head": "not base64!"}, {}, {"head": head, "upload_id": "x"}):
        assert merchant.refused("preview_upload", **odd)[0] == "INVALID_ARGUMENT"
