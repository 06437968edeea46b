"""The menu beside the pages of who is logged in: folded on a phone, under the name of where one is."""

import re

import pytest
from django.template import engines
from django.urls import reverse

ITEMS = '<li><a href="/a/"{}>Vragen &amp; aanbod <span class="count">3</span></a></li><li><a href="/b/">Ander</a></li>'


def menu(items, label="Beheer"):
    template = engines["django"].from_string(
        "{% load components %}{% side_menu label=label %}" + items + "{% endside_menu %}"
    )
    return template.render({"label": label})


def summary(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", re.search(r"<summary>(.*?)</summary>", html, re.S)[1])).strip()


def test_its_name_is_where_one_is_and_says_menu_where_that_is_none_of_its_places(db):
    assert summary(menu(ITEMS.format(' aria-current="page"'))) == "Menu: Vragen &amp; aanbod 3"
    assert summary(menu(ITEMS.format(""))) == "Menu"


def test_every_item_is_in_it_once_and_a_label_cannot_break_out(db):
    html = menu(ITEMS.format(""), label='"><b>')
    assert html.count("<li>") == 2 and html.count("<details") == 1 and "<b>" not in html


@pytest.mark.parametrize(
    ("who", "view", "name"), [("anna", "mydata", "Mijn gegevens"), ("petra", "office:home", "Wat wacht")]
)
def test_the_pages_have_it(as_, request, who, view, name):
    path = "/mijn/gegevens/" if view == "mydata" else reverse(view)
    assert (
        summary(as_(request.getfixturevalue(who)).get(path).content.decode().split('class="side-nav"')[1])
        == f"Menu: {name}"
    )
