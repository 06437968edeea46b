"""Organisations, and the contact card they share with posts."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from content.organisations.numbers import readable_phone
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Kind, Personal, Visibility, declare


class ContactCard(models.Model):
    """Contact details of one post or organisation: each hidden until its own switch is on (W-24, W-64, X-3)."""

    CONTACT_FIELDS = ("name", "email", "phone", "address")

    contact_name = EncryptedTextField(_("naam"), blank=True)
    contact_email = EncryptedTextField(_("e-mailadres"), blank=True)
    contact_phone = EncryptedTextField(_("telefoonnummer"), blank=True)
    contact_address = EncryptedTextField(_("adres"), blank=True)
    show_name = models.BooleanField(default=False)
    show_email = models.BooleanField(default=False)
    show_phone = models.BooleanField(default=False)
    show_address = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def shown_contact(self) -> dict[str, str]:
        """The only way to a page: the details whose owner switched them on, by their short names."""
        return {
            name: getattr(self, f"contact_{name}")
            for name in self.CONTACT_FIELDS
            if getattr(self, f"show_{name}") and getattr(self, f"contact_{name}")
        }

    def shown_details(self) -> list[dict[str, str]]:
        """What is shown, ready for a page: `name`, `label`, `value` and, where one can click, `url`."""
        links = {"email": "mailto:", "phone": "tel:"}
        return [
            {
                "name": name,
                "label": self._label(name),
                "value": readable_phone(value) if name == "phone" else value,
                "url": links[name] + value if name in links else "",
            }
            for name, value in self.shown_contact().items()
        ]

    def contact_facts(self) -> list[dict[str, Any]]:
        """Every detail its owner filled in, with whether everybody sees it; for the owner's eyes only (W-88)."""
        shown = self.shown_contact()
        return [
            {
                "name": name,
                "label": self._label(name).capitalize(),
                "value": readable_phone(value) if name == "phone" else value,
                "visible": name in shown,
            }
            for name in self.CONTACT_FIELDS
            if (value := getattr(self, f"contact_{name}"))
        ]

    def contact_blanks(self) -> list[str]:
        """The details its owner left empty."""
        return [self._label(name) for name in self.CONTACT_FIELDS if not getattr(self, f"contact_{name}")]

    def _label(self, name: str) -> str:
        return str(self._meta.get_field(f"contact_{name}").verbose_name)  # type: ignore[union-attr]

    def get_contact_phone_display(self) -> str:
        """In groups; what did not come through our forms stays as it is."""
        return readable_phone(self.contact_phone) if self.contact_phone.startswith("+") else self.contact_phone

    def hide_contact(self) -> None:
        """Switches everything off, without saving."""
        for name in self.CONTACT_FIELDS:
            setattr(self, f"show_{name}", False)


def contact_card_fields() -> dict[str, Personal]:
    """The declarations every model with a contact card shares."""
    # At the desk a manager reads these two, shown or not.
    desk = (Visibility.MANAGER,)
    return {
        "contact_name": Personal(
            _("Naam bij contact"), Kind.IDENTIFIER, Visibility.CHOICE, archive=True, recipients=desk
        ),
        "contact_email": Personal(
            _("E-mailadres bij contact"), Kind.CONTACT, Visibility.CHOICE, archive=True, recipients=desk
        ),
        "contact_phone": Personal(_("Telefoonnummer bij contact"), Kind.CONTACT, Visibility.CHOICE, archive=True),
        "contact_address": Personal(_("Adres bij contact"), Kind.CONTACT, Visibility.CHOICE, archive=True),
        "show_name": Personal(_("Naam laten zien"), Kind.CONTENT),
        "show_email": Personal(_("E-mailadres laten zien"), Kind.CONTENT),
        "show_phone": Personal(_("Telefoonnummer laten zien"), Kind.CONTENT),
        "show_address": Personal(_("Adres laten zien"), Kind.CONTENT),
    }


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible(self) -> Self:
        """What everybody may see: switched on, and not left with editors who are all away (W-78)."""
        editors = OrganisationEditor.objects.filter(organisation=OuterRef("pk"))
        return self.filter(~Exists(editors) | Exists(editors.filter(takes_part("user"))), is_live=True)

    def in_neighbourhood(self, neighbourhood: Neighbourhood) -> Self:
        return self.filter(neighbourhoods=neighbourhood)

    def for_cards(self) -> Self:
        """With what a card in the guide shows."""
        hidden = [f"contact_{name}" for name in (*ContactCard.CONTACT_FIELDS, "function")]
        return self.defer("text", "hours", *hidden).prefetch_related("themes")


class Organisation(ContactCard):
    """The page of an organisation in one or more neighbourhoods, kept by several editors."""

    name = models.CharField(_("naam"), max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    summary = models.CharField(_("in één zin"), max_length=160, blank=True)
    text = models.TextField(_("over ons"), max_length=4000, blank=True)
    website = models.URLField(_("website"), blank=True)
    # Seven days, Monday first, each a list of spans of times; empty when nothing is said.
    hours = models.JSONField(default=list, blank=True)
    hours_note = models.CharField(max_length=160, blank=True)
    # What the contact person does there (C-5); shown beside the name, with the name's switch.
    contact_function = models.CharField(_("functie"), max_length=60, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="organisations")
    neighbourhoods = models.ManyToManyField(Neighbourhood, related_name="organisations")
    is_live = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:detail", args=[self.slug])

    @property
    def edit_url(self) -> str:
        return reverse("organisations:edit", args=[self.slug])

    def shown_details(self) -> list[dict[str, str]]:
        """What is shown, with what the contact person does beside the name."""
        details = super().shown_details()
        for detail in details:
            if detail["name"] == "name" and self.contact_function:
                detail["value"] = f"{detail['value']}, {self.contact_function}"
        return details


class Location(models.Model):
    """A place where an organisation can be found."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="locations")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80, blank=True)
    street = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=10, blank=True)
    town = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["order", "pk"]


class OrganisationEditor(models.Model):
    """A member who may edit an organisation's page and place posts in its name."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="editors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="organisation_editorships"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="organisation_editor_once")]


declare(
    Organisation,
    purpose="organisations",
    retention="organisation",
    erase=Erase.KEEP,
    keep_reason=_("de pagina is van een organisatie; wat er van jou op stond, is eraf"),
    technical="id is_live created_at",
    public="name slug summary text website hours hours_note themes neighbourhoods changed_at",
    holds="about an organisation, on a page for everybody",
    fields={
        **contact_card_fields(),
        "contact_function": Personal(_("Functie bij contact"), Kind.IDENTIFIER, Visibility.PUBLIC, archive=True),
    },
)
declare(
    Location,
    purpose="organisations",
    retention="thing",
    technical="id organisation order",
    public="name street postal_code town",
    holds="where an organisation is, on a page for everybody",
)
declare(
    OrganisationEditor,
    subject="user",
    purpose="organisations",
    technical="id user",
    fields={
        "organisation": Personal(_("Organisatie"), Kind.CONTENT, Visibility.OWNER, archive=True),
        "since": Personal(_("Sinds"), Kind.TECHNICAL),
    },
)


@own(Organisation)
def organisations_of(user: Any) -> models.QuerySet[Organisation]:
    return Organisation.objects.filter(editors__user=user)


@managed(Organisation)
def managed_organisations(user: Any) -> models.QuerySet[Organisation]:
    return Organisation.objects.filter(neighbourhoods__in=scope(user).managed(Neighbourhood)).distinct()
