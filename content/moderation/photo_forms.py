"""The form for who is on a photo, and the one by which a manager answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from content.moderation.forms import OutcomeForm, ReportForm
from content.moderation.models import Reason


class PhotoReportForm(ReportForm):
    """Somebody is on a photo and does not want that."""

    why = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("Bijvoorbeeld wie jij bent op de foto. Wie hem plaatste, ziet dit niet.")
        self.fields["email"].help_text = _(
            "Alleen als je wilt horen wat ermee gebeurt. Wie hem plaatste, ziet dit niet."
        )


class PhotoOutcomeForm(OutcomeForm):
    """What becomes of a photo that somebody is on."""

    KEEP, OFF = "keep", "off"
    need_reason = (OFF,)

    def __init__(self, *args: Any, is_there: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        outcome.label = _("Wat gebeurt er met de foto?")
        there = [(self.OFF, _("De foto wordt gewist")), (self.KEEP, _("De foto mag weer op de site"))]
        outcome.choices = there if is_there else [(self.KEEP, _("De foto is al weg"))]  # type: ignore[attr-defined]
        self.fields["reason"].initial = Reason.PRIVATE
        self.fields["reason"].help_text = _("Alleen nodig als de foto weggaat. De schrijver krijgt de reden per mail.")

    @property
    def removes(self) -> bool:
        return bool(self.cleaned_data["outcome"] == self.OFF)
