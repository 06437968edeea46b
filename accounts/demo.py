"""The people of the demo town, and who can log in as what."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.utils.text import slugify

from accounts.audit.models import record
from accounts.users.models import User
from wijk import clock
from wijk.encryption import keyed_hash

Say = Callable[[str], None]
PEOPLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("demo_people.json").read_text(encoding="utf-8"))
DOMAIN = "demo.wijk"
WORDS = Path(__file__).with_name("demo_words.txt").read_text(encoding="ascii").split()


@dataclass(frozen=True)
class SignIn:
    """One account of the demo that is made known: who it is, and the secret of its second factor if it has one."""

    email: str
    role: str
    totp_secret: str

    @property
    def code(self) -> str:
        """What an authenticator app would show now."""
        counter = next(iter(yield_hotp_counters_from_time()))
        return format_hotp_value(hotp_value(self.totp_secret, counter)) if self.totp_secret else ""


def build(say: Say) -> None:
    """Makes the people who are missing; mends the sign-ins of the accounts that are made known."""
    have = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    known_ones = [person for person in PEOPLE if "signs_in_as" in person]
    # Of the others, who closed the account stays gone.
    wanted = known_ones if have else PEOPLE
    missing = [person for person in wanted if address(person) not in have]
    if missing:
        encoded = make_password(password())
        for person in missing:
            _make(person, encoded)
        say(f"{len(missing)} residents")
    _put_back(known_ones)


def address(person: dict[str, Any]) -> str:
    """Where this person gets mail, in the demo's own domain."""
    return f"{slugify(person['first'])}@{DOMAIN}"


def _make(person: dict[str, Any], encoded: str) -> None:
    with clock.frozen(-timedelta(days=person["joined"])):
        user = User.objects.create(
            email=address(person),
            first_name=person["first"],
            last_name=person["last"],
            language=person.get("language", settings.LANGUAGE_CODE),
            password=encoded,
            is_superuser=person.get("operator", False),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if "group" in person:
            user.groups.add(Group.objects.get_or_create(name=person["group"])[0])
        if person.get("second_factor"):
            TOTP.activate(user, totp_secret(user.email))
        record("account.demo", by=None, about=user)


def _put_back(people: list[dict[str, Any]]) -> None:
    """Whatever visitors of the demo changed, what the table says is true again."""
    users = list(User.objects.filter(email__in=[address(person) for person in people]))
    right = {encoded for encoded in {user.password for user in users} if check_password(password(), encoded)}
    for user in users:
        if user.password not in right:
            user.password = make_password(password())
            user.save(update_fields=["password"])
    with_factor = {address(person) for person in people if person.get("second_factor")}
    bare = User.objects.filter(email__in=with_factor).exclude(authenticator__type=Authenticator.Type.TOTP)
    for user in bare:
        TOTP.activate(user, totp_secret(user.email))


def sign_ins() -> list[SignIn]:
    """Who can log in as what."""
    return [
        SignIn(
            address(person),
            person["signs_in_as"],
            totp_secret(address(person)) if person.get("second_factor") else "",
        )
        for person in PEOPLE
        if "signs_in_as" in person
    ]


def password() -> str:
    """The password all demo accounts share, made once for each site."""
    path = settings.VAR_DIR / "demo-password"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write("-".join(secrets.choice(WORDS) for _word in range(4)))
    except FileExistsError:
        pass
    return str(path.read_text(encoding="ascii")).strip()


def totp_secret(email: str) -> str:
    """The secret of somebody's second factor: the same for as long as the site keeps its own key."""
    return base64.b32encode(bytes.fromhex(keyed_hash("demo-totp", email))[:20]).decode("ascii")
