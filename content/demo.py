"""What the people of the demo town placed, wrote and read, lived through in order by the real actions and clocks."""

from collections.abc import Callable
from datetime import timedelta

from accounts.audit.models import AuditEvent, record
from accounts.closure.actions import close
from content.demo_desk import plan_answers
from content.demo_guests import plan_guests
from content.demo_letters import plan_news, plan_newsletters
from content.demo_posts import plan_organisations, plan_posts, renew_agenda
from content.demo_requests import plan_requests
from content.demo_talks import plan_conversations, plan_reports
from content.demo_timeline import Town
from content.demo_together import plan_together
from wijk import clock

Say = Callable[[str], None]
BUILT = "demo.built"
CLOSED_AGO = timedelta(hours=9)


def build(say: Say) -> None:
    """Lives the last months of the town; once, for afterwards it is its visitors' to change."""
    town = Town.of_the_demo()
    if AuditEvent.objects.filter(action=BUILT).exists():
        if renew_agenda(town):
            say("a fresh agenda")
        return
    say(f"{plan_organisations(town)} organisations, {plan_posts(town)} posts")
    say(f"{plan_conversations(town)} conversations, {plan_reports(town)} reports")
    say(f"{plan_together(town)} invitations")
    say(f"{plan_answers(town)} answers to managers")
    say(f"{plan_guests(town)} requests without an account")
    say(f"{plan_news(town)} news items, {plan_newsletters(town)} newsletters")
    say(f"{plan_requests(town)} requests about data")
    leaver = town.people["lotte"]
    town.at(clock.now() - CLOSED_AGO, lambda: close(user=leaver, by=leaver))
    town.live(say)
    record(BUILT, by=None)
