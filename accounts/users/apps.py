from wagtail.users.apps import WagtailUsersAppConfig


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's list of accounts, without who is frozen."""

    user_viewset = "accounts.users.viewsets.UserViewSet"
