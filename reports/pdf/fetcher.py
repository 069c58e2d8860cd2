"""What a document may load while it is laid out: nothing. Imported only together with WeasyPrint."""

from collections.abc import Mapping
from typing import Any, NoReturn

from weasyprint.urls import FatalURLFetchingError, URLFetcher


class NothingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
    """Refuses every address: text typed by a person must not make the server open files or sites."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, Any] | None = None) -> NoReturn:
        """Raise for every address, and stop the rendering."""
        raise FatalURLFetchingError(f"Văn bản không được tham chiếu ra ngoài: {url}")
