"""Workers of a site of their own that are forked from one warm process: starting Django for each would take seconds.

A fork is a process as any other, and SIGKILL ends it as any other.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings

from tests.own_site import copy_migrated, wait_for_mails

NURSE = """
import json, os, sys, traceback
from datetime import timedelta
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "wijk.settings"
django.setup()
from django.conf import settings
from django.db import connections

def born(task):
    settings.CLOCK_OFFSET = timedelta(minutes=task["minutes"])
    out = os.open(task["out"], os.O_WRONLY)
    os.dup2(out, 1)
    sys.stdout = open(out, "w", closefd=False)
    exec(task["code"], {})
    sys.stdout.flush()

for line in sys.stdin:
    task = json.loads(line)
    if "wait" in task:
        print(os.waitpid(task["wait"], 0)[1], flush=True)
        continue
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            born(task)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    print(child, flush=True)
"""


@dataclass
class Worker:
    """One fork: what it printed is read from `stdout`."""

    nursery: "Nursery"
    number: int
    stdout: object

    def wait(self):
        """How it ended: 0, an exit code, or minus the number of a signal."""
        self.stdout.close()
        return os.waitstatus_to_exitcode(self.nursery.ask(wait=self.number))

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)
        return self.wait()


class Nursery:
    """A warm process of a site that runs pieces of Python, each in a fork."""

    def __init__(self, folder, process):
        self.folder, self.process, self.born = folder, process, 0

    def ask(self, **task):
        self.process.stdin.write(json.dumps(task) + "\n")
        return int(self.process.stdout.readline())

    def start(self, code, *, minutes=0):
        """A worker that runs a piece of Python, with the clock so many minutes on."""
        self.born += 1
        pipe = self.folder / f"worker{self.born}"
        os.mkfifo(pipe)
        number = self.ask(code=code, minutes=minutes, out=str(pipe))
        return Worker(self, number, pipe.open())

    def run(self, code, *, minutes=0):
        """What a piece of Python prints; it must end well."""
        worker = self.start(code, minutes=minutes)
        said = worker.stdout.read()
        assert worker.wait() == 0, said
        return said

    def interrupted(self, work, *, kind, count, rounds, workers):
        """Workers that fill the outbox with a kind of mail, killed in the middle; what `count` printed each round."""
        queued = []
        for _round in range(rounds):
            busy = [self.start(work) for _number in range(workers)]
            for worker in busy:
                assert worker.stdout.readline() == "ready\n"
            wait_for_mails(self.folder / "proof.sqlite3", kind, sum(queued[-1:]) + 1)
            time.sleep(random.uniform(0.05, 0.2))
            for worker in busy:
                worker.kill()
            queued.append(int(self.run(count)))
        return queued


@contextmanager
def nursery(folder, **environment):
    """On a copy of the test database, which must be made by then."""
    copy_migrated(folder / "proof.sqlite3")
    own = {"WIJK_ENV": "test", "WIJK_VAR": str(folder), "WIJK_SECRET_KEY": "k" * 60}
    own["DATABASE_URL"] = f"sqlite:///{folder}/proof.sqlite3"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    started = {"cwd": settings.BASE_DIR, "env": {**os.environ, **own, **environment}}
    process = subprocess.Popen([sys.executable, "-c", NURSE], **pipes, **started)
    try:
        yield Nursery(folder, process)
    finally:
        process.kill()
        process.communicate()
