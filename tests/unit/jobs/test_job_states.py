"""A job's states, whatever happens in whatever order: `jobs` against a clock and a document."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import Aborted
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from kindred import clients, jobs, settings
from kindred.errors import Conflict, JobCancelled, KindredError, LeaseLost, SourceGone, Unavailable
from kindred.jobs import Status
from kindred.jobs import store as jobs_store
from unit.jobs.desk import SOURCE, Desk, is_held

ENDED = (*jobs.IDLE, "deleting")


class JobLife(RuleBasedStateMachine):
    """Events, tasks, workers and people, each at any time and any number of times.

    Tasks are delivered again and again; a worker that lost its lease still believes it has it.
    """

    tickets = Bundle("tickets")
    workers = Bundle("workers")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(jobs_store, "transact_document", self.desk.transact)
        self.cancelled_runs: set[str] = set()
        self.ready_runs: list[str] = []
        self.was_deleting = False
        self.before: dict[str, Any] = dict(self.desk.document or {})

    def teardown(self) -> None:
        self.patch.undo()

    @property
    def run_id(self) -> str:
        return str((self.desk["lease"] or {}).get("run_id"))

    # What starts jobs ----------------------------------------------------------------------

    @rule(target=tickets)
    def file_arrives(self) -> Any:
        return jobs.queue(SOURCE, expected=(Status.WAITING_FOR_FILE,), now=self.desk.now)

    @rule(target=tickets)
    def merchant_regenerates(self) -> Any:
        return jobs.queue(SOURCE, expected=jobs.IDLE, now=self.desk.now)

    @rule(target=tickets)
    def sweep_comes_by(self) -> Any:
        before = dict(self.desk.document or {})
        ticket = jobs.requeue(SOURCE, now=self.desk.now)
        if ticket is not None:
            assert before["status"] in jobs.ACTIVE
            assert not is_held(before, self.desk.now), "a live worker was taken for lost"
            assert ticket.run_id == before["lease"]["run_id"]
            was_taken = before["lease"]["holder"] is not None
            assert ticket.attempt == before["attempt"] + was_taken
            assert ticket.part == before["lease"]["part"] + (not was_taken), "its id is new"
        return ticket

    # Workers -------------------------------------------------------------------------------

    @rule(target=workers, ticket=tickets)
    def task_is_delivered(self, ticket: jobs.Ticket | None) -> Any:
        before = dict(self.desk.document or {})
        if ticket is None:
            return None
        try:
            claim = jobs.claim(ticket, now=self.desk.now)
        except Unavailable:
            assert is_held(before, self.desk.now), "turned away though nobody works"
            assert self.desk.document == before
            return None
        if claim is None:
            return None
        assert before["status"] in jobs.ACTIVE, "a finished job was taken up"
        assert not is_held(before, self.desk.now), "two workers have one job"
        assert not before.get("cancel_requested"), "a cancelled job was taken up"
        assert claim.run_id == ticket.run_id == before["lease"]["run_id"]
        return jobs.Worker(claim, clock=self.desk.clock)

    @rule(worker=workers, stage=st.sampled_from(["reading", "features", "publishing"]))
    def worker_reports(self, worker: jobs.Worker | None, stage: str) -> None:
        if worker is None:
            return
        holds, before = self._holds(worker), dict(self.desk.document or {})
        try:
            worker.report(stage, 50)
        except LeaseLost:
            assert not holds
        except JobCancelled:
            assert before["cancel_requested"] or worker.claim.run_id in self.cancelled_runs
        if not holds:
            assert self.desk.document == before, "a worker without the lease wrote"

    @rule(
        worker=workers,
        status=st.sampled_from(jobs.IDLE),
    )
    def worker_ends(self, worker: jobs.Worker | None, status: Status) -> None:
        if worker is None:
            return
        holds, before = self._holds(worker), dict(self.desk.document or {})
        try:
            worker.finish(status, {"current_run": worker.claim.run_id})
        except LeaseLost:
            assert not holds
            assert self.desk.document == before
            return
        except JobCancelled:
            assert worker.claim.run_id in self.cancelled_runs
            assert self.desk.document == before
            return
        assert holds, "a worker without the lease ended the job"
        if self.desk["status"] == "ready":
            self.ready_runs.append(worker.claim.run_id)

    @rule(worker=workers)
    def worker_lets_go(self, worker: jobs.Worker | None) -> None:
        if worker is not None:
            holds, before = self._holds(worker), dict(self.desk.document or {})
            worker.release()
            assert not self.desk.is_held() or not holds
            if not holds:
                assert self.desk.document == before

    def _holds(self, worker: jobs.Worker) -> bool:
        return bool((self.desk["lease"] or {}).get("holder") == worker.claim.holder)

    # People and time -----------------------------------------------------------------------

    @rule()
    def merchant_cancels(self) -> None:
        run, before = self.run_id, dict(self.desk.document or {})
        try:
            status = jobs.request_cancel(SOURCE, now=self.desk.now)
        except Conflict:
            assert before["status"] in ENDED
            return
        self.cancelled_runs.add(run)
        assert status == self.desk["status"]
        if status != "cancelled":
            assert is_held(before, self.desk.now), "nobody is there who could stop"

    @rule()
    def merchant_deletes(self) -> None:
        held = self.desk.is_held()
        jobs.mark_deleting(SOURCE, now=self.desk.now)
        assert self.desk.is_held() == held
        self.was_deleting = True

    @rule()
    def wait_for_the_file_ends(self) -> None:
        jobs.expire(SOURCE, now=self.desk.now)

    @rule(seconds=st.sampled_from([0.4, 5, 40, 100, 1000, 20_000]))
    def time_passes(self, seconds: float) -> None:
        self.desk.forward(seconds=seconds)

    # Always --------------------------------------------------------------------------------

    @invariant()
    def attempts_stay_within_their_limit(self) -> None:
        assert (self.desk["attempt"] or 1) <= settings.MAX_ATTEMPTS

    @invariant()
    def a_cancelled_run_is_never_ready(self) -> None:
        assert self.cancelled_runs.isdisjoint(self.ready_runs)

    @invariant()
    def what_is_being_deleted_stays_so(self) -> None:
        assert not self.was_deleting or self.desk["status"] == "deleting"

    @invariant()
    def only_an_active_or_leaving_job_has_a_lease(self) -> None:
        if self.desk["status"] in jobs.IDLE:
            assert self.desk["lease"] is None
            assert not self.desk["cancel_requested"]
        if self.desk["status"] in jobs.ACTIVE:
            assert self.desk["lease"]["run_id"]

    @invariant()
    def a_run_keeps_its_id_until_it_ends(self) -> None:
        before, after = self.before, dict(self.desk.document or {})
        self.before = after
        if before["status"] in jobs.ACTIVE and after["status"] in jobs.ACTIVE:
            same = before["lease"]["run_id"] == after["lease"]["run_id"]
            assert same
            assert after["attempt"] >= before["attempt"]

    @invariant()
    def an_end_has_a_time_and_a_failure_a_reason(self) -> None:
        if self.desk["status"] in jobs.IDLE:
            assert self.desk["finished_at"]
            assert self.desk["tidy_after"] > self.desk["finished_at"]
        if self.desk["status"] == "queued":
            assert self.desk["finished_at"] is None
            assert self.desk["error"] is None


TestJobLife = JobLife.TestCase
TestJobLife.settings = hypothesis_settings(max_examples=150, stateful_step_count=40)


# Single stories ----------------------------------------------------------------------------


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk()
    monkeypatch.setattr(jobs_store, "transact_document", made.transact)
    return made


def queued(desk: Desk) -> jobs.Ticket:
    ticket = jobs.queue(SOURCE, expected=(Status.WAITING_FOR_FILE,), now=desk.now)
    assert ticket is not None
    return ticket


def claimed(desk: Desk, ticket: jobs.Ticket) -> jobs.Worker:
    claim = jobs.claim(ticket, now=desk.now)
    assert claim is not None
    return jobs.Worker(claim, clock=desk.clock)


def test_an_event_delivered_twice_starts_one_job(desk: Desk) -> None:
    queued(desk)
    before = dict(desk.document or {})
    assert jobs.queue(SOURCE, expected=(Status.WAITING_FOR_FILE,), now=desk.now) is None
    assert desk.document == before


def test_a_task_delivered_twice_finds_its_job_taken_and_later_done(desk: Desk) -> None:
    ticket = queued(desk)
    worker = claimed(desk, ticket)
    with pytest.raises(Unavailable):
        jobs.claim(ticket, now=desk.now)
    worker.finish(Status.READY, {"current_run": ticket.run_id})
    before = dict(desk.document or {})
    assert jobs.claim(ticket, now=desk.now) is None
    assert desk.document == before


def test_a_lease_that_ran_out_is_taken_over_as_the_next_attempt_of_the_same_run(
    desk: Desk,
) -> None:
    ticket = queued(desk)
    lost = claimed(desk, ticket)
    desk.forward(seconds=settings.LEASE_SECONDS + 1)
    successor = claimed(desk, ticket)
    assert (successor.claim.run_id, successor.claim.attempt) == (ticket.run_id, 2)
    with pytest.raises(LeaseLost):
        lost.finish(Status.READY, {"current_run": "stale"})
    successor.finish(Status.READY, {"current_run": ticket.run_id})
    assert desk["current_run"] == ticket.run_id


def test_a_job_that_waits_is_claimed_no_sooner_and_is_not_taken_for_lost(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    ticket = worker.hand_on({"cursor": 1}, delay=timedelta(hours=1))
    desk.forward(minutes=59)
    before = dict(desk.document or {})
    with pytest.raises(Unavailable) as early:
        jobs.claim(ticket, now=desk.now)
    assert early.value.code == "job-early"
    assert jobs.requeue(SOURCE, now=desk.now) is None
    assert desk.document == before
    desk.forward(minutes=1)
    again = claimed(desk, ticket)
    assert (again.claim.handed, again.claim.attempt) == ({"cursor": 1}, 1)


def test_a_job_that_waits_is_cancelled_at_once_and_found_when_its_task_was_lost(
    desk: Desk,
) -> None:
    claimed(desk, queued(desk)).hand_on({}, delay=timedelta(hours=1))
    desk.forward(hours=1, seconds=settings.QUEUE_PATIENCE_SECONDS)
    assert jobs.requeue(SOURCE, now=desk.now) is not None
    assert jobs.request_cancel(SOURCE, now=desk.now) is Status.CANCELLED


def test_a_renewed_lease_is_not_taken_over(desk: Desk) -> None:
    ticket = queued(desk)
    worker = claimed(desk, ticket)
    for _ in range(5):
        desk.forward(seconds=settings.LEASE_SECONDS - 1)
        worker.report("reading", 10)
        with pytest.raises(Unavailable):
            jobs.claim(ticket, now=desk.now)


def test_the_lease_outlasts_two_renewals_that_failed() -> None:
    assert settings.LEASE_SECONDS > 2 * settings.LEASE_RENEWAL_SECONDS


@pytest.mark.parametrize("by_sweep", [False, True])
def test_the_third_worker_lost_ends_the_job_with_a_reason(desk: Desk, by_sweep: bool) -> None:
    ticket: jobs.Ticket | None = queued(desk)
    for attempt in range(1, settings.MAX_ATTEMPTS + 1):
        assert ticket is not None
        assert claimed(desk, ticket).claim.attempt == attempt
        desk.forward(seconds=settings.LEASE_SECONDS + 1)
        if by_sweep:
            ticket = jobs.requeue(SOURCE, now=desk.now)
    if not by_sweep:
        assert ticket is not None
        assert jobs.claim(ticket, now=desk.now) is None
    assert (desk["status"], desk["error"]["code"]) == ("failed", "worker-lost")
    assert desk["error"]["hint"]


def test_a_long_chain_outlasts_more_hiccups_than_one_task_may_have(desk: Desk) -> None:
    ticket = queued(desk)
    ids = {ticket.task_id}
    for _ in range(settings.MAX_ATTEMPTS + 2):
        claimed(desk, ticket)
        desk.forward(seconds=settings.LEASE_SECONDS + 1)
        again = jobs.requeue(SOURCE, now=desk.now)
        assert again is not None
        worker = claimed(desk, again)
        assert worker.claim.attempt == 2
        ticket = worker.hand_on({"cursor": 1})
        assert (ticket.attempt, desk["attempt"]) == (1, 1)
        assert {again.task_id, ticket.task_id}.isdisjoint(ids)
        ids |= {again.task_id, ticket.task_id}
    claimed(desk, ticket).finish(Status.READY)
    assert desk["status"] == "ready"


def test_a_full_queue_costs_no_attempt_until_a_day_is_over(desk: Desk) -> None:
    tickets, began = [queued(desk)], desk.now
    while desk["status"] == "queued":
        desk.forward(minutes=5)
        if (ticket := jobs.requeue(SOURCE, now=desk.now)) is not None:
            assert ticket.attempt == 1
            tickets.append(ticket)
    assert (desk["status"], desk["error"]["code"]) == ("failed", "never-taken")
    assert timedelta(days=1) < desk.now - began < timedelta(days=2)
    assert len({ticket.task_id for ticket in tickets}) == len(tickets)


def test_a_job_that_is_taken_at_last_has_all_its_attempts(desk: Desk) -> None:
    first = queued(desk)
    desk.forward(hours=1)
    assert jobs.requeue(SOURCE, now=desk.now) is not None
    assert claimed(desk, first).claim.attempt == 1, "the older task will do"
    assert not (desk["lease"] or {}).get("waits")


def test_the_sweep_and_the_queue_do_not_both_take_a_lost_job(desk: Desk) -> None:
    first = queued(desk)
    claimed(desk, first)
    desk.forward(seconds=settings.LEASE_SECONDS + 1)
    second = jobs.requeue(SOURCE, now=desk.now)
    assert second is not None
    assert jobs.claim(first, now=desk.now) is None, "the newer task is on its way"
    assert claimed(desk, second).claim.attempt == 2


def test_after_an_error_that_may_pass_the_retry_need_not_wait_for_the_lease(desk: Desk) -> None:
    ticket = queued(desk)
    claimed(desk, ticket).release()
    assert claimed(desk, ticket).claim.attempt == 2


@pytest.mark.parametrize("started", [False, True])
def test_a_cancel_ends_at_once_what_nobody_works_on(desk: Desk, started: bool) -> None:
    if started:
        queued(desk)
    assert jobs.request_cancel(SOURCE, now=desk.now) == "cancelled"
    assert desk["status"] == "cancelled"


def test_a_cancel_reaches_the_worker_at_its_next_step(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    worker.report("reading", 1)
    assert jobs.request_cancel(SOURCE, now=desk.now) == "running"
    with pytest.raises(JobCancelled):
        worker.report("checking", 40)
    with pytest.raises(JobCancelled):
        worker.finish(Status.READY)
    worker.finish(Status.CANCELLED)
    assert (desk["status"], desk["cancel_requested"]) == ("cancelled", False)


def test_a_cancel_between_the_last_step_and_the_end_wins_over_ready(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    worker.report("publishing", 95)
    desk.before_next = lambda: jobs.request_cancel(SOURCE, now=desk.now) and None
    with pytest.raises(JobCancelled):
        worker.finish(Status.READY)


def test_a_cancelled_job_whose_worker_died_is_cancelled_and_not_failed(desk: Desk) -> None:
    ticket = queued(desk)
    for _ in range(settings.MAX_ATTEMPTS):
        claimed(desk, ticket)
        request = jobs.request_cancel(SOURCE, now=desk.now) if desk["attempt"] == 3 else None
        desk.forward(seconds=settings.LEASE_SECONDS + 1)
    assert request == "running"
    assert jobs.requeue(SOURCE, now=desk.now) is None
    assert (desk["status"], desk["error"]) == ("cancelled", None)


@pytest.mark.parametrize("status", ENDED)
def test_what_is_over_cannot_be_cancelled(desk: Desk, status: str) -> None:
    desk.document = {"status": status}
    with pytest.raises(Conflict) as refused:
        jobs.request_cancel(SOURCE, now=desk.now)
    assert refused.value.code == "no-job"
    assert desk.document == {"status": status}


def test_a_new_job_forgets_the_last_ones_cancel_error_and_attempts(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    jobs.request_cancel(SOURCE, now=desk.now)
    worker.finish(Status.CANCELLED)
    ticket = jobs.queue(SOURCE, expected=jobs.IDLE, now=desk.now)
    assert ticket is not None
    assert (desk["attempt"], desk["cancel_requested"], desk["error"]) == (1, False, None)
    assert ticket.run_id != worker.claim.run_id


def test_progress_is_written_at_most_once_a_second_but_each_stage_at_once(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    worker.report("reading", 1)
    worker.report("reading", 9)
    assert desk["progress"] == 1
    worker.report("checking", 30)
    assert (desk["stage"], desk["progress"]) == ("checking", 30)
    desk.forward(seconds=1)
    worker.report("checking", 41.7)
    assert desk["progress"] == 41


def test_a_running_job_is_never_at_a_hundred(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    worker.report("publishing", 250)
    assert desk["progress"] == 99
    worker.finish(Status.READY)
    assert desk["progress"] == 100


def test_a_deleted_source_is_let_go_of_by_its_worker(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    jobs.mark_deleting(SOURCE, now=desk.now)
    with pytest.raises(JobCancelled):
        worker.report("features", 50)
    worker.finish(Status.CANCELLED)
    assert (desk["status"], desk["lease"]) == ("deleting", None)


@pytest.mark.parametrize("end", [jobs.request_cancel, jobs.mark_deleting])
def test_a_worker_that_is_to_stop_is_waited_for_as_long_as_it_writes(desk: Desk, end: Any) -> None:
    worker = claimed(desk, queued(desk))
    end(SOURCE, now=desk.now)
    for _ in range(5):
        desk.forward(seconds=settings.LEASE_SECONDS - 1)
        worker._touch()  # as the thread does
        assert desk.is_held(), "who erases would not wait"
    with pytest.raises(JobCancelled):
        worker.report("features", 50)
    assert worker.holds()
    worker.finish(Status.CANCELLED)
    assert not desk.is_held()


def test_a_worker_knows_that_its_job_is_another_ones(desk: Desk) -> None:
    ticket = queued(desk)
    lost = claimed(desk, ticket)
    assert lost.holds()
    desk.forward(seconds=settings.LEASE_SECONDS + 1)
    successor = claimed(desk, ticket)
    assert (lost.holds(), successor.holds()) == (False, True)
    desk.document = None
    assert not successor.holds()


def test_a_source_that_has_gone_stops_its_worker(desk: Desk) -> None:
    worker = claimed(desk, queued(desk))
    desk.document = None
    with pytest.raises(SourceGone):
        worker.report("features", 50)
    worker.release()
    for act in (
        lambda: jobs.claim(jobs.Ticket(SOURCE, "r1", 1), now=desk.now),
        lambda: jobs.request_cancel(SOURCE, now=desk.now),
        lambda: jobs.mark_deleting(SOURCE, now=desk.now),
    ):
        with pytest.raises(SourceGone):
            act()


def test_each_job_that_ends_is_to_be_tidied_after_once(desk: Desk) -> None:
    queued(desk)
    jobs.request_cancel(SOURCE, now=desk.now)
    due = desk["tidy_after"]
    assert due == desk.now + jobs.GRACE
    desk.forward(minutes=30)
    jobs.queue(SOURCE, expected=jobs.IDLE, now=desk.now)
    before = dict(desk.document or {})
    jobs.mark_tidied(SOURCE, due=due)
    assert desk.document == before, "another job has begun since"
    jobs.request_cancel(SOURCE, now=desk.now)
    jobs.mark_tidied(SOURCE, due=due)
    assert desk["tidy_after"] == desk.now + jobs.GRACE, "and ended"
    jobs.mark_tidied(SOURCE, due=desk["tidy_after"])
    assert desk["tidy_after"] is None


def test_a_wait_for_a_file_ends_only_if_it_still_waits(desk: Desk) -> None:
    assert jobs.expire(SOURCE, now=desk.now) is True
    assert (desk["status"], desk["error"]["code"]) == ("failed", "file-never-came")
    assert jobs.expire(SOURCE, now=desk.now) is False


def test_work_goes_on_when_its_progress_cannot_be_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = claimed(desk, queued(desk))

    def away(source: Any, change: Any) -> Any:
        raise Unavailable("Others are changing this source at the same time.")

    with monkeypatch.context() as outage:
        outage.setattr(jobs_store, "transact_document", away)
        worker.report("features", 50)
        assert worker.holds(), "nobody said otherwise"
        with pytest.raises(Unavailable):
            worker.finish(Status.READY)
    worker.report("clustering", 60)
    assert desk["stage"] == "clustering"


def test_the_renewal_thread_survives_an_outage_and_ends_with_the_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "LEASE_RENEWAL_SECONDS", 0.01)
    claim = jobs.claim(queued(desk), now=desk.now)
    assert claim is not None
    outage, private = [True, True], "ann" + "@example.com"

    def transact(source: Any, change: Any) -> Any:
        if outage:
            outage.pop()
            raise ConnectionError(private)
        return desk.transact(source, change)

    monkeypatch.setattr(jobs_store, "transact_document", transact)
    started_at = desk.now
    with jobs.Worker(claim, clock=desk.clock) as worker:
        desk.forward(seconds=60)
        while outage or desk["updated_at"] == started_at:
            time.sleep(0.005)
        worker.finish(Status.READY)
    assert not worker._thread.is_alive()
    assert private not in capsys.readouterr().err


class Contended:
    """A client whose transactions others abort, so many times, at reading or at committing."""

    def __init__(self, times: int, *, at_commit: bool) -> None:
        self.times, self.at_commit, self.updates = times, at_commit, 0

    def document(self, path: str) -> Any:
        snapshot = SimpleNamespace(exists=True, to_dict=lambda: {"status": "waiting_for_file"})
        return SimpleNamespace(get=lambda transaction: snapshot)

    def transaction(self) -> Any:
        return self

    def update(self, reference: Any, update: Any) -> None:
        self.updates += 1

    def transactional(self, change: Any) -> Any:
        def call(transaction: Any) -> Any:
            if self.times:
                self.times -= 1
                if not self.at_commit:
                    raise Aborted("lock")
                raise ValueError("Failed to commit transaction in 5 attempts.") from Aborted("x")
            return change(transaction)

        return call


@pytest.mark.parametrize("at_commit", [False, True])
@pytest.mark.parametrize(("times", "passes"), [(0, True), (2, True), (100, False)])
def test_a_transaction_that_others_are_in_the_way_of_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, times: int, passes: bool, at_commit: bool
) -> None:
    client = Contended(times, at_commit=at_commit)
    monkeypatch.setattr(clients, "firestore", lambda: client)
    monkeypatch.setattr("google.cloud.firestore.transactional", client.transactional)
    monkeypatch.setattr(clients, "PAUSES", (0.0, 0.0, 0.0))
    if passes:
        assert jobs.queue(SOURCE, expected=(Status.WAITING_FOR_FILE,), now=jobs.utc_now())
        assert client.updates == 1
    else:
        with pytest.raises(Unavailable) as refused:
            jobs.queue(SOURCE, expected=(Status.WAITING_FOR_FILE,), now=jobs.utc_now())
        assert refused.value.code == "contention"
        assert client.updates == 0


def test_run_ids_sort_by_time_and_never_meet(desk: Desk) -> None:
    early = [jobs.new_run_id(desk.now) for _ in range(50)]
    desk.forward(seconds=1)
    late = jobs.new_run_id(desk.now)
    assert len(set(early)) == 50
    assert max(early) < late


def test_every_error_of_a_lost_worker_is_one_of_ours() -> None:
    for error in (JobCancelled("x"), LeaseLost("x")):
        assert isinstance(error, KindredError)
