from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests.standstill import objects_to
from content.moderation import actions, bulk, hiding, suggestions
from content.moderation.forms import AuthorQuestionForm, DecisionForm
from content.moderation.history import history_of
from content.moderation.models import Decision, desk_posts, desk_reports
from content.moderation.notices import desk_page_reports
from content.moderation.organisations import desk_organisations
from content.moderation.placements import desk_placements, with_posts
from content.moderation.waiting import ALSO, PAGES
from content.moderation.waiting import numbers as waiting_numbers
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.managers.models import lapses_on
from neighbourhoods.managers.panels import panels
from neighbourhoods.places.models import Neighbourhood
from wijk.limits import take
from wijk.text import clean_line
from wijk.views import too_many

Act, Status = Decision.Act, Post.Status
PER_PAGE = 30
LONGEST_QUEUE = 100
LONGEST_SEARCH = 80
AT_ONCE = (Act.APPROVE, Act.RESTORE)
# The words of ?stand= in addresses, and what they gather.
STATES = {
    "wacht": (gettext_lazy("Wacht"), (Status.WAITING,)),
    "aanpassing": (gettext_lazy("Aanpassing gevraagd"), (Status.CHANGES,)),
    "vastgehouden": (gettext_lazy("Vastgehouden"), (Status.HELD,)),
    "live": (gettext_lazy("Op de site"), (Status.LIVE,)),
    "weg": (gettext_lazy("Niet geplaatst of weggehaald"), (Status.REFUSED, Status.REMOVED)),
    "voorbij": (gettext_lazy("Voorbij"), (Status.WITHDRAWN, Status.FULFILLED, Status.EXPIRED)),
}
BUTTONS = {
    Act.APPROVE: gettext_lazy("Zet op de site"),
    Act.RESTORE: gettext_lazy("Zet terug op de site"),
    Act.ASK_CHANGE: gettext_lazy("Vraag om een aanpassing"),
    Act.HOLD: gettext_lazy("Houd het vast"),
    Act.REFUSE: gettext_lazy("Plaats het niet"),
    Act.REMOVE: gettext_lazy("Haal het van de site"),
}
EXPLAINED = {
    Act.ASK_CHANGE: gettext_lazy("De schrijver past het aan. Tot die tijd staat het niet op de site."),
    Act.HOLD: gettext_lazy("Er moet iets worden uitgezocht. Het gaat niet vanzelf live."),
    Act.REFUSE: gettext_lazy("Het komt niet op de site. De schrijver hoort waarom."),
    Act.REMOVE: gettext_lazy("Het is meteen weg voor iedereen. Je kunt het later terugzetten."),
}
DONE = {
    Act.APPROVE: gettext_lazy("Het bericht staat op de site. De schrijver krijgt een mail."),
    Act.RESTORE: gettext_lazy("Het bericht staat weer op de site. De schrijver krijgt een mail."),
    Act.ASK_CHANGE: gettext_lazy("De schrijver krijgt een mail met wat er anders moet."),
    Act.HOLD: gettext_lazy("Het bericht wordt vastgehouden. De schrijver krijgt een mail."),
    Act.REFUSE: gettext_lazy("Het bericht wordt niet geplaatst. De schrijver krijgt een mail met de reden."),
    Act.REMOVE: gettext_lazy("Het bericht is van de site. De schrijver krijgt een mail met de reden."),
}


