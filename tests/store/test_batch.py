"""What pifu batch makes of a store at its end, and the exchange sheet over many files."""
import json
import os

from common import StoreCase, made_form, main, need

openpyxl = need("openpyxl")


class Batch(StoreCase):
    def batch(self, *args, code=0, **expected):
        return self.expect(code, "batch", "--progress", "none", "-j", "2", *args, **expected)

    def names(self, book):
        loaded = openpyxl.load_workbook(self.path(book))
        try:
            sheet = loaded["records"]
            header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
            self.assertEqual([cell.value for cell in loaded["documents"]["A"]][1:],
                             [f"in/form{i:03}.txt" for i in range(9)])
            return [row[header.index("id")] for row in rows]
        finally:
            loaded.close()

    def make_inputs(self):
        os.mkdir(self.path("in"))
        return [self.write(f"in/form{i:03}.txt", made_form(i)) for i in range(9)]

    def wanted(self, files):
        lines = self.expect(0, "extract", *files).stdout.decode("utf-8").splitlines()
        return [json.loads(line)["id"] for line in lines]

    def test_workbook(self):
        files = self.make_inputs()
        self.batch("in", "-o", "out.xlsx")
        self.assertEqual(self.names("out.xlsx"), self.wanted(files))
        self.write("in/form004.txt", made_form(99, rows=5))
        self.batch("in", "-o", "out.xlsx")
        self.assertEqual(self.names("out.xlsx"), self.wanted(files))

    def test_data_package(self):
        self.make_inputs()
        self.batch("in", "-o", "package/datapackage.json")
        self.expect(0, "extract", "-o", "other/datapackage.json", *[f"in/form{i:03}.txt" for i in range(9)])
        for name in ("records.csv", "cells.csv", "functions.csv"):
            self.assertEqual(self.read(f"package/{name}"), self.read(f"other/{name}"))

    def test_exchange_sheet(self):
        files = self.make_inputs()
        self.batch("in", "-o", "out.csv", "--columns", "zh", "--bom")
        wanted = self.expect(0, "extract", "-f", "csv", "--columns", "zh", "--bom", *files).stdout
        self.assertEqual(self.read("out.csv"), wanted)
        self.batch("in", "-o", "out.csv", "--bom")
        self.assertEqual(self.read("out.csv"),
                         self.expect(0, "extract", "-f", "csv", "--bom", *files).stdout)

    def test_files_only(self):
        self.make_inputs()
        self.batch("in", "-f", "xlsx", code=5, err="name it by -o")


if __name__ == "__main__":
    main()
