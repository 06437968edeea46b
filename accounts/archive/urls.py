from django.urls import path

from accounts.archive import views

app_name = "archive"
urlpatterns = [
    path("account/terugkomen/", views.ask, name="ask"),
    path("account/terugkomen/<str:token>/", views.come_back, name="return"),
    path("kopie/wissen/<str:token>/", views.refuse, name="refuse"),
    path("beheer/privacy/kopieen/", views.copies, name="copies"),
    path("beheer/privacy/kopieen/<int:pk>/", views.end, name="end"),
]
