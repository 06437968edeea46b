"""Organisations and news that answer a question."""

from typing import Any

from django.db.models import Q

from content.organisations.models import Organisation
from content.pages.models import NeighbourhoodPage, NewsPage
from content.search.asking import Asked, Found, page_of, place
from content.search.index import holding
from content.search.models import GuideEntry
from content.search.question import NEWS, ORGANISATIONS, Area, Question
from wijk.published import published

MOST_RANKED = 300
MOST_BESIDE = 6

Guide = dict[str, list[Found]]


def found_in_guide(question: Question, area: Area, words: Asked) -> Guide:
    """What is found of either, the best first, in one query; nothing when only posts are asked for."""
    guide: Guide = {ORGANISATIONS: [], NEWS: []}
    if not words or not question.is_plain:
        return guide
    entries = GuideEntry.objects.filter(
        Q(organisation__in=Organisation.objects.visible().filter(area.chosen("neighbourhoods")))
        | Q(news__in=_news(question, area)),
        pk__in=holding(GuideEntry, words.terms, every=False),
    )
    for pk, organisation, held in entries.order_by("-pk").values_list("pk", "organisation", "words")[:MOST_RANKED]:
        found = Found(pk, place(words.score(held), None, pk), held)
        guide[ORGANISATIONS if organisation else NEWS].append(found)
    for rows in guide.values():
        rows.sort(key=lambda one: one.place, reverse=True)
    return guide


def _news(question: Question, area: Area) -> Any:
    news = NewsPage.objects.public().order_by()
    return news.within(NeighbourhoodPage.objects.filter(area.chosen())) if question.wijk else news


def shown_of_guide(guide: Guide, question: Question, words: Asked) -> dict[str, Any]:
    """A few of each beside the posts, or a page of the one that was chosen, ready for the page."""
    shown, context = [], {}
    for kind, rows in guide.items():
        numbers, after = page_of(rows, question.na) if question.wat == kind else ([], "")
        if not question.wat and not question.na:
            numbers = [one.number for one in rows[:MOST_BESIDE]]
            context[f"more_{kind}"] = question.url(wat=kind) if len(rows) > MOST_BESIDE else ""
        elif after:
            context[f"more_{kind}"] = question.url(na=after)
        shown += numbers
    if not shown:
        return {}
    named = ("organisation__name", "organisation__slug", "organisation__summary")
    told = ("news__title", "news__summary", "news__published_on", "news__url_path")
    entries = GuideEntry.objects.select_related("organisation", "news").only(*named, *told).in_bulk(shown)
    found = [entries[number] for number in shown if number in entries]
    return {
        **context,
        "organisations": [_organisation(one.organisation, words) for one in found if one.organisation],
        "news": [_item(one.news, words) for one in found if one.news],
    }


def _organisation(row: Organisation, words: Asked) -> dict[str, Any]:
    row = published(row)
    return {"name": words.marked(row.name), "url": row.get_absolute_url(), "excerpt": words.marked(row.summary)}


def _item(row: NewsPage, words: Asked) -> dict[str, Any]:
    row = published(row)
    return {
        "title": words.marked(row.title),
        "url": row.address,
        "summary": words.marked(row.summary),
        "date": row.published_on,
    }
