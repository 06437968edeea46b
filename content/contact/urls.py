from django.urls import path

from content.contact import views

app_name = "contact"
urlpatterns = [
    path("bericht/<int:pk>/<slug:slug>/contact/", views.send, name="send"),
    path("gesprek/gestuurd/", views.sent, name="sent"),
    path("gesprek/<slug:token>/bevestigen/", views.confirm, name="confirm"),
    path("gesprek/<slug:token>/sluiten/", views.visitor_close, name="visitor_close"),
    path("gesprek/<slug:token>/", views.visitor_thread, name="visitor_thread"),
    path("mijn/gesprekken/", views.mine, name="mine"),
    path("mijn/gesprekken/<int:pk>/", views.thread, name="thread"),
    path("mijn/gesprekken/<int:pk>/sluiten/", views.close, name="close"),
]
