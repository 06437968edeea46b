from django.urls import path

from content.contact import steps, thanks, views

app_name = "contact"
urlpatterns = [
    path("bericht/<int:pk>/<slug:slug>/contact/", views.send, name="send"),
    path("organisatie/<slug:slug>/vraag/", views.ask, name="ask"),
    path("gesprek/gestuurd/", views.sent, name="sent"),
    path("gesprek/<slug:token>/bevestigen/", views.confirm, name="confirm"),
    path("gesprek/<slug:token>/delen/", steps.visitor_share, name="visitor_share"),
    path("gesprek/<slug:token>/niet-delen/", steps.visitor_unshare, name="visitor_unshare"),
    path("gesprek/<slug:token>/sluiten/", steps.visitor_close, name="visitor_close"),
    path("gesprek/<slug:token>/blokkeren/", steps.visitor_block, name="visitor_block"),
    path("gesprek/<slug:token>/", views.visitor_thread, name="visitor_thread"),
    path("mijn/berichten/<int:pk>/bedanken/", thanks.thank, name="thank"),
    path("mijn/gesprekken/", views.mine, name="mine"),
    path("mijn/gesprekken/geblokkeerd/", steps.blocked, name="blocked"),
    path("mijn/gesprekken/geblokkeerd/<int:pk>/opheffen/", steps.unblock, name="unblock"),
    path("mijn/gesprekken/<int:pk>/", views.thread, name="thread"),
    path("mijn/gesprekken/<int:pk>/delen/", steps.share, name="share"),
    path("mijn/gesprekken/<int:pk>/niet-delen/", steps.unshare, name="unshare"),
    path("mijn/gesprekken/<int:pk>/sluiten/", steps.close, name="close"),
    path("mijn/gesprekken/<int:pk>/blokkeren/", steps.block, name="block"),
]
