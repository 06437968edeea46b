"""Mails about decisions, questions and reports."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.moderation.authors import Appeal, Suggestion
from content.moderation.models import Decision, Notice, Reason, Report
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.links import signed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import MailKind, mail_kind, queue

Act = Decision.Act
# The link to a decision works without logging in, as long as its author may object to it.
DECISION_SALT = "wijk.decision"


def _still_live(mail: OutgoingMail) -> bool:
    return Post.objects.filter(pk=mail.about_pk, status=Post.Status.LIVE).exists()


def _still_suggested(mail: OutgoingMail) -> bool:
    found = Suggestion.objects.select_related("post").filter(pk=mail.about_pk).first()
    return found is not None and found.stands


def _still_appealed(mail: OutgoingMail) -> bool:
    return Appeal.objects.filter(pk=mail.about_pk, answered_at=None).exists()


def _still_waiting(mail: OutgoingMail) -> bool:
    return Post.objects.waiting().filter(neighbourhood=mail.about_pk).exists()


DECIDED = {
    Act.APPROVE: mail_kind("moderation-approve", _("Je bericht is geplaatst"), wanted=_still_live),
    Act.CLOCK: mail_kind("moderation-clock", _("Je bericht is na 48 uur vanzelf geplaatst"), wanted=_still_live),
    Act.ASK_CHANGE: mail_kind("moderation-change", _("Vraag om je bericht aan te passen")),
    Act.HOLD: mail_kind("moderation-hold", _("Je bericht wordt vastgehouden")),
    Act.REFUSE: mail_kind("moderation-refuse", _("Je bericht is niet geplaatst")),
    Act.REMOVE: mail_kind("moderation-remove", _("Je bericht is weggehaald")),
    Act.PHOTO: mail_kind("moderation-photo", _("Een foto bij je bericht is gewist")),
    Act.RESTORE: mail_kind("moderation-restore", _("Je bericht is teruggezet"), wanted=_still_live),
}
QUESTION = mail_kind("moderation-question", _("Vraag van de wijkbeheerder over je bericht"))
POSTS_WAIT = mail_kind("moderation-waiting", _("Er wachten berichten op je"), wanted=_still_waiting)
REPORT_MADE = mail_kind("report-made", _("Melding over een bericht in je wijk"))
REPORT_RECEIVED = mail_kind("report-received", _("Je melding is binnen"))
REPORT_CLOSED = mail_kind("report-closed", _("Antwoord op je melding"))
NEWS_OFF = mail_kind("news-off", _("Je nieuws is van de site"))
SUGGESTED = mail_kind("moderation-suggestion", _("Voorstel voor een andere tekst"), wanted=_still_suggested)
SUGGESTION_ANSWERED = mail_kind("moderation-suggestion-answer", _("Antwoord op je voorstel"))
APPEAL_MADE = mail_kind("moderation-appeal", _("Bezwaar tegen een besluit"), wanted=_still_appealed)
APPEAL_ANSWERED = mail_kind("moderation-appeal-answer", _("Antwoord op je bezwaar"))


def signature(by: Any, post: Post) -> str:
    """The name a manager uses on the site; empty for the clock and for operators."""
    own = Appointment.objects.active().filter(user=by, neighbourhood=post.neighbourhood_id) if by else None
    return (own and own.values_list("public_name", flat=True).first()) or ""


def decision_url(decision: Decision) -> str:
    """Where its author reads a decision whole and objects to it, also without logging in."""
    return reverse("moderation:decision", args=[signed(decision.pk, salt=DECISION_SALT)])


def tell_author(decision: Decision, *, version: str = "", due_at: datetime | None = None) -> None:
    """What was decided about somebody's post, why, how it came about, and what they can do now (L-4)."""
    post = decision.post
    if decision.decided_by_id == post.author_id:
        return
    queue(
        DECIDED[Act(decision.act)],
        to=post.author.email,
        account=post.author,
        about=post,
        template=f"content/emails/moderation_{decision.act}.txt",
        context={
            "post": post,
            "reason": Reason(decision.reason).label if decision.reason else "",
            "note": decision.note,
            "manager": signature(decision.decided_by, post),
            "decision": decision,
            "decision_url": decision_url(decision),
        },
        version=f"{decision.pk}{version}",
        due_at=due_at,
    )


def ask_author(post: Post, question: str, by: Any) -> bool:
    """A manager's question, to the address given for contact about this post, or else the author's own."""
    mail = queue(
        QUESTION,
        to=post.contact_email or post.author.email,
        account=post.author,
        about=post,
        template="content/emails/moderation_question.txt",
        context={"post": post, "question": question, "manager": signature(by, post), "answer_to": by.email},
        # The same words on one day are the same click.
        version=keyed_hash("question", f"{clock.today()}{question}"),
    )
    return mail is not None


def _managers(neighbourhoods: list[Neighbourhood], involved: set[int | None]) -> list[Any]:
    """Who looks after these neighbourhoods now, but for who is in it."""
    appointments = (
        Appointment.objects.active().filter(neighbourhood__in=neighbourhoods).exclude(user__in=involved - {None})
    )
    return list({one.user_id: one.user for one in appointments.select_related("user")}.values())


def _to_managers(kind: MailKind, managers: list[Any], about: Any, template: str, context: dict[str, Any]) -> None:
    """To each of them; to the operator when there is none."""
    template = f"content/emails/{template}.txt"
    for manager in managers:
        queue(kind, to=manager.email, account=manager, about=about, template=template, context=context)
    if not managers:
        queue(kind, to=settings.OPERATOR["email"], about=about, template=template, context=context)


