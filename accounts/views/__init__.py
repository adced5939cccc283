"""Pages of signing in and out, and of one's own account."""

from accounts.views.sign_in import sign_out

__all__ = ["sign_out"]
