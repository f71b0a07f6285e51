"""How a document is read: tracked changes, hidden text, damaged files, and every limit."""
import email.mime.multipart
import email.mime.text
import os
import re
import sys
import unittest

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")
sys.path.insert(0, FIXTURES)

from make_docx import make_docx
from make_xlsx import make as make_xlsx
from program import CLEAN, Case, main


def table(rows):
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def archive(parts):
    """An MHTML archive: multiparts in multiparts, a page in the innermost."""
    message = email.mime.text.MIMEText("<p>页</p>", "html", "utf-8")
    for number in range(parts):
        outer = email.mime.multipart.MIMEMultipart("related", f"b{number}")
        outer.attach(message)
        message = outer
    return message.as_bytes()


def rows_of(text):
    return [line.split("\t") for line in text.splitlines()[1:]]


WORD = make_docx("== body\n{p 绩效目标表}\n<w:tbl>{grid 900 900}{row 甲 | 1}{row 乙 | 2}</w:tbl>\n"
                 "== styles\n<w:style w:styleId=\"A\"/><w:style w:styleId=\"B\"/>\n"
                 "== numbering\n<w:abstractNum w:abstractNumId=\"1\"/><w:abstractNum w:abstractNumId=\"2\"/>")
LISTED = make_docx('== body\n<w:p><w:pPr><w:pStyle w:val="A"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>\n'
                   '== styles\n<w:style w:styleId="A"/><w:style w:styleId="B"/>\n'
                   '== numbering\n<w:abstractNum w:abstractNumId="1"/><w:abstractNum w:abstractNumId="2"/>')
BLANKS = make_docx("== body\n<w:p><w:r><w:t>" + " " * 400000 + "</w:t></w:r></w:p>")
LONG = make_docx("== body\n<w:p><w:r><w:t>" + "绩效" * 3000 + "</w:t></w:r><w:r><w:t>目标</w:t></w:r></w:p>")
ATTRIBUTE = make_docx('== body\n<w:p w:x="' + "".join(chr(0x4E00 + i * 7 % 20000) for i in range(60000)) + '"/>')
BOOK = make_xlsx("sheet\t表一\nA1\t甲\nB2\t乙\nsheet\t表二\nA1\t丙\n")
PAGE = "<html><body><div><div><div><p>一</p></div></div></div></body></html>"

# limit: a value that stops an input, that input, what is said
STOPPED = {
    "input-bytes": (50, CLEAN),
    "cells": (20, CLEAN),
    "grid-bytes": (64, WORD),
    "inflated": (1000, WORD),
    "ratio": (5, BLANKS),
    "zip-entries": (3, WORD),
    "xml-depth": (5, WORD),
    "xml-nodes": (20, WORD),
    "xml-attributes": (1, WORD),
    "xml-namespaces": (2, WORD),
    "xml-tag": (1000, ATTRIBUTE),
    "word-text": (1000, LONG),
    "styles": (1, LISTED),
    "numberings": (1, LISTED),
    "sheets": (1, BOOK),
    "sheet-cells": (1, BOOK),
    "sheet-text": (5, BOOK),
    "html-depth": (4, PAGE),
    "html-tag": (100, "<html><body><p>" + "字" * 2000000 + "</p></body></html>"),
    "mime-parts": (1, archive(1)),
    "mime-nested": (1, archive(3)),
    "json-depth": (2, '{"pdf_info": [{"para_blocks": [{"type": "text"}]}]}'),
}
BESIDE = {"ratio": "ratio-free=1K"}  # set with it
CLAMPED = {"rowspan", "word-columns", "html-colspan"}
ELSEWHERE = {"form-bytes", "ratio-free"}  # below
CONVERTED = {"convert-seconds", "convert-memory"}  # test_office.py