@at_desk
@require_GET
def queue(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """What waits today, oldest first, with its clock."""
    posts = desk_posts(request.user, neighbourhood)
    waiting = list(_with_newcomers(_listed(posts.waiting()), neighbourhood)[:LONGEST_QUEUE])
    found = desk_reports(request.user, neighbourhood).open().select_related("post", "organisation")
    reports = list(found[:LONGEST_QUEUE])
    # A child first, then the oldest post, then what else was reported.
    report_first = bool(reports) and (reports[0].is_minor or not waiting)
    in_hand = waiting_numbers(request.user, neighbourhood)
    pages = desk_page_reports(request.user, neighbourhood).filter(closed_at=None)
    also = with_posts(desk_placements(request.user, neighbourhood)).asked()
    context = {
        "also": list(also[:LONGEST_QUEUE]) if in_hand[ALSO] else [],
        "page_reports": list(pages[:LONGEST_QUEUE]) if in_hand[PAGES] else [],
        "next_report": reports.pop(0) if report_first else None,
        "next_post": waiting.pop(0) if waiting and not report_first else None,
        "waiting": waiting,
        "reports": reports,
        "organisations": desk_organisations(request.user, neighbourhood).filter(is_live=False)[:LONGEST_QUEUE],
        "panels": panels(request.user, neighbourhood),
        "lapses_on": lapses_on(request.user, neighbourhood),
        "in_hand": in_hand,
    }
    return render(request, "moderation/queue.html", desk_context(request, neighbourhood, nav="wachtrij", **context))


@at_desk
@require_GET
def posts(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """All posts of the neighbourhood but drafts, by state and by words."""
    state = request.GET.get("stand", "")
    words = clean_line(request.GET.get("q", ""))[:LONGEST_SEARCH]
    found = desk_posts(request.user, neighbourhood)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(text__icontains=word))
    counts = dict(found.order_by().values_list("status").annotate(Count("pk")))
    if state in STATES:
        found = found.filter(status__in=STATES[state][1])
    page = Paginator(_listed(found).order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "page": page,
        "words": words,
        "state": state,
        "chips": _chips(state, words, counts),
        "tickable": bulk.STATES,
    }
    return render(request, "moderation/posts.html", desk_context(request, neighbourhood, nav="berichten", **context))


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """One post, whole, with what a manager can do about it."""
    found = _post_or_404(request, neighbourhood, pk)
    if request.method != "POST":
        return _post_page(request, neighbourhood, found)
    form = DecisionForm(request.POST, act=request.POST.get("act", "")[:12])
    if not form.is_valid():
        return _post_page(request, neighbourhood, found, decision=form)
    decided = actions.decide(post=found, by=request.user, **{"reason": "", **form.cleaned_data})
    if decided is None:
        messages.warning(request, _not_done(found, form.cleaned_data["act"]))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    messages.success(request, str(DONE[Act(decided.act)]))
    return redirect("moderation:queue", wijk=neighbourhood.slug)


@at_desk
@require_POST
def ask_author(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """A question to the contact person of a post."""
    found = _post_or_404(request, neighbourhood, pk)
    form = AuthorQuestionForm(request.POST)
    if not form.is_valid():
        return _post_page(request, neighbourhood, found, question=form)
    if not take("author-question", str(request.user.pk), limit=30, per=timedelta(days=1)):
        return too_many(request)
    if objects_to(found.author, actions.QUESTIONS.code):
        messages.warning(
            request, _("Deze schrijver wil geen vragen of tips van wijkbeheerders. Er is niets verstuurd.")
        )
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    actions.ask_author(post=found, question=form.cleaned_data["question"], by=request.user)
    messages.success(request, _("Je vraag is verstuurd. Het antwoord komt in je mailbox."))
    return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)


def _post_or_404(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> Post:
    related = ("author", "theme", "organisation", "neighbourhood")
    return get_object_or_404(desk_posts(request.user, neighbourhood).select_related(*related), pk=pk)


def _listed(posts: PostQuerySet) -> PostQuerySet:
    """With what a line in a list shows, and nothing else of the post."""
    return posts.select_related("author", "theme", "organisation").defer("text", "contact_name", "contact_email")


def _with_newcomers(posts: PostQuerySet, neighbourhood: Neighbourhood) -> PostQuerySet:
    earlier = Post.objects.filter(author=OuterRef("author"), neighbourhood=neighbourhood, published_at__isnull=False)
    return posts.annotate(known=Exists(earlier.exclude(pk=OuterRef("pk"))))


def _chips(state: str, words: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    def address(value: str) -> str:
        return "?" + urlencode({name: text for name, text in (("stand", value), ("q", words)) if text})

    everything = {
        "label": _("Alles"),
        "url": address(""),
        "count": sum(counts.values()),
        "current": state not in STATES,
    }
    one_by_one = [
        {
            "label": label,
            "url": address(word),
            "count": sum(counts.get(status, 0) for status in statuses),
            "current": state == word,
        }
        for word, (label, statuses) in STATES.items()
    ]
    return [everything, *(chip for chip in one_by_one if chip["count"] or chip["current"])]


def _post_page(
    request: HttpRequest,
    neighbourhood: Neighbourhood,
    post: Post,
    *,
    decision: DecisionForm | None = None,
    question: AuthorQuestionForm | None = None,
) -> HttpResponse:
    failed = decision.data.get("act") if decision else ""
    choices = [
        {
            "act": act,
            "label": BUTTONS[Act(act)],
            "text": EXPLAINED.get(Act(act), ""),
            "at_once": act in AT_ONCE,
            "form": decision if act == failed else DecisionForm(act=act, post=post),
            "is_open": act == failed,
        }
        for act in actions.possible_acts(post)
    ]
    context = {
        "post": post,
        "choices": choices,
        "failed": decision or question,
        "question": question or AuthorQuestionForm(),
        "history": history_of(post),
        "may_suggest": suggestions.may_suggest(post, request.user),
        "suggestion": suggestions.standing(post),
        "unexplained": hiding.unexplained(post, request.user),
        "open_reports": desk_reports(request.user, neighbourhood).open().filter(post=post),
        "shown": [
            post._meta.get_field(f"contact_{name}").verbose_name  # type: ignore[union-attr]
            for name in Post.CONTACT_FIELDS
            if getattr(post, f"show_{name}")
        ],
    }
    return render(request, "moderation/post.html", desk_context(request, neighbourhood, nav="berichten", **context))


def _not_done(post: Post, act: str) -> str:
    """Why a decision did nothing, in words for the manager."""
    post.refresh_from_db(fields=["status", "published_at"])
    if act in actions.possible_acts(post):
        return _("De schrijver heeft het bericht net aangepast. Lees het nog een keer.")
    return _("Er was al iets over dit bericht beslist. Hieronder zie je hoe het er nu voor staat.")
