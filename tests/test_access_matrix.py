"""Every address × method × role × two neighbourhoods, from the URL table itself (W-50, W-63).

What must happen follows from what a view declares (wijk.access). An address that declares nothing fails here by name;
so does one with a parameter that has no row in OBJECTS. Each request runs in a transaction that is rolled back, so one
world serves them all.
"""

import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.models import Page, Site

from accounts.archive.models import SealedCopy
from accounts.audit.models import AuditEvent
from accounts.breaches.models import Breach
from accounts.closure.models import AccountClosure
from accounts.compliance.models import ComplianceItem
from accounts.notices.models import Notice
from accounts.requests.models import RightsRequest
from accounts.requests.stopping import restrict
from accounts.signup.actions import link_to
from accounts.signup.guests import make_guest, word_for
from accounts.users.models import User
from content.contact.blocking import Block
from content.contact.models import Conversation, Message
from content.contact.relay import REPORT_SALT
from content.guests.models import PendingRequest
from content.helping.emails import REFERRAL_SALT
from content.helping.models import OnBehalf
from content.helping.referral import Referral
from content.importing.models import Import
from content.invitations.models import Invitation
from content.mailchimp.models import Campaign
from content.matching.models import Match
from content.moderation.authors import Appeal, Suggestion
from content.moderation.emails import DECISION_SALT
from content.moderation.models import Decision, Report
from content.moderation.notices import PageReport
from content.newsletters.models import Newsletter
from content.organisations.models import OrganisationEditor
from content.pages.models import HomePage, NeighbourhoodIndexPage, NeighbourhoodPage, NewsIndexPage, NewsPage
from content.posts.comanagers import CoManager
from content.posts.mailed import link_of
from content.posts.models import Post
from content.series.rules import Repeat, rule_of
from content.signups.models import SignUp
from neighbourhoods.managers.models import Appointment
from neighbourhoods.starting.models import StartNotice
from tests import factories
from wijk import clock
from wijk.access import Access, declared_access
from wijk.links import signed
from wijk.mail.models import OutgoingMail

SHUT = {"wagtailcore_login", "wagtailcore_authenticate_with_password"}
LOGIN, SECOND_FACTOR = "/account/login/", "/account/2fa/"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# Allauth's pages for who is not logged in; all its others ask to log in.
OPEN_ACCOUNT = re.compile(
    "account/(login|terugkomen|signup|logout|inactive|confirm-email|password/reset|email/verif"
    "|2fa/authenticate|2fa/webauthn/(login|signup)|2fa/trust)"
)
# What nobody at a desk may see of the posts of their own neighbourhood.
PRIVATE = {"contact_phone": "0612345678", "contact_address": "Verborgenstraat 1"}
# What a door that is not locked would let through.
TYPED = {
    "act": "approve",
    "outcome": "keep",
    "question": "Hoe laat?",
    "agreed": "on",
    "live": "1",
    "title": "Binnengekomen",
    "subject": "Binnengekomen",
    "text": "Binnengekomen",
    "share_name": "on",
    "name": "Binnengekomen",
    "body": "Binnengekomen",
    "ground": "claim",
    "review_on": (clock.today() + timedelta(days=30)).isoformat(),
    "email": "mo@example.org",
    "reason": "Het is vol",
}

