"""Takes an upload into memory, never onto the disk: what a photo tells beside its pixels is written nowhere (L-10)."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from content.pages.images import MOST_BYTES

View = Callable[..., HttpResponse]


class MemoryOnly(FileUploadHandler):
    """Keeps one byte more than is allowed and lets the rest go, so that the form can say that it was too much."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.content.write(raw_data[: max(0, MOST_BYTES + 1 - self.content.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name="foto",
            content_type="application/octet-stream",
            size=min(file_size, MOST_BYTES + 1),
            charset=None,
        )


def in_memory(view: View) -> View:
    """Reads the files of a form into memory; the form's token is checked after that was arranged."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def arranged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [MemoryOnly(request)]
        return protected(request, *args, **kwargs)

    return arranged
