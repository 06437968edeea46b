"""The guard of visitors' forms: signed time, trap and key, without session or cookie."""

from datetime import timedelta

import pytest
from django import forms
from django.http import QueryDict

from wijk import clock
from wijk.forms import OpenForm, signed_time
from wijk.text import LineField


class Small(OpenForm):
    word = LineField(max_length=20)


def filled(age=30, **fields):
    data = QueryDict(mutable=True)
    with clock.frozen(timedelta(seconds=-age)):
        data.update({"word": "dag", "sent_at": signed_time(), **fields})
    return Small(data)


@pytest.mark.parametrize(
    ("age", "taken"), [(2, False), (3.1, True), (23 * 3600, True), (24 * 3600 + 5, False), (-3600, False)]
)
def test_a_form_is_taken_between_three_seconds_and_a_day(age, taken):
    assert filled(age).is_valid() is taken


def test_trouble_with_time_is_said_about_the_form_not_about_a_field_nobody_sees():
    form = filled(1)
    assert not form.is_valid() and list(form.errors) == ["__all__"]


@pytest.mark.parametrize("sent_at", ["", "x", "x:y:z", "\x00", "é", "1" * 100_000])
def test_a_time_we_did_not_sign_is_old(sent_at):
    form = filled(sent_at=sent_at)
    assert not form.is_valid() and "stond te lang open" in str(form.errors)


def test_an_old_form_comes_back_with_all_that_was_typed_and_can_be_sent_at_once():
    form = filled(25 * 3600, word="een lang verhaal")
    assert not form.is_valid()
    again = form.refreshed()
    assert again["word"].value() == "een lang verhaal" and again.errors
    data = QueryDict(mutable=True)
    data.update({name: again[name].value() for name in ("word", "sent_at")})
    assert Small(data).is_valid()


def test_a_form_with_another_mistake_keeps_its_time():
    form = filled(word="")
    before = form["sent_at"].value()
    assert not form.is_valid() and form.refreshed()["sent_at"].value() == before


def test_the_key_is_that_of_the_form_and_what_was_typed():
    data = filled().data
    first, same = Small(data), Small(data.copy())
    other = Small(data.copy())
    other.data["word"] = "hallo"
    later = filled(40)
    assert all(form.is_valid() for form in (first, same, other, later))
    keys = [form.form_key for form in (first, same, other, later)]
    assert keys[0] == keys[1] and len(set(keys)) == 3 and all(len(key) == 40 for key in keys)


def test_only_a_filled_trap_is_a_trap():
    assert not filled().is_trap and not filled(website="  ").is_trap and filled(website="x").is_trap
    assert isinstance(Small().fields["sent_at"].widget, forms.HiddenInput)
