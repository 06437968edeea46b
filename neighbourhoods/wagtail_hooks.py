"""What Wagtail's admin shows of neighbourhoods: the appointments of their managers."""

from wagtail import hooks

from neighbourhoods.managers.viewsets import AppointmentViewSet


@hooks.register("register_admin_viewset")
def appointments() -> AppointmentViewSet:
    return AppointmentViewSet()
