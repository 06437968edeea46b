"""A request about one's data, from asking to the answer (K-27 to K-32, W-92, W-93)."""

import json

from django.conf import settings
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.requests.models import RightsRequest
from wijk.mail.models import OutgoingMail

State = RightsRequest.State
ASKED = {"text": "Mijn achternaam is Janssen, met twee s'en.", "delivery": "mail", "deliver_to": "", "form_key": "een"}


def mails(kind, to=""):
    rows = OutgoingMail.objects.filter(kind=kind).order_by("pk")
    return [mail for mail in rows if not to or mail.recipient == to]


def acts():
    return set(AuditEvent.objects.values_list("action", flat=True))


def words(mail):
    return json.loads(mail.payload)["text"]


def asks(as_, user, right="rectification", **changes):
    answer = as_(user).post(f"{reverse('requests:ask')}?recht={right}", {**ASKED, **changes})
    assert answer.status_code == 302, answer.context["form"].errors
    return RightsRequest.objects.get(user=user, right=right)


def step(as_, officer, name, request, **typed):
    return as_(officer).post(reverse(f"requests:{name}", args=[request.pk]), typed)


def decides(as_, officer, request, **changes):
    typed = {"outcome": "granted", "answer": "Je naam is nu Janssen.", "stays": "", **changes}
    return step(as_, officer, "decide", request, **typed)


def test_a_member_asks_the_desk_decides_and_the_answer_is_mailed(as_, anna, petra):
    request = asks(as_, anna)
    assert (request.state, request.user, request.channel) == ("received", anna, "web")
    assert request.identified_at, "who is logged in shows nothing more"
    assert mails("rights-received", anna.email) and mails("rights-new", petra.email)
    assert request.text not in words(mails("rights-new")[0]), "what was asked stays behind the log-in"

    assert step(as_, petra, "take_up", request, sure="on").status_code == 302
    assert (
        decides(as_, petra, request, stays="De rekening van vorig jaar, want dat moet van de wet.").status_code == 302
    )
    request.refresh_from_db()
    assert (request.state, request.outcome, request.ended_by_ref) == ("decided", "granted", petra.pk)

    answer = words(mails("rights-decided", anna.email)[0])
    for part in ("Je naam is nu Janssen.", "rekening van vorig jaar", settings.OPERATOR["authority"]):
        assert part in answer
    assert settings.OPERATOR["authority_address"] in answer
    assert settings.OPERATOR["complaint_url"] in answer
    page = as_(anna).get(reverse("requests:mine_detail", args=[request.pk])).content.decode()
    assert "Je naam is nu Janssen." in page and settings.OPERATOR["authority"] in page
    assert {"rights.ask", "rights.take_up", "rights.decide"} <= acts()
