"""The door for web servers: granian --interface wsgi wijk.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application

from wijk.gate import Gate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wijk.settings")
application = Gate(get_wsgi_application())
