"""Who is frozen is in no list, feed, search or mail; who objects to one thing is left out of that thing alone.

The selectors are found, not only listed: every method without arguments of every queryset of ours is tried (K-46), and
every interest in the register of interests must have its selector here (K-43).
"""

import inspect
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.office.roles import officers
from accounts.requests.rights import INTERESTS, grounds
from accounts.requests.stopping import end_objection, judge, lift, object_to, restrict
from accounts.users.models import User
from content.contact.aliases import address_of
from content.contact.models import Conversation
from content.matching.models import Match, MatchMail, matchable
from content.moderation import actions as moderation
from content.moderation.models import Report, desk_posts, desk_reports
from content.moderation.suggestions import may_suggest
from content.newsletters import actions as newsletters
from content.newsletters.blocks import coming_activities, posts_to_pick
from content.newsletters.digests import new_posts
from content.newsletters.sending import start
from content.posts.models import Post
from content.signups.models import SignUp
from neighbourhoods.managers.models import Appointment
from neighbourhoods.managers.people import people_of
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.mail.compose import Composed
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds, queue_composed
from wijk.mail.worker import refusal
from wijk.personal_data import REGISTER, Ground

OURS = {"accounts", "neighbourhoods", "content"}


@pytest.fixture
def town(klarendal, anna, bram, mo):
    """Anna and Bram with one of everything in Klarendal, each with a name of their own in it."""
    helping = factories.post(mo, klarendal, title="Mo helpt", kind=Post.Kind.OFFER)
    for person in (anna, bram):
        name = person.first_name
        soon = clock.now() + timedelta(hours=20)
        asking = factories.post(person, klarendal, title=f"{name} zoekt hulp")
        address_of(Conversation.objects.create(post=asking, visitor_email="vera@example.net", state="open"), "poster")
        factories.post(person, klarendal, title=f"{name} loopt af", expires_at=soon)
        cooking = factories.activity(person, klarendal, title=f"{name} kookt")
        Match.objects.create(request=asking, offer=helping, score=0.9)
        MatchMail.objects.create(user=person)
        SignUp.objects.create(post=cooking, member=person, state="going", activity_ends_at=cooking.starts_at)
        factories.post(person, klarendal, title=f"{name} wacht", status=Post.Status.WAITING, published_at=None)
        factories.organisation(f"Club van {name}", klarendal, editor=person)
        factories.subscription(person.email, klarendal, user=person, digest="weekly")
        Report.objects.create(post=Post.objects.get(title=f"{name} zoekt hulp"), why="spam")
        factories.photo(Post.objects.get(title=f"{name} zoekt hulp"))
        appointment = Appointment.objects.get(user=mo)
        appointment.pk, appointment.user, appointment.public_name = None, person, f"{name} beheert"
        appointment.save()
        factories.second_factor(person)
    issue = newsletters.create(neighbourhood=klarendal, by=mo)
    start(newsletter=issue, by=mo)
    return SimpleNamespace(klarendal=klarendal, anna=anna, bram=bram, mo=mo, issue=issue)


def page(path):
    def read(town, name):
        path_here = path.format(wijk=town.klarendal.slug, issue=town.issue.pk)
        return name in Client().get(path_here).content.decode()

    return read


def rows(source):
    def read(town, name):
        return any(name in str(vars(row) if hasattr(row, "__dict__") else row) for row in source(town))

    return read


def mailed(town, name):
    """Whether an everyday mail to this person would go out."""
    person = User.objects.get(first_name=name)
    words = Composed("Dag", "Dag", "<p>Dag</p>")
    version = f"{name}{clock.now()}{OutgoingMail.objects.count()}"
    kind = declared_kinds()["moderation-refuse"]
    return refusal(queue_composed(kind, to=person.email, composed=words, account=person, version=version)) == ""


