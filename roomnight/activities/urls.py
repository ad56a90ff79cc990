"""The addresses of visits, follow-ups and the day, below /h/<hotel>/activities/."""

from django.urls import path

from roomnight.activities.views import (
    boards,
    calendar,
    feed,
    followups,
    panels,
    plans,
    proposals,
    reports,
    results,
    visit_list,
    visits,
)

app_name = "activities"
urlpatterns = [
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/make/", proposals.propose, name="propose"),
    path("proposals/<int:pk>/accept/", proposals.accept, name="proposal_accept"),
    path("proposals/<int:pk>/drop/", proposals.drop, name="proposal_drop"),
    path("visits/", visit_list.visits, name="visits"),
    path("visits/plan/", plans.plan, name="plan"),
    path("visits/log/", reports.log, name="log_visit"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/plan/", plans.change, name="plan_change"),
    path("visits/<int:pk>/confirm/", visits.confirm, name="confirm"),
    path("visits/<int:pk>/kit/", visits.kit, name="kit"),
    path("visits/<int:pk>/out/", visits.out, name="go_out"),
    path("visits/<int:pk>/back/", visits.back, name="come_back"),
    path("visits/<int:pk>/notes/", visits.notes, name="notes"),
    path("visits/<int:pk>/report/", reports.report, name="report"),
    path("visits/<int:pk>/files/", visits.files, name="visit_files"),
    path("visits/<int:pk>/files/<int:file>/", visits.file, name="visit_file"),
    path("visits/<int:pk>/read/", visits.read, name="read"),
    path("visits/<int:pk>/cancel/", visits.cancel, name="visit_cancel"),
    path("visits/<int:pk>/miss/", visits.miss, name="visit_miss"),
    path("follow-ups/", followups.followups, name="followups"),
    path("follow-ups/new/", followups.followup_new, name="followup_new"),
    path("follow-ups/<int:pk>/", followups.followup, name="followup"),
    path("follow-ups/<int:pk>/done/", followups.followup_done, name="followup_done"),
    path("follow-ups/<int:pk>/move/", followups.followup_move, name="followup_move"),
    path("follow-ups/<int:pk>/cancel/", followups.followup_cancel, name="followup_cancel"),
    path("outing/", boards.outing, name="outing"),
    path("day-close/", boards.day_close, name="day_close"),
    path("coverage/", boards.coverage, name="coverage"),
    path("after-visits/", results.visit_results, name="visit_results"),
    path("visits/<int:pk>/after/", results.visit_after, name="visit_after"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/events/", calendar.calendar_events, name="calendar_events"),
    path("calendar/move/", calendar.calendar_move, name="calendar_move"),
    path("calendar/address/", calendar.calendar_address, name="calendar_address"),
]
panel_urlpatterns = [path("activities/", panels.activities, name="activities")]
feed_urlpatterns = [path("<str:key>.ics", feed.feed, name="feed")]
