"""What is made of a store: CSV, JSON Lines, the data package."""
import csv
import datetime
import io
import json
import os

from common import CLEAN, MISSING, NO_FORM, SOURCE, StoreCase, made_form, main, need

jsonschema = need("jsonschema")

EXCHANGE = ["项目代码", "项目名称", "一级绩效指标代码", "一级绩效指标名称", "二级绩效指标代码",
            "二级绩效指标名称", "三级绩效指标代码", "三级绩效指标名称", "绩效指标说明", "指标值",
            "计算符号"]
QUALITATIVE = CLEAN.replace("≥12个", "显著改善").replace("≥3500平方米", "=3500平方米")


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


class Exports(StoreCase):
    def forms(self):
        """Forms of all kinds: samples, lost targets, formulas, none at all."""
        self.write("missing.txt", MISSING)
        self.write("words.txt", QUALITATIVE)
        self.write("formula.txt", CLEAN.replace("养护公园个数", "=HYPERLINK(A1)个数").replace(
            "游客满意度", "+游客满意度").replace("青禾县园林局", "=1+1局"))
        return [*self.samples(), "missing.txt", "words.txt", "formula.txt"]

    def store(self):
        forms = self.forms()
        self.run_pifu("extract", "-o", "all.sqlite", *forms)
        return forms, "all.sqlite"

    def export(self, *args):
        return self.expect(0, "export", "all.sqlite", *args).stdout

    # ---- Streams -----------------------------------------------------------------------------

    def test_same_bytes_as_extract(self):
        forms, _ = self.store()
        for options in (["-f", "jsonl"], ["-f", "csv"], ["-f", "csv", "--bom"],
                        ["-f", "csv", "--columns", "zh"], ["-f", "csv", "--columns", "keys"]):
            wanted = self.run_pifu("extract", *options, *forms).stdout
            self.assertGreater(len(wanted), 1000)
            self.assertEqual(self.export(*options), wanted, options)

    def test_exchange_sheet(self):
        forms, _ = self.store()
        header, *rows = rows_of(self.export("--columns", "zh"))
        self.assertEqual(header[:len(EXCHANGE)], EXCHANGE)
        self.assertEqual(len(set(header)), len(header))
        records = [json.loads(line) for line in self.export("-f", "jsonl").splitlines()]
        self.assertEqual(len(rows), len(records))
        signs = {"ge": "≥", "gt": ">", "eq": "=", "le": "≤", "lt": "<", "approx": "≈"}
        kinds = set()
        for row, record in zip((dict(zip(header, row)) for row in rows), records):
            kinds.add(record["target_kind"])
            self.assertEqual(row["三级绩效指标名称"].removeprefix("'"), record["name"] or "")
            self.assertEqual(row["一级绩效指标名称"], record["level1"] or "")
            self.assertEqual(row["指标值"].removeprefix("'"), record["target"] or "")
            self.assertEqual([row[name] for name in EXCHANGE if name.endswith("代码")], [""] * 4)
            if record["target_kind"] == "text":
                self.assertEqual((row["计算符号"], row["计量单位"]), ("定性", ""))
            else:
                self.assertEqual(row["计算符号"], signs.get(record["comparator"], ""))
                self.assertEqual(row["计量单位"], record["unit"] or "")
        self.assertLess({"text", "number", "missing"}, kinds)

    def test_formulas_are_guarded(self):
        self.store()
        for options in ([], ["--columns", "zh"], ["--table", "indicators"], ["--table", "forms"]):
            for row in rows_of(self.export(*options))[1:]:
                for value in row:
                    if value[:1] in ("=", "+", "@") and value != "=":
                        self.fail(f"{options}: {value}")
        self.assertIn(b"'=HYPERLINK(A1)", self.export())

    def test_tables(self):
        self.store()
        for table in ("runs", "documents", "forms", "functions", "indicators", "cells", "repairs",
                      "findings", "records"):
            header, *rows = rows_of(self.export("--table", table))
            (count,), = self.query("all.sqlite", f"SELECT count(*) FROM {table}")
            self.assertEqual(len(rows), count)
            names = [row[1] for row in self.query("all.sqlite", f"PRAGMA table_info({table})")]
            self.assertEqual(header, names)

    def test_where(self):
        self.store()
        some = rows_of(self.export("--where", "year = 2025 AND number > 90"))[1:]
        (count,), = self.query("all.sqlite", "SELECT count(*) FROM records WHERE year = 2025 AND number > 90")
        self.assertEqual(len(some), count)
        self.assertGreater(count, 3)
        for bad in ("1); DELETE FROM documents; --", "nothing = 3", "1) UNION SELECT (1", ""):
            self.expect(2, "export", "all.sqlite", "--where", bad, err="condition")
            self.expect(2, "export", "all.sqlite", "-o", "a.xlsx", "--where", bad, err="condition")
        self.assertFalse(os.path.exists(self.path("a.xlsx")))
        self.assertEqual(self.query("all.sqlite", "SELECT count(*) > 5 FROM documents"), [(1,)])

    def test_options_that_do_not_fit(self):
        self.store()
        for options, why in ((["-f", "xlsx"], "no stream"), (["-o", "b.sqlite"], "would be a store"),
                             (["-f", "jsonl", "--table", "runs"], "--table"),
                             (["-f", "postgres", "--columns", "zh"], "--columns"),
                             (["-f", "postgres", "--where", "1"], "--where"),
                             (["--table", "nothing"], "unknown table"), (["-f", "cvs"], "did you mean csv")):
            self.expect(2, "export", "all.sqlite", *options, err=why)
        self.expect(2, "extract", "--columns", "cn", err="unknown columns")

    def test_output_appears_whole(self):
        self.store()
        self.write("old.csv", "older")
        self.expect(2, "export", "all.sqlite", "-o", "old.csv", "--where", "nothing")
        self.assertEqual(self.read("old.csv"), b"older")
        self.assertFalse(os.path.exists(self.path("old.csv.part")))
        self.expect(0, "export", "all.sqlite", "-o", "old.csv")
        self.assertEqual(self.read("old.csv"), self.export())
        self.expect(5, "export", "all.sqlite", "-o", "none/old.csv", err="No such file")
        self.expect(5, "export", "all.sqlite", "-o", "none/old.xlsx", err="none/old.xlsx")
        self.expect(5, "extract", "-o", "none/old.sqlite", "missing.txt", err="none/old.sqlite")

    # ---- The data package ------------------------------------------------------------------------

    def cast(self, field, value):
        """A value of a CSV by its field's type, as the Table Schema defines the types."""
        if value == "":
            return None
        if field["type"] == "integer":
            return int(value)
        if field["type"] == "number":
            return float(value)
        if field["type"] == "boolean":
            self.assertIn(value, field["trueValues"] + field["falseValues"])
            return value in field["trueValues"]
        if field["type"] in ("object", "array"):
            parsed = json.loads(value)
            self.assertIsInstance(parsed, dict if field["type"] == "object" else list)
            return parsed
        if field["type"] == "datetime":
            return datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
        return value

    def load_package(self, folder):
        with open(os.path.join(os.path.dirname(__file__), "datapackage.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        package = json.loads(self.read(f"{folder}/datapackage.json"))
        self.assertEqual([e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(package)], [])
        tables = {}
        for resource in package["resources"]:
            data = self.read(f"{folder}/{resource['path']}")
            self.assertEqual(len(data), resource["bytes"])
            header, *rows = rows_of(data)
            fields = resource["schema"]["fields"]
            self.assertEqual(header, [field["name"] for field in fields])
            tables[resource["name"]] = [
                {f["name"]: self.cast(f, v) for f, v in zip(fields, row, strict=True)} for row in rows]
        self.check_keys(package, tables)
        return package, tables

    def check_keys(self, package, tables):
        for resource in package["resources"]:
            schema, rows = resource["schema"], tables[resource["name"]]
            keys = [tuple(row[k] for k in schema["primaryKey"]) for row in rows]
            self.assertEqual(len(set(keys)), len(keys))
            self.assertNotIn(None, [part for key in keys for part in key])
            for key in schema["foreignKeys"]:
                parent = key["reference"]["resource"] or resource["name"]
                known = {row[key["reference"]["fields"]] for row in tables[parent]} | {None}
                self.assertLessEqual({row[key["fields"]] for row in rows}, known, f"{resource['name']}: {key}")

    def test_package(self):
        self.store()
        self.expect(0, "export", "all.sqlite", "-o", "package/datapackage.json")
        package, tables = self.load_package("package")
        self.assertEqual(sorted(tables), ["cells", "documents", "findings", "forms", "functions", "records",
                                          "repairs", "runs"])
        self.assertEqual(sorted(os.listdir(self.path("package"))),
                         sorted([f"{name}.csv" for name in tables] + ["datapackage.json"]))
        records = [json.loads(line) for line in self.export("-f", "jsonl").splitlines()]
        self.assertEqual(len(tables["records"]), len(records))
        for row, record in zip(tables["records"], records):
            for key in ("id", "year", "function_no", "level1", "number", "number_max", "confidence"):
                self.assertEqual(row[key], record[key])
            self.assertEqual((row["target"] or "").removeprefix("'"), record["target"] or "")
            self.assertEqual(row["raw"] or {}, record["raw"])
            self.assertEqual(row["doubtful"], "doubtful" in record["findings"])
        self.assertEqual(len(tables["repairs"]), sum(len(r["repairs"]) for r in records))
        titles = {f["name"]: f.get("title") for f in package["resources"][4]["schema"]["fields"]}
        self.assertEqual(package["resources"][4]["name"], "records")
        self.assertEqual(titles["level1"], "一级绩效指标名称")

    def test_direct_outputs_equal_exports(self):
        forms, _ = self.store()
        self.run_pifu("extract", "-o", "direct/datapackage.json", *forms)
        self.expect(0, "export", "all.sqlite", "-f", "datapackage", "-o", "exported")
        for name in sorted(os.listdir(self.path("exported"))):
            if name not in ("runs.csv", "documents.csv", "datapackage.json"):  # they tell the time
                self.assertEqual(self.read(f"direct/{name}"), self.read(f"exported/{name}"), name)
        self.load_package("direct")
        self.load_package("exported")

    def test_empty_store(self):
        self.write("no.txt", NO_FORM)
        self.expect(1, "extract", "-o", "all.sqlite", "no.txt")
        self.assertEqual(len(rows_of(self.export())), 1)
        self.assertEqual(self.export("-f", "jsonl"), b"")
        for format_ in ("xlsx", "datapackage"):
            self.expect(0, "export", "all.sqlite", "-f", format_, "-o", f"out-{format_}")
        self.load_package("out-datapackage")


if __name__ == "__main__":
    main()
