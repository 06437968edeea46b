"""An author reads on the own page why a post is not on the site (L-4)."""

import pytest

from content.moderation.actions import decide
from content.moderation.models import Decision, Reason
from content.posts.models import Post
from tests import factories


@pytest.mark.parametrize("act", [Decision.Act.REFUSE, Decision.Act.ASK_CHANGE])
def test_the_author_reads_the_reason_and_not_who_decided(act, anna, mo, klarendal, as_):
    post = factories.post(anna, klarendal, status=Post.Status.WAITING, published_at=None)
    decide(post=post, act=act, by=mo, reason=Reason.UNCLEAR, note="Zet er <b>bij</b> welke dag.")
    page = as_(anna).get(f"/mijn/berichten/{post.pk}/").content.decode()
    assert "Het is nog niet duidelijk" in page and "Zet er &lt;b&gt;bij&lt;/b&gt; welke dag." in page
    assert "Yilmaz" not in page


def test_a_post_on_the_site_shows_no_old_reason(anna, mo, klarendal, as_):
    post = factories.post(anna, klarendal)
    assert "Waarom" not in as_(anna).get(f"/mijn/berichten/{post.pk}/").content.decode()
