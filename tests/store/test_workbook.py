"""The workbook, read by openpyxl."""
import json
import re
import zipfile

from common import CLEAN, MISSING, NO_FORM, StoreCase, made_form, main, need

openpyxl = need("openpyxl")

# A column of a few words under a column that has lost its borders: readings near to each other.
KEYS = ["id", "file", "form", "kind", "title", "year", "department", "project", "function_no", "function",
        "level1", "level2", "name", "target", "target_kind", "comparator", "number", "number_max", "unit",
        "weight", "basis", "actual", "score", "note", "term", "confidence", "findings", "checks", "repairs"]


class Workbook(StoreCase):
    def book(self, *options, forms=None):
        self.write("missing.txt", MISSING)
        self.write("no.txt", NO_FORM)
        self.write("formula.txt", CLEAN.replace("养护公园个数", "=1+1个数").replace("游客满意度", "@游客"))
        forms = forms or [*self.samples(), "missing.txt", "no.txt", "formula.txt", "nosuch.txt"]
        self.run_pifu("extract", "-o", "a.sqlite", "--doubt", "0.9", *forms)
        self.expect(0, "export", "a.sqlite", "-o", "a.xlsx", *options)
        book = openpyxl.load_workbook(self.path("a.xlsx"))
        self.addCleanup(book.close)
        return book

    def records(self):
        lines = self.expect(0, "export", "a.sqlite", "-f", "jsonl").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def test_sheets(self):
        book = self.book()
        self.assertEqual(book.sheetnames, ["records", "repairs", "findings", "documents", "about"])
        for name in book.sheetnames[:4]:
            sheet = book[name]
            self.assertEqual(sheet.freeze_panes, "A2", name)
            self.assertEqual(sheet.auto_filter.ref, sheet.dimensions, name)
            self.assertTrue(all(cell.font.b for cell in sheet[1]), name)
            widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
            self.assertTrue(all(5 < width < 50 for width in widths), f"{name}: {widths}")

    def test_records(self):
        sheet = self.book()["records"]
        header, *rows = sheet.iter_rows()
        self.assertEqual([cell.value for cell in header], KEYS)
        records = self.records()
        self.assertEqual(len(rows), len(records))
        for row, record in zip(rows, records):
            for key, cell in zip(KEYS, row):
                value = record[key]
                if key in ("findings", "checks"):
                    value = ";".join(value) or None
                if key == "repairs":
                    value = ";".join(repair["code"] for repair in value) or None
                self.assertEqual(cell.value, value, f"{cell.coordinate}: {key}")
                if isinstance(value, (int, float)):
                    self.assertEqual(cell.data_type, "n")
                elif value is not None:
                    self.assertEqual(cell.data_type, "s", cell.coordinate)

    def test_nothing_is_a_formula(self):
        book = self.book()
        values = [cell.value for row in book["records"].iter_rows() for cell in row]
        self.assertIn("=1+1个数", values)
        with zipfile.ZipFile(self.path("a.xlsx")) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    self.assertNotRegex(archive.read(name), rb"<f[ >]", name)

    def test_doubt_is_marked(self):
        sheet = self.book()["records"]
        marked, lost = set(), 0
        for row, record in zip(sheet.iter_rows(min_row=2), self.records()):
            fills = {cell.fill.fgColor.rgb for cell in row if cell.fill.fill_type == "solid"}
            target = row[KEYS.index("target")]
            if record["target"] is None:
                self.assertEqual(target.fill.fgColor.rgb, "FFF4B084")
                fills.discard("FFF4B084")
                lost += 1
            doubtful = "doubtful" in record["findings"]
            self.assertEqual(fills, {"FFFFF2CC"} if doubtful else set(), record["id"])
            marked.add(doubtful)
        self.assertEqual(marked, {True, False})
        self.assertGreater(lost, 3)

    def test_other_sheets(self):
        book = self.book()
        records = self.records()
        repairs = [[cell.value for cell in row] for row in book["repairs"].iter_rows(min_row=2)]
        self.assertEqual([(r["id"], p["code"], p["reason"], p["cost"]) for r in records for p in r["repairs"]],
                         [(row[7], row[4], row[5], row[6]) for row in repairs])
        findings = [[cell.value for cell in row] for row in book["findings"].iter_rows(min_row=2)]
        self.assertIn(["no-form", "error"], [row[4:6] for row in findings])
        self.assertEqual(sum(row[12] is not None for row in findings),
                         sum(len(r["findings"] + r["checks"]) for r in records))
        documents = list(book["documents"].iter_rows(min_row=2))
        self.assertEqual([(row[0].value, row[1].value) for row in documents],
                         self.query("a.sqlite", "SELECT path, status FROM documents ORDER BY id"))
        self.assertEqual(documents[-1][0].fill.fgColor.rgb, "FFF8CBAD")
        about = {row[0].value: row[1].value for row in book["about"].iter_rows(max_row=8)}
        self.assertEqual(about["records"], len(records))
        self.assertEqual(about["of these failed"], 1)

    def test_chinese(self):
        book = self.book("--columns", "zh")
        self.assertEqual(book.sheetnames, ["绩效指标", "修复", "提示", "文件", "说明"])
        header, *rows = [[cell.value for cell in row] for row in book["绩效指标"].iter_rows()]
        self.assertEqual(header[:4], ["项目代码", "项目名称", "一级绩效指标代码", "一级绩效指标名称"])
        at = {name: i for i, name in enumerate(header)}
        for row, record in zip(rows, self.records()):
            self.assertEqual(row[at["三级绩效指标名称"]], record["name"])
            self.assertEqual(row[at["数值"]], record["number"])
        self.assertIn("≥", {row[at["计算符号"]] for row in rows})

    def test_where(self):
        book = self.book("--where", "target IS NULL")
        rows = list(book["records"].iter_rows(min_row=2))
        records = [r for r in self.records() if r["target"] is None]
        self.assertEqual([row[0].value for row in rows], [r["id"] for r in records])
        self.assertEqual(book["repairs"].max_row - 1, sum(len(r["repairs"]) for r in records))

    def test_same_store_same_book(self):
        self.book()
        first = self.read("a.xlsx")
        self.expect(0, "export", "a.sqlite", "-o", "b.xlsx")
        self.assertEqual(first, self.read("b.xlsx"))

    def test_texts_too_long_or_odd_for_a_cell(self):
        long = "很长的说明" * 8000
        line = self.answers([self.write("a.txt", made_form(1, rows=1))]).decode().splitlines()
        record = json.loads(line[0])
        record.update(basis=long, note="a\u0001b\u001fc <&> \"'")
        self.expect(0, "load", "a.sqlite",
                    stdin=(json.dumps(record, ensure_ascii=False) + "\n" + line[1] + "\n").encode())
        self.expect(0, "export", "a.sqlite", "-o", "a.xlsx")
        book = openpyxl.load_workbook(self.path("a.xlsx"))
        self.addCleanup(book.close)
        row = {key: cell.value for key, cell in zip(KEYS, book["records"][2])}
        self.assertEqual(row["basis"], long[:32766] + "…")
        unescaped = re.sub(r"_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), row["note"])
        self.assertEqual(unescaped, record["note"])
        (stored,), = self.query("a.sqlite", "SELECT basis FROM records")
        self.assertEqual(stored, long)


if __name__ == "__main__":
    main()
