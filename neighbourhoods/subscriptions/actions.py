"""Asking for, confirming and stopping a newsletter."""

import json
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.models import record
from accounts.consent.actions import Said, agree, agreed, withdraw
from accounts.consent.models import ConsentText
from accounts.consent.texts import shown, switches
from accounts.requests.rights import interest
from accounts.requests.standstill import objects_to
from accounts.requests.stopping import end_objection
from neighbourhoods.places.models import Neighbourhood
from neighbourhoods.subscriptions.emails import ask_confirmation, say_already, send_way_out
from neighbourhoods.subscriptions.lists import Digest, MailingList, consent_key, list_of_key, text_version
from neighbourhoods.subscriptions.models import (
    CONFIRM_WITHIN,
    INTEREST,
    PROOF_OF_STOP,
    Subscription,
    SubscriptionQuerySet,
    address_hash,
)
from wijk import clock
from wijk.encryption import decrypt, encrypt
from wijk.limits import take
from wijk.mail.bounces import reached
from wijk.text import canonical_email

MAILS_PER_ADDRESS = 4
WAY_BACK_LASTS = timedelta(hours=1)


@transaction.atomic
def ask(
    *,
    neighbourhood: Neighbourhood,
    email: str,
    first_name: str,
    language: str,
    by: Any,
    mailing: str = MailingList.NEWS,
    form_key: str = "",
) -> None:
    """Notes a wish and mails its confirmation, or that it was there already; the caller learns neither (P-10)."""
    if not take("newsletter-address", canonical_email(email), limit=MAILS_PER_ADDRESS, per=timedelta(days=1)):
        return
    wish = {
        "email": email,
        "first_name": first_name,
        "language": language,
        "text_version": text_version(mailing, neighbourhood),
        "requested_at": clock.now(),
    }
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("user", "neighbourhood")
    place = {"neighbourhood": neighbourhood, "email_hash": address_hash(email), "list": mailing}
    subscription, made = rows.get_or_create(**place, defaults=wish)
    if subscription.is_confirmed:
        say_already(subscription, form_key)
        return
    if not made:
        # The version is written by the yes itself: until then an old yes to another purpose stays what it was.
        asked = {name: value for name, value in wish.items() if name != "text_version"}
        for name, value in asked.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=list(asked))
    ask_confirmation(subscription, form_key)
    record("subscription.ask", by=by, about=subscription, neighbourhood=neighbourhood)


@transaction.atomic
def confirm(*, subscription: Subscription, by: Any) -> None:
    """The reader of that mailbox says yes: from now on each issue goes there (W-54)."""
    owner = EmailAddress.objects.filter(email__iexact=subscription.email, verified=True, user__is_active=True).first()
    changed = (
        Subscription.objects.pending()
        .filter(pk=subscription.pk)
        .update(
            confirmed_at=clock.now(),
            stopped_at=None,
            text_version=text_version(subscription.list, subscription.neighbourhood),
            user=owner.user_id if owner else subscription.user_id,
        )
    )
    if changed:
        subscription.refresh_from_db()
        reached(subscription.email)
        _note(subscription, by, on=True)
        record("subscription.confirm", by=by, about=subscription, neighbourhood=subscription.neighbourhood)


@transaction.atomic
def stop(*, subscription: Subscription, by: Any) -> str:
    """Ends it at once and keeps only what proves that (W-76); returns the sealed way back, empty when it had ended."""
    kept = [subscription.token, subscription.email, subscription.first_name, subscription.digest]
    way_back = encrypt(json.dumps([*kept, clock.now().timestamp()]))
    open_rows = Subscription.objects.filter(pk=subscription.pk).exclude(email="")
    if not open_rows.update(stopped_at=clock.now(), email="", first_name="", digest=Digest.NONE):
        return ""
    _note(subscription, by, on=False)
    record("subscription.stop", by=by, about=subscription, neighbourhood=subscription.neighbourhood)
    return way_back


def _note(subscription: Subscription, by: Any, *, on: bool) -> None:
    """The words as they were shown, kept; and for who has an account, the yes or no in the ledger (K-40)."""
    key = consent_key(subscription.neighbourhood, subscription.list)
    if subscription.user is not None:
        say = agree if on else withdraw
        say(user=subscription.user, key=key, by=by)
        if on:
            end_objection(user=subscription.user, code=INTEREST, by=by)
    elif on:
        ConsentText.objects.kept(key, shown(key))


def stop_all(user: Any, by: Any) -> None:
    """Ends every newsletter of a member at once, without a question (K-44)."""
    Subscription.objects.adopt(user, user.email)
    for subscription in Subscription.objects.filter(user=user).select_related("neighbourhood", "user"):
        stop(subscription=subscription, by=by)


interest(
    INTEREST,
    purpose="newsletter",
    label=gettext_lazy("De nieuwsbrieven"),
    why=gettext_lazy("Je krijgt ze alleen als je je aanmeldde."),
    stops=gettext_lazy("Alle nieuwsbrieven stoppen meteen. Je kunt je later weer aanmelden."),
    marketing=True,
    at_once=stop_all,
)


