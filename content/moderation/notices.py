"""Reports about pages that are no posts: of organisations, and news (Digital Services Act art. 16).

They belong to no author, so they stand in a table of their own; what the two sorts of reports share is in `Notice`.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Q

from accounts.audit.models import record
from content.moderation import emails
from content.moderation.models import NOTICE_FIELDS, Notice, Reason
from content.organisations.actions import set_live
from content.organisations.models import Organisation
from content.pages.actions import withdraw_news
from content.pages.models import NeighbourhoodPage, NewsPage
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, scope
from wijk.personal_data import Ground, declare


class PageReport(Notice):
    """Somebody says that the page of an organisation, or a news item, is not right."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="reports"
    )
    news = models.ForeignKey(NewsPage, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    taken_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, news=None) | Q(organisation=None, news__isnull=False),
                name="page_report_about_one_thing",
            )
        ]

    @property
    def page(self) -> Any:
        """What it is about."""
        return self.organisation or self.news

    @property
    def title(self) -> str:
        return self.organisation.name if self.organisation else self.page.title

    @property
    def is_live(self) -> bool:
        """Whether visitors see the page now."""
        return self.organisation.is_live if self.organisation else self.page.live

    @property
    def address(self) -> str:
        return self.organisation.get_absolute_url() if self.organisation else self.page.address

    def places(self) -> list[Neighbourhood]:
        """The neighbourhoods whose managers look after the page."""
        if self.organisation:
            return list(self.organisation.neighbourhoods.defer("outline"))
        above = NeighbourhoodPage.objects.ancestor_of(self.page).select_related("neighbourhood").first()
        return [above.neighbourhood] if above else []


declare(
    PageReport,
    purpose="reports",
    ground=Ground.LAW,
    retention="report",
    clock="closed_at",
    technical="id organisation news taken_off why made_at closed_at form_key",
    holds="random",
    fields=NOTICE_FIELDS,
)


@managed(PageReport)
def managed_page_reports(user: Any) -> models.QuerySet[PageReport]:
    """Of pages in somebody's neighbourhoods; nobody judges a report about a page of their own."""
    mine = Organisation.objects.filter(editors__user=user)
    organisations = scope(user).managed(Organisation).exclude(pk__in=mine.values("pk"))
    news = scope(user).managed(NewsPage).exclude(owner=user)
    return PageReport.objects.filter(Q(organisation__in=organisations.values("pk")) | Q(news__in=news.values("pk")))


def desk_page_reports(user: Any, neighbourhood: Neighbourhood) -> models.QuerySet[PageReport]:
    """The reports about pages of one neighbourhood at the desk."""
    here = NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood)
    of_place = Q(organisation__neighbourhoods=neighbourhood) | Q(news__in=NewsPage.objects.within(here).values("pk"))
    found = scope(user).managed(PageReport).filter(of_place).distinct()
    return found.select_related("organisation", "news").order_by("closed_at", "made_at", "pk")


@transaction.atomic
def report_page(*, page: Organisation | NewsPage, why: str, text: str, email: str, form_key: str) -> PageReport:
    """Takes a report about a page and tells its managers, and the reporter who left an address (L-4)."""
    about = {"organisation": page} if isinstance(page, Organisation) else {"news": page}
    made, is_new = PageReport.objects.get_or_create(
        form_key=form_key,
        defaults={**about, "why": why, "text": text, "reporter_email": email, "made_at": clock.now()},
    )
    if is_new:
        places = made.places()
        record("report.make", by=None, about=made, neighbourhood=places[0] if places else None, why=why)
        emails.confirm_report(made, title=made.title)
        emails.tell_page_managers(made, places=places, involved=_keepers(made))
    return made


def _keepers(report: PageReport) -> set[int | None]:
    """Who would be judging a page of their own."""
    if report.organisation:
        return set(report.organisation.editors.values_list("user", flat=True))
    return {report.page.owner_id}


@transaction.atomic
def close_page_report(
    *, report: PageReport, by: Any, off: bool, neighbourhood: Neighbourhood, reason: str = "", note: str = ""
) -> bool:
    """Answers a report about a page, and takes the page off the site with a reason, or leaves it.

    Taking it off answers all open reports about it. False when somebody answered this one before.
    """
    about = {"organisation": report.organisation_id, "news": report.news_id}
    waiting = PageReport.objects.select_for_update(of=("self",)).filter(closed_at=None, **about)
    rows = list(waiting if off else waiting.filter(pk=report.pk))
    if report.pk not in {row.pk for row in rows}:
        return False
    if off:
        _take_off(report, by=by, neighbourhood=neighbourhood, reason=reason, note=note)
    for row in rows:
        row.closed_at, row.closed_by, row.taken_off = clock.now(), by, off
        row.save(update_fields=["closed_at", "closed_by", "taken_off"])
        record("report.close", by=by, about=row, neighbourhood=neighbourhood, act="off" if off else "", reason=reason)
        emails.tell_reporter(row, title=report.title, removed=off, is_live=not off and report.is_live)
    return True


def _take_off(report: PageReport, *, by: Any, neighbourhood: Neighbourhood, reason: str, note: str) -> None:
    if report.organisation:
        set_live(organisation=report.organisation, by=by, live=False, reason=Reason(reason), note=note)
    else:
        withdraw_news(item=report.page, neighbourhood=neighbourhood, by=by)
        emails.tell_news_writer(report.page, reason=reason, note=note)
