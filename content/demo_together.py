"""Who in the demo town keeps something together with somebody else."""

from datetime import timedelta
from typing import Any

from content.demo_timeline import Town
from content.invitations import actions
from content.invitations.models import Invitation, Kept
from content.moderation.placements import answer
from content.posts.models import Post
from content.posts.placements import Placement, choose

LONG_AGO, LATELY = 9, timedelta(hours=30)
KITCHEN = "Buurtkeuken De Lepel"


def plan_together(town: Town) -> int:
    """Anna helps Fatima with the kitchen's page, Bram keeps a post with Anna, and one invitation waits.

    Two activities of organisations are asked for the next neighbourhood: one stands there, one waits at its desk.
    """
    town.at(town.ago(LONG_AGO), lambda: kitchen(town))
    town.at(town.ago(LONG_AGO), lambda: ladder(town))
    town.at(town.now - LATELY, lambda: ask_a_stranger(town))
    town.at(town.now - LATELY, lambda: next_door(town))
    return 3


def kitchen(town: Town) -> None:
    """An invitation to a page, and a yes."""
    ask(town, town.organisations[KITCHEN], by=town.people["fatima"], whom=town.people["anna"])


def ladder(town: Town) -> None:
    """The same for a post of Anna's that is on the site."""
    anna, bram = town.people["anna"], town.people["bram"]
    post = Post.objects.visible().filter(author=anna).exclude(kind=Post.Kind.ACTIVITY).order_by("-expires_at").first()
    if post:
        ask(town, post, by=anna, whom=bram)


def next_door(town: Town) -> None:
    """What organisations do in Klarendal is for the neighbours of Presikhaaf West as well."""
    there = town.places["presikhaaf-west"]
    activities = Post.objects.visible().filter(neighbourhood=town.places["klarendal"], organisation__isnull=False)
    first, *more = activities.filter(kind=Post.Kind.ACTIVITY).order_by("starts_at", "pk")[:2]
    for post in (first, *more):
        choose(post=post, by=post.author, wanted=[there])
    manager = town.manager_of(there, but=first.author)
    answer(placement=Placement.objects.get(post=first), state=Placement.State.APPROVED, by=manager)


def ask(town: Town, thing: Kept, *, by: Any, whom: Any) -> None:
    """Somebody is invited, reads the mail, and says yes some hours later."""
    actions.invite(thing=thing, address=whom.email, by=by)
    invitation = Invitation.objects.latest("pk")
    town.at(town.hours_later(2, 20), lambda: actions.accept(invitation=invitation, by=whom))


def ask_a_stranger(town: Town) -> None:
    """One that was not answered yet."""
    actions.invite(thing=town.organisations[KITCHEN], address="kok@lepel.example", by=town.people["fatima"])
