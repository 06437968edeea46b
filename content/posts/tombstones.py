"""What stays of a post that is gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.personal_data import Erase, declare


class Tombstone(models.Model):
    """The number of a post that was public once and is gone: its address answers 410 (L-9)."""

    post_ref = models.BigIntegerField(unique=True)
    gone_at = models.DateTimeField(default=clock.now)


declare(
    Tombstone,
    purpose="posts",
    retention="site",
    erase=Erase.KEEP,
    keep_reason=_("een oud adres moet zeggen dat het bericht weg is; het is alleen een nummer"),
    technical="id post_ref gone_at",
)
