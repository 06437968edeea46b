"""The user model."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.personal_data import Kind, Personal, Visibility, declare

# What the groups of Wagtail and the privacy desk are called.
ROLES = {
    "Editors": _("redactie"),
    "Moderators": _("redactie"),
    "Privacy officers": _("privacybureau"),
}


def takes_part(path: str = "") -> Q:
    """The one rule for accounts that are open and not frozen (K-46); `path` leads to the account from another table."""
    start = f"{path}__" if path else ""
    return Q(**{f"{start}is_active": True, f"{start}restricted_at": None})


class UserQuerySet(models.QuerySet["User"]):
    def present(self) -> Self:
        """Accounts that take part. What others may see or get starts here."""
        return self.filter(takes_part())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Makes an account; the address is kept in lower case, as allauth does."""
        user: User = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Makes an operator."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # Wagtail's images are untyped
    """An account holder. Registration asks name, e-mail address and password; nothing else (W-15, X-11)."""

    email = models.EmailField(_("e-mailadres"), unique=True)
    first_name = models.CharField(_("voornaam"), max_length=60)
    last_name = models.CharField(_("achternaam"), max_length=80)
    language = models.CharField(_("taal"), max_length=8, choices=settings.LANGUAGES, default="nl")
    is_active = models.BooleanField(default=True)
    # Asked something without making an account: reached by links in mail, and never logged in (K-13).
    is_guest = models.BooleanField(default=False)
    restricted_at = models.DateTimeField(null=True, blank=True)
    # Raised by closing and reactivating: whatever was planned under an older number does nothing any more.
    epoch = models.PositiveIntegerField(default=0)
    # Raised to end every session of this account, as when its role changes.
    session_number = models.PositiveIntegerField(default=0)
    date_joined = models.DateTimeField(default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        permissions = [("handle_privacy", "Works at the privacy desk"), ("read_audit", "Reads the audit trail")]

    def __str__(self) -> str:
        return self.get_full_name() or f"#{self.pk}"

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    def get_groups_display(self) -> str:
        """What this person does on the site, in words (C-8)."""
        return ", ".join(str(ROLES.get(group.name, group.name)) for group in self.groups.all())

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ties every session to the password, the role and the epoch: what changes them ends also one nobody listed."""
        key_salt = "accounts.users.models.User.session"
        tied = f"{self.password}:{self.epoch}:{self.session_number}:{self.is_superuser}"
        return salted_hmac(key_salt, tied, secret=secret, algorithm="sha256").hexdigest()

    @property
    def takes_part(self) -> bool:
        """The rule of takes_part(), asked of one account."""
        return self.is_active and self.restricted_at is None

    @property
    def is_staff(self) -> bool:
        """Whether this person works on the site itself (editor, privacy officer or operator)."""
        return self.is_superuser or self.has_perm("wagtailadmin.access_admin")


class MemberRequest(HttpRequest):
    """A request that passed @member: somebody is logged in."""

    user: User  # type: ignore[assignment]


declare(
    User,
    subject="self",
    purpose="account",
    technical="id epoch session_number user_permissions is_active is_guest",
    fields={
        "email": Personal(_("E-mailadres"), Kind.CONTACT, Visibility.MANAGER, archive=True),
        "first_name": Personal(_("Voornaam"), Kind.IDENTIFIER, Visibility.MANAGER, archive=True),
        "last_name": Personal(_("Achternaam"), Kind.IDENTIFIER, Visibility.MANAGER, archive=True),
        "language": Personal(_("Taal"), Kind.CONTENT, archive=True),
        "password": Personal(kind=Kind.SECRET, visibility=Visibility.NOBODY, not_exported="secret"),
        "last_login": Personal(_("Laatst ingelogd"), Kind.TECHNICAL),
        "restricted_at": Personal(_("Bevroren sinds"), Kind.TECHNICAL),
        "date_joined": Personal(_("Lid sinds"), Kind.TECHNICAL, archive=True),
        "groups": Personal(_("Je rol op de site"), Kind.TECHNICAL, Visibility.STAFF),
        "is_superuser": Personal(_("Je beheert de site"), Kind.TECHNICAL, Visibility.STAFF),
    },
)
