"""What becomes of an organisation when an editor leaves: it stays with the others, or it goes too (W-78, X-21)."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.dispatch import receiver

from accounts.audit.models import record
from accounts.closure.outside import LeftAlone, Thing, left_alone
from accounts.closure.unused import in_use
from accounts.requests.stopping import on_pause
from accounts.signals import account_closing
from accounts.users.models import User, takes_part
from content.organisations import emails
from content.organisations.editors import card_names, clear_card
from content.organisations.models import Organisation, OrganisationEditor
from neighbourhoods.places.models import Neighbourhood
from wijk.text import spellings


def things(user: Any) -> list[Thing]:
    """The organisations that only this member keeps."""
    others = OrganisationEditor.objects.filter(takes_part("user")).exclude(user=user)
    alone = Organisation.objects.filter(editors__user=user).exclude(pk__in=others.values("organisation"))
    return [Thing(pk, name) for pk, name in alone.order_by("name").values_list("pk", "name")]


def hand_over(user: Any, pk: int, address: str) -> None:
    """Makes the account of an address an editor too; who has none, or is leaving, becomes nothing."""
    known = EmailAddress.objects.filter(email__in=spellings(address), verified=True)
    heir = User.objects.present().filter(pk__in=known.values("user")).exclude(pk=user.pk).first()
    if heir is None:
        return
    organisation = Organisation.objects.get(pk=pk)
    OrganisationEditor.objects.get_or_create(organisation=organisation, user=heir)
    record("organisation.hand_over", by=user, about=organisation)
    emails.handed_over(organisation, heir)


def doomed(account_ref: int) -> QuerySet[Organisation]:
    """Those that nobody else keeps, not even somebody who is away for a while."""
    others = OrganisationEditor.objects.exclude(user=account_ref).values("organisation")
    return Organisation.objects.filter(editors__user=account_ref).exclude(pk__in=others)


def named(account_ref: int) -> list[Organisation]:
    """Those whose contact card is the leaver's: by name, or by address."""
    leaver = User.objects.filter(pk=account_ref).first()
    if leaver is None:
        return []
    return [one for one in Organisation.objects.filter(editors__user=leaver) if card_names(one, leaver)]


def unname(account_ref: int) -> None:
    """Empties the card of what stays with others; a telephone number beside a leaver's name is the leaver's."""
    for organisation in named(account_ref):
        clear_card(organisation)


left_alone(LeftAlone("organisation", things, hand_over, doomed, named, unname))


@receiver(account_closing)
@on_pause
def refresh_neighbourhoods(user: Any, **_: Any) -> None:
    """visible() hides what is left with nobody; this keeps no cached page from showing it."""
    Neighbourhood.objects.filter(organisations__editors__user=user).touch()


@in_use
def keepers_of_what_stands() -> QuerySet:
    """Who keeps a page that is on the site: it would be left with one keeper less, or with none."""
    return OrganisationEditor.objects.filter(organisation__is_live=True).values("user")
