"""Photos of posts, and the keys they are stored under."""

import base64
import secrets
from typing import Any, NamedTuple, Self

from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.users.models import takes_part
from content.organisations.models import Organisation
from content.photos.box import Locked, unlock
from content.posts.models import Post
from wijk import clock
from wijk.access import managed, own, scope
from wijk.encryption import EncryptedTextField
from wijk.personal_data import Erase, Kind, Personal, Visibility, declare

MOST_PHOTOS = 6
FOLDER = "photos"


def fresh_word() -> str:
    """A name that nobody can guess and that tells nothing."""
    return secrets.token_hex(16)


class ControllerKey(models.Model):
    """A key for the photos of one controller: an organisation for its own posts, whoever runs the site for the rest.

    The newest of a controller is in use; an older one stays until its last photo moved. Who deletes one makes all that
    it locked unreadable, in every copy there is (C-37).
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="photo_keys"
    )
    # 32 bytes in base64, themselves locked with the site's secret key.
    secret = EncryptedTextField()
    made_at = models.DateTimeField(default=clock.now)


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible(self) -> Self:
        """What everybody may see now: whole, not hidden, with a post that everybody may see."""
        return self.standing().filter(post__in=Post.objects.visible())

    def standing(self) -> Self:
        """What belongs to its post's page, in order: not what is unfinished or hidden."""
        return self.exclude(people="").filter(hidden_at=None).order_by("position", "pk")

    def whole(self) -> Self:
        """With its words and an answer about people; also what is hidden meanwhile."""
        return self.exclude(people="").order_by("position", "pk")


class Part(NamedTuple):
    """One rendition inside a photo's file: what it is, and where its locked bytes stand."""

    name: str
    width: int
    height: int
    start: int
    length: int


class Photo(models.Model):
    """One photo of a post: all its renditions in one locked file. Without an answer about people it is unfinished."""

    class People(models.TextChoices):
        NOBODY = "nobody", _("Nee, er is niemand te herkennen")
        AGREED = "agreed", _("Ja, en zij vinden goed dat de foto op de site staat")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="photos")
    key = models.ForeignKey(ControllerKey, on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=200, blank=True)
    people = models.CharField(max_length=8, choices=People.choices, blank=True)
    # In addresses, and what binds the locked bytes to this row.
    token = models.CharField(max_length=32, unique=True, default=fresh_word)
    file = models.FileField(upload_to=FOLDER, max_length=120)
    parts = models.JSONField(default=list)
    # The same photo sent twice is one photo.
    mark = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=clock.now)
    # After somebody said to be on it, until a manager decided (C-24).
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "mark"], name="photo_once")]

    def __str__(self) -> str:
        return self.alt

    @property
    def is_whole(self) -> bool:
        return bool(self.people)

    def part(self, name: str) -> Part | None:
        return next((part for part in self.all_parts() if part.name == name), None)

    def all_parts(self) -> list[Part]:
        return [Part(*one) for one in self.parts]

    def of_kind(self, kind: str) -> list[Part]:
        """The renditions in one format, the smallest first."""
        return [part for part in self.all_parts() if part.name.endswith(f".{kind}")]

    @property
    def edit_url(self) -> str:
        return reverse("photos:mine", args=[self.post_id])

    def bound(self, name: str) -> str:
        """What the bytes of one rendition belong to."""
        return f"{self.token}/{name}"

    def opened(self, part: Part) -> bytes:
        """The bytes of one rendition; raises Locked."""
        try:
            with self.file.storage.open(str(self.file.name)) as file:
                file.seek(part.start)
                locked = file.read(part.length)
        except OSError:
            raise Locked from None
        return unlock(self.key.secret, locked, self.bound(part.name))

    def get_file_display(self) -> str:
        """In words the file is a photo."""
        return str(_("foto"))

    def export_file(self) -> dict[str, Any]:
        """The largest rendition that every program opens, for who takes their data along (K-33)."""
        largest = self.of_kind("webp")[-1:]
        try:
            found = {"type": "image/webp", "base64": base64.b64encode(self.opened(largest[0])).decode("ascii")}
        except (IndexError, Locked):
            return {}
        return {**found, "width": largest[0].width, "height": largest[0].height}


@receiver(post_delete, sender=Photo)
def forget_file(instance: Photo, **_kwargs: Any) -> None:
    """The file goes once it is sure that the row did; what a crash leaves behind is swept."""
    file = instance.file
    transaction.on_commit(lambda: file.storage.delete(file.name) if file.name else None)


declare(
    ControllerKey,
    purpose="posts",
    retention="thing",
    technical="id organisation made_at",
    fields={
        "secret": Personal(
            kind=Kind.SECRET,
            visibility=Visibility.NOBODY,
            not_exported="a key",
            erase=Erase.KEEP,
            keep_reason=_("de sleutel zegt niets over iemand, en zonder foto opent hij niets"),
        ),
    },
)
declare(
    Photo,
    subject="post__author",
    purpose="posts",
    retention="post",
    technical="id key position token parts mark hidden_at",
    holds="random names, sizes, places in a file, a keyed hash",
    fields={
        "post": Personal(_("Bericht"), Kind.CONTENT, Visibility.PUBLIC),
        "alt": Personal(_("Wat er op de foto staat"), Kind.FREE_TEXT, Visibility.PUBLIC),
        "people": Personal(_("Mensen op de foto"), Kind.CONTENT, Visibility.MANAGER),
        "file": Personal(_("Foto"), Kind.CONTENT, Visibility.PUBLIC),
        "made_at": Personal(_("Toegevoegd op"), Kind.TECHNICAL),
    },
)


@own(Photo)
def photos_of(user: Any) -> models.QuerySet[Photo]:
    return Photo.objects.filter(post__author=user)


@managed(Photo)
def managed_photos(user: Any) -> models.QuerySet[Photo]:
    """Whole photos of the posts somebody may judge, but of who left or is frozen (K-46)."""
    return Photo.objects.whole().filter(takes_part("post__author"), post__in=scope(user).managed(Post))
