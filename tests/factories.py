"""Short ways to make what a test needs. What has an action of its own is better made by that action."""

from datetime import timedelta
from functools import cache
from io import BytesIO

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.utils.text import slugify
from PIL import Image

from accounts.compliance.models import Processor
from accounts.holds.actions import place as place_hold
from accounts.office.roles import PRIVACY_OFFICERS
from accounts.users.models import User
from content.mailchimp.models import Connection
from content.organisations.models import Organisation, OrganisationEditor
from content.photos import child, vault
from content.photos.models import Photo
from content.posts.models import LIFE, REOPENABLE, Post
from content.posts.placements import Placement
from content.themes.models import Theme
from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Municipality, Neighbourhood
from neighbourhoods.residents.models import Residence
from neighbourhoods.subscriptions.lists import text_version
from neighbourhoods.subscriptions.models import Subscription, address_hash
from wijk import clock

PASSWORD = "een-lang-wachtwoord"


def municipality(name="Arnhem", code="GM0202"):
    return Municipality.objects.get_or_create(code=code, defaults={"name": name, "slug": slugify(name)})[0]


def neighbourhood(name, code, *, on=True, square=(5.92, 51.99), **fields):
    """A small square neighbourhood at a place in WGS84 degrees."""
    x, y = square
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
    return Neighbourhood.objects.create(
        municipality=municipality(),
        code=code,
        name=name,
        slug=slugify(name),
        outline={"type": "Polygon", "coordinates": [ring]},
        longitude=x + 0.005,
        latitude=y + 0.005,
        map_year=2014,
        is_on=on,
        **fields,
    )


def member(first_name, last_name, *, lives_in=None, email=""):
    user = User.objects.create_user(
        email or f"{first_name.lower()}@example.org", PASSWORD, first_name=first_name, last_name=last_name
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if lives_in:
        Residence.objects.create(user=user, neighbourhood=lives_in)
    return user


def log_in(browser, user, *, ago=timedelta(0)):
    """Logs somebody in, as if the password was typed this long ago."""
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": (clock.now() - ago).timestamp(), "email": user.email}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session["since"] = session["seen"] = clock.now().timestamp()
    session.save()


def second_factor(user):
    TOTP.activate(user, generate_totp_secret())
    return Authenticator.objects.get(user=user, type="totp")


def manager(first_name, last_name, *, of):
    user = member(first_name, last_name, lives_in=of)
    second_factor(user)
    Appointment.objects.create(
        user=user,
        neighbourhood=of,
        public_name=first_name,
        starts_on=clock.today() - timedelta(days=30),
        ends_on=clock.today() + timedelta(days=330),
        confidentiality_signed_at=clock.now(),
        confidentiality_version="1",
        training_on=clock.today() - timedelta(days=20),
        screened_on=clock.today() - timedelta(days=20),
        screened_until=clock.today() + timedelta(days=1000),
    )
    return user


def editor(first_name, last_name):
    user = member(first_name, last_name)
    user.groups.add(Group.objects.get(name="Editors"))
    second_factor(user)
    return user


def privacy_officer(first_name, last_name):
    user = member(first_name, last_name)
    user.groups.add(Group.objects.get(name=PRIVACY_OFFICERS))
    second_factor(user)
    return user


def operator(first_name, last_name):
    user = member(first_name, last_name)
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    second_factor(user)
    return user


def theme(slug="klussen"):
    return Theme.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize()})[0]


def post(author, neighbourhood, *, title="Wie helpt mij een lamp ophangen?", kind=Post.Kind.REQUEST, **fields):
    """A live post, unless the fields say otherwise."""
    now = clock.now()
    values = {
        "text": "Mijn plafond is hoog en ik durf niet meer op de trap.",
        "summary": "Mijn plafond is hoog en ik durf niet meer op de trap.",
        "theme": None,
        "status": Post.Status.LIVE,
        "submitted_at": now,
        "published_at": now,
        "expires_at": now + LIFE,
        **fields,
    }
    if values["status"] in Post.ENDED:
        values.setdefault("reopen_until", now + REOPENABLE)
    values["theme"] = values["theme"] or theme()
    return Post.objects.create(author=author, neighbourhood=neighbourhood, title=title, kind=kind, **values)


def placement(post, neighbourhood, *, state="approved", **fields):
    """A post in another neighbourhood too."""
    decided_at = None if state == "asked" else clock.now()
    return Placement.objects.create(
        post=post, neighbourhood=neighbourhood, state=state, decided_at=decided_at, **fields
    )


def activity(author, neighbourhood, *, title="Samen eten", starts_in=timedelta(days=2), **fields):
    return post(
        author, neighbourhood, title=title, kind=Post.Kind.ACTIVITY, starts_at=clock.now() + starts_in, **fields
    )


def organisation(name, neighbourhood, *, editor=None, live=True, **fields):
    made = Organisation.objects.create(name=name, slug=slugify(name), is_live=live, **fields)
    made.neighbourhoods.add(neighbourhood)
    if editor:
        OrganisationEditor.objects.create(organisation=made, user=editor)
    return made


def subscription(email, neighbourhood, *, confirmed=True, **fields):
    return Subscription.objects.create(
        email=email,
        email_hash=address_hash(email),
        neighbourhood=neighbourhood,
        text_version=text_version(fields.get("list", "news")),
        confirmed_at=clock.now() if confirmed else None,
        **fields,
    )


def processor(name="Veilige Servers", **fields):
    values = {"role": "processor", "task": "Bij hen staat de site.", "purposes": ["account"], "categories": ["name"]}
    values |= {"fields": "naam", "country": "NL", "data_country": "NL"}
    days = {"agreement_on": clock.today(), "security_checked_on": clock.today()}
    return Processor.objects.create(name=name, **{**values, **days, **fields})


def mailchimp(neighbourhood, **fields):
    """An agreement with Mailchimp whose key was never tried, so that nothing goes there."""
    values = {"server": "us7", "api_key": f"{'0' * 32}-us7", "audience": f"{neighbourhood.pk:010x}"}
    values |= {"agreement_on": clock.today(), "transfer": "adequacy", "basis": "Map 2026/12", "broken_at": clock.now()}
    return Connection.objects.create(neighbourhood=neighbourhood, **{**values, **fields})


def hold(thing, *, by=None, days=90, **fields):
    """A post of somebody, set aside for a case."""
    values = {"reason": "claim", "basis": "Zaak 2026/81, dagvaarding van 3 november", **fields}
    review_on = clock.today() + timedelta(days=days)
    key = f"{thing._meta.label_lower}:{thing.pk}"
    return place_hold(account=thing.author, key=key, review_on=review_on, by=by, **values)


@cache
def renditions(colour="#2f6a43", size=(64, 48)):
    """A small photo in every size and format, as the process that makes them does."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return tuple(child.renditions(out.getvalue()))


def photo(post, *, colour="#2f6a43", **fields):
    """A photo of a post, as its author put it there."""
    values = {"alt": "Een rode bakfiets", "people": "nobody", "mark": colour, **fields}
    made = Photo(post=post, **values)
    vault.store(made, renditions(colour), key=vault.key_of(post.organisation))
    made.save()
    return made
