"""One address, typed by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wijk.text import EmailField


class InviteForm(forms.Form):
    """Whom to invite; we keep the address no longer than the one mail needs."""

    email = EmailField(
        label=_("E-mailadres"),
        help_text=_("Van iemand die je kent. Eén mail, zonder herinnering. Het adres bewaren we niet."),
        error_messages={"required": _("Vul een e-mailadres in.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class PageInviteForm(InviteForm):
    """The same for a page, which can also be handed over in one act."""

    takes_over = forms.BooleanField(
        label=_("Draag de pagina over"),
        help_text=_("Zodra deze persoon ja zegt, houd jij de pagina niet meer bij."),
        required=False,
    )
