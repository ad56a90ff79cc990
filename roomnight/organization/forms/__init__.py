"""Forms of the organisation."""

from roomnight.organization.forms.duties import DeputyForm, HoldForm, LimitForm, PositionForm
from roomnight.organization.forms.people import (
    DayForm,
    DepartmentForm,
    FactForm,
    FileForm,
    HotelForm,
    JoinForm,
    LeaveForm,
    MatrixForm,
    NewDepartmentForm,
    PersonForm,
    PlaceForm,
    RoleNameForm,
    StaffForm,
    WithdrawForm,
)
from roomnight.organization.forms.qualifications import QualificationForm, WithdrawQualificationForm

__all__ = [
    "DayForm",
    "DepartmentForm",
    "DeputyForm",
    "FactForm",
    "FileForm",
    "HoldForm",
    "HotelForm",
    "JoinForm",
    "LeaveForm",
    "LimitForm",
    "MatrixForm",
    "NewDepartmentForm",
    "PersonForm",
    "PlaceForm",
    "PositionForm",
    "QualificationForm",
    "RoleNameForm",
    "StaffForm",
    "WithdrawForm",
    "WithdrawQualificationForm",
]
