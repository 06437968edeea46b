"""The mail that something fits: one for all that is new, about posts that everybody may see when it leaves."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from content.matching.models import Match, MatchMail
from content.matching.scoring import Reason
from content.matching.words import reasons_in_words
from content.posts.models import Post
from wijk.links import of_link, signed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue

STOP_SALT = "match-mail"


def _still_wanted(mail: OutgoingMail) -> bool:
    """Whether its reader still wants it and every post in it may still be shown; else the next mail tells the rest."""
    numbers = [int(number) for number in mail.about.partition(":")[2].split(",")]
    wants = MatchMail.objects.wanting().filter(user=mail.account_ref).exists()
    return wants and Match.objects.standing().filter(pk__in=numbers).count() == len(numbers)


MATCHES = mail_kind("matches", _("Er is iets dat bij je bericht past"), wanted=_still_wanted)


def stop_path(user: User) -> str:
    """The link to stop these mails, for one reader."""
    return reverse("matching:stop", args=[signed(user.pk, salt=STOP_SALT)])


def of_stop_link(word: str) -> User | None:
    """Whose link it is; it goes on working, for old mails lie about for years."""
    link = of_link(word, salt=STOP_SALT)
    return User.objects.filter(pk=link.what, is_active=True).first() if link else None


def tell(user: User, matches: list[tuple[Match, Post, Post]]) -> None:
    """All that is new: for each the reader's own post, the one that fits, and why."""
    queue(
        MATCHES,
        to=user.email,
        account=user,
        about=f"content.match:{','.join(str(match.pk) for match, _own, _other in matches)}",
        template="content/emails/matches.txt",
        context={
            "first_name": user.first_name,
            "number": len(matches),
            "matches": [_row(*row) for row in matches],
            "url": reverse("posts:mine_detail", args=[matches[0][1].pk])
            if _one_post(matches)
            else reverse("posts:mine"),
            "stop_url": stop_path(user),
            "choose_url": reverse("matching:mail"),
        },
        version="1",
    )


def _one_post(matches: list[tuple[Match, Post, Post]]) -> bool:
    return len({own.pk for _match, own, _other in matches}) == 1


def _row(match: Match, own: Post, other: Post) -> dict[str, Any]:
    reasons = [Reason(kept["code"], tuple(kept["about"])) for kept in match.reasons]
    return {"own": own.title, "title": other.title, "why": " ".join(reasons_in_words(reasons))}