def tell_managers(report: Report) -> None:
    """To every manager of the neighbourhood who is not in it; to the operator when there is none."""
    if report.of_talk:
        return _tell_of_talk(report)
    post = report.judged
    context = {"report": report, "post": post, "is_minor": report.why == Report.Why.MINOR}
    template = f"moderation_report{'_photo' if report.of_photo else ''}"
    return _to_managers(REPORT_MADE, _managers([post.neighbourhood], {post.author_id}), report, template, context)


def _tell_of_talk(report: Report) -> None:
    """About a message: who is on either side does not judge it."""
    thing, member = report.about, report.message.conversation.member_id
    if isinstance(thing, Post):
        places, keepers = [thing.neighbourhood], {thing.author_id}
    else:
        places = list(thing.neighbourhoods.defer("outline"))
        keepers = set(thing.editors.values_list("user", flat=True))
    found = [(place, _managers([place], {*keepers, member})) for place in places]
    # Each manager opens it at the own desk; the operator reads it when nobody else can.
    nobody: list[tuple[Any, list[Any]]] = [(next(iter(places), None), [])]
    for place, managers in [one for one in found if one[1]] or nobody:
        context = {"report": report, "title": report.title, "place": place}
        _to_managers(REPORT_MADE, managers, report, "moderation_report_talk", context)


def tell_page_managers(report: Any, *, places: list[Neighbourhood], involved: set[int | None]) -> None:
    """A report about a page, to those who look after it and do not keep it themselves."""
    context = {"report": report, "title": report.title, "place": places[0] if places else None}
    _to_managers(REPORT_MADE, _managers(places, involved), report, "moderation_report_page", context)


def confirm_report(report: Notice, *, title: str) -> None:
    """To whoever left an address: it is in, and what happens now (Digital Services Act art. 16.4)."""
    if report.reporter_email:
        queue(
            REPORT_RECEIVED,
            to=report.reporter_email,
            about=report,
            template="content/emails/report_received.txt",
            context={"title": title, "why": report.get_why_display()},
        )


def tell_reporter(report: Notice, *, title: str, removed: bool, is_live: bool) -> None:
    """What was done with a report, and how to object, to whoever left an address."""
    if report.reporter_email:
        queue(
            REPORT_CLOSED,
            to=report.reporter_email,
            about=report,
            template="content/emails/moderation_report_closed.txt",
            context={
                "title": title,
                "removed": removed,
                "is_live": is_live,
                "of_photo": getattr(report, "of_photo", False),
                "help_address": settings.OPERATOR["email"],
            },
        )


def tell_news_writer(item: Any, *, reason: str, note: str) -> None:
    """Somebody's news went off the site after a report, and why."""
    if item.owner:
        queue(
            NEWS_OFF,
            to=item.owner.email,
            account=item.owner,
            about=item,
            template="content/emails/news_off.txt",
            context={"item": item, "reason": Reason(reason).label, "note": note, **_help()},
            version=str(clock.now()),
        )


def _help() -> dict[str, str]:
    return {"help_address": settings.OPERATOR["email"]}


# What authors answer -------------------------------------------------------------------------------------------------


def suggest(suggestion: Suggestion) -> None:
    """Another wording, to the author, who decides."""
    post = suggestion.post
    queue(
        SUGGESTED,
        to=post.author.email,
        account=post.author,
        about=suggestion,
        template="content/emails/moderation_suggestion.txt",
        context={"post": post, "suggestion": suggestion, "manager": signature(suggestion.suggested_by, post)},
    )


def tell_suggester(suggestion: Suggestion) -> None:
    """What the author did with it, to the manager who wrote it."""
    by = suggestion.suggested_by
    if by is not None:
        queue(
            SUGGESTION_ANSWERED,
            to=by.email,
            account=by,
            about=suggestion,
            template="content/emails/moderation_suggestion_answer.txt",
            context={"post": suggestion.post, "suggestion": suggestion, "first_name": by.first_name},
        )


def appeal_made(appeal: Appeal) -> None:
    """To who may answer it: the managers who did not decide, or else the operator."""
    decision = appeal.decision
    post = decision.post
    others = _managers([post.neighbourhood], {post.author_id, decision.decided_by_id})
    context = {"appeal": appeal, "post": post, "decision": decision}
    _to_managers(APPEAL_MADE, others, appeal, "moderation_appeal", context)


def appeal_answered(appeal: Appeal) -> None:
    """The outcome with its reasons, to the author."""
    decision = appeal.decision
    post = decision.post
    queue(
        APPEAL_ANSWERED,
        to=post.author.email,
        account=post.author,
        about=appeal,
        template="content/emails/moderation_appeal_answer.txt",
        context={
            "post": post,
            "appeal": appeal,
            "undone": appeal.outcome == Appeal.Outcome.UNDONE,
            "is_live": post.is_live,
            "manager": signature(appeal.answered_by, post),
            "url": decision_url(decision),
            **_help(),
        },
    )


# What waits ----------------------------------------------------------------------------------------------------------


def told_since(moment: datetime) -> set[int]:
    """The neighbourhoods whose managers were told after a moment that posts wait."""
    told = OutgoingMail.objects.filter(kind=POSTS_WAIT.name, created_at__gt=moment)
    return {mail.about_pk for mail in told.only("about")}


def remind(neighbourhood: Neighbourhood, waiting: int) -> None:
    """To every manager: so many posts wait, and the clock does not."""
    for one in Appointment.objects.active().filter(neighbourhood=neighbourhood).select_related("user"):
        queue(
            POSTS_WAIT,
            to=one.user.email,
            account=one.user,
            about=neighbourhood,
            template="content/emails/moderation_waiting.txt",
            context={"neighbourhood": neighbourhood, "waiting": waiting, "first_name": one.user.first_name},
            version=clock.now().isoformat(),
        )
