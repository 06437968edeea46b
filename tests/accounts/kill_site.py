"""A site whose workers are killed at every point of a closing: a process of its own that prints what became of it.

Starting Django costs seconds, so each worker is forked from this warm process, without a connection open. A fork is a
process as any other, and SIGKILL ends it as any other.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.archive.actions import new_code  # noqa: E402
from accounts.archive.models import KeyWrap, SealedCopy  # noqa: E402
from accounts.closure import actions, machine, outside  # noqa: E402
from accounts.closure.erasure import leaver, links_to_the_account, residue, steps  # noqa: E402
from accounts.closure.models import LIMIT, AccountClosure, ClosureStep, ExternalErasure  # noqa: E402
from accounts.consent.actions import agree  # noqa: E402
from accounts.holds.models import LegalHold  # noqa: E402
from accounts.requests.models import RightsRequest  # noqa: E402
from accounts.users.models import User  # noqa: E402
from content.contact import actions as contact  # noqa: E402
from content.contact.models import Conversation  # noqa: E402
from content.matching.actions import match_due  # noqa: E402
from content.moderation.models import Report  # noqa: E402
from content.organisations.models import Organisation, OrganisationEditor  # noqa: E402
from content.photos.models import Photo  # noqa: E402
from content.photos.vault import key_of  # noqa: E402
from content.posts.models import Post  # noqa: E402
from content.signups.models import SignUp  # noqa: E402
from neighbourhoods.subscriptions.models import Subscription  # noqa: E402
from tests import factories  # noqa: E402
from tests.accounts.test_erasure import everything_stored, plant_everything  # noqa: E402
from wijk import faults  # noqa: E402
from wijk.mail.models import OutgoingMail  # noqa: E402
from wijk.personal_data import REGISTER  # noqa: E402
from wijk.schedule import run_due  # noqa: E402

# Past the lease of a closing, and past that of the job that advances them.
TICK = timedelta(minutes=11)
VICTIMS = 4
CROWD = 6
HELD = "Dit ene bericht staat apart"
RANDOM_LEAVERS, RANDOM_ROUNDS = 40, 40
# As production does: what was sent is forgotten.
settings.SHOW_OUTBOX = False
POINTS = Path(settings.VAR_DIR) / "points"
CALLS = Path(settings.VAR_DIR) / "calls"
START = timedelta(hours=26)
# Meanwhile the other service fails; it holds up nobody.
SERVICE_IS_DOWN = (START, START + timedelta(hours=45))
killed = Counter()


# Workers --------------------------------------------------------------------------------------------------------------


def forked(act, *, at=timedelta(0), fault=""):
    """A process that does one thing at a moment of the rehearsal; returns its number."""
    connections.close_all()
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        settings.CLOCK_OFFSET = at
        os.environ["WIJK_FAULT"] = fault
        random.seed()
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            act()
        code = 0
    finally:
        os._exit(code)


def ended(number):
    """By which signal a process ended, or 0; it must not have failed."""
    status = os.waitpid(number, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a worker failed by itself"
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def tick(at, fault=""):
    """One `manage.py run_due` as cron starts it; whether it was killed."""
    was_killed = ended(forked(lambda: call_command("run_due"), at=at, fault=fault)) == signal.SIGKILL
    killed["at a point"] += was_killed
    return was_killed


def do(act, at=timedelta(0)):
    assert ended(forked(act, at=at)) == 0


def letters(addresses):
    """Another service, which notes what it is asked and is down for two days."""
    with CALLS.open("a") as file:
        file.write(f"{addresses}\n")
    if SERVICE_IS_DOWN[0] < settings.CLOCK_OFFSET < SERVICE_IS_DOWN[1]:
        raise ConnectionError


outside.external_store("letters", "De nieuwsbriefdienst", letters)


# People ---------------------------------------------------------------------------------------------------------------


def newcomers(count, name, area):
    """Members with a canary in every field the site can hold about them; their numbers, addresses and canaries."""
    people = {}
    for number in range(count):
        user = factories.member(f"kn{name}{number}", f"knAchter{name}{number}", email=f"kn{name}{number}@example.org")
        words = plant_everything(user, area)
        # One that is not left with nobody.
        house = Organisation.objects.get(slug="buurthuis")
        OrganisationEditor.objects.create(organisation=house, user=user)
        # Nor what was said to it.
        Conversation.objects.filter(post=None).update(organisation=house)
        kept = factories.post(user, area, title=HELD)
        factories.hold(kept)
        Report.objects.filter(post=None).update(post=kept, organisation=None)
        # With the page that is left with nobody, its photos would go before their turn.
        Photo.objects.filter(post__author=user).update(post=kept, key=key_of(None))
        people[user.pk] = [user.email, {word: name for name, word in words.items()}]
    # What nobody confirmed or who stopped would be thrown away by the clock before the closing comes to it.
    Conversation.objects.update(state=Conversation.State.OPEN)
    Subscription.objects.update(stopped_at=None)
    # As would a photo that nobody answered about, a day after it was put there.
    Photo.objects.update(people=Photo.People.NOBODY)
    # For something of somebody who stays; for an own activity it goes with that.
    theirs = Post.objects.exclude(author__in=people).first()
    SignUp.objects.update(state=SignUp.State.GOING, post=theirs)
    RightsRequest.objects.update(state=RightsRequest.State.WORKING, right="access")
    return people


def bystander(area):
    """Somebody who stays and talks with a neighbour, with things of every usual sort; the number."""
    bram = factories.manager("Bram", "de Vries", of=area)
    els = factories.member("Els", "Bakker", lives_in=area)
    hers = factories.post(els, area)
    factories.hold(factories.post(bram, area, contact_email=bram.email, show_email=True))
    factories.subscription(bram.email, area)
    factories.organisation("Buurthuis", area, editor=bram)
    agree(user=bram, key="terms")
    typed = {"name": "Bram", "phone": "0612345678", "message": "Ik kom zaterdag"}
    talk = contact.start(post=hers, typed=typed, form_key="f", language="nl", by=bram)
    contact.answer(conversation=talk, side="poster", body="Graag", form_key="g", by=els)
    browser = Client()
    factories.log_in(browser, bram)
    browser.get("/mijn/")
    return bram.pk


def rows_of(number):
    """Every row about one account, as the register and the links to it say, with all columns."""
    owned = [(model, subject.of(number)) for model, found in REGISTER.items() for subject in found.subjects]
    linked = [(found.model, {column.attname: number}) for found, column in links_to_the_account()]
    found = {}
    for model, query in owned + linked:
        for row in model._base_manager.filter(**query).values():
            found[f"{model._meta.label}:{row.get('id', row)}"] = {name: str(value) for name, value in row.items()}
    return found


def close(number, *, copy=True, **options):
    code = {"copy": True, "code_key": new_code().public_key} if copy else {}
    actions.close(user=User.objects.get(pk=number), by=None, **code, **options)


# The rehearsal --------------------------------------------------------------------------------------------------------


def all_points(number):
    """Every point where a closing can be killed, in order, by carrying one to its end with the points written down."""
    seen = []

    def listen(point):
        if point not in seen:
            seen.append(point)

    def carry():
        # As old as the others will be when it is their turn.
        for job in ("unconfirmed", "unconfirmed-contact", "retention"):
            run_due(only=job)
        real = faults.fault
        for module in list(sys.modules.values()):
            if getattr(module, "fault", None) is real:
                module.fault = listen
        machine.advance_all()
        POINTS.write_text("\n".join(seen))

    do(lambda: close(number))
    do(carry, at=timedelta(hours=25))
    return POINTS.read_text().splitlines()


def march(points, victims, crowd):
    """Each victim is killed at a run of points, one a tick; in between the crowd leaves, in peace."""
    share = -(-len(points) // len(victims))
    leaving = {START + TICK * ((share + 1) * turn + 0.5): victim for turn, victim in enumerate(victims)}
    spread = len(points) // (len(crowd) + 2)
    leaving |= {START + TICK * (5 + spread * turn): member for turn, member in enumerate(crowd)}
    due = START + timedelta(hours=24) + TICK
    # After its run of kills a victim gets one tick in peace, and then comes the next.
    peace = [point for turn in range(0, len(points), share) for point in (*points[turn : turn + share], "")]
    kills = {due + TICK * number: point for number, point in enumerate(peace)}
    missed = []
    for moment in sorted({*leaving, *kills}):
        if moment in leaving:
            do(lambda moment=moment: close(leaving[moment]), at=moment)
        if moment in kills and tick(moment, kills[moment]) != bool(kills[moment]):
            missed.append(kills[moment])
    return max(kills) + TICK, missed


def at_random(people, at):
    """Two workers at a time, killed after a random while, until everybody is gone."""
    for number in people:
        do(lambda number=number: close(number), at=at)
    at += timedelta(hours=24) + TICK
    for turn in range(RANDOM_ROUNDS):
        workers = [worker(turn, at) for _number in range(2)]
        time.sleep(random.uniform(0.02, 0.4) if turn > 1 else 4)
        for number in workers:
            os.kill(number, signal.SIGKILL)
            killed["at random"] += ended(number) == signal.SIGKILL
        at += TICK
    return at


def worker(turn, at):
    """The command `work`: in two rounds a process from its very start, further on forked."""
    if turn > 1:
        return forked(lambda: call_command("work"), at=at)
    environment = {**os.environ, "WIJK_CLOCK_OFFSET": f"+{at / timedelta(hours=1)}h"}
    command = [sys.executable, "-m", "tests.accounts.kill_site", "work"]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL).pid


def finish(at):
    """Ordinary ticks until nothing is open and no mail waits."""
    for _turn in range(30):
        tick(at)
        if not AccountClosure.objects.open().exists() and not OutgoingMail.objects.unsent().exists():
            break
        at += TICK * 3
    tick(at + timedelta(hours=6))


def told(everybody):
    """What became of it, for the test that started this."""
    closures = list(AccountClosure.objects.order_by("pk"))
    words = {word: name for _address, planted in everybody.values() for word, name in planted.items()}
    stored = everything_stored()
    copies = sorted(SealedCopy.objects.live().values_list("name", flat=True))
    receipts = Counter(OutgoingMail.objects.filter(kind="closing-erased").values_list("about", flat=True))
    return {
        "closures": len(closures),
        "not done": [row.pk for row in closures if row.state != "done"],
        "too late": [row.pk for row in closures if not row.done_at or row.done_at - row.received_at > LIMIT],
        "slowest": max(str(row.done_at - row.received_at) for row in closures),
        "residue": {ref: left for ref, (mail, _w) in everybody.items() if (left := residue(leaver(ref, mail)))},
        "unfinished steps": ClosureStep.objects.filter(done_at=None).count(),
        "canaries left": [name for word, name in words.items() if word in stored],
        "canaries": len(words),
        "held": sum(HELD in hold.words for hold in LegalHold.objects.filter(user=None)),
        "receipts": sorted(set(receipts.values())),
        "unsent": OutgoingMail.objects.unsent().count(),
        "elsewhere": ExternalErasure.objects.waiting().count(),
        "services that failed": ExternalErasure.objects.filter(attempts__gt=1).count(),
        "asked elsewhere": len(set(CALLS.read_text().splitlines())),
        "copies": sum(row.copy == "made" for row in closures),
        "files of copies": sorted(path.stem for path in Path(settings.SEALED_STORE).iterdir()) == copies,
        "keys of copies": sorted(KeyWrap.objects.values_list("copy", flat=True)) == copies,
    }


def main():
    area = factories.neighbourhood("Klarendal", code="WK020204")
    stays = bystander(area)
    everybody = newcomers(1 + VICTIMS + CROWD, "Een", area)
    numbers = list(everybody)
    points = all_points(numbers[0])
    # What the worker still has to compare is compared before anybody looks at who stays.
    while match_due():
        pass
    before = rows_of(stays)
    end, missed = march(points, numbers[1 : 1 + VICTIMS], numbers[1 + VICTIMS :])
    others = newcomers(RANDOM_LEAVERS, "Twee", area)
    finish(at_random(list(others), end))
    after = rows_of(stays)
    answer = told(everybody | others) | {
        "points": points,
        "steps": [step.name for step in steps()],
        "missed": missed,
        "killed": killed,
        "bystander rows": len(before),
        "bystander touched": sorted(key for key in before | after if before.get(key) != after.get(key)),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    call_command("work") if sys.argv[1:] == ["work"] else main()
