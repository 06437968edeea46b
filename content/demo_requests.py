"""What people of the demo town asked about their data, so that the privacy desk has something to answer."""

from datetime import timedelta

from accounts.requests import actions
from accounts.requests.models import RightsRequest
from accounts.users.models import User
from content.demo_timeline import Town

MAIL = {"delivery": "mail", "deliver_to": ""}


def plan_requests(town: Town) -> int:
    """One that was answered, one that came by letter and is nearly due, and one of this week."""
    officer = User.objects.get(email="petra@demo.wijk")
    joop, anna = town.people["joop"], town.people["anna"]

    def asked_and_answered() -> None:
        text = "Mijn achternaam is Hendriksen, met een s. In mijn oude bericht staat hij verkeerd."
        made = actions.ask(user=joop, by=joop, form_key="demo-1", right="rectification", text=text, **MAIL)
        town.at(town.hours_later(20, 60), lambda: answered(made.pk))

    def answered(number: int) -> None:
        made = RightsRequest.objects.get(pk=number)
        actions.take_up(request=made, by=officer)
        answer = "Je naam klopt nu overal op de site. In mail die al verstuurd was kunnen we niets meer veranderen."
        actions.decide(request=made, by=officer, outcome="partly", answer=answer)

    def by_letter() -> None:
        text = "Mevrouw wil weten wat we van haar hebben. Ze belt liever dan dat ze mailt."
        typed = {
            "right": "access",
            "channel": "letter",
            "text": text,
            "delivery": "spoken",
            "deliver_to": "026 0000000",
        }
        received_at = town.now - timedelta(days=25)
        actions.enter(by=officer, email="", received_at=received_at, **typed)

    def complained() -> None:
        text = "Ik kreeg drie keer dezelfde mail over mijn bericht. Kan dat minder?"
        actions.ask(user=anna, by=anna, form_key="demo-2", right="complaint", text=text, **MAIL)

    town.at(town.ago(40), asked_and_answered)
    town.at(town.ago(24), by_letter)
    town.at(town.ago(3), complained)
    return 3
