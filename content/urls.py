from django.urls import include, path

urlpatterns = [
    path("", include("content.home.urls")),
    path("", include("content.organisations.urls")),
    path("", include("content.posts.urls")),
    path("", include("content.photos.urls")),
    path("", include("content.search.urls")),
    path("", include("content.matching.urls")),
    path("", include("content.contact.urls")),
    path("", include("content.signups.urls")),
    path("", include("content.helping.urls")),
    path("", include("content.guests.urls")),
    path("", include("content.importing.urls")),
    path("", include("content.invitations.urls")),
    path("", include("content.moderation.urls")),
    path("", include("content.pages.urls")),
    path("", include("content.newsletters.urls")),
    path("", include("content.statistics.urls")),
    path("", include("content.mailchimp.urls")),
    path("", include("content.legal.urls")),
]
