"""What may be told to everybody, read through the register: for pages, feeds, search results and site maps (W-64)."""

from functools import lru_cache
from typing import Any, cast

from django.db.models import Model

from wijk.personal_data import may_leave

# A smaller number could point at somebody, so figures for everybody leave it out (W-59).
FEWEST = 5


@lru_cache
def _columns(model: type[Model]) -> dict[str, str]:
    """What each column is declared as, by every name it can be read by."""
    columns = [(column.name, column.attname) for column in model._meta.concrete_fields]
    return {way: name for name, attname in columns for way in (name, attname, f"get_{name}_display")}


class NotPublic(Exception):
    """Something was about to be told to everybody that the register does not let go."""


class Published:
    """A row as everybody may see it: a column that is neither public nor switched on cannot be read.

    What the model itself makes for pages, as a byline or an address, can.
    """

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        column = _columns(self._row._meta.model).get(name)
        if column and not may_leave(self._row, column):
            raise NotPublic(f"{self._row._meta.label}.{column}")
        return getattr(self._row, name)

    def __str__(self) -> str:
        return str(self._row)


def published[Row](row: Row) -> Row:
    """A row to be told to everybody; for who reads the code it is still that row."""
    return cast(Row, Published(row))
