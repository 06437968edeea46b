from django.urls import path

from content.posts.views import mailed, mine, paper, placing, public, series, shop

app_name = "posts"
urlpatterns = [
    path("wijk/<slug:slug>/vraag-en-aanbod/", public.board, name="board"),
    path("wijk/<slug:slug>/etalage/", shop.shop, name="shop"),
    path("wijk/<slug:slug>/agenda/", public.agenda, name="agenda"),
    path("wijk/<slug:slug>/agenda.ics", public.agenda_ics, name="agenda_ics"),
    path("wijk/<slug:slug>/agenda/print/", public.agenda_print, name="agenda_print"),
    path("organisatie/<slug:slug>/agenda.ics", public.organisation_ics, name="organisation_ics"),
    path("bericht/<int:pk>/<slug:slug>/agenda.ics", public.post_ics, name="post_ics"),
    path("wijk/<slug:slug>/feed.atom", public.atom, name="atom"),
    path("wijk/<slug:slug>/feed.json", public.json_feed, name="json_feed"),
    path("bericht/<int:pk>/", public.detail_by_number, name="detail_by_number"),
    path("bericht/<int:pk>/<slug:slug>/", public.detail, name="detail"),
    path("bericht/<int:pk>/<slug:slug>/briefje/", paper.notice, name="notice"),
    path("wijk/<slug:slug>/prikbord/", paper.week_sheet, name="week_sheet"),
    path("plaatsen/", placing.place, name="place"),
    path("plaatsen/<int:pk>/<str:step>/", placing.place_step, name="place_step"),
    path("klopt-nog/<str:word>/", mailed.still_right, name="mailed"),
    path("mijn/berichten/", mine.mine, name="mine"),
    path("mijn/berichten/<int:pk>/", mine.mine_detail, name="mine_detail"),
    path("mijn/berichten/<int:pk>/voorbeeld/", mine.preview, name="preview"),
    path("mijn/berichten/<int:pk>/aanpassen/", mine.edit, name="edit"),
    path("mijn/berichten/<int:pk>/contact/", mine.contact_switches, name="contact_switches"),
    path("mijn/berichten/<int:pk>/ook-in/<int:number>/terug/", mine.take_back, name="take_back"),
    path("mijn/berichten/<int:pk>/data/", series.dates, name="dates"),
    path("mijn/berichten/<int:pk>/einde/", mine.end, name="end"),
    path("mijn/berichten/<int:pk>/verlengen/", mine.renew, name="renew"),
]
