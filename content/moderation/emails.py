"""Mails about decisions, questions and reports."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from content.moderation.models import Decision, Reason, Report
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.encryption import keyed_hash
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue

Act = Decision.Act


def _still_live(mail: OutgoingMail) -> bool:
    return Post.objects.filter(pk=mail.about_pk, status=Post.Status.LIVE).exists()


def _still_waiting(mail: OutgoingMail) -> bool:
    return Post.objects.waiting().filter(neighbourhood=mail.about_pk).exists()


DECIDED = {
    Act.APPROVE: mail_kind("moderation-approve", _("Je bericht is geplaatst"), wanted=_still_live),
    Act.CLOCK: mail_kind("moderation-clock", _("Je bericht is na 48 uur vanzelf geplaatst"), wanted=_still_live),
    Act.ASK_CHANGE: mail_kind("moderation-change", _("Vraag om je bericht aan te passen")),
    Act.HOLD: mail_kind("moderation-hold", _("Je bericht wordt vastgehouden")),
    Act.REFUSE: mail_kind("moderation-refuse", _("Je bericht is niet geplaatst")),
    Act.REMOVE: mail_kind("moderation-remove", _("Je bericht is weggehaald")),
    Act.RESTORE: mail_kind("moderation-restore", _("Je bericht is teruggezet"), wanted=_still_live),
}
QUESTION = mail_kind("moderation-question", _("Vraag van de wijkbeheerder over je bericht"))
POSTS_WAIT = mail_kind("moderation-waiting", _("Er wachten berichten op je"), wanted=_still_waiting)
REPORT_MADE = mail_kind("report-made", _("Melding over een bericht in je wijk"))
REPORT_CLOSED = mail_kind("report-closed", _("Antwoord op je melding"))


def signature(by: Any, post: Post) -> str:
    """The name a manager uses on the site; empty for the clock and for operators."""
    own = Appointment.objects.active().filter(user=by, neighbourhood=post.neighbourhood_id) if by else None
    return (own and own.values_list("public_name", flat=True).first()) or ""


def tell_author(decision: Decision) -> None:
    """What was decided about somebody's post, why, and what they can do now."""
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
            "help_address": settings.OPERATOR["email"],
        },
        version=str(decision.pk),
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


def tell_managers(report: Report) -> None:
    """To every manager of the neighbourhood who is not in it; to the operator when there is none."""
    post = report.post
    appointments = Appointment.objects.active().filter(neighbourhood=post.neighbourhood_id)
    involved = {post.author_id, report.message.conversation.member_id if report.of_talk else None} - {None}
    managers = [one.user for one in appointments.exclude(user__in=involved).select_related("user")]
    content = {"report": report, "post": post, "is_minor": report.why == Report.Why.MINOR}
    template = f"content/emails/moderation_report{'_talk' if report.of_talk else ''}.txt"
    for manager in managers:
        queue(REPORT_MADE, to=manager.email, account=manager, about=report, template=template, context=content)
    if not managers:
        queue(REPORT_MADE, to=settings.OPERATOR["email"], about=report, template=template, context=content)


def tell_reporter(report: Report, *, removed: bool) -> None:
    """What was done with a report, to whoever left an address."""
    if report.reporter_email:
        queue(
            REPORT_CLOSED,
            to=report.reporter_email,
            about=report,
            template="content/emails/moderation_report_closed.txt",
            context={
                "title": report.post.title,
                "removed": removed,
                "is_live": report.post.is_live,
                "help_address": settings.OPERATOR["email"],
            },
        )


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
