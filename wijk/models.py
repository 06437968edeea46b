"""The tables of the floor."""

from wijk.incoming.models import IncomingMail
from wijk.limits import Allowance
from wijk.mail.models import OutgoingMail, Undeliverable
from wijk.schedule import ScheduledJob

__all__ = ["Allowance", "IncomingMail", "OutgoingMail", "ScheduledJob", "Undeliverable"]