SELECTORS = {
    "front page": page("/"),
    "neighbourhood": page("/wijk/{wijk}/"),
    "board": page("/wijk/{wijk}/vraag-en-aanbod/"),
    "agenda": page("/wijk/{wijk}/agenda/"),
    "agenda on paper": page("/wijk/{wijk}/agenda/print/"),
    "agenda.ics": page("/wijk/{wijk}/agenda.ics"),
    "feed.atom": page("/wijk/{wijk}/feed.atom"),
    "feed.json": page("/wijk/{wijk}/feed.json"),
    "guide": page("/wijk/{wijk}/organisaties/"),
    "search": page("/zoeken/?q=zoekt+hulp"),
    "search by theme": page("/zoeken/?thema=klussen"),
    "sitemap": lambda town, name: page("/sitemap-berichten.xml")(town, name.lower()),
    "managers": rows(lambda town: Appointment.objects.public()),
    "desk people": rows(lambda town: people_of(town.klarendal)),
    "desk posts": rows(lambda town: desk_posts(town.mo, town.klarendal)),
    "desk reports": rows(lambda town: [one.post for one in desk_reports(town.mo, town.klarendal)]),
    "newsletter readers": rows(lambda town: [one.user for one in Subscription.objects.confirmed()]),
    "newsletter posts": rows(lambda town: posts_to_pick(town.klarendal)),
    "digest readers": rows(lambda town: [one.user for one in Subscription.objects.with_digest()]),
    "digest posts": rows(lambda town: new_posts(town.klarendal, clock.now())),
    "newsletter on the site": page("/wijk/{wijk}/nieuwsbrieven/{issue}/"),
    "newsletter agenda": rows(lambda town: coming_activities(town.klarendal, 14)),
    "reminders": rows(lambda town: Post.objects.to_remind(before=timedelta(days=1), sent=0)),
    "waiting for the clock": rows(lambda town: Post.objects.waiting()),
    "questions": lambda town, name: moderation.ask_author(
        post=Post.objects.get(title=f"{name} zoekt hulp"), question=f"{clock.now()} {name}?", by=town.mo
    ),
    "suggestions": lambda town, name: may_suggest(Post.objects.get(title=f"{name} zoekt hulp"), town.mo),
    "matches": rows(lambda town: matchable()),
    "mail": mailed,
}
# What each interest stops; anything not named here must go on.
STOPS = {
    "search": {"search", "search by theme"},
    "feeds": {"agenda.ics", "feed.atom", "feed.json", "sitemap"},
    "letters": {"newsletter posts", "newsletter agenda", "digest posts", "newsletter on the site"},
    "reminders": {"reminders"},
    "matching": {"matches"},
    "people": {"desk people"},
    "questions": {"questions", "suggestions"},
    "newsletter": {"newsletter readers", "digest readers"},
}


def seen(town, name):
    with clock.frozen(timedelta(seconds=1)):
        return {selector for selector, shows in SELECTORS.items() if shows(town, name)}


def test_everybody_is_in_every_selector_to_begin_with(town):
    assert seen(town, "Anna") == set(SELECTORS)
    assert seen(town, "Bram") == set(SELECTORS)


def test_who_is_frozen_is_nowhere_and_nobody_else_notices(town):
    restrict(user=town.anna, reason="own_wish", by=town.anna)
    # A question is refused at the desk already: the post of who is frozen is not there; its mail is stopped besides.
    assert seen(town, "Anna") - {"questions"} == set()
    assert seen(town, "Bram") == set(SELECTORS)
    lift(user=town.anna, by=town.anna)
    assert seen(town, "Anna") == set(SELECTORS)


@pytest.mark.parametrize("code", [code for code, found in INTERESTS.items() if not found.goes_on])
def test_an_objection_stops_what_it_names_at_once_and_nothing_else(town, code):
    objection = object_to(user=town.anna, code=code, by=town.anna)
    assert seen(town, "Anna") == set(SELECTORS) - STOPS[code]
    assert seen(town, "Bram") == set(SELECTORS)
    if not INTERESTS[code].marketing:
        judge(objection=objection, upheld=False, by=town.mo)
        assert seen(town, "Anna") == set(SELECTORS), "rejected: it goes on"


def test_an_upheld_objection_stays_until_it_is_taken_back(town):
    judge(objection=object_to(user=town.anna, code="search", by=town.anna), upheld=True, by=town.mo)
    assert "search" not in seen(town, "Anna")
    end_objection(user=town.anna, code="search", by=town.anna)
    assert "search" in seen(town, "Anna")


def test_every_legitimate_interest_of_the_register_can_be_objected_to():
    held = {purpose for purpose, found in grounds().items() if Ground.LEGITIMATE in found}
    assert held - {found.purpose for found in INTERESTS.values()} == set()
    assert set(STOPS) == {code for code, found in INTERESTS.items() if not found.goes_on}


# Every queryset ------------------------------------------------------------------------------------------------------


def doors():
    """Each method of our own querysets that needs no argument, of tables with rows about a person."""
    for model, declared in REGISTER.items():
        kind = type(model._default_manager.all())
        if declared.subjects and kind.__module__.split(".")[0] in OURS:
            for name, method in vars(kind).items():
                if inspect.isfunction(method) and not name.startswith("_") and not needs(method):
                    yield model, name


def needs(method):
    parameters = list(inspect.signature(method).parameters.values())[1:]
    return [one for one in parameters if one.default is one.empty]


