"""Signing in and out, and one's own password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from units import services
from units.forms import OwnPasswordForm, SignInForm
from units.kept_posts import KEY, forget_account, remember_account
from units.models import User
from units.rules import SignedInRequest


def _next_page(request: HttpRequest) -> str:
    """Return where to go after signing in: `next` when it is an address of ours, else the home page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Đăng nhập. After five wrong tries django-axes answers in our place with its lock-out page (429)."""
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        login(request, user)
        services.record_sign_in(user=user)
        response = redirect(_next_page(request))
        remember_account(response, user)
        return response
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "kept": KEY in request.session,
        "demo": settings.DEMO and User.objects.filter(is_demo=True).exists(),
    }
    return render(request, "units/sign_in.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Đăng xuất."""
    logout(request)
    response = redirect("units:sign-in")
    forget_account(response)
    return response


@never_cache
@sensitive_post_parameters("current", "new", "repeat")
def password_change(request: SignedInRequest) -> HttpResponse:
    """Đổi mật khẩu: by anybody at any time, and by duty at the first sign-in."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_own_password(user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "Đã đổi mật khẩu.")
        return redirect("units:home")
    return render(request, "units/password_change.html", {"form": form}, status=422 if form.is_bound else 200)
