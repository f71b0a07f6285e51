"""The formats agree with one another, and with their schemas by an independent validator."""
import csv
import glob
import io
import json
import os

from program import CLEAN, MISSING, NAMES, SOURCE, Case, main, need_jsonschema

jsonschema = need_jsonschema()

COMPOSITE = ["parts", "raw", "source", "repairs", "confidence", "findings", "checks", "alternatives"]


class Formats(Case):
    def schema(self, name):
        schema = json.loads(self.expect(0, "schema", name).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def records(self, *files):
        done = self.run_pifu("extract", *files)
        return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]

    def samples(self):
        return sorted(glob.glob(os.path.join(SOURCE, "samples", "*.txt")) +
                      glob.glob(os.path.join(SOURCE, "samples", "*.md")))

    def test_records_fit_schema(self):
        validator = self.schema("record")
        self.write("form.txt", CLEAN)
        self.write("missing.txt", MISSING)
        count = 0
        for file in ["form.txt", "missing.txt", *self.samples()]:
            for record in self.records(file):
                errors = [e.message for e in validator.iter_errors(record)]
                self.assertEqual(errors, [], f"{file}: {record}")
                count += 1
        self.assertGreater(count, 100)

    def test_schema_lists_keys_in_order(self):
        self.write("form.txt", CLEAN)
        keys = list(self.records("form.txt")[0])
        properties = list(json.loads(self.expect(0, "schema", "record").stdout)["properties"])
        self.assertEqual(keys, properties)
        self.assertEqual(keys[-len(COMPOSITE):], COMPOSITE)

    def test_schema_refuses(self):
        validator = self.schema("record")
        self.write("form.txt", CLEAN)
        record = self.records("form.txt")[0]
        for key, value in (("form", 0), ("comparator", "≥"), ("number", "12"), ("confidence", 1.5),
                           ("target_kind", None), ("surplus", 1)):
            self.assertFalse(validator.is_valid({**record, key: value}), key)
        del record["term"]
        self.assertFalse(validator.is_valid(record))

    def test_document(self):
        validator = self.schema("document")
        self.write("form.txt", CLEAN)
        document = json.loads(self.expect(0, "extract", "--format", "json", "form.txt").stdout)
        self.assertEqual([e.message for e in validator.iter_errors(document)], [])
        self.assertEqual(document["indicators"], self.records("form.txt"))
        self.assertEqual([r["name"] for r in document["indicators"]], NAMES)
        self.assertEqual(document["form"][0]["department"], "青禾县园林局")
        self.assertEqual(document["form"][0]["year"], 2025)
        self.assertEqual([g["text"] for g in document["goals"]], ["公园设施完好。", "绿地面积增加。"])
        self.assertEqual(document["functions"][0]["name"], "公园绿地养护")
        receipt = document["receipt"]
        self.assertTrue(receipt["balanced"])
        self.assertEqual(receipt["cells"], sum(receipt["accounts"].values()))
        self.assertEqual(receipt["records"], 5)

    def test_documents_follow_one_another(self):
        self.write("a.txt", CLEAN)
        self.write("b.txt", MISSING)
        text = self.expect(0, "extract", "--format", "json", "a.txt", "b.txt").stdout.decode("utf-8")
        decoder, files = json.JSONDecoder(), []
        while text.strip():
            document, end = decoder.raw_decode(text.lstrip())
            files.append(document["file"])
            text = text.lstrip()[end:]
        self.assertEqual(files, ["a.txt", "b.txt"])

    def test_all_samples_as_documents(self):
        validator = self.schema("document")
        for file in self.samples():
            done = self.run_pifu("extract", "--format", "json", file)
            errors = [e.message for e in validator.iter_errors(json.loads(done.stdout))]
            self.assertEqual(errors, [], file)

    def check_rows(self, rows, records):
        self.assertEqual(len(rows), len(records))
        for row, record in zip(rows, records):
            for key, value in row.items():
                expected = record[key]
                if key == "repairs":
                    expected = [r["code"] for r in expected]
                if isinstance(expected, list):
                    expected = ";".join(expected)
                if expected is None:
                    expected = ""
                if isinstance(expected, (int, float)):
                    self.assertEqual(float(value), float(expected), key)
                elif value.startswith("'"):
                    self.assertIn(expected[0], "=+-@")
                    self.assertEqual(value, "'" + expected)
                else:
                    self.assertEqual(value, expected, key)

    def test_csv_says_the_same(self):
        self.write("form.txt", CLEAN.replace("≥95%", "=95%").replace("设施完好率", "设施,\"完好\"率"))
        for file in ["form.txt", *self.samples()]:
            text = self.run_pifu("extract", "--format", "csv", file).stdout.decode("utf-8")
            self.assertNotRegex(text, r"[^\r]\n")
            rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
            self.check_rows(rows, self.records(file))

    def test_tsv_says_the_same(self):
        self.write("form.txt", CLEAN.replace("≥95%", "=95%"))
        for file in ["form.txt", *self.samples()]:
            lines = self.run_pifu("extract", "--format", "tsv", file).stdout.decode("utf-8").split("\n")
            self.assertEqual(lines.pop(), "")
            keys = lines[0].split("\t")
            rows = [dict(zip(keys, line.split("\t"))) for line in lines[1:]]
            self.check_rows(rows, self.records(file))

    def test_formula_guard(self):
        self.write("form.txt", CLEAN.replace("≥95%", "=95%"))
        self.expect(0, "extract", "--format", "csv", "form.txt", out=",设施完好率,'=95%,number,eq,95,")

    def test_bom(self):
        self.write("form.txt", CLEAN)
        for name in ("csv", "tsv"):
            self.assertTrue(self.expect(0, "extract", "-f", name, "--bom", "form.txt").stdout
                            .startswith(b"\xef\xbb\xbfid"))
            self.assertTrue(self.expect(0, "extract", "-f", name, "form.txt").stdout.startswith(b"id"))

    def test_table(self):
        self.write("form.txt", MISSING)
        text = self.expect(0, "extract", "--format", "table", "form.txt").stdout.decode("utf-8")
        self.assertIn("2025年部门整体支出绩效目标批复表\n", text)
        self.assertIn("绿化覆盖率    —", text)
        self.assertRegex(text, r"\n1 form, 5 records: .* 1 without target —\n$")
        self.assertNotIn("\033", text)
        color = self.expect(0, "extract", "--format", "table", "--color", "always", "form.txt",
                            env={"NO_COLOR": "1"}).stdout
        self.assertIn(b"\033[", color)

    def test_odd_file_names(self):
        name = 'a"\\\n☂.txt'
        self.write(name, CLEAN)
        self.assertEqual(self.records(name)[0]["file"], name)
        broken = os.fsencode(self.folder.name) + b"/\xb1\xed.txt"
        with open(broken, "w", encoding="utf-8") as file:
            file.write(CLEAN)
        record = self.records(os.fsdecode(broken))[0]
        self.assertTrue(record["file"].endswith("/\ufffd\ufffd.txt"), record["file"])


if __name__ == "__main__":
    main()
