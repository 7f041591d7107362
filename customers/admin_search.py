"""The admin's search for customers: by name alone, because it stands in the address."""

from django.db.models import Q, QuerySet

from customers.models import Customer
from customers.pinyin import pinyin

MOST = 500


def by_name(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers whose name, pinyin or initials begin so, or whose own id is this, all by index.

    A Chinese text is looked up by its pinyin and then compared, because a range of Chinese text is
    a range of the index in some collations only.
    """
    letters = pinyin(text)
    if not letters:
        return customers
    ways = [("name_pinyin", _begins("name_pinyin", letters))]
    if text.isascii():
        ways += [
            ("name_initials", _begins("name_initials", letters)),
            ("own_id", Q(own_id=text)),
        ]
    else:
        ways[0] = ("name_pinyin", ways[0][1] & Q(name__startswith=text))
        ways.append(("name", Q(name=text)))
    # One look-up each, in the order of its index: alternatives in one condition would be a scan.
    keys: set[int] = set()
    for column, condition in ways:
        found = Customer.objects.filter(condition).order_by(column)
        keys.update(found.values_list("pk", flat=True)[:MOST])
    return customers.filter(pk__in=keys)


def _begins(column: str, letters: str) -> Q:
    after = letters[:-1] + chr(ord(letters[-1]) + 1)
    return Q(**{f"{column}__gte": letters, f"{column}__lt": after})
