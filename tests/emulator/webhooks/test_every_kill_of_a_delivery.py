"""Whichever write of an announcement or a try a kill meets, the endpoint hears the event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from emulator.places import Clock
from emulator.workers import Broken, Killed, Tasks, Writes, raise_broken, raise_killed
from kindred import clients, paths
from kindred.accounts.store import FirebaseEstate
from kindred.errors import Unavailable
from kindred.pipeline import sweeping
from kindred.webhooks import service, store
from kindred.webhooks.deliveries import Answer, Delivery, Wanted
from kindred.webhooks.payloads import DeliverWebhook

UID = "merchant"
#: Of one announcement to one endpoint that hears it at the second try.
WRITES = 7


class Story:
    """One event, announced until that succeeds, and its tasks, run until they are done."""

    def __init__(self, writes: Writes, tasks: Tasks) -> None:
        self.writes, self.tasks, self.clock = writes, tasks, Clock()
        self.webhooks = store.FirestoreWebhooks()
        self.heard: list[str] = []
        self.answers = [500, 200]
        wanted = Wanted("https://shop.example.com/", ("price.changed",), active=True)
        endpoint, _ = service.save_webhook(
            UID, wanted, webhook_id=None, by=UID, webhooks=self.webhooks, now=self.clock()
        )
        self.webhook_id = endpoint.id
        self.announced_at = self.clock()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.heard.append(headers["webhook-id"])
        return Answer(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    def announce(self) -> None:
        service.announce(
            UID,
            "price.changed",
            {"product_id": "p1"},
            event_id="e1",
            webhooks=self.webhooks,
            now=self.announced_at,
        )

    def run(self, function: str, data: dict[str, object]) -> None:
        task = DeliverWebhook.model_validate(data)
        service.deliver(
            task.uid,
            task.webhook_id,
            task.delivery_id,
            round_=task.round,
            attempt=task.attempt,
            webhooks=self.webhooks,
            send=self.send,
            clock=self.clock,
        )

    def tell(self) -> Delivery:
        for _ in range(10):
            try:
                self.announce()
                break
            except (Killed, Broken):
                self.writes.revive()
        for _ in range(30):
            if not self.tasks.waiting:
                break
            try:
                self.tasks.deliver(self.run)
            except (Killed, Broken, Unavailable):
                self.writes.revive()
            self.clock.forward(seconds=200)
        (delivery,) = self.webhooks.deliveries(UID, self.webhook_id, None)
        return delivery


def test_a_story_without_a_kill_has_so_many_writes(writes: Writes, tasks: Tasks) -> None:
    story = Story(writes, tasks)
    writes.plan(0, raise_killed)
    assert story.tell().state == "delivered"
    assert writes.count == WRITES
    assert len(story.heard) == 2


@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("strike", [raise_killed, raise_broken])
@pytest.mark.parametrize("at", range(1, WRITES + 1))
def test_nothing_is_lost_and_nothing_goes_out_under_a_second_id(
    writes: Writes, tasks: Tasks, at: int, strike: Callable[[], None], afterwards: bool
) -> None:
    story = Story(writes, tasks)
    writes.plan(at, strike, afterwards=afterwards)
    delivery = story.tell()
    assert writes.was_struck
    assert delivery.state == "delivered"
    assert set(story.heard) == {delivery.id}
    # Heard once more than answered only where the answer could not be noted.
    assert len(story.heard) <= 3
    story.announce()
    assert tasks.waiting == []


def test_the_sweep_finds_what_has_lost_its_task(writes: Writes, tasks: Tasks) -> None:
    story = Story(writes, tasks)
    story.announce()
    lost = list(tasks.waiting)
    tasks.waiting.clear()
    sweeping.sweep(now=story.clock())
    assert tasks.waiting == []  # it isn't late yet
    story.clock.forward(hours=2)
    sweeping.sweep(now=story.clock())
    assert tasks.waiting == lost
    assert story.tell().state == "delivered"
    story.clock.forward(hours=2)
    sweeping.sweep(now=story.clock())
    assert tasks.waiting == []


def test_an_endpoint_that_is_being_told_is_removed_all_the_same(
    writes: Writes, tasks: Tasks
) -> None:
    story = Story(writes, tasks)
    story.announce()
    held = clients.firestore().transaction()
    held._begin()
    clients.firestore().document(paths.webhook_path(UID, story.webhook_id)).get(transaction=held)
    with ThreadPoolExecutor(1) as pool:
        removed = pool.submit(
            service.delete_webhook, UID, story.webhook_id, webhooks=story.webhooks
        )
        # Longer than Firestore has one write wait for a document that somebody else holds.
        assert wait([removed], timeout=4).not_done
        held._rollback()
        removed.result()
    assert story.webhooks.endpoints(UID) == []
    assert story.webhooks.deliveries(UID, story.webhook_id, None) == []


def test_an_account_that_goes_takes_its_endpoints_and_what_they_were_told(
    writes: Writes, tasks: Tasks
) -> None:
    story = Story(writes, tasks)
    story.tell()
    FirebaseEstate().erase(UID)
    told = clients.firestore().collection_group("deliveries")
    assert list(told.stream()) == []
    assert story.webhooks.endpoints(UID) == []
    story.announce()
    assert tasks.waiting == []
