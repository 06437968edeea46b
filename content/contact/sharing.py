"""What a side chose to give the other: the only reveal there is, and one that ends when its owner says so (W-31)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.contact.models import Conversation, Message
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Ground, Kind, Personal, Subject, Visibility, declare

DETAILS = ("name", "email", "phone", "address")


class SharedDetails(models.Model):
    """The details one side gives the other in one conversation; emptied when they are taken back."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="shared")
    side = models.CharField(max_length=8, choices=Message.Side.choices)
    name = EncryptedTextField(_("naam"), blank=True)
    email = EncryptedTextField(_("e-mailadres"), blank=True)
    phone = EncryptedTextField(_("telefoonnummer"), blank=True)
    address = EncryptedTextField(_("adres"), blank=True)
    shared_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "side"], name="shared_once_a_side")]

    @property
    def values(self) -> dict[str, str]:
        """What is given, by short name; nothing once it was taken back or erased."""
        return {} if self.revoked_at else {name: value for name in DETAILS if (value := getattr(self, name))}

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The same with a label, for a page or a mail."""
        return [(str(self._meta.get_field(name).verbose_name), value) for name, value in self.values.items()]  # type: ignore[union-attr]


declare(
    SharedDetails,
    # Each side's own; they go with their conversation, or earlier when they are taken back.
    subjects=(
        Subject("conversation__member", only={"side": Message.Side.VISITOR}),
        Subject("conversation__post__author", only={"side": Message.Side.POSTER}),
    ),
    purpose="contact",
    ground=Ground.LEGITIMATE,
    retention="thing",
    erase=Erase.REPLACE,
    technical="id conversation side",
    fields={
        "name": Personal(_("Gedeelde naam"), Kind.IDENTIFIER, Visibility.SIDES),
        "email": Personal(_("Gedeeld e-mailadres"), Kind.CONTACT, Visibility.SIDES),
        "phone": Personal(_("Gedeeld telefoonnummer"), Kind.CONTACT, Visibility.SIDES),
        "address": Personal(_("Gedeeld adres"), Kind.CONTACT, Visibility.SIDES),
        "shared_at": Personal(_("Gedeeld op"), Kind.TECHNICAL),
        "revoked_at": Personal(_("Niet meer gedeeld sinds"), Kind.TECHNICAL),
    },
)