class Limits(Case):
    def known(self):
        text = self.expect(0, "limits").stdout.decode("utf-8")
        return {name: int(most) for name, most in re.findall(r"(?m)^(\S+) .* \(at most (\d+)\)$", text)}

    def test_every_limit_is_tested(self):
        self.assertEqual(set(self.known()), set(STOPPED) | CLAMPED | ELSEWHERE | CONVERTED)

    def test_limits_stop(self):
        for name, (value, data) in STOPPED.items():
            self.write("input", data)
            limits = [f"{name}={value}"] + ([BESIDE[name]] if name in BESIDE else [])
            done = self.run_pifu("dump", "--limit", ",".join(limits), "input")
            told = done.stderr.decode("utf-8")
            self.assertEqual(done.returncode, 4, f"{name}: {told}")
            self.assertIn(f"input: ", told)
            self.assertRegex(told, rf"\((?:limits? )?.*\b{name}\b", name)
            self.expect(0, "dump", "input")

    def test_form_bytes(self):
        """A form that is longer than a block."""
        rows = "".join(f"\t\t\t养护第{i}号公园{'好' * 40}\t≥{i}个\n" for i in range(3000))
        self.write("long.txt", CLEAN + rows)
        self.expect(4, "extract", "--limit", "form-bytes=200K", "long.txt", err="limit form-bytes")
        self.expect(0, "extract", "--limit", "form-bytes=64M", "long.txt")

    def test_ratio_free(self):
        self.write("blanks.docx", BLANKS)
        self.expect(0, "dump", "--limit", "ratio=5,ratio-free=1M", "blanks.docx")
        self.expect(4, "dump", "--limit", "ratio=5,ratio-free=100K", "blanks.docx")

    def test_spans_are_clamped(self):
        self.write("page.html", table(['<td colspan="9" rowspan="7">宽</td><td>一</td>'] + ["<td>二</td>"] * 9))
        first = rows_of(self.expect(0, "dump", "--limit", "html-colspan=3,rowspan=2", "page.html").stdout.decode())[0]
        self.assertEqual(first[3:5], ["2", "3"])
        self.assertEqual(rows_of(self.expect(0, "dump", "page.html").stdout.decode())[0][3:5], ["7", "9"])
        self.write("word.docx", make_docx("== body\n<w:tbl>{grid 900 900}<w:tr>{c gridSpan=9 vMerge=restart| 甲}</w:tr>"
                                          + "<w:tr>{c gridSpan=9 vMerge| }</w:tr>" * 4 + "</w:tbl>"))
        for limits, spans in (("word-columns=3,rowspan=2", ["2", "3"]), ("ratio=200", ["5", "9"])):
            text = self.expect(0, "dump", "--limit", limits, "word.docx").stdout.decode()
            self.assertEqual(rows_of(text)[0][3:5], spans)

    def test_units(self):
        self.write("form.txt", CLEAN)
        for value in ("1M", "2K", "4096", "1G"):
            self.expect(0, "extract", "--limit", f"input-bytes={value}", "form.txt")
        self.expect(4, "extract", "--limit=input-bytes=1K,input-bytes=500", "form.txt", err="500 bytes")

    def test_wrong_limits(self):
        for value, told in (("infalted=3", "did you mean inflated?"), ("ratio", "from 1 to 1032"), ("ratio=", "from 1"),
                            ("ratio=0", "from 1"), ("ratio=1033", "from 1 to 1032"), ("ratio=1x", "from 1"),
                            ("ratio=-5", "from 1"), ("ratio=5KK", "from 1"), ("inflated=99999999T", "from 1"),
                            ("xml-depth=251", "from 1 to 250")):
            self.expect(2, "extract", "--limit", value, "form.txt", err=told)

    def test_most_is_taken(self):
        self.write("form.txt", CLEAN)
        limits = ",".join(f"{name}={most}" for name, most in self.known().items())
        self.expect(0, "extract", "--limit", limits, "form.txt")


class Reading(Case):
    def fixture(self, name):
        with open(os.path.join(FIXTURES, "docx", f"{name}.txt"), encoding="utf-8") as file:
            return make_docx(file.read())

    def grid(self, *args):
        return [row[6] for row in rows_of(self.expect(0, "dump", *args).stdout.decode("utf-8"))]

    def test_changes(self):
        self.write("changes.docx", self.fixture("changes"))
        self.assertEqual(self.grid("changes.docx")[0], "目标二十次")
        self.assertEqual(self.grid("--changes", "accepted", "changes.docx")[0], "目标二十次")
        self.assertEqual(self.grid("--changes=original", "changes.docx")[0], "目标十次")
        self.expect(2, "dump", "--changes", "orignal", "changes.docx", err="did you mean original?")

    def test_hidden(self):
        self.write("hidden.docx", self.fixture("hidden"))
        self.assertEqual(self.grid("hidden.docx")[0], "看得见又见")
        self.assertEqual(self.grid("--hidden", "hidden.docx")[0], "看得见看不见\\t又见")
        self.write("book.xlsx", make_xlsx("sheet\t一\nA1\t甲\nA2\t乙\nhide\trow 2\nsheet\t二\thidden\nA1\t丙\n"))
        self.assertEqual(self.grid("book.xlsx"), ["甲"])
        self.assertEqual(self.grid("--hidden", "book.xlsx"), ["甲", "乙", "丙"])

    def test_salvage(self):
        data = make_docx("== options\nstored=1\n== body\n" + "{p 一段文字}\n" * 50)
        self.write("cut.docx", data[:len(data) // 2])
        self.expect(3, "dump", "cut.docx", err="cut off")
        rows = self.grid("--salvage", "cut.docx")
        self.assertGreater(len(rows), 5)
        self.assertLess(len(rows), 50)
        self.expect(1, "check", "--salvage", "cut.docx", out="salvaged")


if __name__ == "__main__":
    main()
