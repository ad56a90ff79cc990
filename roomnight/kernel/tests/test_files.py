import hashlib
import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_csv, to_xlsx
from roomnight.kernel.files import DOCUMENTS, MEDIA_TYPES, PHOTOS, inspect, safe_name, store, stored_path

EVERYTHING = frozenset(MEDIA_TYPES)


def zipped(*parts):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return target.getvalue()


def ole(*streams, sector_shift=9):
    """A compound file with these streams in its directory: header, one allocation table, directory."""
    size = 1 << sector_shift
    entries = b"".join(
        f"{name}\0".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", len(name) * 2 + 2) + bytes(62)
        for name in ("Root Entry", *streams)
    )
    sectors = -(-len(entries) // size)
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<H", header, 30, sector_shift)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(size, b"\xff")
    return bytes(header).ljust(size, b"\0") + table + entries.ljust(sectors * size, b"\0")


PDF = b"%PDF-1.7\n1 0 obj\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
XLSX = to_xlsx("x", ["A"], [["1"]])
DOCX = zipped("[Content_Types].xml", "word/document.xml")
CSV = to_csv(["客户", "间夜"], [["携程", 12]])
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("offer.pdf", PDF, "pdf"),
        ("photo.jpg", JPG, "jpg"),
        ("PHOTO.JPEG", JPG, "jpg"),
        ("photo.png", PNG, "png"),
        ("moving.gif", b"GIF89a" + bytes(20), "gif"),
        ("photo.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("phone.heic", HEIC, "heic"),
        ("list.xlsx", XLSX, "xlsx"),
        ("letter.docx", DOCX, "docx"),
        ("talk.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        ("old.xls", ole("Workbook"), "xls"),
        ("older.xls", ole("Book"), "xls"),
        ("old.doc", ole("1Table", "Data", "a", "b", "c", "d", "WordDocument"), "doc"),
        ("old.ppt", ole("PowerPoint Document", sector_shift=12), "ppt"),
        ("list.csv", CSV, "csv"),
        ("gb.csv", "客户,间夜\n携程,12\n".encode("gb18030"), "csv"),
        ("BM.csv", b"BM,MZ\n1,2\n", "csv"),
        ("note.txt", "回访：周一\r\n".encode(), "txt"),
        ("plan.ics", ICS, "ics"),
        ("card.vcf", b"\xef\xbb\xbfBEGIN:VCARD\r\nEND:VCARD\r\n", "vcf"),
    ],
)
def test_a_file_that_is_what_its_name_says(name, content, kind):
    file = BytesIO(content)
    found = inspect(name, file, allowed=EVERYTHING, max_bytes=20_000)
    assert (found.name, found.kind, found.media_type) == (name, kind, MEDIA_TYPES[kind])
    assert (found.size_bytes, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("what", "name", "content", "code"),
    [
        ("a PDF called a photo", "photo.jpg", PDF, "file.not_what_it_says"),
        ("a photo called a PDF", "offer.pdf", JPG, "file.not_what_it_says"),
        ("an Excel file called CSV", "list.csv", XLSX, "file.not_what_it_says"),
        ("a CSV called Excel", "list.xlsx", CSV, "file.not_what_it_says"),
        ("a web page called Excel, as some systems export", "list.xls", b"<html><table>", "file.not_what_it_says"),
        ("a web page called CSV", "list.csv", b"\xef\xbb\xbf <!DOCTYPE html>", "file.not_what_it_says"),
        ("a picture that is a program for browsers", "x.txt", b"<svg onload='x'>", "file.not_what_it_says"),
        ("a PDF called text", "x.txt", PDF, "file.not_what_it_says"),
        ("a Word file called Excel", "list.xlsx", DOCX, "file.not_what_it_says"),
        ("an Excel file with macros", "list.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "file.not_what_it_says"),
        ("any zip called Word", "letter.docx", zipped("word/document.xml"), "file.not_what_it_says"),
        ("a broken zip", "letter.docx", DOCX[:60], "file.not_what_it_says"),
        ("an old Word file called Excel", "old.xls", ole("WordDocument"), "file.not_what_it_says"),
        ("an old file broken off", "old.xls", ole("Workbook")[:600], "file.not_what_it_says"),
        ("an old file with a broken head", "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "file.not_what_it_says"),
        ("a program called a photo", "photo.png", b"MZ\x90\x00" + bytes(100), "file.not_what_it_says"),
        ("bytes called CSV", "list.csv", b"a,b\n\x00\x01\xff", "file.not_what_it_says"),
        ("a zero in the text", "list.csv", b"a,b\n\x001\n", "file.not_what_it_says"),
        ("text in no encoding we know", "list.csv", b"a,\xff\xff\n", "file.not_what_it_says"),
        ("text that breaks off in a character", "list.csv", "客".encode()[:1], "file.not_what_it_says"),
        ("any text called a calendar", "plan.ics", b"hello", "file.not_what_it_says"),
        ("Excel locked by a password", "list.xlsx", ole("EncryptionInfo", "EncryptedPackage"), "file.locked"),
        ("nothing in it", "list.csv", b"", "file.empty"),
        ("too much in it", "list.csv", b"a" * 10_001, "file.too_large"),
        ("a program", "setup.exe", b"MZ", "file.kind"),
        ("a program behind another ending", "offer.pdf.exe", PDF, "file.kind"),
        ("a web page", "page.html", b"<html>", "file.kind"),
        ("no ending", "README", b"text", "file.kind"),
    ],
)  # fmt: skip
def test_what_is_refused(what, name, content, code):
    with pytest.raises(Refusal) as refused:
        inspect(name, BytesIO(content), allowed=EVERYTHING, max_bytes=10_000)
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert str(refused.value)


def test_only_the_kinds_that_are_allowed():
    assert inspect("a.jpg", BytesIO(JPG), allowed=PHOTOS, max_bytes=100).kind == "jpg"
    with pytest.raises(Refusal) as refused:
        inspect("a.pdf", BytesIO(PDF), allowed=PHOTOS, max_bytes=100)
    assert refused.value.code == "file.kind"
    assert "heic, jpg, png, webp" in str(refused.value)
    assert DOCUMENTS < EVERYTHING


@given(st.binary(max_size=2000), st.sampled_from(sorted(MEDIA_TYPES)))
def test_any_bytes_are_taken_or_refused(content, kind):
    try:
        assert inspect(f"x.{kind}", BytesIO(content), allowed=EVERYTHING, max_bytes=1000).size_bytes <= 1000
    except Refusal as refused:
        assert refused.code.startswith("file.")


@given(st.binary(max_size=1500))
def test_any_old_office_file_is_taken_or_refused(rest):
    content = ole("Workbook")[:512] + rest
    try:
        inspect("x.xls", BytesIO(content), allowed=EVERYTHING, max_bytes=10_000)
    except Refusal as refused:
        assert refused.code == "file.not_what_it_says"


@pytest.mark.parametrize(
    ("what", "name", "safe"),
    [
        ("an ordinary name", "访问报告 2026.pdf", "访问报告 2026.pdf"),
        ("a path", "../../etc/passwd", "passwd"),
        ("a path of Windows", r"C:\Users\wang\offer.pdf", "offer.pdf"),
        ("a hidden file", ".htaccess", "htaccess"),
        ("signs with a meaning", 'a<b>:"|?*.pdf', "a_b______.pdf"),
        ("an ending that reads backwards", "invoice\u202efdp.exe", "invoicefdp.exe"),
        ("line breaks and control characters", "a\r\nb\x00.pdf", "a b .pdf"),
        ("a device of Windows", "CON.pdf", "_CON.pdf"),
        ("nothing", "", "file"),
        ("only dots", "...", "file"),
        ("full-width letters", "ａｂｃ．ｐｄｆ", "abc.pdf"),
        ("half of a character", "a\ud83d.pdf", "a.pdf"),
    ],
)
def test_safe_names(what, name, safe):
    assert safe_name(name) == safe


@given(st.text())
def test_any_name_becomes_one_that_every_disk_takes(name):
    safe = safe_name(name)
    assert safe not in {"", ".", ".."}
    assert not set(safe) & set('/\\\0<>:"|?*\r\n')
    assert len(safe.encode("utf-8", "surrogatepass")) <= 255


def test_a_long_name_keeps_its_ending():
    assert safe_name("长" * 300 + ".pdf").endswith("长.pdf")
    assert len(safe_name("长" * 300 + ".pdf").encode()) <= 180


SHA = hashlib.sha256(PDF).hexdigest()


def test_a_file_is_kept_once_under_its_digest(tmp_path):
    file = BytesIO(PDF)
    file.read(3)
    kept = store(tmp_path, file, SHA)
    assert kept == stored_path(tmp_path, SHA) == tmp_path / SHA[:2] / SHA[2:4] / SHA
    assert kept.read_bytes() == PDF
    assert kept.stat().st_mode & 0o077 == 0
    written = kept.stat().st_mtime_ns
    assert store(tmp_path, BytesIO(PDF), SHA) == kept
    assert kept.stat().st_mtime_ns == written
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]


def test_another_content_is_not_kept_under_this_digest(tmp_path):
    with pytest.raises(ValueError, match="not the one"):
        store(tmp_path, BytesIO(JPG), SHA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", SHA.upper(), SHA[:-1], SHA + "\n"])
def test_nothing_but_a_digest_becomes_a_path(tmp_path, digest):
    with pytest.raises(ValueError, match="not a SHA-256"):
        stored_path(tmp_path, digest)
