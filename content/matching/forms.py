"""How often a member wants to hear that something fits, and what is being typed while tips come by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.matching.models import MatchMail
from content.posts.models import Post
from content.themes.models import Theme
from wijk.access import scope
from wijk.text import LineField, TextField


class MailForm(forms.ModelForm):
    """One choice, nothing typed."""

    class Meta:
        model = MatchMail
        fields = ["how"]
        labels = {"how": _("Hoe vaak wil je dat horen?")}
        help_texts = {"how": _("Alleen jij ziet wat je hier kiest.")}
        widgets = {"how": forms.RadioSelect}


class TypingForm(forms.Form):
    """A post as far as it is typed in another form; it is read for tips, kept nowhere, and never drawn."""

    ENOUGH = 12  # fewer characters say too little
    KINDS = (Post.Kind.REQUEST, Post.Kind.OFFER, Post.Kind.ACTIVITY)

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in KINDS])
    title = LineField(max_length=90, required=False, widget=forms.HiddenInput)
    text = TextField(max_length=3000, required=False, widget=forms.HiddenInput)
    theme = forms.ModelChoiceField(Theme.objects.none(), required=False)
    # The draft that is being changed; without it, a new post.
    draft = forms.ModelChoiceField(Post.objects.none(), required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.in_use()  # type: ignore[attr-defined]
        drafts = scope(by).own(Post).filter(status=Post.Status.DRAFT).select_related("neighbourhood")
        self.fields["draft"].queryset = drafts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if len(f"{cleaned.get('title', '')}{cleaned.get('text', '')}") < self.ENOUGH:
            raise forms.ValidationError("too little", code="too_little")
        return cleaned
