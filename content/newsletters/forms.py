"""The composer: a subject and an ordered list of block forms, which work without a script."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content.newsletters.blocks import (
    ALT_LENGTH,
    DAYS,
    EMPTY,
    MOST_BLOCKS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Block,
    BlockKind,
    news_to_pick,
    pictures,
    posts_to_pick,
)
from content.newsletters.models import Newsletter
from content.pages.images import clean_upload
from content.pages.models import CleanImage
from content.posts.models import Post
from neighbourhoods.subscriptions.lists import MailingList
from wijk.text import LineField, TextField

POSTS_TO_CHOOSE = 40
NEWS_TO_CHOOSE = 12
# Stands where a new block's own key comes.
BLANK_KEY = "99999"


@dataclass(frozen=True)
class Material:
    """What a manager may choose from: visible posts and news of this neighbourhood, and their own photos."""

    posts: list[tuple[int, str]]
    news: list[tuple[int, str]]
    images: dict[int, CleanImage]

    @classmethod
    def of(cls, newsletter: Newsletter, user: Any) -> "Material":
        posts = posts_to_pick(newsletter.neighbourhood)[:POSTS_TO_CHOOSE]
        news = news_to_pick(newsletter.neighbourhood)[:NEWS_TO_CHOOSE]
        mine = Q(pk__in=pictures(newsletter.blocks)) | Q(uploaded_by_user=user)
        return cls(
            [(post.pk, f"{str(post.get_kind_display()).capitalize()}: {post.title} ({_day(post)})") for post in posts],
            [(page.pk, f"{page.title} ({date_format(page.published_on, 'j F')})") for page in news],
            {image.pk: image for image in CleanImage.objects.filter(mine)},
        )


def _day(post: Post) -> str:
    return date_format(localtime(post.starts_at or post.published_at), "j F")


def day_choices() -> list[tuple[int, str]]:
    """How far ahead an agenda may look."""
    return [(days, ngettext("%(days)s dag", "%(days)s dagen", days) % {"days": days}) for days in DAYS]


class SubjectForm(forms.Form):
    """The subject of the mail, and which list it is for."""

    subject = LineField(
        label=_("Onderwerp van de mail"), max_length=120, error_messages={"required": _("Vul een onderwerp in.")}
    )
    list = forms.ChoiceField(
        label=_("Voor wie is deze brief?"),
        choices=MailingList.choices,
        widget=forms.RadioSelect,
        help_text=_("Buren en organisaties melden zich los van elkaar aan. Een brief gaat naar één van de twee."),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, str]) -> None:
        # A form without the question, as one that was open before there were two lists, keeps the answer.
        super().__init__(data and {"list": initial["list"], **data.dict()}, initial=initial)


class Picks(forms.TypedMultipleChoiceField):
    """Ticked things. What is not in the list is left out: it may have gone since the page was shown."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, required=False, **options)

    def clean(self, value: Any) -> Any:
        known = {str(number) for number, _label in self.choices}  # type: ignore[misc, union-attr]
        return super().clean([each for each in value or [] if each in known])


class BlockForm(forms.Form):
    """One block; `key` is its name on the page, whatever its place."""

    kind = BlockKind.TEXT
    use_required_attribute = False

    def __init__(self, *args: Any, key: str, material: "Material", **options: Any) -> None:
        self.key, self.material = key, material
        super().__init__(*args, **{**options, "prefix": f"blok{key}"})

    @property
    def label(self) -> str:
        return str(self.kind.label)

    def block(self) -> Block:
        """The block as it is stored; for one that was just added, an empty one."""
        values = self.cleaned_data if self.is_bound else {**EMPTY[self.kind], **self.initial}
        return {"kind": self.kind.value, **{name: values.get(name) for name in EMPTY[self.kind]}}


class TitledForm(BlockForm):
    """A block with a heading of the manager's own."""

    title = LineField(label=_("Kop"), required=False, max_length=TITLE_LENGTH)
    usual_title: Any = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.usual_title:
            self.fields["title"].help_text = _("Laat je dit leeg, dan staat er: %(title)s.") % {
                "title": self.usual_title
            }


