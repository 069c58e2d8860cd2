"""Searching tasks without diacritics: one folded text per task, stored, so that both databases search it alike.

Every service that writes a task's number, title or product writes `Task.search_text` with it.
"""

from django.db.models import Q

from ninhgiang.vietnamese import clean, fold


def search_text(number: str, title: str, product: str) -> str:
    """Return what a task is found by: "2 ban hanh ke hoach ke hoach"."""
    return fold(f"{number} {title} {product}")


def task_matches(text: str, *, prefix: str = "") -> Q:
    """Return the filter of the tasks meant by typed text: the number exactly, or words of title and product.

    `prefix` leads from the filtered model to the task ("assignment__task__"). Text without letters or digits
    filters nothing.
    """
    wanted = fold(text)
    if not wanted:
        return Q()
    number = clean(text)
    return Q(**{f"{prefix}number__iexact": number}) | Q(**{f"{prefix}search_text__contains": wanted})
