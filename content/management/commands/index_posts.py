"""`manage.py index_posts`: makes the words anew by which posts, organisations and news are found, and matches posts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from content.matching.actions import note_change
from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from content.search.index import index_news, index_organisation, index_post

EVERY = 1000


class Command(BaseCommand):
    help = (
        "Makes the search words of every post, organisation and news item anew, and has posts matched anew: after "
        "loaddata or a change of words."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count the posts, and change nothing")

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        posts = Post.objects.select_related("theme", "organisation").order_by("pk")
        if dry_run:
            self.stdout.write(f"{posts.count()} posts would be indexed.")
            return
        done = 0
        for done, post in enumerate(posts.iterator(chunk_size=500), start=1):
            index_post(post)
            note_change(post, None)
            if not done % EVERY and verbosity:
                self.stderr.write(f"{done} posts")
        self.stdout.write(f"{done} posts are indexed.")
        for organisation in Organisation.objects.iterator(chunk_size=500):
            index_organisation(organisation)
        for item in NewsPage.objects.iterator(chunk_size=500):
            index_news(item)
