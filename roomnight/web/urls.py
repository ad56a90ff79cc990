"""Every address of the product. What belongs to a hotel stands below /h/<hotel>/."""

from allauth.account.views import (
    logout,
    password_change,
    password_reset_done,
    password_reset_from_key,
    password_reset_from_key_done,
    reauthenticate,
)
from allauth.mfa.base.views import authenticate as second_step
from allauth.mfa.base.views import reauthenticate as confirm_by_code
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import (
    add_webauthn,
    login_webauthn,
    reauthenticate_webauthn,
)
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from roomnight.activities.urls import feed_urlpatterns
from roomnight.activities.urls import panel_urlpatterns as activity_panels
from roomnight.agreements.urls import panel_urlpatterns as agreement_panels
from roomnight.insight.urls import panel_urlpatterns as insight_panels
from roomnight.orders.urls import panel_urlpatterns as order_panels
from roomnight.pms.urls import panel_urlpatterns as production_panels
from roomnight.service.urls import panel_urlpatterns as service_panels
from roomnight.service.urls import public_urlpatterns as survey_pages
from roomnight.web.views import client, day, desk, door, entry, handing_over, security, settings

handler403 = "roomnight.web.views.entry.forbidden"
handler404 = "roomnight.web.views.entry.not_found"
handler429 = "roomnight.web.views.door.too_many"

closed = login_not_required(RedirectView.as_view(pattern_name="account_login"))
own_security = RedirectView.as_view(pattern_name="entry:security")

public = [
    path("", entry.home, name="home"),
    path("first-run/", entry.first_run, name="first_run"),
    path("first-run/demo/", entry.first_demo, name="first_demo"),
    path("first-run/hotel/", entry.first_hotel, name="first_hotel"),
    path("demo/remove/", entry.demo_remove, name="demo_remove"),
    path("language/", entry.language, name="language"),
    path("theme/", entry.theme, name="theme"),
    path("csrf/", entry.csrf, name="csrf"),
    path("offline/", entry.offline, name="offline"),
    path("health/", entry.health, name="health"),
    path("sw.js", entry.service_worker, name="service_worker"),
    path("manifest.webmanifest", entry.manifest, name="manifest"),
    path("security/", security.security, name="security"),
    path("security/sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("security/sessions/end/", security.sessions_end, name="sessions_end"),
]
desk_pages = [
    path("", day.my_day, name="my_day"),
    path("day/side/", day.my_day_side, name="my_day_side"),
    path("find/", desk.search, name="search"),
    path("palette/", desk.palette, name="palette"),
    path("bell/", desk.notifications, name="notifications"),
    path("bell/read/", desk.notifications_read, name="notifications_read"),
    path("help/", desk.help_page, name="help"),
    path("me/", desk.me, name="me"),
    path("me/security/", security.security_here, name="security"),
    path("clients/<int:pk>/", client.account, name="account"),
    path("clients/<int:pk>/panels/cases/", client.cases_panel, name="panel_cases"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/staff/<int:pk>/hand-over/", handing_over.hand_over_page, name="hand_over"),
    path("settings/staff/<int:pk>/hand-overs/", handing_over.hand_overs, name="hand_overs"),
    path("settings/hand-overs/<int:pk>/undo/", handing_over.hand_over_undo, name="hand_over_undo"),
    path("settings/policies/", settings.policies, name="policies"),
    path("settings/policies/<str:key>/", settings.policy, name="policy"),
    path("settings/audit/", settings.audit, name="audit"),
]
here = [
    path("", include((desk_pages, "web"))),
    path("settings/", include("roomnight.organization.urls")),
    path("clients/", include("roomnight.clients.urls")),
    path("clients/<int:pk>/panels/", include((activity_panels, "activity_panels"))),
    path("clients/<int:pk>/panels/", include((production_panels, "production_panels"))),
    path("clients/<int:pk>/panels/", include((agreement_panels, "agreement_panels"))),
    path("clients/<int:pk>/panels/", include((order_panels, "order_panels"))),
    path("clients/<int:pk>/panels/", include((service_panels, "service_panels"))),
    path("clients/<int:pk>/panels/", include((insight_panels, "insight_panels"))),
    path("imports/", include("roomnight.pms.urls")),
    path("activities/", include("roomnight.activities.urls")),
    path("registers/", include("roomnight.procedures.register_urls")),
    path("forms/", include("roomnight.procedures.form_urls")),
    path("", include("roomnight.procedures.urls")),
    path("agreements/", include("roomnight.agreements.urls")),
    path("credit/", include("roomnight.credit.urls")),
    path("orders/", include("roomnight.orders.urls")),
    path("reception/", include("roomnight.reception.urls")),
    path("service/", include("roomnight.service.urls")),
    path("insight/", include("roomnight.insight.urls")),
]
# What the sign-in library looks for by name. Every page of it that is not here does not exist.
sign_in = [
    path("login/", door.SignIn.as_view(), name="account_login"),
    path("login/second-step/", second_step, name="mfa_authenticate"),
    path("login/passkey/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("login/sso/", door.sign_on, name="sso_login"),
    path("login/sso/callback/", door.sign_on_return, name="sso_callback"),
    path("login/sso/cancelled/", door.sign_on_cancelled, name="socialaccount_login_cancelled"),
    path("logout/", logout, name="account_logout"),
    path("inactive/", door.inactive, name="account_inactive"),
    path("signup/", closed, name="account_signup"),
    path("password/", never_cache(password_change), name="account_change_password"),
    path("password/reset/", door.forgotten, name="account_reset_password"),
    path("password/reset/sent/", password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("security/confirm/", reauthenticate, name="account_reauthenticate"),
    path("security/confirm/code/", confirm_by_code, name="mfa_reauthenticate"),
    path("security/confirm/passkey/", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security/app/", never_cache(activate_totp), name="mfa_activate_totp"),
    path("security/app/remove/", deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("security/codes/new/", generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/passkeys/", own_security, name="mfa_list_webauthn"),
    path("security/passkeys/new/", never_cache(add_webauthn), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", security.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", security.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("security/factors/", own_security, name="mfa_index"),
]
urlpatterns = [
    *sign_in,
    path("feed/", include((feed_urlpatterns, "feed"))),
    path("s/", include((survey_pages, "survey"))),
    path("h/<slug:hotel>/", include(here)),
    path("", include((public, "entry"))),
]
