"""More records than a sheet has rows, in constant memory.

Made by SQL: the tables `pifu sql` prints, and one indicator after another."""
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import zipfile

PIFU = os.environ.get("PIFU", "pifu")
ROWS_MAX = 1048576  # of a sheet, its header among them
MORE = 25
ROW = re.compile(rb"<row r=\"(\d+)\"")


def fill(path, count):
    store = sqlite3.connect(path)
    store.executescript(subprocess.run([PIFU, "sql"], capture_output=True, check=True).stdout.decode("utf-8"))
    store.execute("INSERT INTO runs (begun, program) VALUES ('2026-01-01T00:00:00Z', 'test')")
    store.execute("INSERT INTO documents (path, run_id, status, forms, records, doubtful, repairs, findings)"
                  " VALUES ('big.txt', 1, 'ok', 1, ?, 0, 0, 0)", (count,))
    store.execute("INSERT INTO forms (document_id, no, kind) VALUES (1, 1, 'department')")
    store.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO indicators (record_id, form_id, place, name, target, number, confidence, doubtful)"
        " SELECT 'r-' || i, 1, i, '指标' || i, '≥' || i || '个', i, 0.99, i % 1000 = 0 FROM n", (count,))
    store.commit()
    store.close()


def sheet_rows(archive, number):
    """Row numbers of a sheet, read in pieces; and its last piece."""
    first, last, count, rest = None, None, 0, b""
    with archive.open(f"xl/worksheets/sheet{number}.xml") as sheet:
        while piece := sheet.read(1 << 20):
            rest = rest[-40:] + piece
            found = [int(n) for n in ROW.findall(rest)]
            if found:
                fresh = [n for n in found if last is None or n > last]
                first = first if first is not None else fresh[0]
                count += len(fresh)
                last = max(found[-1], last or 0)
    return first, last, count


class Large(unittest.TestCase):
    def test_goes_on_in_a_further_sheet(self):
        count = ROWS_MAX - 1 + MORE
        with tempfile.TemporaryDirectory() as folder:
            store, book = os.path.join(folder, "a.sqlite"), os.path.join(folder, "a.xlsx")
            fill(store, count)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([PIFU, "export", store, "-o", book], check=True, timeout=800)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(f"{count} records: {after.ru_utime - before.ru_utime:.1f} s, {after.ru_maxrss >> 10} MiB",
                  file=sys.stderr)
            self.assertLess(after.ru_maxrss, 160 << 10)
            with zipfile.ZipFile(book) as archive:
                names = re.findall(rb'<sheet name="([^"]*)"', archive.read("xl/workbook.xml"))
                self.assertEqual(names, [b"records", b"records 2", b"repairs", b"findings", b"documents",
                                         b"about"])
                self.assertEqual(sheet_rows(archive, 1), (1, ROWS_MAX, ROWS_MAX))
                self.assertEqual(sheet_rows(archive, 2), (1, MORE + 1, MORE + 1))
                last = archive.read("xl/worksheets/sheet2.xml").decode("utf-8")
                self.assertIn(f"指标{count}<", last)
                self.assertIn(f"指标{ROWS_MAX}<", last)
                self.assertNotIn(f"指标{ROWS_MAX - 1}<", last)
                self.assertIn('state="frozen"', last)
                self.assertRegex(last, rf'<autoFilter ref="A1:AC{MORE + 1}"')


if __name__ == "__main__":
    if os.environ.get("PIFU_SANITIZED"):
        print("skipped: memory means nothing with sanitizers", file=sys.stderr)
        sys.exit(77)
    unittest.main()
