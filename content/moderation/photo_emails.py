"""Mails about a photo that somebody is on."""

from django.utils.translation import gettext_lazy as _

from content.photos.models import Photo
from wijk import clock
from wijk.mail.outbox import MailKind, mail_kind, queue

PHOTO_HIDDEN = mail_kind("photo-hidden", _("Een foto bij je bericht is even verborgen"))
PHOTO_SHOWN = mail_kind("photo-shown", _("Je foto staat weer op de site"))


def tell_photo_hidden(photo: Photo) -> None:
    """To who placed it: somebody says to be on it, so nobody sees it until a manager has looked."""
    _about_photo(PHOTO_HIDDEN, photo, "photo_hidden")


def tell_photo_shown(photo: Photo) -> None:
    """A manager looked, and the photo may stay."""
    _about_photo(PHOTO_SHOWN, photo, "photo_shown")


def _about_photo(kind: MailKind, photo: Photo, template: str) -> None:
    author = photo.post.author
    queue(
        kind,
        to=author.email,
        account=author,
        about=photo.post,
        template=f"content/emails/{template}.txt",
        context={"post": photo.post, "photo": photo, "first_name": author.first_name},
        version=f"{photo.pk}-{clock.now().isoformat()}",
    )