OBJECTS = {
    "outbox_mail": lambda here: {"pk": 1},
    "mail_sample": lambda here: {"name": "content/emails/post_live.txt"},
    "outbox_html": lambda here: {"pk": 1},
    **{
        f"breaches:{step}": lambda here: {"pk": here.breach.pk}
        for step in ("detail", "edit", "decide", "reported", "informed", "close", "form_page", "form_file", "dossier")
    },
    "requests:mine_detail": lambda here: {"pk": here.asked.pk},
    "requests:take_back": lambda here: {"pk": here.asked.pk},
    "requests:confirm": lambda here: {"token": "onbekend"},
    **{
        f"requests:{step}": lambda here: {"pk": here.asked.pk}
        for step in ("detail", "send_link", "take_up", "note", "extend", "decide", "close_account", "restrict", "stand")
    },
    "requests:letter": lambda here: {"pk": here.answered.pk},
    "requests:look": lambda here: {"pk": here.frozen.pk},
    "requests:lift": lambda here: {"pk": here.frozen.pk},
    "notices:create": lambda here: {"pk": here.breach.pk},
    **{
        f"notices:{step}": lambda here: {"pk": here.breach.pk, "number": here.notice.pk}
        for step in ("edit", "preview", "preview_html", "send", "progress")
    },
    "compliance:item": lambda here: {"pk": here.check.pk},
    "compliance:stop_item": lambda here: {"pk": here.own_check.pk},
    "compliance:record_file": lambda here: {"form": "json"},
    "compliance:edit_processor": lambda here: {"pk": here.party.pk},
    "holds:place": lambda here: {"pk": here.resident.pk},
    **{f"holds:{step}": lambda here: {"pk": here.hold.pk} for step in ("detail", "renew", "release")},
    "signup:address_works": lambda here: {"token": link_to(here.resident)},
    "archive:end": lambda here: {"pk": here.copy.pk},
    "archive:return": lambda here: {"token": "onbekend"},
    "archive:refuse": lambda here: {"token": "onbekend"},
    "closure:undo": lambda here: {"token": "onbekend"},
    "closure:detail": lambda here: {"pk": here.closure.pk},
    "places:municipality": lambda here: {"slug": "arnhem"},
    "managers:people": lambda here: {"wijk": here.slug},
    "managers:confidentiality": lambda here: {"wijk": here.slug},
    "managers:edit_profile": lambda here: {"wijk": here.slug},
    "managers:deputies": lambda here: {"wijk": here.slug},
    "managers:end_deputy": lambda here: {"wijk": here.slug, "pk": here.deputy.pk},
    "managers:profile": lambda here: {"slug": here.slug, "pk": here.appointment.pk},
    "managers:ask": lambda here: {"slug": here.slug, "pk": here.appointment.pk},
    "managers:asked": lambda here: {"slug": here.slug},
    "subscriptions:subscribe": lambda here: {"slug": here.slug},
    "subscriptions:subscribe_professional": lambda here: {"slug": here.slug},
    "subscriptions:choose": lambda here: {"token": "onbekend"},
    "subscriptions:digest": lambda here: {"token": "onbekend"},
    "subscriptions:asked": lambda here: {"slug": here.slug},
    "subscriptions:confirm": lambda here: {"token": "onbekend"},
    "subscriptions:unsubscribe": lambda here: {"token": "onbekend"},
    "home:neighbourhood": lambda here: {"slug": here.slug},
    "home:sitemap_section": lambda here: {"section": "berichten"},
    "organisations:guide": lambda here: {"slug": here.slug},
    "organisations:detail": lambda here: {"slug": here.organisation.slug},
    "contact:ask": lambda here: {"slug": here.organisation.slug},
    "organisations:edit": lambda here: {"slug": here.organisation.slug},
    "organisations:hide_contact": lambda here: {"slug": here.organisation.slug},
    "posts:board": lambda here: {"slug": here.slug},
    "posts:shop": lambda here: {"slug": here.slug},
    "posts:agenda": lambda here: {"slug": here.slug},
    "posts:agenda_ics": lambda here: {"slug": here.slug},
    "posts:agenda_print": lambda here: {"slug": here.slug},
    "posts:organisation_ics": lambda here: {"slug": here.organisation.slug},
    "posts:post_ics": lambda here: {"pk": here.activity.pk, "slug": here.activity.slug},
    "posts:take_back": lambda here: {"pk": here.post.pk, "number": here.placement.pk},
    "posts:dates": lambda here: {"pk": here.series.pk},
    "posts:week_sheet": lambda here: {"slug": here.slug},
    "posts:notice": lambda here: {"pk": here.post.pk, "slug": here.post.slug},
    "posts:atom": lambda here: {"slug": here.slug},
    "posts:json_feed": lambda here: {"slug": here.slug},
    "posts:detail_by_number": lambda here: {"pk": here.post.pk},
    "posts:detail": lambda here: {"pk": here.post.pk, "slug": here.post.slug},
    "posts:place_step": lambda here: {"pk": here.draft.pk, "step": "vertel"},
    "posts:mailed": lambda here: {"word": link_of(here.post).split("/")[2]},
    "posts:mine_detail": lambda here: {"pk": here.post.pk},
    "posts:preview": lambda here: {"pk": here.post.pk},
    "posts:edit": lambda here: {"pk": here.post.pk},
    "posts:contact_switches": lambda here: {"pk": here.post.pk},
    "posts:end": lambda here: {"pk": here.post.pk},
    "posts:renew": lambda here: {"pk": here.post.pk},
    "photos:mine": lambda here: {"pk": here.post.pk},
    **{
        f"photos:{step}": lambda here: {"pk": here.post.pk, "number": here.photo.pk}
        for step in ("describe", "first", "remove")
    },
    **{f"photos:{door}": lambda here: {"token": here.photo.token, "name": "480.webp"} for door in ("file", "own_file")},
    "photos:desk_file": lambda here: {"wijk": here.slug, "token": here.photo.token, "name": "480.webp"},
    "moderation:report_photo": lambda here: {"token": here.photo.token},
    "moderation:remove_photo": lambda here: {"wijk": here.slug, "pk": here.post.pk, "number": here.photo.pk},
    "matching:misfit": lambda here: {"pk": here.post.pk, "number": here.match.pk},
    "matching:stop": lambda here: {"word": "onbekend"},
    "contact:send": lambda here: {"pk": here.post.pk, "slug": here.post.slug},
    "contact:confirm": lambda here: {"token": here.conversation.token},
    "contact:visitor_thread": lambda here: {"token": here.conversation.token},
    **{
        f"contact:visitor_{step}": lambda here: {"token": here.conversation.token}
        for step in ("share", "unshare", "close", "block")
    },
    **{
        f"contact:{step}": lambda here: {"pk": here.conversation.pk}
        for step in ("thread", "share", "unshare", "close", "block")
    },
    "contact:thank": lambda here: {"pk": here.post.pk},
    "contact:unblock": lambda here: {"pk": here.block.pk},
    "signups:sign_up": lambda here: {"pk": here.activity.pk, "slug": here.activity.slug},
    "signups:confirm": lambda here: {"token": here.asked_to_join.token},
    "signups:own": lambda here: {"token": here.sign_up.token},
    "signups:mine_detail": lambda here: {"pk": here.own_sign_up.pk},
    "signups:of_post": lambda here: {"pk": here.activity.pk},
    "signups:write": lambda here: {"pk": here.activity.pk, "number": here.sign_up.pk},
    "signups:remove": lambda here: {"pk": here.activity.pk, "number": here.sign_up.pk},
    **{f"importing:{step}": lambda here: {"wijk": here.slug} for step in ("upload", "template", "check", "errors")},
    "importing:result": lambda here: {"wijk": here.slug, "pk": here.batch.pk},
    **{
        f"invitations:{step}": lambda here: {"slug": here.organisation.slug}
        for step in ("organisation", "stop_editing")
    },
    "invitations:remove_editor": lambda here: {"slug": here.organisation.slug, "number": here.co_editor.pk},
    "invitations:post": lambda here: {"pk": here.post.pk},
    "invitations:remove_co_manager": lambda here: {"pk": here.post.pk, "number": here.co_manager.pk},
    "invitations:stop_co_managing": lambda here: {"pk": here.co_managed.pk},
    "invitations:take_back": lambda here: {"pk": here.by_hand.pk},
    "invitations:invite_at_desk": lambda here: {"wijk": here.slug, "pk": here.organisation.pk},
    "invitations:answer": lambda here: {"token": here.invitation.token},
    "helping:enter": lambda here: {"wijk": here.slug},
    "helping:index": lambda here: {"wijk": here.slug},
    **{
        f"helping:{step}": lambda here: {"wijk": here.slug, "pk": here.on_behalf.pk}
        for step in ("on_behalf", "slip", "withdraw")
    },
    **{
        f"helping:{step}": lambda here: {"wijk": here.slug, "pk": here.post.pk}
        for step in ("ask_permission", "edit", "propose")
    },
    "helping:switch": lambda here: {"pk": here.post.pk},
    "helping:own": lambda here: {"token": here.on_behalf.token},
    "helping:talk": lambda here: {"token": here.on_behalf.token, "pk": here.conversation.pk},
    "starting:ask": lambda here: {"slug": here.slug},
    "starting:notice": lambda here: {"token": here.waits_for_start.token},
    "guests:confirm": lambda here: {"token": here.asked_openly.token},
    **{
        f"guests:{step}": lambda here: {"word": word_for(here.guest_post.author)}
        for step in ("own", "download", "links", "erase", "become")
    },
    **{
        f"guests:{step}": lambda here: {"word": word_for(here.guest_post.author), "pk": here.guest_post.pk}
        for step in ("edit", "end")
    },
    "guests:talk": lambda here: {"word": word_for(here.guest_post.author), "pk": here.conversation.pk},
    "guests:suggestion": lambda here: {"word": word_for(here.guest_post.author), "pk": here.suggestion.pk},
    "helping:referral": lambda here: {"word": signed(here.referral.pk, salt=REFERRAL_SALT)},
    "moderation:queue": lambda here: {"wijk": here.slug},
    "moderation:placements": lambda here: {"wijk": here.slug},
    "moderation:placement": lambda here: {"wijk": here.slug, "pk": here.placement.pk},
    "moderation:posts": lambda here: {"wijk": here.slug},
    "moderation:post": lambda here: {"wijk": here.slug, "pk": here.waiting.pk},
    "moderation:together": lambda here: {"wijk": here.slug},
    "moderation:suggest": lambda here: {"wijk": here.slug, "pk": here.waiting.pk},
    "moderation:hide": lambda here: {"wijk": here.slug, "pk": here.post.pk},
    "moderation:explain": lambda here: {"wijk": here.slug, "pk": here.waiting.pk},
    "moderation:page_report": lambda here: {"wijk": here.slug, "pk": here.page_report.pk},
    "moderation:appeals": lambda here: {"wijk": here.slug},
    "moderation:appeal": lambda here: {"wijk": here.slug, "pk": here.appeal.pk},
    "moderation:decision": lambda here: {"word": signed(here.appeal.decision_id, salt=DECISION_SALT)},
    "moderation:own_decision": lambda here: {"pk": here.appeal.decision_id},
    "moderation:suggestion": lambda here: {"pk": here.suggestion.pk},
    "moderation:oversight": lambda here: {"slug": here.slug},
    "moderation:report_organisation": lambda here: {"slug": here.organisation.slug},
    "moderation:report_news": lambda here: {"pk": here.news.pk},
    "moderation:ask_author": lambda here: {"wijk": here.slug, "pk": here.waiting.pk},
    "moderation:reports": lambda here: {"wijk": here.slug},
    "moderation:report_detail": lambda here: {"wijk": here.slug, "pk": here.report.pk},
    "moderation:confirm_minor": lambda here: {"wijk": here.slug, "pk": here.report.pk},
    "moderation:answer_minor": lambda here: {"pk": here.minor.pk},
    "moderation:organisations": lambda here: {"wijk": here.slug},
    "moderation:organisation": lambda here: {"wijk": here.slug, "pk": here.organisation.pk},
    "moderation:report_message": lambda here: {"word": signed(here.message.pk, salt=REPORT_SALT)},
    "moderation:report": lambda here: {"pk": here.post.pk, "slug": here.post.slug},
    "statistics:neighbourhood": lambda here: {"slug": here.slug},
    "statistics:desk": lambda here: {"wijk": here.slug},
    "pages:desk_news": lambda here: {"wijk": here.slug},
    "pages:write_news": lambda here: {"wijk": here.slug},
    "pages:edit_news": lambda here: {"wijk": here.slug, "pk": here.news.pk},
    "pages:withdraw_news": lambda here: {"wijk": here.slug, "pk": here.news.pk},
    "consent:person": lambda here: {"pk": here.post.author_id},
    "legal:versions": lambda here: {"slug": "privacy"},
    "legal:version": lambda here: {"slug": "privacy", "version": "2026-11"},
    "legal:difference": lambda here: {"slug": "privacy", "old": "2026-11", "version": "2026-11"},
    "pages:closed": lambda here: {"path": "login/"},
    "pages:media": lambda here: {"path": "nergens.jpg"},
    "newsletters:issues": lambda here: {"wijk": here.slug},
    "newsletters:create": lambda here: {"wijk": here.slug},
    "newsletters:edit": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:preview": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:preview_html": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:test_send": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:send": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:remove": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:choices": lambda here: {"wijk": here.slug},
    "newsletters:agree": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:unschedule": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:pause": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:go_on": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:stop": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:on_site": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "newsletters:archive": lambda here: {"slug": here.slug},
    "newsletters:issue": lambda here: {"slug": here.slug, "pk": here.newsletter_out.pk},
    "mailchimp:state": lambda here: {"wijk": here.slug},
    "mailchimp:hand_over": lambda here: {"wijk": here.slug, "pk": here.newsletter.pk},
    "mailchimp:send_ourselves": lambda here: {"wijk": here.slug, "pk": here.campaign.pk},
    "mailchimp:knock": lambda here: {"hook": "onbekend"},
}


