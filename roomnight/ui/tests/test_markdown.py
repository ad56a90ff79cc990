"""Long texts: what is shown of Markdown, and that nothing in it runs (SEC-05)."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.ui.markdown import ATTRIBUTES, TAGS, plain_parts, rendered


def test_headings_lists_and_tables():
    html = rendered("# 一\n## 二\n\n1. 甲\n2. **乙**\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert "<h3>一</h3>" in html
    assert "<h3>二</h3>" in html
    assert "<strong>乙</strong>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[看](javascript:alert(1))",
        "[看](JaVaScRiPt:alert(1))",
        "[看](data:text/html;base64,PHNjcmlwdD4=)",
        "[看](vbscript:x)",
        "[看](//elsewhere.example/x)",
        "![画](https://elsewhere.example/x.png)",
        "<a href='https://x' onclick='y'>z</a>",
        "[a]: javascript:alert(1)\n[a]",
        "<!-- x --><style>*{}</style>",
        '```"><script>\nx\n```',
        '<https://x.example/" onmouseover="y>',
        "[x](https://x.example \"' onclick='y\")",
    ],
)
def test_nothing_typed_runs(text):
    assert_harmless(rendered(text))


@pytest.mark.rule("SEC-05")
@given(st.text(alphabet="<>/\"'=()[]!#*`|-: \n&;javscriptonlckhtfde中", max_size=120))
def test_no_text_at_all_runs(text):
    assert_harmless(rendered(text))


def test_a_link_goes_out_or_stays_in_the_house():
    assert 'href="https://hotel.example"' in rendered("[x](https://hotel.example)")
    assert 'href="/h/a/"' in rendered("[x](/h/a/)")
    assert 'rel="noopener noreferrer nofollow"' in rendered("[x](/h/a/)")


def test_for_paper_a_text_is_headings_and_lines():
    assert plain_parts("前言\n\n## 规定\n\n1. 甲\n2. 乙\n   - 丙\n\n## 职责\n\n全体") == [
        ("", "前言"),
        ("规定", "1. 甲\n2. 乙\n    · 丙"),
        ("职责", "全体"),
    ]


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def assert_harmless(html):
    elements = Elements()
    elements.feed(html)
    for tag, attributes in elements.found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        assert not attributes.get("href", "").strip().lower().startswith(("javascript", "data", "vbscript", "//"))
