"""What procedures do when something happens below."""

from __future__ import annotations

from roomnight.kernel.commands import current_act
from roomnight.kernel.events import on
from roomnight.kernel.merging import names_by_text
from roomnight.organization.events import HotelSupplied
from roomnight.organization.models import Hotel
from roomnight.procedures.commands import install_form, install_shipped
from roomnight.procedures.models import Case, FormUse
from roomnight.procedures.shipped_registers import shipped_registers

names_by_text(Case, "subject")  # a case about a client that is merged goes on about the one that stays (ACC-04)


@on(HotelSupplied)
def bring_shipped_procedures(event: HotelSupplied) -> None:
    """A hotel that is opened or brought up to date gets the shipped procedures that it lacks."""
    install_shipped(actor=current_act().actor, hotel=Hotel.objects.get(pk=event.hotel_id))


@on(HotelSupplied)
def bring_shipped_registers(event: HotelSupplied) -> None:
    """The same with the registers that ship."""
    actor, hotel = current_act().actor, Hotel.objects.get(pk=event.hotel_id)
    for code, department, source in shipped_registers():
        install_form(actor=actor, hotel=hotel, code=code, department=department, use=FormUse.REGISTER, source=source)
