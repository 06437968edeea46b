"""Who in the demo town keeps something together with somebody else."""

from datetime import timedelta

from content.demo_timeline import Town
from content.invitations import actions
from content.invitations.models import Invitation
from content.posts.models import Post

LONG_AGO, LATELY = 9, timedelta(hours=30)
KITCHEN = "Buurtkeuken De Lepel"


def plan_together(town: Town) -> int:
    """Anna helps Fatima with the kitchen's page, Bram keeps a post with Anna, and one invitation waits."""
    town.at(town.ago(LONG_AGO), lambda: kitchen(town))
    town.at(town.ago(LONG_AGO), lambda: ladder(town))
    town.at(town.now - LATELY, lambda: ask_a_stranger(town))
    return 3


def kitchen(town: Town) -> None:
    """An invitation to a page, and a yes."""
    actions.invite(thing=town.organisations[KITCHEN], address=town.people["anna"].email, by=town.people["fatima"])
    actions.accept(invitation=Invitation.objects.latest("pk"), by=town.people["anna"])


def ladder(town: Town) -> None:
    """The same for a post of Anna's that is on the site."""
    anna, bram = town.people["anna"], town.people["bram"]
    post = Post.objects.visible().filter(author=anna).exclude(kind=Post.Kind.ACTIVITY).order_by("-expires_at").first()
    if post and actions.invite(thing=post, address=bram.email, by=anna):
        actions.accept(invitation=Invitation.objects.latest("pk"), by=bram)


def ask_a_stranger(town: Town) -> None:
    """One that was not answered yet."""
    actions.invite(thing=town.organisations[KITCHEN], address="kok@lepel.example", by=town.people["fatima"])
