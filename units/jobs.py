"""Register of job kinds. An app registers its handlers in AppConfig.ready; `units` never imports that app."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import Job


@dataclass(slots=True)
class Progress:
    """Given to a handler: `step` stores how far the work is, so that the page can show it."""

    job: Job

    def step(self, done: int, total: int, message: str) -> None:
        """Store progress (done of total units of work) with a Vietnamese message for the progress page."""
        Job.objects.filter(pk=self.job.pk).update(progress=done, total=total, message=message)


type Handler = Callable[[Job, Progress], str]  # returns the URL of the result

_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Make `handler` the one that runs jobs of `kind`. The handler must be safe to run twice."""
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler:
    """Return the handler of a job kind; KeyError when no app registered it."""
    return _handlers[kind]
