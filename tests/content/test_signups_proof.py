"""The long proof: many sign up and off at the same moment, and no place is given twice or left to nobody."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from tests.own_site import START, own_site

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
PROCESSES, EACH, PLACES = 4, 12, 25
BUILD = f"""
from datetime import timedelta
from tests import factories
area = factories.neighbourhood("Klarendal", code="WK020204")
anna = factories.member("Anna", "Jansen", lives_in=area)
post = factories.activity(anna, area, starts_in=timedelta(days=5), signup_on=True, signup_places={PLACES})
"""
# Each signs up its own people, and a third of them off again.
JOIN = """
import sys
from content.posts.models import Post
from content.signups import actions
post = Post.objects.get()
for number in range({each}):
    who = f"{me}x{{number}}"
    typed = {{"name": who, "email": who + "@example.net", "people": 1 + number % 3, "remark": ""}}
    made = actions.sign_up(post=post, typed=typed, form_key=who, language="nl", by=None)
    one = actions.confirm(sign_up=made)
    if number % 3 == 0:
        actions.sign_off(sign_up=one, by=None)
"""
LOOK = """
import json
from content.posts.models import Post
from content.signups.models import SignUp
from wijk.mail.models import OutgoingMail
post = Post.objects.get()
listed = list(SignUp.objects.active().filter(post=post).in_order().values_list("state", "people"))
mails = OutgoingMail.objects.filter(kind__in=["signup-moved-up", "signup-going"])
print(json.dumps({
    "rows": SignUp.objects.count(), "going": sum(people for state, people in listed if state == "going"),
    "waiting": [people for state, people in listed if state == "waiting"], "seated": mails.count(),
    "told": mails.values("about").distinct().count(),
}))
"""


@pytest.fixture
def site(tmp_path, django_db_setup):
    with own_site(tmp_path) as site:
        yield site


def test_places_are_counted_exactly_however_many_come_at_once(site):
    site.code(BUILD)
    command = [[sys.executable, "-c", START + JOIN.format(me=me, each=EACH)] for me in range(PROCESSES)]
    options = {"cwd": settings.BASE_DIR, "env": site.environment}
    running = [subprocess.Popen(one, **options) for one in command]
    assert [process.wait(timeout=300) for process in running] == [0] * PROCESSES
    found = json.loads(site.code(LOOK))
    assert found["rows"] == PROCESSES * EACH
    assert found["going"] <= PLACES
    left = PLACES - found["going"]
    assert all(people > left for people in found["waiting"]), "somebody waits for a place that is free"
    assert found["waiting"] and found["seated"] == found["told"]
