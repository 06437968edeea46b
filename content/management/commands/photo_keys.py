"""The keys of photos: whose there are, a new one for a controller, all of them under a new secret key of the site."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.organisations.models import Organisation
from content.photos import keeping
from content.photos.models import ControllerKey


class Command(BaseCommand):
    help = "Keys of photos, one per controller: list them, renew one, or lock them all under the newest secret key."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="Whose keys there are, and how many photos each locks.")
        renew = acts.add_parser("renew", help="A new key; `manage.py work` moves the photos to it.")
        renew.add_argument("--organisation", default="", metavar="SLUG", help="Without it: of who runs the site.")
        acts.add_parser("relock", help="After WIJK_SECRET_KEY was changed, while the old one is still a fallback.")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["act"])(options)

    def list(self, options: dict[str, Any]) -> None:
        for key in ControllerKey.objects.select_related("organisation").order_by("pk"):
            whose = key.organisation.slug if key.organisation else "the site"
            state = "" if key.secret else ", cannot be read: its secret key is gone"
            self.stdout.write(f"{key.pk}\t{whose}\t{key.photos.count()} photos{state}")

    def renew(self, options: dict[str, Any]) -> None:
        slug = options["organisation"]
        organisation = Organisation.objects.filter(slug=slug).first() if slug else None
        if slug and organisation is None:
            raise CommandError(f"There is no organisation {slug}.")
        key = keeping.renew_key(organisation=organisation)
        self.stdout.write(f"Key {key.pk} is in use from now on. The clock moves the photos to it within the hour.")

    def relock(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{keeping.lock_keys_again()} keys are under the newest secret key now.")
