from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.search.question import Question
from content.search.results import gather
from wijk.access import public


@public
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What is found everywhere: posts, organisations, neighbourhoods and news."""
    return render(request, "search/results.html", {**gather(Question.read(request.GET)), "nav": "zoeken"})