FOR_THE_DESK = "the privacy desk and its clock must answer who is frozen, too"
CARRIED_OUT = "frozen or not, a closing is carried out in time"
NARROWS = "orders or narrows what visible() chose; alone it shows nobody anything"
SIDES = "the two sides keep their own words; relay.mailbox_of() says who is reached"
# What is no door to anybody, with the reason.
NO_DOOR = {
    **dict.fromkeys(["RightsRequest.open", "RightsRequest.forgotten"], FOR_THE_DESK),
    **dict.fromkeys(["Objection.in_force", "Restriction.in_force", "Restriction.due"], FOR_THE_DESK),
    "Restriction.holding": FOR_THE_DESK,
    **dict.fromkeys(["LegalHold.not_copied", "LegalHold.unreviewed", "LegalHold.waiting"], FOR_THE_DESK),
    **dict.fromkeys(["AccountClosure.open", "AccountClosure.due", "AccountClosure.late"], CARRIED_OUT),
    **dict.fromkeys(["Post.agenda", "Post.newest", "Post.for_cards", "Post.in_search", "Post.in_feeds"], NARROWS),
    **dict.fromkeys(["Post.in_letters", "Conversation.with_last_message", "Conversation.with_parties"], NARROWS),
    "Post.neighbourly": NARROWS,
    **dict.fromkeys([f"Placement.{name}" for name in ("approved", "asked", "standing", "final")], NARROWS),
    "Alias.with_talk": NARROWS,
    **dict.fromkeys(["Conversation.started", "Message.with_talk"], SIDES),
    "Conversation.running": "to end it or put it on hold; obstacle() says who may write",
    **dict.fromkeys(["SignUp.in_order", "SignUp.with_post"], NARROWS),
    **dict.fromkeys(["SignUp.active", "SignUp.people"], "a frozen member keeps the place; present() says who is seen"),
    **dict.fromkeys(["SignUp.unconfirmed", "SignUp.overdue"], "what nobody confirmed is thrown away"),
    **dict.fromkeys(["Photo.standing", "Photo.whole"], NARROWS),
    "SignUp.confirmable": "visible() is asked beside it, when a confirmation goes through",
    "Analysis.to_match": "matchable() is asked before anything is compared",
    "Post.came_through": "makes an author known; shows nothing",
    "Post.past_end": "what is over ends, also of who is frozen",
    "Post.delete": "deletes",
    **dict.fromkeys(["Conversation.unconfirmed", "Conversation.overdue"], "what nobody confirmed is thrown away"),
    "Conversation.confirmable": "visible() is asked beside it, when a confirmation goes through",
    **dict.fromkeys(["OnBehalf.unconfirmed", "OnBehalf.confirmable"], "keeper_of() asks who takes part at a yes"),
    **dict.fromkeys(["OnBehalf.overdue", "OnBehalf.named_past_end"], "what is over is wiped, also of who is frozen"),
    **dict.fromkeys(["OnBehalf.standing", "OnBehalf.without_keeper"], "to be handed over by who is frozen, too"),
    "OnBehalf.with_post": NARROWS,
    "Referral.answerable": "visible() is asked beside it, when a yes goes through",
    "Subscription.pending": "has no yes that holds, so gets no mail",
}


def test_no_queryset_has_a_door_that_forgets_who_is_frozen(town):
    tried = [(model, name) for model, name in doors() if f"{model.__name__}.{name}" not in NO_DOOR]
    assert {"visible", "waiting", "confirmed", "present", "active", "public"} <= {name for _model, name in tried}
    assert set(NO_DOOR) <= {f"{model.__name__}.{name}" for model, name in doors()}, "an exception for nothing"
    for frozen in (False, True):
        if frozen:
            restrict(user=town.anna, reason="claim", by=town.anna)
        for model, name in tried:
            found = getattr(model._default_manager.all(), name)()
            for person, there in ((town.anna, not frozen), (town.bram, True)):
                theirs = [found.filter(**subject.of(person.pk)) for subject in REGISTER[model].subjects]
                assert any(rows.exists() for rows in theirs) is there, f"{model.__name__}.{name}, {person}"


# Mail ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", declared_kinds().values(), ids=lambda kind: kind.name)
def test_who_is_frozen_gets_no_mail_but_what_must(anna, kind):
    restrict(user=anna, reason="own_wish", by=anna)
    mail = queue_composed(kind, to=anna.email, composed=Composed("Dag", "Dag", "<p>Dag</p>"), account=anna)
    if not (kind.by_law or kind.after_closing):
        assert refusal(mail) == "account frozen"
    else:
        assert refusal(mail) == ""


def test_mail_that_must_is_about_the_law_the_account_or_ones_own_rights():
    """A new kind that goes to who is frozen is added here by somebody who thought about it."""
    must = {kind.name for kind in declared_kinds().values() if kind.by_law or kind.after_closing}
    assert {name for name in must if not name.startswith("trial-")} == {
        *("account", "new-device", "data-downloaded", "address-test"),
        "guest-link",  # the only way of a guest to the own data and rights
        *("closing", "closing-undone", "closing-erased"),
        *("breach-found", "breach-clock", "breach-notice", "text-change", "consent-recorded"),
        *("rights-confirm", "rights-identify", "rights-received", "rights-extended", "rights-decided"),
        *("rights-new", "rights-clock", "restriction"),
    }


def test_officers_who_are_frozen_are_not_called_to_work(petra):
    assert petra in officers()
    restrict(user=petra, reason="own_wish", by=petra)
    assert petra not in officers()
