"""What holds data and is no table, declared as tables are: files, caches, logs, copies, cookies (W-6, W-56, P-34).

A setting, file, cookie or table without a model that nobody declared here fails the tests by name.
"""

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.personal_data import STORES, Ground, Recipient, Store, Visibility, declare_store

COOKIE, BROWSER = "cookie ", "browser "
HOST_AND_MAIL = (Recipient.HOST, Recipient.MAIL)
NOTHING_PERSONAL = _("Er staat niets over mensen in.")

# The tables and what belongs to them ---------------------------------------------------------------------------------

declare_store(
    "database",
    Store(
        _("Database"),
        _("Alle gegevens uit de lijst hierboven. Contactgegevens en gesprekken zijn versleuteld."),
        _("Bij opzeggen wissen we elk veld, en kijken we na of er niets over is."),
        ("database default", "table django_migrations", "table sqlite_sequence"),
        purpose="account",
        visibility=Visibility.STAFF,
    ),
)
declare_store(
    "search_index",
    Store(
        _("Zoekindex"),
        _("De woorden van berichten en pagina's, om ze te vinden."),
        _("Gaat mee met het bericht of de pagina. Daarna wordt de index opnieuw gemaakt."),
        ("table content_search_index*", "table wagtailsearch_indexentry_fts_*"),
        purpose="posts",
        retention="post",
    ),
)
declare_store(
    "keyring",
    Store(
        _("Sleutels van verzegelde kopieën"),
        _("Per kopie een sleutel die zelf op slot zit. Geen namen of adressen."),
        _("Wie zijn kopie laat wissen, wist de sleutel. De kopie is dan niet meer te lezen."),
        ("database keyring",),
        purpose="copy",
        retention="copy",
    ),
)
declare_store(
    "cache",
    Store(
        _("Tellers tegen misbruik"),
        _("Hoe vaak er vanaf een netwerk of voor een account werd ingelogd. Het adres zelf is niet te lezen."),
        _("Verdwijnt vanzelf, elk uur."),
        ("cache default", "table wijk_cache"),
        purpose="security",
        ground=Ground.LEGITIMATE,
        retention="cache",
    ),
)

# Files ---------------------------------------------------------------------------------------------------------------

declare_store(
    "media",
    Store(
        _("Foto's en bestanden"),
        _(
            "Foto's van de redactie en bij berichten. Waar en waarmee ze gemaakt zijn, is eruit. "
            "Die bij berichten zijn versleuteld."
        ),
        _("Gaat mee met het bericht of de pagina, of als iemand vraagt een foto weg te halen."),
        ("path MEDIA_ROOT", "storage default"),
        purpose="pages",
        ground=Ground.LEGITIMATE,
        retention="thing",
        visibility=Visibility.PUBLIC,
    ),
)
declare_store(
    "sealed_copies",
    Store(
        _("Verzegelde kopieën"),
        _("Wat je bij opzeggen liet bewaren, versleuteld. Niemand hier kan het openen."),
        _("Eén klik in de mail wist haar meteen. Anders na de termijn die je koos."),
        ("path SEALED_STORE",),
        purpose="copy",
        retention="copy",
    ),
)
declare_store(
    "erasure_ledger",
    Store(
        _("Lijst van gewiste accounts"),
        _("Per gewist account een nummer en een onleesbaar kenmerk, zodat een oude back-up niemand terugbrengt."),
        _("Blijft, want zonder deze lijst kan wat gewist is terugkomen. Er staat geen naam of adres in."),
        ("path ERASURE_LEDGER",),
        purpose="closing",
        ground=Ground.LAW,
        retention="site",
    ),
)
declare_store(
    "audit_heads",
    Store(
        _("Handtekeningen van het logboek"),
        _("Per dag een som over het logboek. Niets over mensen."),
        NOTHING_PERSONAL,
        ("path AUDIT_HEADS",),
        purpose="audit",
        ground=Ground.LEGITIMATE,
        retention="site",
        visibility=Visibility.STAFF,
        personal=False,
    ),
)
declare_store(
    "breach_evidence",
    Store(
        _("Wat we bij een lek opzij zetten"),
        _("Nummers en codes uit het logboek van die dagen."),
        _("Gaat weg als het lek uit het register gaat."),
        ("file VAR_DIR/breaches",),
        purpose="compliance",
        ground=Ground.LAW,
        retention="five_years",
        visibility=Visibility.STAFF,
    ),
)
declare_store(
    "backups",
    Store(
        _("Back-ups"),
        _("Een versleutelde kopie van de database, voor als er iets stukgaat."),
        _("Verlopen vanzelf. Wordt er een teruggezet, dan wissen we eerst opnieuw wie intussen opzegde."),
        ("path VAR_DIR",),
        retention="backup",
    ),
)
declare_store(
    "keyring_backups",
    Store(
        _("Back-ups van sleutels"),
        _("Een versleutelde kopie van de sleutels van verzegelde kopieën."),
        _("Verlopen vanzelf. Een gewiste sleutel is daarna nergens meer."),
        ("path VAR_DIR",),
        purpose="copy",
        retention="backup_keys",
    ),
)
declare_store(
    "program",
    Store(
        _("Het programma zelf"),
        _("De software, haar geheime sleutel, en de vormgeving."),
        NOTHING_PERSONAL,
        (
            "path BASE_DIR",
            "path STATIC_ROOT",
            "storage staticfiles",
            "file VAR_DIR/secret",
            "file VAR_DIR/demo-password",
            "file VAR_DIR/stylesheet",
        ),
        retention="site",
        personal=False,
    ),
)
declare_store(
    "left_by_libraries",
    Store(
        _("Lege tabellen van vroeger"),
        _("Niets. Een bibliotheek maakte ze, en de site gebruikt ze niet."),
        NOTHING_PERSONAL,
        ("table wagtailforms_formsubmission",),
        retention="site",
        personal=False,
    ),
)

