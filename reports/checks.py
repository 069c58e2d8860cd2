"""System checks of reports."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

from reports.pdf.fonts import PACKAGE, font_problem


@register(Tags.compatibility)
def vietnamese_serif_font(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn at start that no PDF can be made (reports.W001); rendering itself refuses, see pdf.render_pdf.

    A warning, not an error: the rest of the program works without the font, and `manage` must still run to fix things.
    """
    if problem := font_problem():
        return [Warning(problem, hint=f"apt install {PACKAGE} fontconfig", id="reports.W001")]
    return []
