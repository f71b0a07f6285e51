"""pifu batch into a store: the same rows for any number of workers and after any kill."""
import os
import random
import sqlite3
import subprocess
import time
import zipfile

from inputs import NO_FORM, Case, broken_docx, form, long_form, main, tar_bytes, zip_bytes

TABLES = {
    "documents": "id, path, duplicate_of, sha256, format, status, message, size, forms, records, doubtful, repairs, "
                 "findings, cells, balanced, accounts",
    "forms": "*", "functions": "*", "indicators": "*", "cells": "*", "repairs": "*", "findings": "*",
}


class IntoStore(Case):
    def rows(self, name):
        """All that a store says, but when and in which run it came to know it."""
        db = sqlite3.connect(self.path(name))
        self.addCleanup(db.close)
        self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(db.execute("PRAGMA foreign_key_check").fetchall(), [])
        rows = {table: db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3").fetchall()
                for table, columns in TABLES.items()}
        rows["found"] = db.execute("SELECT rowid FROM search WHERE search MATCH '绿地' ORDER BY 1").fetchall()
        return rows

    def mixed(self):
        rng = random.Random(5)
        for i in range(60):
            self.write(f"in/{i:03}.txt", long_form(rng.choice([5, 60, 300]), i))
        self.write("in/010a.txt", form(3))
        self.write("in/010b.txt", form(3))
        self.write("in/020a.zip", zip_bytes([(f"{i}.txt", form(100 + i)) for i in range(30)]))
        self.write("in/040a.docx", broken_docx())
        self.write("in/050a.tgz", tar_bytes([("in.zip", zip_bytes([("x.txt", form(400)), ("y.txt", NO_FORM)]))]))

    def test_same_rows_for_any_jobs(self):
        self.mixed()
        for jobs in "1", "3":
            self.batch(6, "in", "-o", f"out{jobs}.sqlite", "-j", jobs, err="95 documents")
        rows = self.rows("out1.sqlite")
        self.assertEqual(rows, self.rows("out3.sqlite"))
        self.assertEqual(len(rows["documents"]), 95)
        self.assertGreater(len(rows["indicators"]), 1000)
        self.assertGreater(len(rows["found"]), 1000)
        self.assertEqual([row[1] for row in rows["documents"] if row[5] != "ok"], ["in/040a.docx"])
        done = self.batch(6, "in", "-o", "out1.sqlite", err="95 unchanged")
        self.assertIn("1 duplicate", done.stderr.decode())
        self.assertEqual(self.rows("out1.sqlite"), rows)

    def test_records_are_those_of_the_lines(self):
        self.mixed()
        self.batch(6, "in", "-o", "out.sqlite")
        self.batch(6, "in", "-o", "out.jsonl")
        db = sqlite3.connect(self.path("out.sqlite"))
        self.addCleanup(db.close)
        stored = db.execute("SELECT file, form, name, target FROM records ORDER BY key").fetchall()
        lines = [(r["file"], r["form"], r["name"], r["target"]) for r in self.records("out.jsonl")]
        self.assertEqual(stored, [line for line in lines if line[0] != "in/010b.txt"])

    def test_killed_at_random(self):
        self.mixed()
        begun = time.monotonic()
        self.batch(6, "in", "-o", "left-alone.sqlite", "-j2")
        whole = time.monotonic() - begun
        rng, kills = random.Random(), 0
        while True:
            run = self.start("batch", "in", "-o", "out.sqlite", "-j2", "--progress", "none")
            try:
                run.wait(rng.uniform(0, whole * 0.5) if kills < 5 else 100)
                run.communicate()
                break
            except subprocess.TimeoutExpired:
                run.kill()
                run.communicate()
                kills += 1
        self.assertEqual(run.returncode, 6)
        self.assertGreaterEqual(kills, 1)
        self.assertEqual(self.rows("out.sqlite"), self.rows("left-alone.sqlite"))

    def test_changes(self):
        self.mixed()
        self.batch(6, "in", "-o", "out.sqlite")
        self.write("in/003.txt", form(777))
        self.write("in/040a.docx", form(778))
        self.batch(0, "in", "-o", "out.sqlite", err="93 unchanged")
        rows = self.rows("out.sqlite")
        self.assertEqual(len(rows["documents"]), 95)
        self.assertEqual({row[5] for row in rows["documents"]}, {"ok"})
        self.batch(0, "in", "-o", "out.sqlite", "--doubt", "0.3", err="95 documents")

    def sheets(self, name):
        with zipfile.ZipFile(self.path(name)) as book:
            return {part: book.read(part) for part in book.namelist()
                    if part.startswith("xl/worksheets/sheet1") or part == "xl/sharedStrings.xml"}

    def test_workbooks_and_packages(self):
        """They are those that a store of the same inputs gives, also after a change."""
        self.mixed()
        for step in range(2):
            for out in "out.xlsx", "pack/":
                self.batch(6, "in", "-o", out, err="95 documents" if step == 0 else "92 unchanged")
            self.batch(6, "in", "-o", f"fresh{step}.sqlite")
            self.expect(0, "export", f"fresh{step}.sqlite", "-o", "fresh.xlsx")
            self.expect(0, "export", f"fresh{step}.sqlite", "-o", f"fresh{step}/datapackage.json")
            self.assertEqual(self.sheets("out.xlsx"), self.sheets("fresh.xlsx"))
            for part in "records.csv", "forms.csv", "cells.csv":
                self.assertEqual(self.read(f"pack/{part}"), self.read(f"fresh{step}/{part}"))
            if step == 0:
                self.write("in/005.txt", form(555))
                os.unlink(self.path("in/050a.tgz"))

    def test_columns_of_the_exchange_sheet(self):
        self.write("in/a.txt", form(1))
        self.write("in/b.txt", form(2))
        expected = self.expect(0, "extract", "-f", "csv", "--columns", "zh", "in/a.txt", "in/b.txt").stdout
        self.batch(0, "in", "-o", "out.csv", "--columns", "zh", "-j2")
        self.assertEqual(self.read("out.csv"), expected)
        self.assertIn("一级绩效指标名称", expected.decode())

    def test_needs_a_file(self):
        self.batch(5, "in", "-f", "sqlite", err="sqlite is a file")


if __name__ == "__main__":
    main()
