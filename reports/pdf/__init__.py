"""Official documents as PDF in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from .render import render_pdf, warm_up

__all__ = ["render_pdf", "warm_up"]
