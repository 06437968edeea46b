"""What matching does by legitimate interest, and what stops when somebody objects."""

from django.utils.translation import gettext_lazy as _

from accounts.requests.rights import interest

MATCHING = interest(
    "matching",
    purpose="posts",
    label=_("Je berichten naast berichten die erbij passen"),
    why=_("Zo vindt een vraag het aanbod dat erbij past, en andersom. We vergelijken berichten, geen mensen."),
    stops=_("Je berichten staan dan bij niemand als tip, en jij krijgt geen tips bij je eigen berichten."),
)
