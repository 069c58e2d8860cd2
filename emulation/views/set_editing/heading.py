"""The part common to all rows of a draft set, and the page of grades, heads and vetoes with its live check."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from emulation.forms.set_editing.grades import BANDS, HEADS, VETOES, GradesForm
from emulation.forms.set_editing.heading import SetHeadingForm, heading_of
from emulation.set_editing import digest_of_grades, digest_of_heading
from emulation.set_words import bands_text, head_sentences, row_names, veto_sentences
from ninhgiang.errors import DomainError
from units.rules import SignedInRequest

from .shared import Draft, Outcome, draft_for, page, show_problems, store

_MORE = (BANDS, HEADS, VETOES)


@require_http_methods(["GET", "HEAD", "POST"])
def set_heading(request: SignedInRequest, code: str) -> HttpResponse:
    """Sửa phần chung: tên, căn cứ, cách đếm hạng, điểm cộng, điểm trừ, nộp chậm."""
    draft = draft_for(request, code, keeps_typed=True)
    form = SetHeadingForm(request.POST or None, initial=heading_of(draft.spec), spec=draft.spec)
    mark, outcome = digest_of_heading(draft.spec), Outcome()
    if request.method == "POST":
        outcome = Outcome(status=409 if draft.closed else 422)
        if form.is_valid() and not draft.closed:
            try:
                outcome = store(request, draft, form.spec_over(draft.spec), "Đã lưu phần chung.", mark=mark)
            except DomainError as error:
                show_problems(form, error)
    context = page(draft, outcome, form=form, mark=mark)
    return outcome.answer or render(request, "emulation/set_heading.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def set_grades(request: SignedInRequest, code: str) -> HttpResponse:
    """Sửa mức xếp loại, xếp loại người đứng đầu, trường hợp khống chế."""
    draft = draft_for(request, code, keeps_typed=True)
    posted = request.POST if request.method == "POST" else None
    more = request.POST.get("them", "")
    form, outcome, refused = GradesForm(draft.spec, posted, more), Outcome(), ""
    mark = digest_of_grades(draft.spec)
    if posted is not None and more not in _MORE and "kiem_tra" not in request.POST:
        outcome = Outcome(status=409 if draft.closed else 422)
        if form.is_valid() and not draft.closed:
            try:
                outcome = store(request, draft, form.spec_over(), "Đã lưu xếp loại, khống chế.", mark=mark)
            except DomainError as error:
                refused = error.message
    failed = outcome.status == 422 and bool(refused or not form.is_valid())
    context = page(draft, outcome, mark=mark, refused=refused, failed=failed, **_shown(draft, form))
    return outcome.answer or render(request, "emulation/set_grades.html", context, status=outcome.status)


@require_POST
def set_grades_check(request: SignedInRequest, code: str) -> HttpResponse:
    """Kiểm tra mức xếp loại khi đang gõ; reads only."""
    draft = draft_for(request, code, keeps_typed=True)
    return render(request, "emulation/_set_grades_check.html", _shown(draft, GradesForm(draft.spec, request.POST)))


def _shown(draft: Draft, form: GradesForm) -> dict[str, object]:
    """Return the form and what it says in words; heads and vetoes once everything can be read."""
    valid = form.is_valid()
    made = form.spec_over() if valid else draft.spec
    return {
        "grades": form,
        "invalid": not valid,
        "band_rule": "" if form.problems else bands_text([one.stored for one in form.grades]),
        "head_rules": head_sentences(made.head_mapping, made.bands) if valid else [],
        "veto_rules": veto_sentences(made.veto_conditions, made.bands, row_names(made)) if valid else [],
    }
