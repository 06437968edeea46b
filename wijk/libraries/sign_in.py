"""The tables by which people log in, of Django and allauth, and those by which Django knows its own tables."""

from django.utils.translation import gettext_lazy as _

from wijk.personal_data import Ground, Kind, Personal, Source, Visibility, declare

HASH = Personal(kind=Kind.SECRET, visibility=Visibility.NOBODY, not_exported="secret")

declare(
    "account.EmailAddress",
    subject="user",
    purpose="account",
    technical="id user",
    fields={
        "email": Personal(_("E-mailadres"), Kind.CONTACT, Visibility.MANAGER),
        "verified": Personal(_("Bevestigd"), Kind.TECHNICAL),
        "primary": Personal(_("In gebruik"), Kind.TECHNICAL),
    },
)
declare(
    "account.EmailConfirmation",
    subject="email_address__user",
    purpose="account",
    technical="id email_address created sent",
    fields={"key": HASH},
)
declare(
    "mfa.Authenticator",
    subject="user",
    purpose="security",
    ground=Ground.LEGITIMATE,
    technical="id user",
    fields={
        "type": Personal(_("Tweede stap"), Kind.TECHNICAL),
        "data": HASH,
        "created_at": Personal(_("Ingesteld op"), Kind.TECHNICAL),
        "last_used_at": Personal(_("Laatst gebruikt"), Kind.TECHNICAL),
    },
)
declare(
    "usersessions.UserSession",
    subject="user",
    purpose="security",
    ground=Ground.LEGITIMATE,
    retention="session",
    technical="id user data",
    holds="nothing is written into it",
    source=Source.SITE,
    fields={
        "ip": Personal(_("Netwerkadres"), Kind.IDENTIFIER),
        "user_agent": Personal(_("Apparaat"), Kind.CONTENT),
        "created_at": Personal(_("Ingelogd op"), Kind.TECHNICAL),
        "last_seen_at": Personal(_("Laatst gezien"), Kind.TECHNICAL),
        "session_key": HASH,
    },
)
declare(
    "sessions.Session",
    purpose="security",
    ground=Ground.LEGITIMATE,
    retention="session",
    clock="expire_date",
    technical="expire_date",
    erased_by="sessions",
    fields={
        "session_key": HASH,
        # Who is logged in, and until the next page what was typed to log in or sign up.
        "session_data": Personal(kind=Kind.CONTENT, visibility=Visibility.NOBODY, not_exported="only while logged in"),
    },
)

# Rights and names of tables: nothing about anybody -------------------------------------------------------------------

CODES = "codes and names that come with the software"
declare("auth.Group", purpose="operation", retention="site", technical="id name permissions", holds="names of roles")
declare(
    "auth.Permission", purpose="operation", retention="site", technical="id name content_type codename", holds=CODES
)
declare("contenttypes.ContentType", purpose="operation", retention="site", technical="id app_label model", holds=CODES)
