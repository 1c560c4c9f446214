"""What the REST API answers: to whom, in which shape, with which headers."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kindred.api.payloads import PricesReply
from kindred.api.routes import ROUTES
from kindred.errors import SourceGone, Unavailable
from kindred.keys.tokens import new_token
from kindred.paths import Source
from unit.api.shop_doors import JSON, ONE, OUTCOMES, PRICES, SHOP, Doors, error_code, open_doors


def repr_start(value: object) -> str:
    return repr(value)[:30]


ITEMS = {"source": ONE["source"], "items": [{"customer_id": "C1", "product_id": "P1"}]}
SOLD = {"quote_id": "q1", "outcome": "bought", "quantity": 2}


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    return open_doors(monkeypatch)


# What is served ----------------------------------------------------------------------------


def test_one_price_and_many_are_asked_for_at_one_address(doors: Doors) -> None:
    key = doors.key()
    one = doors.send(key=key, json=ONE)
    many = doors.send(key=key, json={**ITEMS, "items": ITEMS["items"] * 100})
    assert (one.status_code, many.status_code) == (200, 200)
    assert [quote["price"] for quote in one.get_json()["quotes"]] == ["14.99"]
    assert len(many.get_json()["quotes"]) == 100
    PricesReply.model_validate(many.get_json())
    assert {source for source, _ in doors.prices.asked} == {Source("merchant", "csv", "up1")}


def test_a_context_reaches_the_quote(doors: Doors) -> None:
    doors.send(key=doors.key(), json={**ONE, "context": {"country": "DE", "opted_out": True}})
    ((_, (item,)),) = doors.prices.asked
    assert item.context
    assert (item.context.country, item.context.opted_out) == ("DE", True)


def test_an_outcome_is_handed_on_with_the_merchant_of_the_key(doors: Doors) -> None:
    answer = doors.send(path=OUTCOMES, key=doors.key("other"), json=SOLD)
    assert answer.get_json() == {**SOLD, "refunded": 0, "recorded": True}
    ((uid, outcome),) = doors.prices.outcomes
    assert (uid, outcome.quote_id, outcome.quantity) == ("other", "q1", 2)


def test_a_whole_number_may_be_written_with_a_point(doors: Doors) -> None:
    body = b'{"quote_id": "q1", "outcome": "bought", "quantity": 2.0}'
    answer = doors.send(path=OUTCOMES, key=doors.key(), data=body, headers=JSON)
    assert answer.get_json() == {**SOLD, "refunded": 0, "recorded": True}
    half = doors.send(
        path=OUTCOMES, key=doors.key(), data=body.replace(b"2.0", b"2.5"), headers=JSON
    )
    assert half.status_code == 400


def test_an_outcome_of_a_quote_that_is_not_there_is_not_found(doors: Doors) -> None:
    answer = doors.send(path=OUTCOMES, key=doors.key(), json={**SOLD, "quote_id": "q2"})
    assert (answer.status_code, error_code(answer)) == (404, "no-quote")


# Who is let in -----------------------------------------------------------------------------


def test_without_a_right_key_everything_is_answered_alike(doors: Doors) -> None:
    key = doors.key()
    other_scope, public = doors.key(scopes=("events",)), doors.key(origins=(SHOP,))
    headers: list[dict[str, str]] = [
        {},
        {"Authorization": ""},
        {"Authorization": key},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": f"Basic {key}"},
        {"Authorization": f"Bearer {key}, Bearer {key}"},
        {"Authorization": f"Bearer {key[:-1]}"},
        {"Authorization": f"Bearer {key}x"},
        {"Authorization": f"Bearer {new_token('merchant')}"},
        {"Authorization": f"Bearer {new_token('nobody')}"},
        {"Authorization": f"Bearer {other_scope}"},
        {"Authorization": f"Bearer {public}"},
        {"Authorization": f"Bearer {public}", "Origin": "https://evil.example"},
        {"Authorization": f"Bearer {key}", "Origin": SHOP},
        {"X-Write-Key": key},
        {"Cookie": f"Authorization=Bearer {key}"},
    ]
    # Whatever is sent besides, a stranger learns nothing from it.
    answers = [
        doors.send(headers=one, json=body)
        for one in headers
        for body in (ONE, {**ONE, "source": {"kind": "csv", "id": "none"}}, {}, [])
    ]
    assert {(a.status_code, a.get_data(), str(a.headers)) for a in answers} == {
        (401, answers[0].get_data(), str(answers[0].headers))
    }
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="kindred"'
    assert error_code(answers[0]) == "key-refused"
    assert doors.prices.asked == []


def test_the_scheme_is_read_in_any_case(doors: Doors) -> None:
    key = doors.key()
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {key}"}
        assert doors.send(headers=headers, json=ONE).status_code == 200


def test_a_key_asks_for_its_own_sources_only_and_learns_of_no_others(doors: Doors) -> None:
    key = doors.key()
    bodies = []
    for source in (
        {"kind": "csv", "id": "up2"},
        {"kind": "csv", "id": "none"},
        {"kind": "shopify", "id": "up1"},
        {"kind": "unheard-of", "id": "up1"},
        {"kind": "csv", "id": "../up1"},
    ):
        answer = doors.send(key=key, json={**ONE, "source": source})
        assert (answer.status_code, error_code(answer)) == (403, "source-refused")
        bodies.append(answer.get_data())
    doors.prices.fails = SourceGone()
    bodies.append(doors.send(key=key, json=ONE).get_data())
    assert len(set(bodies)) == 1


def test_nobody_names_another_merchant(doors: Doors) -> None:
    source = {"uid": "other", "kind": "csv", "id": "up1"}
    answer = doors.send(key=doors.key(), json={**ONE, "source": source})
    assert answer.status_code == 400
    assert doors.prices.asked == []


def test_pages_may_not_tell_outcomes(doors: Doors) -> None:
    key = doors.key(origins=(SHOP,))
    answer = doors.send(path=OUTCOMES, key=key, json=SOLD, headers={"Origin": SHOP})
    assert (answer.status_code, error_code(answer)) == (401, "key-refused")
    assert doors.prices.outcomes == []


def test_a_page_reads_an_answer_only_with_a_key_for_its_origin(doors: Doors) -> None:
    key = doors.key(origins=(SHOP,))
    answer = doors.send(key=key, json=ONE, headers={"Origin": SHOP})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Vary"] == "Origin"
    wrong = doors.send(key=key, json={}, headers={"Origin": SHOP})
    assert (wrong.status_code, wrong.headers["Access-Control-Allow-Origin"]) == (400, SHOP)
    elsewhere = doors.send(key=key, json=ONE, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 401
    assert "Access-Control-Allow-Origin" not in elsewhere.headers
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["null", "*", "https://a.b/", "https://a.b, https://c.d", ""])
def test_a_preflight_of_what_is_no_origin_allows_nothing(doors: Doors, origin: str) -> None:
    answer = doors.send("OPTIONS", headers={"Origin": origin})
    assert answer.status_code == 204
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_preflight_says_what_may_be_sent(doors: Doors) -> None:
    answer = doors.send("OPTIONS", headers={"Origin": SHOP})
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"


def test_too_much_in_a_minute_is_told_with_the_time_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doors = open_doors(monkeypatch, per_minute=3)
    doors.gates[0].counter._lease = lambda *_: 0
    doors.gates[0].counter._limit = type(doors.gates[0].counter._limit)(60, 1)
    key = doors.key()
    assert [doors.send(key=key, json=ONE).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = doors.send(key=key, json=ONE)
    assert (refused.headers["Retry-After"], error_code(refused)) == ("60", "too-many-requests")
    assert len(doors.prices.asked) == 3


def test_a_batch_counts_as_many_prices_and_nonsense_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    doors = open_doors(monkeypatch)
    taken: list[int] = []
    monkeypatch.setattr(
        doors.gates[0].counter, "take", lambda u, k, units, now: taken.append(units)
    )
    doors.send(key=doors.key(), json={**ITEMS, "items": ITEMS["items"] * 40})
    doors.send(key=doors.key(), json=ONE)
    doors.send(key=doors.key(), data=b"{", headers=JSON)
    assert taken == [1, 39, 1, 1]


# Addresses and methods ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/api", "/api/v1", "/api/v1/prices/", "/api/v1/Prices", "/API/v1/prices"),
        *("/api/v1/../v1/prices", "/api/v1/prices/..", "/api/v2/prices", "/v1/prices"),
        *("/api/v1/prices;x=1", "/api/v1/prices%00", "/%ff"),
        *("/api/v1/%2e%2e/prices", "/api/v1/pr%C4%B1ces", "/api/v1/openapi.json/x"),
    ],
)
def test_what_is_not_in_the_table_is_not_found(doors: Doors, path: str) -> None:
    key = doors.key()
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        answer = doors.send(method, path, key=key)
        assert answer.status_code == 404, (method, path)
        assert error_code(answer) == "no-such-path"


def test_a_line_break_in_an_address_is_no_header(doors: Doors) -> None:
    answer = doors.send(path="/api/v1/prices%0d%0aX-Evil:%201", key=doors.key())
    assert answer.status_code == 404
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_prices_are_only_posted_for(doors: Doors, method: str) -> None:
    answer = doors.send(method, key=doors.key())
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert answer.get_data() == b"" if method == "HEAD" else error_code(answer)


def test_another_method_is_not_named_in_a_header(doors: Doors) -> None:
    answer = doors.send("GET", key=doors.key(), headers={"X-HTTP-Method-Override": "POST"})
    assert answer.status_code == 405


def test_the_document_can_be_had_without_a_key(doors: Doors) -> None:
    got, head = (doors.send(method, "/api/v1/openapi.json") for method in ("GET", "HEAD"))
    assert (got.status_code, head.status_code, head.get_data()) == (200, 200, b"")
    assert got.get_json()["openapi"] == "3.1.0"


# Bodies ------------------------------------------------------------------------------------

_DEEP = b'{"a":' * 15_000 + b"1" + b"}" * 15_000


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{}x", b"nothing", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{'a': 1}", b"[1,]"),
        *(
            b'{"a": 1e999}',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": -Infinity}',
            b'{"a": ' + b"9" * 5_000 + b"}",
        ),
        *(_DEEP, b"[" * 90_000, b"[" * 70 + b"]" * 70, b'{"a": "\\ud800\\"', b'{"a": "\n"}'),
        b'{"source": {"kind": "csv", "id": "up1"}, "source": {"kind": "csv", "id": "up2"}}',
        b'{"source": {"kind": "csv", "id": "x", "id": "up1"}, "customer_id": "C"}',
        '{"a": "é"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
    ],
    ids=repr_start,
)
def test_a_body_that_can_be_read_in_two_ways_or_none_is_refused(doors: Doors, body: bytes) -> None:
    answer = doors.send(key=doors.key(), data=body, headers=JSON)
    assert (answer.status_code, error_code(answer)) == (400, "invalid-json")


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, 7, "text", [ONE], {"source": ONE["source"]}, {**ONE, **ITEMS}),
        *({**ITEMS, "context": {"country": "DE"}}, {**ITEMS, "items": []}),
        {**ITEMS, "items": [*ITEMS["items"] * 101]},
        {**ONE, "customer_id": "x" * 257},
        {**ONE, "customer_id": 7},
        {**ONE, "customer_id": None},
        {**ONE, "customer_id": "\ud800"},
        {**ONE, "context": {"device": "phone"}},
        {**ONE, "context": {"country": "de"}},
        {**ONE, "price": "0.01"},
    ],
    ids=repr_start,
)
def test_a_request_that_is_not_as_told_is_refused_without_repeating_it(
    doors: Doors, body: Any
) -> None:
    answer = doors.send(key=doors.key(), data=json.dumps(body), headers=JSON)
    assert answer.status_code == 400
    assert error_code(answer) in ("invalid-request", "invalid-input")
    assert "xxxx" not in answer.get_data(as_text=True)
    assert doors.prices.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/jsonp"},
        {**JSON, "Content-Encoding": "gzip"},
        {**JSON, "Content-Encoding": "br, gzip"},
    ],
    ids=str,
)
def test_only_plain_json_is_read(doors: Doors, headers: dict[str, str]) -> None:
    body = json.dumps(ONE).encode()
    if "Content-Encoding" in headers:
        body = gzip.compress(body)
    answer = doors.send(key=doors.key(), data=body, headers=headers)
    assert answer.status_code == 415


def test_a_long_body_is_refused_whether_it_says_so_or_not(doors: Doors) -> None:
    key, body = doors.key(), json.dumps({**ONE, "x": "y" * 100_000}).encode()
    told = doors.send(key=key, data=body, headers=JSON)
    untold = doors.send(
        key=key, headers=JSON, input_stream=BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )  # fmt: skip
    assert (told.status_code, untold.status_code) == (413, 413)


def test_a_body_of_untold_length_is_read(doors: Doors) -> None:
    answer = doors.send(
        key=doors.key(), headers=JSON, input_stream=BytesIO(json.dumps(ONE).encode()),
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )  # fmt: skip
    assert answer.status_code == 200


def test_a_sender_who_hangs_up_gets_no_error_of_ours(doors: Doors) -> None:
    answer = doors.send(
        key=doors.key(), headers=JSON, input_stream=BytesIO(b'{"a'),
        environ_overrides={"CONTENT_LENGTH": "500"},
    )  # fmt: skip
    assert answer.status_code == 400


# When something fails ----------------------------------------------------------------------


@pytest.mark.parametrize("error", [Unavailable("down"), RuntimeError("ann@example.com"), OSError()])
def test_a_failure_of_ours_asks_for_another_try_and_tells_nothing(
    doors: Doors, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    doors.prices.fails = error
    answer = doors.send(key=doors.key(), json=ONE)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    error_code(answer)
    assert "ann@" not in answer.get_data(as_text=True) + capsys.readouterr().err


def test_every_answer_is_kept_by_nobody_and_shown_as_nothing_else(doors: Doors) -> None:
    key = doors.key()
    answers = [
        doors.send(key=key, json=ONE),
        doors.send(key=key, json={}),
        doors.send(json=ONE),
        doors.send("OPTIONS"),
        doors.send("GET", "/api/v1/openapi.json"),
        doors.send("GET", "/none"),
        doors.send("PUT"),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        if answer.status_code != 204:
            assert answer.headers["Content-Type"] == "application/json"


def test_neither_keys_nor_customers_stand_in_the_log(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    key = doors.key()
    doors.send(key=key, json={**ONE, "customer_id": "ann@example.com", "x": 1})
    doors.send(key=key + "x", json=ONE)
    doors.send(key=key, data=b"{ann", headers=JSON)
    logged = capsys.readouterr().err
    assert '"status": 401' in logged
    assert "ann" not in logged
    assert key[:23] not in logged


# Whatever is sent --------------------------------------------------------------------------

_HEADER_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*ONE, "items", "context", "kind", "id", "uid", "quote_id", "x"]), inner
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "OPTIONS", "HEAD", "TRACE"]),
    path=st.sampled_from([route.path for route in ROUTES]) | st.text(max_size=20).map("/{}".format),
    has_key=st.booleans(),
    headers=st.dictionaries(
        st.sampled_from(
            ["Authorization", "Origin", "Content-Type", "Content-Encoding", "X-Write-Key",
             "Content-Length", "Transfer-Encoding", "Accept", "Forwarded", "X-Forwarded-For"]
        ),
        _HEADER_TEXT,
    ),
    body=st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()),
)  # fmt: skip
@example("POST", PRICES, True, {"Content-Length": "-1"}, b"{}")
@example("POST", PRICES, True, {"Content-Length": "9" * 400}, b"{}")
def test_nothing_that_is_sent_is_an_error_of_ours(
    doors: Doors, method: str, path: str, has_key: bool, headers: dict[str, str], body: bytes
) -> None:
    key = doors.key() if has_key else None
    sent = {**headers, **({} if "Content-Type" in headers else JSON)}
    try:
        answer = doors.send(method, path, key=key, headers=sent, data=body)
    except ValueError as err:  # the test's client won't send it
        assert "header" in str(err).lower() or "url" in str(err).lower()  # noqa: PT017
        return
    assert answer.status_code < 500
    assert answer.headers["Cache-Control"] == "private, no-store"
