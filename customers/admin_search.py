"""The admin's search for customers: by name alone, because it stands in the address."""

from django.db.models import Q, QuerySet

from customers.models import Customer
from customers.pinyin import pinyin


def by_name(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers whose name, pinyin or initials begin so, or whose own id is this, all by index.

    A Chinese text is looked up by its pinyin and then compared, because a range of Chinese text is
    a range of the index in some collations only.
    """
    letters = pinyin(text)
    if not letters:
        return customers
    after = letters[:-1] + chr(ord(letters[-1]) + 1)
    found = Q(name_pinyin__gte=letters, name_pinyin__lt=after)
    if not text.isascii():
        return customers.filter(Q(name=text) | (found & Q(name__startswith=text)))
    found |= Q(name_initials__gte=letters, name_initials__lt=after)
    return customers.filter(found | Q(own_id=text))