# The addresses -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Address:
    """One row of the URL table."""

    route: str
    name: str
    access: Access | None

    def at(self, here):
        """Its path for the objects of one neighbourhood."""
        if self.name == "wagtail_serve":
            return here.news.address
        return reverse(self.name, kwargs=OBJECTS[self.name](here) if self.has_object else {})

    @property
    def has_object(self):
        return "<" in self.route


def addresses(patterns=None, before="", space=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        else:
            access = declared_access(pattern.callback, "/" + route)
            yield Address(route, f"{space}{pattern.name or ''}", access)


def is_library(address):
    return address.route.startswith(("cms/", "account/"))


def ours(access):
    """Our own addresses with this declaration; what has no row is told of by its own test."""
    known = (one for one in addresses() if not is_library(one) and (not one.has_object or one.name in OBJECTS))
    found = [one for one in known if one.access == access]
    assert found or access == Access.STAFF
    return found


def library(prefix):
    """The paths below a library's prefix, with something for each parameter."""
    fillers = {"int": "1", "uuid": "6f0c8f0e-5d0e-4a45-8f6a-2c7f3d9f0a11", "path": "x/y"}
    for address in addresses():
        if address.route.startswith(prefix):
            path = re.sub(r"<(?:(\w+):)?\w+>", lambda found: fillers.get(found[1], "1"), address.route)
            # One page of Wagtail fails on purpose, to show what failing looks like.
            if not re.search(r"[\^$()\\?*]|failwhale", path):
                yield "/" + path


# The world -----------------------------------------------------------------------------------------------------------


def news_page(neighbourhood):
    """A news item below its neighbourhood's page, in a tree that begins at the front page."""
    home = HomePage.objects.first()
    if home is None:
        home = Page.get_first_root_node().add_child(instance=HomePage(title="Wijk", slug="voorpagina"))
        Site.objects.update(root_page=home)
        Site.clear_site_root_paths_cache()
    index = NeighbourhoodIndexPage.objects.first()
    index = index or home.add_child(instance=NeighbourhoodIndexPage(title="Wijken", slug="wijk"))
    page = NeighbourhoodPage(title=neighbourhood.name, slug=neighbourhood.slug, neighbourhood=neighbourhood)
    news = index.add_child(instance=page).add_child(instance=NewsIndexPage(title="Nieuws", slug="nieuws"))
    return news.add_child(instance=NewsPage(title="De brug is open", slug="brug", body="<p>Vanaf morgen.</p>"))


def weekly(resident, neighbourhood):
    """An activity that comes back."""
    starts_at = clock.now() + timedelta(days=2)
    rule = rule_of(Repeat.WEEKLY, starts_at.date(), [], starts_at.date() + timedelta(days=30))
    return factories.activity(resident, neighbourhood, title="Breien", series_rule=rule, series_from=starts_at)


def place(neighbourhood, resident, manager):
    """One of everything in a neighbourhood, owned by its resident and looked after by its manager."""
    post = factories.post(resident, neighbourhood, title=f"Vraag uit {neighbourhood.name}", **PRIVATE)
    conversation = Conversation.objects.create(
        post=post, visitor_email="vis@example.org", visitor_hash="x", state="open", confirmed_at=clock.now()
    )
    side = Message.Side.VISITOR
    message = Message.objects.create(conversation=conversation, side=side, body="Alleen tussen ons tweeën")
    waiting = factories.post(resident, neighbourhood, status=Post.Status.WAITING, published_at=None, **PRIVATE)
    activity = factories.activity(resident, neighbourhood, title=f"Eten in {neighbourhood.name}", signup_on=True)
    organisation = factories.organisation(f"Buurthuis {neighbourhood.name}", neighbourhood, editor=resident)
    other = neighbour(neighbourhood)
    return SimpleNamespace(
        slug=neighbourhood.slug,
        activity=activity,
        series=weekly(resident, neighbourhood),
        match=Match.objects.create(request=post, offer=activity, score=0.9),
        sign_up=sign_up(activity, "v", name="Verborgen", email="vis@example.org"),
        own_sign_up=sign_up(activity, "m", member=resident),
        asked_to_join=sign_up(activity, "u", state="unconfirmed", email="vis@example.org"),
        resident=resident,
        manager=manager,
        post=post,
        photo=factories.photo(post),
        placement=factories.placement(post, neighbourhood),
        conversation=conversation,
        message=message,
        block=Block.objects.create(owner=resident, address_key="x"),
        waiting=waiting,
        draft=factories.post(resident, neighbourhood, status=Post.Status.DRAFT, published_at=None),
        report=Report.objects.create(post=post, why="spam"),
        minor=Report.objects.create(post=waiting, why="minor"),
        page_report=PageReport.objects.create(organisation=organisation, why="spam"),
        suggestion=Suggestion.objects.create(post=post, title="Anders", text="x", of_version=post.changed_at),
        appeal=Appeal.objects.create(
            decision=Decision.objects.create(post=waiting, act="hold", reason="unclear", decided_by=manager), text="Nee"
        ),
        organisation=organisation,
        on_behalf=placed_for_somebody(neighbourhood, manager),
        waits_for_start=StartNotice.objects.create(neighbourhood=neighbourhood, email="g@example.org", email_hash="x"),
        asked_openly=PendingRequest.objects.create(
            neighbourhood=neighbourhood,
            email="gerda@example.org",
            draft='{"title": "Kast", "text": "Tillen", "theme": 0, "first_name": "", "versions": {}}',
            form_key=neighbourhood.slug,
        ),
        guest_post=factories.post(guest_of(neighbourhood), neighbourhood, title=f"Zonder account, {neighbourhood}"),
        co_editor=OrganisationEditor.objects.create(organisation=organisation, user=other),
        co_manager=CoManager.objects.create(post=post, user=other),
        co_managed=co_managed(manager, neighbourhood, resident),
        by_hand=Invitation.objects.create(post=post, address_hash="y", by_hand=True, invited_by=resident),
        batch=Import.objects.create(neighbourhood=neighbourhood, source=f"Lijst van {neighbourhood.name}"),
        invitation=Invitation.objects.create(organisation=organisation, address_hash="x"),
        referral=Referral.objects.create(post=post, organisation=organisation),
        newsletter=Newsletter.objects.create(neighbourhood=neighbourhood, subject=f"Brief uit {neighbourhood.name}"),
        newsletter_out=Newsletter.objects.create(
            neighbourhood=neighbourhood, subject="Eerder", state=Newsletter.State.SENT, sending_at=clock.now()
        ),
        campaign=Campaign.objects.create(
            newsletter=Newsletter.objects.create(neighbourhood=neighbourhood, subject="Onderweg", state="sending"),
            connection=factories.mailchimp(neighbourhood),
        ),
        news=news_page(neighbourhood),
        appointment=(appointment := Appointment.objects.get(user=manager)),
        deputy=coming_deputy(appointment),
        breach=(breach := Breach.objects.create(discovered_at=clock.now(), summary="Een lijst lag open")),
        notice=Notice.objects.create(breach=breach),
        check=ComplianceItem.objects.first(),
        own_check=ComplianceItem.objects.create(title="Sleutels", months=3, next_due_on=clock.today()),
        party=factories.processor(f"Drukkerij {neighbourhood.name}"),
        copy=destroyed_copy(resident),
        hold=factories.hold(post),
        asked=request_of(resident),
        answered=request_of(resident, state="decided", outcome="granted", answer="Gedaan.", ended_at=clock.now()),
        frozen=frozen_neighbour(neighbourhood),
        closure=AccountClosure.objects.create(
            account_ref=0, epoch=1, received_at=clock.now(), erase_after=clock.now(), state="done", done_at=clock.now()
        ),
    )


def guest_of(neighbourhood):
    address = f"gast@{neighbourhood.slug}.example.org"
    return make_guest(email=address, first_name="", language="nl", sentence="", versions={})


def placed_for_somebody(neighbourhood, manager):
    post = factories.post(manager, neighbourhood, title=f"Voor iemand uit {neighbourhood.name}", with_help=True)
    return OnBehalf.objects.create(
        post=post,
        neighbourhood=neighbourhood,
        entered_by=manager,
        first_name="Gerda",
        email="gerda@example.org",
        channel="mail",
        how="phone",
        consent_on=clock.today(),
    )


def neighbour(neighbourhood):
    return factories.member("Samen", neighbourhood.name, email=f"samen@{neighbourhood.slug}.example.org")


def co_managed(author, neighbourhood, beside):
    post = factories.post(author, neighbourhood, title=f"Samen uit {neighbourhood.name}")
    CoManager.objects.create(post=post, user=beside)
    return post


def sign_up(activity, mailbox, **fields):
    values = {"state": "going", "joined_at": clock.now(), "activity_ends_at": activity.starts_at, **fields}
    return SignUp.objects.create(post=activity, mailbox_hash=mailbox, **values)


def request_of(resident, **fields):
    now = clock.now()
    moments = {"received_at": now, "due_at": now + timedelta(days=30), "identified_at": now}
    return RightsRequest.objects.create(user=resident, right="complaint", **{**moments, **fields})


def coming_deputy(appointment):
    """Somebody who will stand in later: the desk is not theirs yet."""
    later = clock.today() + timedelta(days=30)
    user = factories.member("Wacht", "Later", email=f"later@{appointment.neighbourhood.slug}.example.org")
    return Appointment.objects.create(
        user=user,
        neighbourhood=appointment.neighbourhood,
        role="deputy",
        stands_in_for=appointment,
        public_name="Later",
        starts_on=later,
        ends_on=later,
    )


def frozen_neighbour(neighbourhood):
    user = factories.member("Stil", neighbourhood.name, email=f"stil@{neighbourhood.slug}.example.org")
    restrict(user=user, reason="own_wish", by=user)
    return user


def destroyed_copy(resident):
    now = clock.now()
    ends = {"created_at": now, "expires_at": now, "doomed_at": now, "destroyed_at": now}
    return SealedCopy.objects.create(
        name=f"{resident.pk:032x}", account_ref=resident.pk, epoch=0, digest="", size=0, format=1, **ends
    )


class Roles:
    """One browser whose cookies are set anew for each request: no answer can change the next."""

    def __init__(self, people):
        self.browser = Client(raise_request_exception=False)
        self.cookies = {}
        for name, user in people.items():
            self.add(name, user)

    def add(self, name, user):
        self.browser.cookies.clear()
        if user:
            factories.log_in(self.browser, user)
        self.cookies[name] = {key: morsel.value for key, morsel in self.browser.cookies.items()}

    def ask(self, name, method, path):
        """The answer, and how many audited acts or mails the request made."""
        self.browser.cookies = SimpleCookie(self.cookies[name])
        before = effects()
        with transaction.atomic():
            response = getattr(self.browser, method)(path, TYPED if method == "post" else None)
            made = effects() - before
            transaction.set_rollback(True)
        return response, made


COUNTED = " + ".join(f"(SELECT count(*) FROM {one._meta.db_table})" for one in (AuditEvent, OutgoingMail, Decision))


def effects():
    """Asked twice for each of thousands of answers, so in the plainest way."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COUNTED}")
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def quick(settings):
    """Thousands of refusals in a log, and a note of each visit, help nobody here."""
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(klarendal, presikhaaf, anna, bram, mo, els, eva, petra, otto):
    locked = factories.member("Fatima", "El Amrani", lives_in=klarendal)
    factories.second_factor(locked)
    bare = factories.editor("Noor", "Open")
    bare.authenticator_set.all().delete()
    people = {
        "visitor": None,
        "anna": anna,
        "bram": bram,
        "fatima, resident with a second factor": locked,
        "mo": mo,
        "els": els,
        "eva": eva,
        "noor, editor without a second factor": bare,
        "petra": petra,
        "otto": otto,
    }
    return SimpleNamespace(
        roles=Roles(people),
        here=place(klarendal, anna, mo),
        there=place(presikhaaf, bram, els),
        locked=list(people)[3],
        bare=list(people)[7],
    )


class Findings(list):
    """What went wrong, told all at once."""

    def expect(self, right, *words):
        if not right:
            self.append(" ".join(str(word) for word in words))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_rest):
        assert kind or not self, "\n" + "\n".join(self)


def asks_login(response):
    return response.status_code == 302 and response.url.startswith(LOGIN)


# The tests -----------------------------------------------------------------------------------------------------------


def test_every_address_declares_what_it_asks():
    with Findings() as wrong:
        for address in addresses():
            wrong.expect(address.access or address.name in SHUT, address.route, "declares nothing")
            known = not address.has_object or is_library(address) or address.name in SHUT | set(OBJECTS)
            wrong.expect(known, address.route, f"has no row in OBJECTS for {address.name}")
            wrong.expect(address.name or is_library(address), address.route, "has no name")


def test_public_pages_are_the_same_for_everybody(world):
    changing = re.compile(rb'name="sent_at" value="[^"]*"')
    with Findings() as wrong, clock.frozen(timedelta()):
        for address in ours(Access.PUBLIC):
            path = address.at(world.here)
            plain, _made = world.roles.ask("visitor", "get", path)
            for name, methods in {"visitor": ("get", "post"), "anna": ("get", "post"), "mo": ("get",)}.items():
                for method in methods:
                    response, made = world.roles.ask(name, method, path)
                    status = response.status_code
                    wrong.expect(status < 500 and not asks_login(response), name, method, path, status)
                    wrong.expect(not response.cookies, name, method, path, "sets a cookie")
                    wrong.expect("Cookie" not in response.get("Vary", ""), name, method, path, "varies by cookie")
                    wrong.expect(method == "get" or not made, name, method, path, "did something")
                    if method == "get" and not response.streaming:
                        same = changing.sub(b"", response.content) == changing.sub(b"", plain.content)
                        wrong.expect(same, path, f"is another page for {name}")


def test_forms_for_visitors_are_open_and_never_kept(world):
    with Findings() as wrong:
        for address in ours(Access.VISITOR) + ours(Access.DEMO):
            for name in ("visitor", "anna", "mo"):
                for method in ("get", "post"):
                    path = address.at(world.here)
                    response, _made = world.roles.ask(name, method, path)
                    fine = response.status_code < 500 or address.name == "readyz"
                    wrong.expect(fine and not asks_login(response), name, method, path, response.status_code)
                    wrong.expect("no-store" in response["Cache-Control"], name, method, path, "may be kept")


def test_what_is_somebodys_own_does_not_exist_for_anybody_else(world):
    strangers = {"anna": "bram", "bram": "anna"}
    with Findings() as wrong:
        for address in ours(Access.MEMBER):
            for here, owner in ((world.here, "anna"), (world.there, "bram")):
                path = address.at(here)
                for method in ("get", "post"):
                    response, made = world.roles.ask("visitor", method, path)
                    wrong.expect(asks_login(response) and not made, "visitor", method, path, response.status_code)
                    response, _made = world.roles.ask(owner, method, path)
                    status = response.status_code
                    fine = status < 400 or status in {405, 410} or (method == "post" and status < 500)
                    wrong.expect(fine and not asks_login(response), owner, method, path, status)
                    wrong.expect("no-store" in response["Cache-Control"], owner, method, path, "may be kept")
                    for name in [strangers[owner], "mo", "els", "eva", "otto"] if address.has_object else []:
                        response, made = world.roles.ask(name, method, path)
                        hidden = response.status_code == 404 or response.status_code == status == 405
                        wrong.expect(hidden and not made, name, method, path, response.status_code)


def test_the_desk_does_not_open_for_anybody_else(world):
    with Findings() as wrong:
        for address in ours(Access.DESK):
            for method in ("get", "post"):
                path = address.at(world.here)
                response, made = world.roles.ask("visitor", method, path)
                wrong.expect(asks_login(response) and not made, "visitor", method, path, response.status_code)
                response, made = world.roles.ask("anna", method, path)
                sent_off = response.status_code == 302 and response.url == SECOND_FACTOR
                wrong.expect(sent_off and not made, "anna", method, path, response.status_code)
                for name in (world.locked, "eva"):
                    response, made = world.roles.ask(name, method, path)
                    closed = response.status_code == 404 or (not address.has_object and response.status_code == 405)
                    wrong.expect(closed and not made, name, method, path, response.status_code)


def test_a_manager_finds_nothing_of_another_neighbourhood(world):
    with Findings() as wrong:
        for address in ours(Access.DESK):
            for here, other in ((world.here, "els"), (world.there, "mo")):
                for method in METHODS if address.has_object else ():
                    path = address.at(here)
                    response, made = world.roles.ask(other, method, path)
                    wrong.expect(response.status_code == 404 and not made, other, method, path, response.status_code)


def test_a_manager_and_an_operator_find_the_desk(world):
    with Findings() as wrong:
        for address in ours(Access.DESK):
            for here, own in ((world.here, "mo"), (world.there, "els"), (world.there, "otto")):
                for method in ("get", "post"):
                    path = address.at(here)
                    response, _made = world.roles.ask(own, method, path)
                    let_in = response.status_code in {200, 302, 405, 409, 422} and not asks_login(response)
                    # Nobody promises secrecy without an appointment of their own.
                    never = own == "otto" and address.name == "managers:confidentiality"
                    wrong.expect(let_in or never, own, method, path, response.status_code)
                    wrong.expect("no-store" in response["Cache-Control"], own, method, path, "may be kept")


def test_no_desk_reaches_an_object_of_another_neighbourhood_through_its_own_address(world):
    with Findings() as wrong:
        for address in ours(Access.DESK):
            values = OBJECTS[address.name](world.there) if address.has_object else {}
            if set(values) - {"wijk"}:
                path = reverse(address.name, kwargs={**values, "wijk": world.here.slug})
                for name in ("mo", "otto"):
                    for method in METHODS:
                        response, made = world.roles.ask(name, method, path)
                        # A method the address knows for no object at all tells nothing about this one.
                        hidden = response.status_code in {404, 405}
                        wrong.expect(hidden and not made, name, method, path, response.status_code)


def test_no_page_of_a_desk_tells_anything_of_another_neighbourhood_or_anything_hidden(world):
    elsewhere = ["Presikhaaf", "presikhaaf", "bram@", "Bram", "els@", "de Vries"]
    hidden = [*PRIVATE.values(), "vis@example.org", "tussen ons tweeën", "Verborgen"]
    own = 0
    with Findings() as wrong:
        for address in ours(Access.DESK):
            for search in ("", "?q=Bram", "?q=Presikhaaf", "?q=Vraag+uit&stand=live"):
                path = address.at(world.here) + search
                response, _made = world.roles.ask("mo", "get", path)
                # A search repeats the words that were typed.
                page = response.content.decode("utf-8", "replace")
                page = page.replace('value="Bram"', "").replace('value="Presikhaaf"', "")
                page = re.sub(r'href="\?[^"]*"', "", page)
                own += world.here.post.title in page
                for word in elsewhere + hidden:
                    wrong.expect(word not in page, path, "shows", word)
        wrong.expect(own > 1, "the desk does not even show its own posts")


def test_our_staff_pages_are_for_staff(world):
    with Findings() as wrong:
        for address in ours(Access.STAFF):
            expect_staff_only(wrong, world, address.at(world.here))


def test_cms_lets_in_staff_with_a_second_factor_and_nobody_else(world):
    paths = list(library("cms/"))
    assert len(paths) > 100
    with Findings() as wrong:
        for path in paths:
            expect_staff_only(wrong, world, path)


def test_the_privacy_desk_is_for_privacy_officers_and_operators(world):
    with Findings() as wrong:
        for address in ours(Access.OFFICE):
            path = address.at(world.here)
            for method in ("get", "post"):
                response, made = world.roles.ask("visitor", method, path)
                wrong.expect(asks_login(response) and not made, "visitor", method, path, response.status_code)
                for name in ("anna", "mo", "eva", world.locked):
                    response, made = world.roles.ask(name, method, path)
                    wrong.expect(response.status_code == 404 and not made, name, method, path, response.status_code)
                for name in ("petra", "otto"):
                    response, _made = world.roles.ask(name, method, path)
                    let_in = response.status_code in {200, 302, 405, 409, 422} and not asks_login(response)
                    wrong.expect(let_in, name, method, path, response.status_code)
                    wrong.expect("no-store" in response["Cache-Control"], name, method, path, "may be kept")


def expect_staff_only(wrong, world, path):
    for method in ("get", "post"):
        response, made = world.roles.ask("visitor", method, path)
        wrong.expect(asks_login(response) and not made, "visitor", method, path, response.status_code)
        for name in ("mo", world.locked) if method == "get" else ("mo",):
            response, made = world.roles.ask(name, method, path)
            wrong.expect(response.status_code == 404 and not made, name, method, path, response.status_code)
        response, made = world.roles.ask(world.bare, method, path)
        sent_off = response.status_code == 302 and response.url == SECOND_FACTOR
        wrong.expect(sent_off and not made, world.bare, method, path, response.status_code)
    response, _made = world.roles.ask("eva", "get", path)
    let_in = response.status_code < 500 and (not asks_login(response) or path == "/cms/login/")
    wrong.expect(let_in, "eva", path, response.status_code)


def test_an_editor_in_cms_is_let_in(world):
    assert world.roles.ask("eva", "get", "/cms/")[0].status_code == 200
    assert world.roles.ask("eva", "get", "/cms/users/")[0].status_code in {302, 403, 404}


def test_account_pages_about_oneself_ask_to_log_in(world):
    paths = list(library("account/"))
    assert len(paths) > 20
    with Findings() as wrong:
        for path in paths:
            for name in ("visitor", "anna", "mo"):
                for method in ("get", "post"):
                    response, _made = world.roles.ask(name, method, path)
                    status = response.status_code
                    wrong.expect(status < 500, name, method, path, status)
                    wrong.expect("no-store" in response["Cache-Control"], name, method, path, "may be kept")
                    if name == "visitor" and not OPEN_ACCOUNT.match(path[1:]):
                        closed = asks_login(response) or status in {404, 405}
                        wrong.expect(closed, name, method, path, status)


def test_a_manager_has_no_power_over_accounts(mo):
    mo = User.objects.get(pk=mo.pk)
    assert not mo.is_superuser
    assert not mo.is_staff
    assert mo.get_all_permissions() == set()
