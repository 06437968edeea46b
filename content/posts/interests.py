"""What we do with a post by legitimate interest, beside showing it, and what stops when its author objects."""

from django.utils.translation import gettext_lazy as _

from accounts.requests.rights import interest

SEARCH = interest(
    "search",
    purpose="posts",
    label=_("Je berichten in het zoeken van de site"),
    why=_("Zo vinden buren je bericht ook als ze er niet naar bladeren."),
    stops=_("Je berichten staan dan nog wel op de pagina van je wijk, maar zoeken vindt ze niet."),
)
FEEDS = interest(
    "feeds",
    purpose="posts",
    label=_("Je berichten in feeds, in de agenda voor je telefoon en bij zoekmachines"),
    why=_("Zo lezen buren mee zonder de site te openen."),
    stops=_("Andere sites en zoekmachines krijgen je berichten dan niet meer van ons."),
)
LETTERS = interest(
    "letters",
    purpose="posts",
    label=_("Je berichten in de nieuwsbrief van de wijk"),
    why=_("Zo zien buren die niet op de site komen je bericht ook."),
    stops=_("Wijkbeheerders kunnen je berichten dan niet in een nieuwsbrief zetten."),
)
REMINDERS = interest(
    "reminders",
    purpose="posts",
    label=_("Mail dat je bericht bijna afloopt"),
    why=_("Zo verdwijnt een bericht niet zonder dat je het weet."),
    stops=_("Je krijgt die mail niet meer. Berichten lopen wel gewoon af."),
)
