from django.urls import path

from content.posts import views

app_name = "posts"
urlpatterns = [
    path("wijk/<slug:slug>/vraag-en-aanbod/", views.board, name="board"),
    path("wijk/<slug:slug>/agenda/", views.agenda, name="agenda"),
    path("wijk/<slug:slug>/agenda.ics", views.agenda_ics, name="agenda_ics"),
    path("wijk/<slug:slug>/agenda/print/", views.agenda_print, name="agenda_print"),
    path("wijk/<slug:slug>/feed.atom", views.atom, name="atom"),
    path("wijk/<slug:slug>/feed.json", views.json_feed, name="json_feed"),
    path("bericht/<int:pk>/", views.detail_by_number, name="detail_by_number"),
    path("bericht/<int:pk>/<slug:slug>/", views.detail, name="detail"),
    path("plaatsen/", views.place, name="place"),
    path("plaatsen/<int:pk>/<str:step>/", views.place_step, name="place_step"),
    path("mijn/berichten/", views.mine, name="mine"),
    path("mijn/berichten/<int:pk>/", views.mine_detail, name="mine_detail"),
    path("mijn/berichten/<int:pk>/contact/", views.contact_switches, name="contact_switches"),
    path("mijn/berichten/<int:pk>/einde/", views.end, name="end"),
    path("mijn/berichten/<int:pk>/verlengen/", views.renew, name="renew"),
]
