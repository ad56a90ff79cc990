"""How well likely duplicates are told (ACC-04): precision and recall over pairs of names, labelled by how they were made.

`make bench` prints it before the databases. A name is written anew as people do (other form, region, width, traditional
signs) and must pair; or is made a branch's or another company's (another region, another name proper) and must not.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bench.variants import APART, BRANCH, OWN, SAME, SHARED, Case, labelled
from bench.variants import cases as variants

FIRST = "恒远浦中启华瑞博天云明致承广安凌和嘉立鼎盛翰正宏同卓锦弘泰景金永兴德信诚亿"
SECOND = "睿见江晟宸垣驰衍祺汀德泽源澜峰畅禾诚岳林图辉越程毅达通利丰隆顺康宁安昌业成功铭"
TRADES = [
    "科技",
    "贸易",
    "医药",
    "建筑工程",
    "文化传播",
    "物流",
    "信息技术",
    "食品",
    "服饰",
    "咨询",
    "机械",
    "能源",
    "装饰",
    "传媒",
    "电子",
]
CITIES = ["上海", "北京", "苏州", "杭州", "宁波", "广州", "深圳", "成都"]
TRADITIONAL = str.maketrans("华贸医药传电业东龙", "華貿醫藥傳電業東龍")
WORDS = {SAME: "paired", BRANCH: "told to be a branch", APART: "kept apart"}
Change = Callable[[random.Random, str, str, str], str]

SAME_CLIENT: dict[str, Change] = {
    "another form": lambda rng, city, word, trade: f"{city}{word}{trade}股份有限公司",
    "without form": lambda rng, city, word, trade: f"{city}{word}{trade}",
    "region behind": lambda rng, city, word, trade: f"{word}{trade}（{city}）有限公司",
    "without region": lambda rng, city, word, trade: f"{word}{trade}有限公司",
    "with 市": lambda rng, city, word, trade: f"{city}市{word}{trade}有限公司",
    "traditional": lambda rng, city, word, trade: f"{city}{word}{trade}有限公司".translate(TRADITIONAL),
    "blanks": lambda rng, city, word, trade: f" {city} {word}{trade} 有限公司",
    "group": lambda rng, city, word, trade: f"{city}{word}{trade}集团有限公司",
    "name proper only": lambda rng, city, word, trade: word,
}
ANOTHER_CLIENT: dict[str, Change] = {
    "another city": lambda rng, city, word, trade: f"{other(rng, CITIES, city)}{word}{trade}有限公司",
    "another name proper": lambda rng, city, word, trade: f"{city}{another_word(rng, word)}{trade}有限公司",
    "another trade": lambda rng, city, word, trade: f"{city}{word}{other(rng, TRADES, trade)}有限公司",
    "a branch": lambda rng, city, word, trade: f"{city}{word}{trade}有限公司{other(rng, CITIES, city)}分公司",
}


def other(rng: random.Random, words: list[str], but: str) -> str:
    return rng.choice([word for word in words if word != but])


def another_word(rng: random.Random, but: str) -> str:
    return other(rng, [a + b for a in FIRST for b in rng.sample(SECOND, 3)], but)


@dataclass
class Score:
    """How often names that are one client were paired, and others not."""

    paired: int = 0
    missed: int = 0
    wrongly_paired: int = 0
    kept_apart: int = 0
    seconds: float = 0.0

    def add(self, case: Case) -> bool:
        """Compare the two names of a case. A branch that is taken for the house is wrong as well."""
        started = time.perf_counter()
        found = case.found
        self.seconds += time.perf_counter() - started
        if case.wanted == SAME:
            self.paired, self.missed = self.paired + (found == SAME), self.missed + (found != SAME)
        else:
            self.wrongly_paired += found == SAME
            self.kept_apart += found != SAME
        return found == case.wanted

    @property
    def precision(self) -> float:
        return self.paired / max(1, self.paired + self.wrongly_paired)

    @property
    def recall(self) -> float:
        return self.paired / max(1, self.paired + self.missed)


def made_up(count: int, seed: int) -> Iterator[Case]:
    """Invented companies, each in one variant; as many of every kind."""
    rng = random.Random(seed)
    for kinds, wanted in ((SAME_CLIENT, SAME), (ANOTHER_CLIENT, APART)):
        for how, change in kinds.items():
            for _ in range(count // len(kinds)):
                city, word, trade = rng.choice(CITIES), rng.choice(FIRST) + rng.choice(SECOND), rng.choice(TRADES)
                as_said = BRANCH if how == "a branch" else wanted
                yield Case(how, f"{city}{word}{trade}有限公司", change(rng, city, word, trade), as_said)


def print_score(title: str, cases: Iterable[Case]) -> Score:
    """Say what was told right, by how the second name was made, and how long one comparison takes."""
    score, right, all_of = Score(), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for case in cases:
        key = case.wanted, case.how
        all_of[key] += 1
        right[key] += score.add(case)
    print(f"  {title}", flush=True)
    for key, count in all_of.items():
        print(f"    {right[key]:>6,} of {count:>6,} {WORDS[key[0]]}: {key[1]}")
    milliseconds = score.seconds / max(1, sum(all_of.values())) * 1000
    print(f"    precision {score.precision:.3f}, recall {score.recall:.3f}, {milliseconds:.2f} ms a pair", flush=True)
    return score


def print_scores(count: int = 3000, seed: int = 1) -> None:
    """Print precision and recall over made-up names, over our own labelled ones, and over real ones where they are."""
    print_score("names made up", made_up(count, seed))
    print_score("labelled names of our own", variants(labelled(OWN)))
    if SHARED.exists():
        print_score("labelled names of ../shared/data/companies", variants(labelled(SHARED)))
