"""The words by which a post, an organisation or a news item is found."""

from django.db import models
from django.db.models import Q

from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from wijk.personal_data import Kind, Personal, Visibility, declare


class SearchEntry(models.Model):
    """The words of one post and their stems; indexed by SQLite's FTS5 or PostgreSQL's GIN (see the migrations)."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    # title | stems of the title | text | stems of the text
    words = models.TextField()


class GuideEntry(models.Model):
    """The words of one organisation or one news item, in the same order."""

    organisation = models.OneToOneField(Organisation, null=True, on_delete=models.CASCADE, related_name="search_entry")
    news = models.OneToOneField(NewsPage, null=True, on_delete=models.CASCADE, related_name="search_entry")
    words = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, news__isnull=False) | Q(organisation__isnull=False, news=None),
                name="guide_entry_of_one",
            )
        ]


declare(
    SearchEntry,
    subject="post__author",
    purpose="posts",
    retention="post",
    technical="post",
    fields={
        "words": Personal(kind=Kind.FREE_TEXT, visibility=Visibility.NOBODY, not_exported="made from title and text")
    },
)
declare(
    GuideEntry,
    purpose="organisations",
    retention="organisation",
    technical="id organisation news",
    public="words",
    holds="made from what stands on pages for everybody",
)