# What goes out and what is written down ------------------------------------------------------------------------------

declare_store(
    "mail",
    Store(
        _("Mailserver"),
        _("Mail die onderweg is: aan wie, en wat erin staat."),
        _("Na bezorging wissen we de tekst. Wat bij jou aankomt, is van jou."),
        ("mailer default",),
        purpose="mail",
        retention="year",
        handed_to=HOST_AND_MAIL,
    ),
)
declare_store(
    "logs",
    Store(
        _("Foutmeldingen van de server"),
        _("Wat er misging en wanneer. E-mailadressen, nummers en namen gaan eruit voor het wordt opgeschreven."),
        _("Verdwijnt vanzelf."),
        ("log console",),
        retention="log",
        visibility=Visibility.STAFF,
    ),
)

# In the browser ------------------------------------------------------------------------------------------------------

declare_store(
    "session_cookie",
    Store(
        _("Inlogcookie"),
        _("om te weten dat je bent ingelogd"),
        _("Gaat weg als je uitlogt."),
        (COOKIE + "SESSION_COOKIE_NAME",),
        purpose="security",
        ground=Ground.LEGITIMATE,
        retention="session",
        visibility=Visibility.OWNER,
    ),
)
declare_store(
    "csrf_cookie",
    Store(
        _("Formuliercookie"),
        _("zodat niemand anders in jouw naam een formulier verstuurt"),
        _("Verloopt vanzelf, of als je je cookies wist."),
        (COOKIE + "CSRF_COOKIE_NAME",),
        purpose="security",
        ground=Ground.LEGITIMATE,
        retention="cookie",
        visibility=Visibility.OWNER,
    ),
)
declare_store(
    "language_cookie",
    Store(
        _("Taalcookie"),
        _("om je taal te onthouden, als je er een kiest"),
        _("Gaat weg als je je browser sluit."),
        (COOKIE + "LANGUAGE_COOKIE_NAME",),
        retention="browser",
        visibility=Visibility.OWNER,
    ),
)
declare_store(
    "editor_cookie",
    Store(
        _("Menucookie van de redactie"),
        _("alleen voor de redactie: of het menu is ingeklapt"),
        _("Verloopt vanzelf, of als je je cookies wist."),
        (COOKIE + "wagtail_sidebar_collapsed",),
        retention="cookie",
        visibility=Visibility.OWNER,
    ),
)


def cookie_names(store: Store) -> list[str]:
    """The cookies of a store, by the names browsers know."""
    named = [place.removeprefix(COOKIE) for place in store.places if place.startswith(COOKIE)]
    return [str(getattr(settings, name)) if name.isupper() else name for name in named]


def cookies() -> list[dict[str, Any]]:
    """Every cookie this site can set, from the declarations (W-56, P-34)."""
    return [
        {"name": name, "why": store.what, "term": store.term.label}
        for store in STORES.values()
        for name in cookie_names(store)
    ]


def in_browser() -> list[Store]:
    """What our scripts keep in a browser, besides cookies."""
    return [store for store in STORES.values() if any(place.startswith(BROWSER) for place in store.places)]


def forget_expired_cache() -> int:
    """Deletes what the shared cache needs no more: Django itself waits until it is full. Redis lets go by itself."""
    cache = caches["default"]
    if not isinstance(cache, DatabaseCache):
        return 0
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    expires = connection.ops.quote_name("expires")
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(clock.now())
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [now])  # noqa: S608  our own names
        return int(cursor.rowcount)
