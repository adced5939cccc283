"""Six worked patients of the tour: cases of the guidance with its expected verdicts, as invented patients to open."""

from dataclasses import dataclass
from datetime import date

BY = "consultant"


@dataclass(frozen=True, slots=True)
class Worked:
    """`case` names the case of the release in force that the findings are taken from; `notice` says what to look at."""

    case: str
    number: int
    family_name: str
    given_names: str
    birth_date: date
    sex: str
    title: str
    notice: str

    @property
    def hospital_number(self) -> str:
        return f"X1{self.number:04d}"


WORKED = (
    Worked(
        "case-01",
        21,
        "Exemplar",
        "Ruth",
        date(1968, 2, 11),
        "female",
        "Everything known, everything open",
        "Nothing is missing, so every verdict is settled. Intrathecal chemotherapy is only “Consider”, and the card "
        "says “contested”: open it and see what speaks against the source.",
    ),
    Worked(
        "case-07",
        22,
        "Illustration",
        "Carla",
        date(1959, 9, 3),
        "female",
        "The same, but with a bleed",
        "One finding turns “Consider” into “Not now” and puts an urgent note on top. The card says what would lift it; "
        "the card of the CSF flow study keeps what it overrules.",
    ),
    Worked(
        "case-11",
        23,
        "Demonstration",
        "Ines",
        date(1975, 6, 27),
        "female",
        "A flow study that does not count any more",
        "The flow study is older than the bleed. It stays visible with its date and the reason, and counts as unknown: "
        "intrathecal chemotherapy waits for a new one, and a new one is advised.",
    ),
    Worked(
        "case-13",
        24,
        "Instance",
        "Peter",
        date(1963, 12, 19),
        "male",
        "CSF flow is blocked",
        "One finding forbids intrathecal chemotherapy, in a patient who is otherwise fit for it. Radiotherapy to the "
        "block may be considered; the card says what would lift the prohibition.",
    ),
    Worked(
        "case-27",
        25,
        "Pattern",
        "Mary",
        date(1981, 4, 8),
        "female",
        "Only a bleed is recorded",
        "Almost everything is unknown, and still the prohibitions hold. The missing findings are listed with the most "
        "decisive one first.",
    ),
    Worked(
        "case-05",
        26,
        "Rehearsal",
        "John",
        date(1947, 10, 30),
        "male",
        "Fit, but with little time",
        "Karnofsky 90, and a life expectancy under one month: the prognosis group is poor. What is “Not advised” is no "
        "prohibition; whole-brain radiotherapy waits for a judgement that only you can make.",
    ),
)
