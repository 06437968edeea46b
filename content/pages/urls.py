from django.urls import path

from content.pages import views

app_name = "pages"
urlpatterns = [
    path("beheer/<slug:wijk>/nieuws/", views.desk_news, name="desk_news"),
    path("beheer/<slug:wijk>/nieuws/nieuw/", views.write_news, name="write_news"),
    path("beheer/<slug:wijk>/nieuws/<int:pk>/", views.edit_news, name="edit_news"),
    path("beheer/<slug:wijk>/nieuws/<int:pk>/weg/", views.withdraw_news, name="withdraw_news"),
    path("media/<path:path>", views.media, name="media"),
    path("_util/<path:path>", views.closed, name="closed"),
]
