"""An endpoint is told each event once, again until it has heard it, and not for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from kindred.errors import Conflict, InvalidInput, NotFound, Unavailable
from kindred.webhooks import deliveries, service, signing
from kindred.webhooks.deliveries import SCHEDULE, Answer, Endpoint, Wanted
from kindred.webhooks.payloads import AnnounceEvent
from kindred.wire import parse
from unit.webhooks.fakes import NOW, Clock, FakeWebhooks, Killed, Receiver

UID = "merchant"
URL = "https://shop.example.com/hooks?token=s3cret"
DATA = {"product_id": "p1", "price": "14.99", "currency": "EUR"}


@pytest.fixture
def webhooks() -> FakeWebhooks:
    return FakeWebhooks()


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(webhooks: FakeWebhooks, uid: str = UID, **more: Any) -> tuple[Endpoint, str]:
    wanted = Wanted(**{"url": URL, "events": ("price.changed",), "active": True, **more})
    endpoint, secret = service.save_webhook(
        uid, wanted, webhook_id=None, by=uid, webhooks=webhooks, now=NOW
    )
    assert secret
    return endpoint, secret


def change(webhooks: FakeWebhooks, webhook_id: str, uid: str = UID, **more: Any) -> Endpoint:
    wanted = Wanted(**{"url": URL, "events": ("price.changed",), "active": True, **more})
    endpoint, secret = service.save_webhook(
        uid, wanted, webhook_id=webhook_id, by=uid, webhooks=webhooks, now=NOW
    )
    assert secret is None
    return endpoint


def tell(webhooks: FakeWebhooks, event_id: str = "e1", uid: str = UID) -> None:
    service.announce(uid, "price.changed", DATA, event_id=event_id, webhooks=webhooks, now=NOW)


def run(webhooks: FakeWebhooks, receiver: Receiver, clock: Clock) -> int:
    """The oldest task, when it is due; how long it waited."""
    task, delay = webhooks.queue.pop(0)
    clock.forward(delay)
    service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    return delay


def run_all(webhooks: FakeWebhooks, receiver: Receiver, clock: Clock) -> list[int]:
    waited = []
    while webhooks.queue:
        waited.append(run(webhooks, receiver, clock))
    return waited


# Endpoints ---------------------------------------------------------------------------------


def test_a_secret_is_told_once_and_stands_in_no_representation(webhooks: FakeWebhooks) -> None:
    endpoint, secret = make(webhooks)
    assert len(signing.to_key(secret)) == 32
    assert secret not in repr(endpoint)
    assert "s3cret" not in repr(endpoint)
    change(webhooks, endpoint.id)


def test_a_merchant_has_ten_endpoints_at_most_and_others_keep_theirs(
    webhooks: FakeWebhooks,
) -> None:
    for _ in range(deliveries.MAX_ENDPOINTS):
        last, _ = make(webhooks)
    with pytest.raises(Conflict) as refused:
        make(webhooks)
    assert refused.value.code == "too-many-webhooks"
    make(webhooks, "rival")
    service.delete_webhook(UID, last.id, webhooks=webhooks)
    make(webhooks)


def test_an_endpoint_inside_is_not_saved(webhooks: FakeWebhooks) -> None:
    endpoint, _ = make(webhooks)
    with pytest.raises(InvalidInput):
        change(webhooks, endpoint.id, url="https://127.0.0.1/")
    assert webhooks.kept[UID, endpoint.id].url == URL


@pytest.mark.parametrize(
    "touch",
    [
        lambda w, hook: change(w, hook, uid="rival"),
        lambda w, hook: service.rotate_secret("rival", hook, webhooks=w, now=NOW),
        lambda w, hook: service.test_webhook("rival", hook, webhooks=w, now=NOW),
        lambda w, hook: service.replay_webhook("rival", hook, w.only().id, webhooks=w, now=NOW),
    ],
    ids=["save", "rotate", "test", "replay"],
)
def test_another_merchants_endpoint_does_not_exist(
    webhooks: FakeWebhooks, touch: Callable[[FakeWebhooks, str], Any]
) -> None:
    endpoint, _ = make(webhooks)
    tell(webhooks)
    before = dict(webhooks.kept), dict(webhooks.told), list(webhooks.queue)
    with pytest.raises(NotFound):
        touch(webhooks, endpoint.id)
    service.delete_webhook("rival", endpoint.id, webhooks=webhooks)
    assert (webhooks.kept, webhooks.told, webhooks.queue) == before


def test_a_task_for_another_merchants_delivery_sends_nothing(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    service.deliver(**{**task, "uid": "rival"}, webhooks=webhooks, send=receiver.send, clock=clock)
    assert receiver.heard == []


# Telling -----------------------------------------------------------------------------------


def test_an_event_is_told_signed_to_who_wants_it(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    _, secret = make(webhooks)
    make(webhooks, active=False)
    make(webhooks, "rival")
    tell(webhooks)
    run_all(webhooks, receiver, clock)
    ((url, body, headers),) = receiver.heard
    assert url == URL
    assert json.loads(body) == {
        "type": "price.changed",
        "timestamp": NOW.isoformat(),
        "data": DATA,
    }
    time = int(clock().timestamp())
    assert headers == signing.headers([secret], webhooks.only().id, time, body)
    assert webhooks.only().state == "delivered"


def test_an_event_that_is_announced_again_is_told_once(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    tell(webhooks)
    tell(webhooks)
    run_all(webhooks, receiver, clock)
    tell(webhooks)
    assert webhooks.queue == []
    assert len(receiver.heard) == 1


def test_an_event_that_is_announced_again_is_not_tried_before_its_time(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(500, "status")]
    make(webhooks)
    tell(webhooks)
    run(webhooks, receiver, clock)
    waiting = list(webhooks.queue)
    tell(webhooks)
    assert webhooks.queue == waiting


def test_a_task_of_a_try_that_is_not_due_yet_sends_nothing(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    service.deliver(**{**task, "attempt": 2}, webhooks=webhooks, send=receiver.send, clock=clock)
    assert receiver.heard == []


def test_a_kill_between_keeping_and_queueing_loses_nothing(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    webhooks.kill_before_queueing = True
    with pytest.raises(Killed):
        tell(webhooks)
    assert webhooks.queue == []
    tell(webhooks)
    run_all(webhooks, receiver, clock)
    assert len(receiver.heard) == 1


def test_a_try_that_was_made_is_not_made_again(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(500, "status"), Answer(200)]
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    run(webhooks, receiver, clock)
    service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    assert len(receiver.heard) == 1
    run_all(webhooks, receiver, clock)
    service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    assert len(receiver.heard) == 2


def test_a_worker_killed_before_it_queued_the_next_try_is_made_up_for(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(500, "status"), Answer(200)]
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    webhooks.kill_before_queueing = True
    with pytest.raises(Killed):
        run(webhooks, receiver, clock)
    service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    assert len(receiver.heard) == 1
    run_all(webhooks, receiver, clock)
    assert webhooks.only().state == "delivered"


def test_a_worker_killed_while_it_sends_is_followed_by_one_after_its_lease(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    receiver.kill_after_hearing = True
    with pytest.raises(Killed):
        run(webhooks, receiver, clock)
    with pytest.raises(Unavailable):
        service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    assert len(receiver.heard) == 1
    clock.forward(deliveries.LEASE.total_seconds())
    service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    # What the receiver heard twice has the same id, by which it tells that it has.
    assert {headers["webhook-id"] for _, _, headers in receiver.heard} == {webhooks.only().id}
    assert webhooks.only().state == "delivered"


def test_who_answers_too_late_for_its_lease_changes_nothing(
    webhooks: FakeWebhooks, clock: Clock
) -> None:
    make(webhooks)
    tell(webhooks)
    ((task, _),) = webhooks.queue
    second = Receiver()

    def slow(url: str, body: bytes, headers: Any) -> Answer:
        clock.forward(deliveries.LEASE.total_seconds())
        service.deliver(**task, webhooks=webhooks, send=second.send, clock=clock)
        return Answer(500, "status")

    service.deliver(**task, webhooks=webhooks, send=slow, clock=clock)
    assert webhooks.only().state == "delivered"
    assert len(webhooks.queue) == 1  # the first task, which this test never took out


def test_an_event_that_nobody_knows_or_that_is_too_large_is_refused(
    webhooks: FakeWebhooks,
) -> None:
    make(webhooks)
    for event, data in (("price.guessed", {}), ("price.changed", {"a": "x" * 20_000})):
        with pytest.raises(InvalidInput):
            service.announce(UID, event, data, event_id="e", webhooks=webhooks, now=NOW)
    with pytest.raises(InvalidInput):
        service.announce(
            UID, "price.changed", {"a": float("nan")}, event_id="e", webhooks=webhooks, now=NOW
        )
    assert webhooks.told == {}


@pytest.mark.parametrize("event_id", ["a\r\nX-Evil: 1", "../../x", "a.b", "é" * 500, "a/b", "\0"])
def test_whatever_an_events_id_holds_the_messages_id_is_plain(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock, event_id: str
) -> None:
    make(webhooks)
    tell(webhooks, event_id)
    run_all(webhooks, receiver, clock)
    ((_, _, headers),) = receiver.heard
    assert headers["webhook-id"].replace("_", "").isalnum()
    assert headers["webhook-id"].isascii()


def test_two_events_and_two_merchants_have_two_ids() -> None:
    ids = {
        deliveries.message_id(uid, event, event_id)
        for uid, event, event_id in [
            ("m", "price.changed", "e"),
            ("m", "price.changed", "f"),
            ("n", "price.changed", "e"),
            ("m", "price.change", "de"),
        ]
    }
    assert len(ids) == 4


# Failing -----------------------------------------------------------------------------------


def test_a_receiver_that_fails_is_tried_ten_times_over_three_days(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(503, "status")]
    make(webhooks)
    tell(webhooks)
    waited = run_all(webhooks, receiver, clock)
    assert len(receiver.heard) == len(SCHEDULE) == 10
    for seconds, planned in zip(waited, SCHEDULE, strict=True):
        assert planned <= seconds <= planned * 1.2 + 1
    dead = webhooks.only()
    assert (dead.state, dead.attempts, dead.status) == ("dead", 10, 503)
    # Each try is signed anew: a receiver refuses what is old.
    times = [headers["webhook-timestamp"] for _, _, headers in receiver.heard]
    assert len(set(times)) == 10


def test_deliveries_that_failed_together_are_not_tried_together() -> None:
    pauses = {deliveries.pause_seconds(f"msg_{n}", 5) for n in range(50)}
    assert len(pauses) > 30
    assert deliveries.pause_seconds("msg_1", 5) == deliveries.pause_seconds("msg_1", 5)


@pytest.mark.parametrize(
    ("asked", "at_least", "at_most"),
    [(0, 5, 7), (120, 120, 120), (10**9, 86_400, 86_400), (-5, 5, 7)],
)
def test_a_receiver_that_asks_for_time_gets_it_within_reason(
    webhooks: FakeWebhooks,
    receiver: Receiver,
    clock: Clock,
    asked: int,
    at_least: int,
    at_most: int,
) -> None:
    receiver.answers = [Answer(429, "status", asked), Answer(200)]
    make(webhooks)
    tell(webhooks)
    run(webhooks, receiver, clock)
    ((_, delay),) = webhooks.queue
    assert at_least <= delay <= at_most


def test_who_is_gone_is_told_nothing_more(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(410, "status")]
    endpoint, _ = make(webhooks)
    tell(webhooks, "e1")
    tell(webhooks, "e2")
    run_all(webhooks, receiver, clock)
    tell(webhooks, "e3")
    assert len(receiver.heard) == 1
    off = webhooks.kept[UID, endpoint.id]
    assert (off.state, off.reason) == ("disabled", "gone")
    first, second = webhooks.told.values()
    assert (first.state, first.status, first.error) == ("dead", 410, "status")
    assert (second.state, second.error) == ("dead", "endpoint-disabled")


def test_who_fails_for_days_is_disabled_and_one_success_begins_anew(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = make(webhooks)
    long = deliveries.GIVE_UP.total_seconds() - 60
    for number, (answer, forward) in enumerate([(500, long), (200, long), (500, long), (500, 120)]):
        receiver.answers = [Answer(answer, None if answer == 200 else "status")]
        tell(webhooks, f"e{number}")
        run(webhooks, receiver, clock)
        webhooks.queue.clear()
        clock.forward(forward)
    assert webhooks.kept[UID, endpoint.id].is_active
    tell(webhooks, "e9")
    run(webhooks, receiver, clock)
    off = webhooks.kept[UID, endpoint.id]
    assert (off.state, off.reason) == ("disabled", "failing")
    again = change(webhooks, endpoint.id)
    assert (again.state, again.reason, again.failing_since) == ("active", None, None)


def test_what_nobody_heard_is_kept_and_replayed_under_its_own_id(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    receiver.answers = [Answer(None, "timeout")]
    endpoint, _ = make(webhooks)
    tell(webhooks)
    ((first, _),) = webhooks.queue
    run_all(webhooks, receiver, clock)
    dead = webhooks.only()
    assert webhooks.deliveries(UID, endpoint.id, "dead") == [dead]
    receiver.answers = [Answer(204)]
    receiver.heard.clear()
    service.replay_webhook(UID, endpoint.id, dead.id, webhooks=webhooks, now=clock())
    service.deliver(**first, webhooks=webhooks, send=receiver.send, clock=clock)
    assert receiver.heard == []  # a task of the round before
    run_all(webhooks, receiver, clock)
    ((_, body, headers),) = receiver.heard
    assert headers["webhook-id"] == dead.id
    assert body.decode() == dead.body
    assert webhooks.only().state == "delivered"


def test_what_is_still_tried_is_not_replayed(webhooks: FakeWebhooks) -> None:
    endpoint, _ = make(webhooks)
    tell(webhooks)
    with pytest.raises(Conflict):
        service.replay_webhook(UID, endpoint.id, webhooks.only().id, webhooks=webhooks, now=NOW)
    with pytest.raises(NotFound):
        service.replay_webhook(UID, endpoint.id, "msg_none", webhooks=webhooks, now=NOW)


def test_a_paused_endpoint_hears_nothing_and_may_hear_it_later(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = make(webhooks)
    tell(webhooks)
    change(webhooks, endpoint.id, active=False)
    run_all(webhooks, receiver, clock)
    assert receiver.heard == []
    assert (webhooks.only().state, webhooks.only().error) == ("dead", "endpoint-paused")
    change(webhooks, endpoint.id)
    service.replay_webhook(UID, endpoint.id, webhooks.only().id, webhooks=webhooks, now=clock())
    run_all(webhooks, receiver, clock)
    assert len(receiver.heard) == 1


def test_a_deleted_endpoint_hears_nothing(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = make(webhooks)
    tell(webhooks)
    service.delete_webhook(UID, endpoint.id, webhooks=webhooks)
    run_all(webhooks, receiver, clock)
    assert receiver.heard == []
    assert webhooks.told == {}


def test_a_delivery_that_has_lost_its_task_is_queued_again_unless_it_is_being_tried(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = make(webhooks)
    tell(webhooks)
    webhooks.queue.clear()
    lost = [(UID, endpoint.id, webhooks.only())]
    assert service.late(clock()) == clock() - timedelta(hours=1)
    assert service.requeue_overdue(lost, webhooks=webhooks, now=clock()) == 1
    assert service.requeue_overdue(lost, webhooks=webhooks, now=clock()) == 1
    assert len(webhooks.queue) == 1  # once an hour at most
    run_all(webhooks, receiver, clock)
    assert webhooks.only().state == "delivered"
    leased = [(UID, endpoint.id, deliveries.claimed(lost[0][2], clock()))]
    assert service.requeue_overdue(leased, webhooks=webhooks, now=clock()) == 0


# Testing and rotating ----------------------------------------------------------------------


def test_a_test_is_sent_once_a_minute_at_most(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, _ = make(webhooks)
    ids = {
        service.test_webhook(UID, endpoint.id, webhooks=webhooks, now=NOW + timedelta(seconds=s))
        for s in range(0, 60, 5)
    }
    run_all(webhooks, receiver, clock)
    assert len(receiver.heard) == len(ids) == 1
    assert json.loads(receiver.heard[0][1])["type"] == "webhook.test"


def test_while_a_secret_rotates_both_sign_and_then_the_new_one_alone(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    endpoint, old = make(webhooks)
    _, new = service.rotate_secret(UID, endpoint.id, webhooks=webhooks, now=clock())
    for event_id, forward, expected in (("e1", 60, [new, old]), ("e2", 86_400, [new])):
        clock.forward(forward)
        tell(webhooks, event_id)
        run_all(webhooks, receiver, clock)
        _, body, headers = receiver.heard[-1]
        stamp = int(headers["webhook-timestamp"])
        assert headers == signing.headers(expected, headers["webhook-id"], stamp, body)


def test_who_rotates_again_and_again_signs_with_three_at_most(webhooks: FakeWebhooks) -> None:
    endpoint, first = make(webhooks)
    for _ in range(5):
        endpoint, newest = service.rotate_secret(UID, endpoint.id, webhooks=webhooks, now=NOW)
    signing_now = endpoint.signing_secrets(NOW)
    assert len(signing_now) == 3
    assert signing_now[0] == newest
    assert first not in signing_now


def test_a_moment_without_a_zone_is_no_moment() -> None:
    task = {"uid": "m", "event": "price.changed", "event_id": "e", "data": {}}
    for at in ("2026-11-29T12:00:00", "2026-11-29", "now", "", 1, None):
        with pytest.raises(InvalidInput):
            parse(AnnounceEvent, {**task, "at": at})
    assert parse(AnnounceEvent, {**task, "at": NOW.isoformat()}).at == NOW


# Places ------------------------------------------------------------------------------------


class Slow:
    """A server that, while it is told of one event, is to be told of the next."""

    def __init__(self, webhooks: FakeWebhooks, clock: Clock) -> None:
        self.webhooks, self.clock = webhooks, clock
        self.heard: list[str] = []
        self.at_once = self.most = 0

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.heard.append(url)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if due := [task for task, delay in self.webhooks.queue if not delay]:
            self.webhooks.queue = [(task, d) for task, d in self.webhooks.queue if task != due[0]]
            self.deliver(due[0])
        self.at_once -= 1
        return Answer(200)

    def deliver(self, task: dict[str, Any]) -> None:
        service.deliver(**task, webhooks=self.webhooks, send=self.send, clock=self.clock)


def test_a_slow_endpoint_is_told_few_things_at_once_and_hears_all(
    webhooks: FakeWebhooks, clock: Clock
) -> None:
    make(webhooks)
    for number in range(10):
        tell(webhooks, f"e{number}")
    slow = Slow(webhooks, clock)
    for _ in range(200):
        if not webhooks.queue:
            break
        task, delay = webhooks.queue.pop(0)
        clock.forward(delay)
        slow.deliver(task)
    assert slow.most == deliveries.AT_ONCE
    assert len(slow.heard) == 10
    told = webhooks.told.values()
    assert all((one.state, one.attempts) == ("delivered", 1) for one in told)
    assert all(not endpoint.taken for endpoint in webhooks.kept.values())


def take_all_places(webhooks: FakeWebhooks, clock: Clock, receiver: Receiver) -> None:
    """Workers that are killed while an endpoint listens."""
    for number in range(deliveries.AT_ONCE):
        tell(webhooks, f"killed{number}")
        receiver.kill_after_hearing = True
        with pytest.raises(Killed):
            run(webhooks, receiver, clock)
    receiver.heard.clear()


def test_what_finds_no_place_waits_and_others_are_told(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    slow, _ = make(webhooks)
    take_all_places(webhooks, clock, receiver)
    other, _ = make(webhooks, url="https://other.example.com/")
    tell(webhooks)
    run(webhooks, receiver, clock)
    run(webhooks, receiver, clock)
    assert [url for url, _, _ in receiver.heard] == [other.url]
    ((again, delay),) = webhooks.queue
    assert again["webhook_id"] == slow.id
    assert (again["attempt"], again["waited"]) == (1, 1)
    assert 30 <= delay <= 60
    waiting = webhooks.told[UID, slow.id, again["delivery_id"]]
    assert (waiting.state, waiting.attempts) == ("pending", 0)
    assert waiting.due is not None
    assert 30 <= (waiting.due - clock()).total_seconds() <= 60


def test_the_place_of_who_was_killed_is_free_when_the_lease_ends(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    take_all_places(webhooks, clock, receiver)
    tell(webhooks)
    run(webhooks, receiver, clock)
    assert receiver.heard == []
    clock.forward(deliveries.LEASE.total_seconds())
    run(webhooks, receiver, clock)
    assert len(receiver.heard) == 1


def test_waiting_twice_for_one_place_is_waiting_once(
    webhooks: FakeWebhooks, receiver: Receiver, clock: Clock
) -> None:
    make(webhooks)
    take_all_places(webhooks, clock, receiver)
    tell(webhooks)
    (task, _), *_ = webhooks.queue
    for _ in range(2):
        service.deliver(**task, webhooks=webhooks, send=receiver.send, clock=clock)
    assert [queued for queued, _ in webhooks.queue if "waited" in queued] == [{**task, "waited": 1}]


# Told by other rooms -----------------------------------------------------------------------


def test_an_event_is_queued_once_and_only_where_somebody_wants_it(
    webhooks: FakeWebhooks,
) -> None:
    def later() -> None:
        service.announce_later(
            UID, "price.changed", DATA, event_id="e1", webhooks=webhooks, now=NOW
        )

    later()
    make(webhooks, active=False)
    later()
    assert webhooks.events == {}
    make(webhooks)
    for _ in range(2):
        later()
    assert webhooks.events == {(UID, "price.changed", "e1"): DATA}
