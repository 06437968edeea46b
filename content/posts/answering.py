"""The part of a post's form that asks who gets the reactions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.posts.contact_person import ME, OTHER, chosen, eligible, is_own_address
from content.posts.models import Post

NOT_MINE = _("Dit adres hoort niet bij je account. Kies hierboven “Iemand anders”, of laat dit leeg.")


class WhoAnswersFields(forms.ModelForm):
    """The author, one of the co-managers, or somebody else with a name and an address (W-17)."""

    instance: Post
    contact_who = forms.ChoiceField(
        label=_("Wie krijgt de reacties?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Kies je iemand anders? Vul dan hieronder een naam en een e-mailadres in. Wij mailen die persoon."),
        error_messages={
            "required": _("Kies wie de reacties krijgt."),
            "invalid_choice": _("Kies wie de reacties krijgt."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.with_help:
            del self.fields["contact_who"]
            return
        beside = [(str(one.pk), one.user.get_full_name()) for one in eligible(self.instance)]
        field: Any = self.fields["contact_who"]
        field.choices = [(ME, _("Ik")), *beside, (OTHER, _("Iemand anders"))]
        # A form that does not ask it leaves it as it is.
        field.required = not self.is_bound or "contact_who" in self.data
        self.initial["contact_who"] = chosen(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        who, address = cleaned.get("contact_who"), cleaned.get("contact_email")
        if who == OTHER and not cleaned.get("contact_name") and "contact_name" not in self.errors:
            self.add_error("contact_name", _("Vul de naam in van wie de reacties krijgt."))
        if who == OTHER and not address and "contact_email" not in self.errors:
            self.add_error("contact_email", _("Vul het e-mailadres in van wie de reacties krijgt."))
        if who and who != OTHER and address and not is_own_address(self.instance.author, address):
            self.add_error("contact_email", NOT_MINE)
        return cleaned
