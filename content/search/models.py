"""The words by which a post is found."""

from django.db import models

from content.posts.models import Post
from wijk.personal_data import Kind, Personal, Visibility, declare


class SearchEntry(models.Model):
    """The stemmed words of one post; indexed by SQLite's FTS5 or PostgreSQL's GIN (see the migrations)."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    words = models.TextField()


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
