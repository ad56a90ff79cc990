"""The look back at a deal 评估交易: how it went, what the representative would not do again, what the manager says (SAT-03)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders.models import Order
from roomnight.organization.models import Hotel, Staff


class Went(models.TextChoices):
    SMOOTH = "smooth", _("Smoothly")
    BUMPY = "bumpy", _("With some trouble")
    HARD = "hard", _("With much trouble")


class Slip(models.TextChoices):
    """What the representative asks themself; each is a yes to be talked about."""

    SAID = "said", _("I said or did what I should not have")
    BORED = "bored", _("I talked of things that did not interest the client")
    DISPUTE = "dispute", _("I used words that can be disputed")
    REACTION = "reaction", _("I noticed a bad reaction of the client")
    INTERRUPTED = "interrupted", _("I interrupted the client")
    LISTENED = "listened", _("I did not ask enough about what the client needs")
    PROMISED = "promised", _("I promised something that I had not made sure of")
    RIVAL = "rival", _("I spoke badly of another hotel")
    PREPARED = "prepared", _("I lacked a paper or a figure when it was needed")
    LATE = "late", _("I let the client wait for an answer")


class ReviewState(models.TextChoices):
    DUE = "due", pgettext_lazy("deal review", "To write")
    WRITTEN = "written", pgettext_lazy("deal review", "To be read")
    READ = "read", pgettext_lazy("deal review", "Read")


class DealReview(models.Model):
    """One look back, of whoever made the deal; one for each order. It is read by a superior, who says something to it."""

    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="deal_reviews", db_index=False)
    order = models.OneToOneField(Order, models.PROTECT, related_name="deal_review")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+", verbose_name=_("who made the deal"))
    state = models.CharField(_("state"), max_length=7, choices=ReviewState, default=ReviewState.DUE)
    made_at = models.DateTimeField()
    went = models.CharField(_("how it went"), max_length=6, choices=Went, blank=True)
    slips = models.JSONField(default=list)
    worked = models.CharField(_("what helped"), max_length=600, blank=True)
    otherwise = models.CharField(_("what to do otherwise"), max_length=600, blank=True)
    written_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    comment = models.CharField(_("the manager's word"), max_length=600, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="due") | Q(written_at__isnull=False) & ~Q(went=""),
                name="service_review_says_how_it_went",
            ),
            models.CheckConstraint(
                condition=Q(read_by=None) | ~Q(read_by=F("staff")), name="service_review_is_read_by_another"
            ),
        ]
        indexes = [models.Index(fields=["hotel", "state", "made_at"], name="service_reviews_by_state")]

    def __str__(self) -> str:
        return str(self.order)

    def get_absolute_url(self) -> str:
        return reverse("service:deal_review", kwargs={"hotel": self.hotel.code, "pk": self.pk})

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    @property
    def slip_words(self) -> list[str]:
        """What was ticked, in the language in force."""
        return [str(Slip(one).label) for one in self.slips if one in Slip.values]
