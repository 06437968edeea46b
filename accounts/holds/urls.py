from django.urls import path

from accounts.holds import views

app_name = "holds"
urlpatterns = [
    path("beheer/privacy/apart/", views.index, name="index"),
    path("beheer/privacy/apart/account/<int:pk>/", views.place, name="place"),
    path("beheer/privacy/apart/<int:pk>/", views.detail, name="detail"),
    path("beheer/privacy/apart/<int:pk>/verlengen/", views.renew, name="renew"),
    path("beheer/privacy/apart/<int:pk>/wissen/", views.release, name="release"),
]
