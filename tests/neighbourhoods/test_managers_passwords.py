"""Who sees data of others by their task needs twelve characters (C-38)."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from neighbourhoods.managers.models import Appointment
from tests.factories import PASSWORD
from wijk import clock

ELEVEN, TWELVE = "kT9#vLq2xMw", "kT9#vLq2xMwz"
CHANGE = "/account/password/change/"


def log_in(client, user, password):
    user.set_password(password)
    user.save()
    user.authenticator_set.all().delete()
    return client.post("/account/login/", {"login": user.email, "password": password})


@pytest.mark.parametrize("who", ["mo", "eva", "petra", "otto"])
def test_eleven_characters_are_too_few_for_who_works_here(request, who):
    user = request.getfixturevalue(who)
    with pytest.raises(ValidationError, match="minstens 12"):
        validate_password(ELEVEN, user)
    validate_password(TWELVE, user)


def test_for_everybody_else_ten_are_enough(anna, mo):
    validate_password(ELEVEN[:10], anna)
    validate_password(ELEVEN[:10])
    Appointment.objects.update(ends_on=clock.today() - timedelta(days=1))
    validate_password(ELEVEN[:10], mo)


def test_who_is_appointed_and_not_prepared_needs_them_as_well(mo):
    Appointment.objects.update(training_on=None)
    with pytest.raises(ValidationError):
        validate_password(ELEVEN, mo)


def test_a_manager_with_a_shorter_one_is_asked_for_another_when_logging_in(client, mo):
    page = log_in(client, mo, ELEVEN)
    assert page.url == CHANGE
    assert "12 tekens" in client.get(CHANGE).content.decode()
    typed = {"oldpassword": ELEVEN, "password1": ELEVEN[::-1], "password2": ELEVEN[::-1]}
    assert "minstens 12" in client.post(CHANGE, typed).content.decode()
    typed = {"oldpassword": ELEVEN, "password1": TWELVE, "password2": TWELVE}
    assert client.post(CHANGE, typed).status_code == 302
    client.post("/account/logout/")
    assert client.post("/account/login/", {"login": mo.email, "password": TWELVE}).url == "/mijn/"


def test_nobody_else_is_asked_and_nothing_of_it_stays_in_the_session(client, anna, mo):
    assert log_in(client, anna, ELEVEN).url == "/mijn/"
    client.post("/account/logout/")
    assert log_in(client, mo, PASSWORD).url == "/mijn/"
    assert "short_password_of" not in client.session


def test_a_session_that_runs_goes_on(as_, mo):
    mo.set_password(ELEVEN)
    mo.save()
    assert as_(mo).get("/beheer/klarendal/").status_code == 200
