"""What runs by the clock. Jobs are named as strings, because the floor knows no app; each is safe to run twice."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from wijk import clock
from wijk.personal_data import declare

log = logging.getLogger("wijk.schedule")


@dataclass(frozen=True)
class Job:
    """A function without arguments, how often it runs, and after how long another worker may take it over."""

    name: str
    function: str
    every: timedelta
    lease: timedelta = timedelta(minutes=10)
    # Waits while this says so, as mail after a restore until somebody has looked.
    held_by: str = ""


HOLDS_MAIL = "accounts.archive.ledger.holds_mail"
JOBS = (
    Job("moderation-clock", "content.moderation.actions.publish_overdue", timedelta(minutes=5)),
    Job("unattended", "content.moderation.unattended.look_after", timedelta(hours=1)),
    Job("suggestions", "content.moderation.suggestions.lapse_due", timedelta(hours=1)),
    Job("oversight", "content.moderation.oversight.count_nights", timedelta(hours=6)),
    Job("post-expiry", "content.posts.terms.expire_due", timedelta(minutes=15)),
    Job("series", "content.posts.dates.roll_on", timedelta(minutes=1)),
    Job("photos", "content.photos.keeping.look_after", timedelta(hours=1)),
    Job("manager-terms", "neighbourhoods.managers.terms.look_after", timedelta(hours=1)),
    Job("unconfirmed", "neighbourhoods.subscriptions.actions.forget_unconfirmed", timedelta(minutes=15)),
    Job("unconfirmed-contact", "content.contact.actions.forget_unconfirmed", timedelta(minutes=15)),
    Job("day-counts", "content.statistics.days.count_days", timedelta(hours=1)),
    Job("matching", "content.matching.actions.match_due", timedelta(seconds=5)),
    Job("matches-by-mail", "content.matching.telling.tell_due", timedelta(minutes=15)),
    Job("signups", "content.signups.telling.look_after", timedelta(minutes=1)),
    # Short leases: when a worker dies, the next goes on with what it was sending.
    Job("newsletters", "content.newsletters.sending.send_due", timedelta(seconds=5), lease=clock.MINUTE),
    Job("newsletter-brakes", "content.newsletters.brakes.look_after", timedelta(seconds=5), lease=clock.MINUTE),
    Job("newsletter-drafts", "content.newsletters.weekly.prepare_due", timedelta(hours=1)),
    Job("digests", "content.newsletters.digests.queue_due", timedelta(minutes=5)),
    Job("search-words", "content.search.index.index_missing", timedelta(minutes=1)),
    Job("helped-posts", "content.helping.keeping.look_after", timedelta(minutes=15)),
    Job("begun", "neighbourhoods.starting.actions.look_after", timedelta(minutes=15)),
    Job("guests", "content.guests.ending.close_due", timedelta(hours=1)),
    Job("mailchimp-readers", "content.mailchimp.sync.work", timedelta(seconds=30), held_by=HOLDS_MAIL),
    Job("mailchimp-changes", "content.mailchimp.polling.poll", timedelta(minutes=1)),
    Job("mailchimp-issues", "content.mailchimp.sending.advance_due", timedelta(seconds=20), held_by=HOLDS_MAIL),
    Job("mailchimp-agreements", "content.mailchimp.actions.end_run_out", timedelta(minutes=15)),
    Job("text-changes", "accounts.consent.actions.tell_due", timedelta(minutes=1)),
    Job("rights-clock", "accounts.requests.actions.run_clock", timedelta(minutes=15)),
    Job("breach-clock", "accounts.breaches.actions.remind", timedelta(minutes=5)),
    Job("breach-evidence", "accounts.breaches.evidence.forget", timedelta(days=1)),
    Job("breach-notices", "accounts.notices.actions.send_due", timedelta(seconds=10)),
    Job("breach-notices-after", "accounts.notices.actions.look_after", timedelta(hours=1)),
    Job("compliance", "accounts.compliance.actions.alarm", timedelta(hours=1)),
    Job("sealed-copies", "accounts.archive.keeping.tidy", timedelta(hours=1)),
    Job("sealed-copies-check", "accounts.archive.keeping.check_all", timedelta(days=30), lease=timedelta(hours=2)),
    Job("legal-holds", "accounts.holds.actions.look_after", timedelta(hours=1)),
    Job("closures", "accounts.closure.machine.advance_all", timedelta(minutes=1)),
    Job("unused-accounts", "accounts.closure.unused.look_after", timedelta(hours=12)),
    Job("closures-on-disk", "accounts.closure.on_disk.rewrite_in_time", timedelta(hours=1), lease=timedelta(hours=1)),
    Job("erased-elsewhere", "accounts.closure.outside.erase_elsewhere_again", timedelta(minutes=5)),
    Job("closure-alarms", "accounts.closure.actions.watch_from_worker", timedelta(minutes=5)),
    Job("audit-links", "accounts.audit.actions.link", timedelta(seconds=5)),
    Job("audit-heads", "accounts.audit.actions.make_heads", timedelta(hours=1)),
    Job("retention", "accounts.retention.actions.purge", timedelta(hours=1)),
    Job("incoming-mail", "wijk.incoming.worker.take_in", timedelta(seconds=2)),
    Job("cache", "wijk.stores.forget_expired_cache", timedelta(hours=1)),
    Job(
        "outbox",
        "wijk.mail.worker.deliver",
        timedelta(seconds=2),
        lease=timedelta(seconds=30),
        held_by=HOLDS_MAIL,
    ),
)

# Each returns a sentence when the site is not ready, or an empty string (/readyz).
READINESS = (
    "wijk.mail.worker.readiness",
    "accounts.closure.actions.readiness",
    "accounts.archive.ledger.readiness",
    "accounts.closure.actions.watcher_readiness",
    "accounts.audit.actions.readiness",
)


class ScheduledJob(models.Model):
    """When a job runs next, and which worker has it now."""

    name = models.CharField(max_length=80, unique=True)
    next_run_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)


declare(
    ScheduledJob,
    purpose="operation",
    retention="site",
    technical="id name next_run_at leased_until finished_at error",
    holds="names of jobs and of kinds of errors",
)


def run_due(*, only: str = "") -> list[str]:
    """Runs each job that is due, once; returns the names of those that ran. Many workers may call it at once."""
    ran = []
    for job in _due([job for job in JOBS if not only or job.name == only]):
        if not _held(job) and _claim(job):
            ran.append(job.name)
            with _reported(job):
                function: Callable[[], object] = import_string(job.function)
                function()
    return ran


def _due(jobs: list[Job]) -> list[Job]:
    """Those that are due and in no worker's hands, by one look: an idle worker asks each second, and takes no lock."""
    known = set(ScheduledJob.objects.values_list("name", flat=True))
    for job in jobs:
        if job.name not in known:
            ScheduledJob.objects.get_or_create(name=job.name, defaults={"next_run_at": clock.now()})
    asked = reduce(or_, map(_free, jobs), Q(pk__in=[]))
    names = set(ScheduledJob.objects.filter(asked).values_list("name", flat=True))
    return [job for job in jobs if job.name in names]


def _free(job: Job) -> Q:
    now = clock.now()
    # Times further ahead than a run can set come from a rehearsal on a shifted clock; today's work must go on.
    free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + job.lease)
    due = Q(next_run_at__lte=now) | Q(next_run_at__gt=now + job.every)
    return Q(free, due, name=job.name)


def _held(job: Job) -> bool:
    return bool(job.held_by) and import_string(job.held_by)()


def _claim(job: Job) -> bool:
    """Asks the conditions again in the UPDATE, so that two workers never have the same job."""
    return bool(ScheduledJob.objects.filter(_free(job)).update(leased_until=clock.now() + job.lease))


@contextmanager
def _reported(job: Job) -> Iterator[None]:
    error = ""
    try:
        yield
    except Exception as problem:
        # One failing job must not stop the others; the class name says enough and holds nothing personal.
        error = type(problem).__name__
        log.exception("job %s failed", job.name)
    finished = clock.now()
    ScheduledJob.objects.filter(name=job.name).update(
        leased_until=None, finished_at=finished, next_run_at=_next(finished, job), error=error
    )


def _next(finished: datetime, job: Job) -> datetime:
    return finished + job.every
