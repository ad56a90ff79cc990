"""The numbers in force for the screening of a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from roomnight.insight.rules import values
from roomnight.insight.rules.parameters import Parameters


def parameters_at(hotel_code: str, year: int) -> Parameters:
    """The hotel's values in force at the end of the year, whenever it is screened: a later run goes by the same."""
    on = date(year, 12, 31)
    parts = values.COOPERATION_PARTS.at(hotel_code, on)
    return Parameters(
        weights=dict(values.WEIGHTS.at(hotel_code, on)),
        room_night_cost_cents=int(values.ROOM_NIGHT_COST.at(hotel_code, on) * 100),
        commissions=values.read_commissions(values.COMMISSIONS.at(hotel_code, on)),
        margin_floor=values.MARGIN_FLOOR.at(hotel_code, on),
        margin_target=values.MARGIN_TARGET.at(hotel_code, on),
        profit_basis=values.PROFIT_BASIS.at(hotel_code, on),
        key_account_share=values.KEY_ACCOUNT_SHARE.at(hotel_code, on),
        prior_bookings=values.PRIOR_BOOKINGS.at(hotel_code, on),
        prior_nights=values.PRIOR_NIGHTS.at(hotel_code, on),
        late_cancel_days=values.LATE_CANCEL_DAYS.at(hotel_code, on),
        trend_share=values.TREND_SHARE.at(hotel_code, on),
        used_share=Decimal(parts["used"]),
        kept_share=Decimal(parts["kept"]),
        punctual_share=Decimal(parts["punctual"]),
        on_time_share=values.ON_TIME_SHARE.at(hotel_code, on),
        collected_days=values.COLLECTED_DAYS.at(hotel_code, on),
        worst_days=values.WORST_DAYS.at(hotel_code, on),
        worst_share=values.WORST_SHARE.at(hotel_code, on),
        small_sample=values.SMALL_SAMPLE.at(hotel_code, on),
        cuts={grade: Decimal(str(least)) for grade, least in values.CUTS.at(hotel_code, on).items()},
        let_go_below=values.LET_GO_BELOW.at(hotel_code, on),
        overdue_cap_days=values.OVERDUE_CAP_DAYS.at(hotel_code, on),
    )
