"""Who may sign in: Django's check of name and password, and no demo account outside demo mode."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from .models import User


def may_sign_in(user: User) -> bool:
    """Tell whether the account is open; demo accounts exist for trying out only (settings.DEMO)."""
    return user.is_active and (settings.DEMO or not user.is_demo)


class OfficeBackend(ModelBackend):
    """Refuses locked accounts, and demo accounts in production, at sign-in and on every later request."""

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        """Tell whether Django may sign this account in or keep it signed in."""
        return user is not None and may_sign_in(user)

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session with the unit the frame of every page names; None when it must end."""
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if self.user_can_authenticate(user) else None
