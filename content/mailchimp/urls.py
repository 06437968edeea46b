from django.urls import path

from content.mailchimp import views

app_name = "mailchimp"
urlpatterns = [
    path("beheer/<slug:wijk>/mailchimp/", views.state, name="state"),
    path("beheer/<slug:wijk>/nieuwsbrieven/<int:pk>/mailchimp/", views.hand_over, name="hand_over"),
    path("beheer/<slug:wijk>/mailchimp/<int:pk>/zelf/", views.send_ourselves, name="send_ourselves"),
    path("mailchimp/<str:hook>/", views.knock, name="knock"),
]
