"""The long proof of closing: its worker is killed at every point there is and at random, and all are gone in time.

tests/accounts/kill_site.py does the killing, in a process and a database of its own.
"""

import json
from collections import defaultdict
from email import message_from_bytes

import pytest

from tests.own_site import own_site
from tests.wijk.mail_server import RoughServer

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
# Where a closing may be cut off besides before, in and after each of its steps.
BESIDES = {
    "closure:begin:in",
    *(f"closure:{phase}:{moment}" for phase in ("sealing", "ledger", "verify") for moment in ("before", "in", "after")),
    *(f"closure:{phase}:{moment}" for phase in ("idle", "letters", "flush") for moment in ("before", "after")),
    *(f"closure:mailchimp:{moment}" for moment in ("before", "after")),
    *("copy:file:after", "copy:keys:after", "ledger:line:after"),
    *("closure:external:in", "closure:done:in", "closure:done:after"),
}
# Nothing of these is left when erasing begins: a log-in ends with the closing, what an editor typed goes after a day,
# a reply goes with the remark it answers, an upload within a day, and a referral with the organisation that was left
# with nobody. What is listed at another service is kept until it is erased there.
EMPTY_BY_THEN = {"usersessions.UserSession", "wagtailadmin.EditingSession", "wagtailadmin.FormState"}
EMPTY_BY_THEN |= {"wagtailcore.CommentReply", "content.ImportDraft", "content.Referral", "content.Listing"}


@pytest.fixture(scope="module")
def server():
    with RoughServer() as server:
        yield server


@pytest.fixture(scope="module")
def told(tmp_path_factory, django_db_setup, server):
    """What the site says after all the killing; made once, and looked at by each test."""
    options = {"MAIL_URL": f"smtp://127.0.0.1:{server.port}", "DJANGO_SETTINGS_MODULE": "wijk.settings"}
    with own_site(tmp_path_factory.mktemp("killed"), **options) as site:
        return json.loads(site.run("-m", "tests.accounts.kill_site").stdout)


def test_a_worker_was_killed_before_in_and_after_each_step_and_between_them(told):
    # A step with nothing to do is ticked off with the others of its kind; these people have something for most.
    taken = {step for step in told["steps"] if f"closure:{step}:before" in told["points"]}
    around = {f"closure:{step}:{moment}" for step in taken for moment in ("before", "in", "after")}
    assert set(told["points"]) == around | BESIDES
    named = {sort_of(step) for step in told["steps"] if not step.endswith(", link")}
    assert named - EMPTY_BY_THEN <= {sort_of(step) for step in taken}
    assert len(taken) > 20 and told["missed"] == []
    assert told["killed"] == {"at a point": len(told["points"]), "at random": 80}


def sort_of(step):
    """The table of a step: some have one for each side a row may belong to."""
    return ".".join(step.split(".")[:2])


def test_everybody_is_gone_within_48_hours_of_receipt(told):
    assert told["closures"] > 50 and told["not done"] == [] and told["too late"] == []


def test_nothing_is_left_of_anybody(told):
    assert told["canaries"] > 1500 and told["canaries left"] == []
    assert told["residue"] == {} and told["unfinished steps"] == 0


def test_the_one_record_set_aside_for_a_case_is_there_of_each(told):
    assert told["held"] == told["closures"]


def test_whoever_stays_is_not_touched(told):
    assert told["bystander rows"] > 10 and told["bystander touched"] == []


def test_each_got_one_receipt_over_a_mail_server_that_drops_and_delays(told, server):
    assert told["receipts"] == [1] and told["unsent"] == 0
    receipts = defaultdict(set)
    for arrived in server.arrived:
        mail = message_from_bytes(arrived.data)
        if mail["Subject"] == "Je account is gewist":
            receipts[arrived.recipients[0]].add(mail["Message-ID"])
    assert len(receipts) == told["closures"] and all(len(numbers) == 1 for numbers in receipts.values())


def test_the_other_service_was_down_and_was_asked_until_it_had_erased_each(told):
    assert told["elsewhere"] == 0 and told["asked elsewhere"] == told["closures"] and told["services that failed"] > 5


def test_each_copy_is_whole_and_no_half_one_is_left(told):
    assert told["copies"] == told["closures"] and told["files of copies"] and told["keys of copies"]
