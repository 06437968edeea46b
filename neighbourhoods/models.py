"""The tables of neighbourhoods."""

from neighbourhoods.managers.models import Appointment
from neighbourhoods.places.models import Municipality, Neighbourhood, Postcode
from neighbourhoods.residents.models import Residence
from neighbourhoods.starting.models import StartNotice
from neighbourhoods.subscriptions.models import Subscription

__all__ = ["Appointment", "Municipality", "Neighbourhood", "Postcode", "Residence", "StartNotice", "Subscription"]
