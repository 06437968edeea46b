"""The one form of closing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User


class ClosingForm(forms.Form):
    """A tick and the password, so that nobody closes an account by accident or on somebody else's open screen."""

    sure = forms.BooleanField(
        label=_("Ja, zeg mijn account op en wis mijn gegevens"),
        error_messages={"required": _("Zet een vinkje als je het zeker weet.")},
    )
    password = forms.CharField(
        label=_("Je wachtwoord"),
        help_text=_("Zo weten we dat jij het bent."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Vul je wachtwoord in."), "max_length": _("Dit wachtwoord klopt niet.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Dit wachtwoord klopt niet."), code="incorrect_password")
        return password