@transaction.atomic
def undo_stop(*, subscription: Subscription, way_back: str, by: Any) -> bool:
    """Restores what stop() wiped, from the page that said so; the address was kept nowhere else."""
    try:
        token, email, first_name, digest, stopped = json.loads(decrypt(way_back))
    except (InvalidToken, ValueError):
        return False
    if token != subscription.token or clock.now().timestamp() - stopped > WAY_BACK_LASTS.total_seconds():
        return False
    rows = Subscription.objects.filter(pk=subscription.pk, stopped_at__isnull=False, confirmed_at__isnull=False)
    if rows.update(stopped_at=None, email=email, first_name=first_name, digest=digest):
        _note(subscription, by, on=True)
        record("subscription.undo_stop", by=by, about=subscription, neighbourhood=subscription.neighbourhood)
    return True


@transaction.atomic
def switch(
    *,
    user: Any,
    neighbourhood: Neighbourhood,
    on: bool,
    by: Any,
    said: Said | None = None,
    mailing: str = MailingList.NEWS,
) -> bool:
    """Turns a member's newsletter on or off, at the address confirmed with the account; False when there is none.

    What was `said` by letter may be older than what the member did here since: the ledger's last word decides, and an
    objection since then stands.
    """
    address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary").first()
    if address is None:
        return False
    key = consent_key(neighbourhood, mailing)
    if said is not None:
        (agree if on else withdraw)(user=user, key=key, by=by, said=said)
        on = agreed(user, key) and not objects_to(user, INTEREST, since=said.at)
    if on:
        _start_for_member(user, address.email, neighbourhood, mailing, by)
    else:
        mine = Subscription.objects.filter(neighbourhood=neighbourhood, user=user)
        both = mine | neighbourhood.subscriptions.of_address(address.email)
        for subscription in both.on_list(mailing).select_related("neighbourhood", "user"):
            stop(subscription=subscription, by=by)
    return True


@switches("newsletter")
@switches("professional")
def switch_by_key(*, user: Any, key: str, on: bool, by: Any, said: Said | None) -> str:
    """The newsletter behind a key of the page of consents (C-25)."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on(), code=key.partition(":")[2])
    if switch(user=user, neighbourhood=neighbourhood, on=on, by=by, said=said, mailing=list_of_key(key)):
        return ""
    return _("Bevestig eerst je e-mailadres. Daarna kun je de nieuwsbrief aanzetten.")


def _start_for_member(user: Any, email: str, neighbourhood: Neighbourhood, mailing: str, by: Any) -> None:
    # Who asks for it after all takes the objection back by that.
    end_objection(user=user, code=INTEREST, by=by)
    values = {
        "user": user,
        "email": email,
        "first_name": user.first_name,
        "language": user.language,
        "text_version": text_version(mailing, neighbourhood),
        "requested_at": clock.now(),
        "confirmed_at": clock.now(),
        "stopped_at": None,
    }
    rows = Subscription.objects.filter(neighbourhood=neighbourhood).of_address(email).on_list(mailing)
    if rows.confirmed().exists():
        rows.adopt(user, email)
        return
    subscription, _made = Subscription.objects.update_or_create(
        neighbourhood=neighbourhood, email_hash=address_hash(email), list=mailing, defaults=values
    )
    if not agreed(user, consent_key(neighbourhood, mailing)):
        _note(subscription, by, on=True)
    record("subscription.confirm", by=by, about=subscription, neighbourhood=neighbourhood)


@transaction.atomic
def stop_for(*, neighbourhood: Neighbourhood, email: str, by: Any) -> None:
    """A manager ends the newsletter for somebody who asked by mail (W-76); says nothing about who was subscribed."""
    for subscription in neighbourhood.subscriptions.of_address(email).select_related("neighbourhood", "user"):
        stop(subscription=subscription, by=by)


@transaction.atomic
def choose_digest(*, subscription: Subscription, digest: str, by: Any) -> None:
    """How often somebody also gets the new posts; what was there before the first choice is not told."""
    rows = Subscription.objects.confirmed().on_list(MailingList.NEWS).filter(pk=subscription.pk).exclude(digest=digest)
    if digest not in Digest.values or not rows.exists():
        return
    rows.filter(digest=Digest.NONE).update(digest_until=clock.now())
    rows.update(digest=digest)
    record("subscription.digest", by=by, about=subscription, neighbourhood=subscription.neighbourhood, how=digest)


@transaction.atomic
def stop_digests(*, subscriptions: SubscriptionQuerySet, by: Any) -> None:
    """Ends the digest of a mailbox in all its neighbourhoods; the newsletters of the managers go on."""
    for subscription in subscriptions.select_related("neighbourhood"):
        choose_digest(subscription=subscription, digest=Digest.NONE, by=by)


@transaction.atomic
def mail_way_out(*, email: str, language: str, by: Any, form_key: str = "") -> None:
    """For who wants to stop and threw the newsletter away (W-76); the caller does not learn who is subscribed."""
    if not take("newsletter-leave", canonical_email(email), limit=MAILS_PER_ADDRESS, per=timedelta(days=1)):
        return
    send_way_out(email, language, form_key)
    record("subscription.leave", by=by)


@transaction.atomic
def forget_unconfirmed() -> int:
    """Wipes addresses that nobody confirmed within a day, and stops that need no proof any more."""
    old = Subscription.objects.pending().filter(requested_at__lt=clock.now() - CONFIRM_WITHIN)
    # Who once said yes keeps the place, unmailed, until that person says yes or stops.
    old = old.filter(Q(confirmed_at=None) | Q(stopped_at__isnull=False))
    asked_again = old.filter(stopped_at__isnull=False).update(email="", first_name="")
    gone, _by_model = old.filter(stopped_at=None).delete()
    Subscription.objects.filter(email="", stopped_at__lt=clock.now() - PROOF_OF_STOP).delete()
    return asked_again + gone