class TextForm(TitledForm):
    """Words."""

    text = TextField(
        label=_("Tekst"),
        required=False,
        max_length=TEXT_LENGTH,
        help_text=_("Laat een regel leeg voor een nieuwe alinea. Een webadres wordt vanzelf een link."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class PictureForm(BlockForm):
    """A photo of our own host, with words for who cannot see it."""

    kind = BlockKind.PICTURE
    image = forms.IntegerField(required=False, widget=forms.HiddenInput)
    upload = forms.FileField(
        label=_("Foto"),
        required=False,
        help_text=_("JPEG, PNG of WebP, hoogstens 10 MB. Plaats en toestel halen we eruit."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alt = LineField(
        label=_("Wat is er te zien?"),
        required=False,
        max_length=ALT_LENGTH,
        help_text=_("Voor wie de foto niet kan zien. Bijvoorbeeld: buren aan een lange tafel in de zon."),
    )

    @property
    def picture(self) -> CleanImage | None:
        """The photo this block has now."""
        number = str(self["image"].value() or "")
        return self.material.images.get(int(number)) if number.isdecimal() and len(number) < 19 else None

    def clean_image(self) -> int | None:
        number = self.cleaned_data["image"]
        return number if number in self.material.images else None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        return clean_upload(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("upload") or values.get("image")) and not values.get("alt") and "alt" not in self.errors:
            self.add_error("alt", _("Schrijf in een paar woorden wat er te zien is."))
        return values

    def take_in(self, image: CleanImage) -> None:
        """From now on the block holds this photo, also when the form is shown again because of something else."""
        self.material.images[image.pk] = image
        self.cleaned_data.update(image=image.pk, upload=None)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("image")] = str(image.pk)  # type: ignore[index]


class PostsForm(TitledForm):
    """Picked offers, requests and activities."""

    kind = BlockKind.POSTS
    usual_title = _("Vraag en aanbod")
    posts = Picks(label=_("Welke berichten?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["posts"].choices = self.material.posts  # type: ignore[attr-defined]


class AgendaForm(TitledForm):
    """The coming activities."""

    kind = BlockKind.AGENDA
    usual_title = _("Agenda")
    days = forms.TypedChoiceField(
        label=_("Hoe ver vooruit?"),
        coerce=int,
        choices=day_choices,
        help_text=_("De activiteiten komen er vanzelf in, de eerste bovenaan."),
    )


class NewsForm(TitledForm):
    """Picked news."""

    kind = BlockKind.NEWS
    usual_title = _("Nieuws uit de wijk")
    pages = Picks(label=_("Welk nieuws?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["pages"].choices = self.material.news  # type: ignore[attr-defined]


FORMS: dict[str, type[BlockForm]] = {
    form.kind.value: form for form in (TextForm, PictureForm, PostsForm, AgendaForm, NewsForm)
}


class Composer:
    """The whole page: filled from the draft, or from what was typed, whether that is right or not."""

    most = MOST_BLOCKS

    def __init__(self, newsletter: Newsletter, user: Any, data: Any = None, files: Any = None) -> None:
        self.newsletter, self.data, self.files = newsletter, data, files
        self.material = Material.of(newsletter, user)
        self.stale = False
        initial = {"subject": newsletter.subject, "list": newsletter.list}
        if data is None:
            self.subject = SubjectForm(initial=initial)
            self.blocks = [self._shown(str(place), block) for place, block in enumerate(newsletter.blocks)]
        else:
            self.subject = SubjectForm(data, initial=initial)
            self.blocks = [self._typed(key, data[f"blok{key}-soort"]) for key in self._keys()]

    def _keys(self) -> list[str]:
        """The names of the blocks in the order in which they stand on the page."""
        keys = [key for key in self.data.getlist("blok") if key.isdecimal() and len(key) < 6]
        return [key for key in dict.fromkeys(keys) if self.data.get(f"blok{key}-soort") in FORMS][:MOST_BLOCKS]

    def _shown(self, key: str, block: Block) -> BlockForm:
        return FORMS[block["kind"]](key=key, material=self.material, initial=block)

    def _typed(self, key: str, kind: str) -> BlockForm:
        return FORMS[kind](self.data, self.files, key=key, material=self.material)

    @property
    def room(self) -> bool:
        return len(self.blocks) < MOST_BLOCKS

    @property
    def blanks(self) -> list[tuple[str, BlockForm]]:
        """An empty block of each kind, for the script that adds one without a round to the server."""
        return [(kind, self._shown(BLANK_KEY, {"kind": kind, **EMPTY[kind]})) for kind in FORMS]

    def obey(self, command: str) -> str:
        """Adds, moves or takes away a block; returns the name of the block to show."""
        verb, _colon, target = command.partition(":")
        if verb == "erbij" and target in FORMS and self.room:
            key = str(max((int(form.key) for form in self.blocks), default=-1) + 1)
            self.blocks.append(self._shown(key, {"kind": target, **EMPTY[target]}))
            return key
        place = next((place for place, form in enumerate(self.blocks) if form.key == target), None)
        if place is None:
            return ""
        form = self.blocks.pop(place)
        if verb == "weg":
            return ""
        self.blocks.insert(max(0, place + {"omhoog": -1, "omlaag": 1}.get(verb, 0)), form)
        return target

    def uploads(self) -> list[PictureForm]:
        """The blocks with a photo that may be taken in."""
        pictures = [form for form in self.blocks if isinstance(form, PictureForm) and form.is_bound]
        return [form for form in pictures if "upload" not in form.errors and form.cleaned_data.get("upload")]

    def is_valid(self) -> bool:
        return not self.faulty()

    def faulty(self) -> list[forms.Form]:
        """The forms with something to mend, top to bottom; a block that was just added is in order."""
        return [form for form in (self.subject, *self.blocks) if form.is_bound and not form.is_valid()]

    def values(self) -> list[Block]:
        return [form.block() for form in self.blocks]
