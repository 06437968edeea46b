"""The address of who wants to hear it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wijk.forms import OpenForm
from wijk.text import EmailField


class NoticeForm(OpenForm):
    """One address, for one mail."""

    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Je krijgt één mail, op de dag dat het zover is. Daarna wissen we je adres."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "begin_%s", **kwargs})
