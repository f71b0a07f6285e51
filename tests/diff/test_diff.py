"""pifu diff: two forms, JSON Lines, stores; every format, every exit code."""
import csv
import io
import json
import re
import unicodedata
import zipfile

from years import NEW, OLD, Case, lines, main, need_jsonschema, record

jsonschema = need_jsonschema()


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Diff(Case):
    def setUp(self):
        super().setUp()
        self.write("old.txt", OLD)
        self.write("new.txt", NEW)

    def diff(self, *args, code=0, **options):
        """The differences as objects."""
        done = self.expect(code, "diff", "-f", "jsonl", *args, **options)
        return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]

    def by_name(self, *args, **options):
        return {d["name"]: d for d in self.diff(*args, **options)}

    def test_forms(self):
        got = self.by_name("--all", "old.txt", "new.txt")
        self.assertEqual({name: d["change"] for name, d in got.items()}, {
            "养护公园个数": "changed", "补植绿地总面积": "amended", "新增口袋公园数量": "added",
            "修剪行道树数量": "dropped", "设施完好率": "same", "养护任务完成时间": "same", "游客满意度": "same",
            "古树巡查次数": "changed", "古树复壮经费": "amended", "古树衰弱比例": "changed",
            "居民满意度": "amended"})
        outlier = got["养护公园个数"]
        self.assertEqual(outlier["ratio"], 100)
        self.assertEqual([f["code"] for f in outlier["findings"]], ["target-outlier"])
        self.assertEqual(outlier["findings"][0]["severity"], "warning")
        self.assertEqual(outlier["fields"], ["target", "number", "number_max"])
        self.assertEqual(got["古树巡查次数"]["ratio"], 2)
        self.assertEqual(got["古树巡查次数"]["findings"], [])
        self.assertEqual([f["code"] for f in got["古树衰弱比例"]["findings"]], ["comparator-flipped"])
        cost = got["古树复壮经费"]
        self.assertEqual(cost["ratio"], 1)
        self.assertEqual([f["code"] for f in cost["findings"]], ["unit-changed"])
        self.assertIn("1 to 10000", cost["findings"][0]["text"])
        renamed = got["补植绿地总面积"]
        self.assertEqual(renamed["fields"], ["name"])
        self.assertEqual(renamed["old"]["name"], "补植绿地面积")
        self.assertGreater(renamed["similarity"], 0.8)
        self.assertEqual(got["居民满意度"]["fields"], ["function"])
        self.assertIsNone(got["新增口袋公园数量"]["old"])
        self.assertIsNone(got["修剪行道树数量"]["new"])

    def test_order(self):
        """The new year's order; what was dropped after its old neighbour above."""
        names = [d["name"] for d in self.diff("--all", "old.txt", "new.txt")]
        wanted = re.findall(r"\t([^\t]+)\t[^\t]+\n", NEW.split("指标值\n")[1])
        self.assertEqual([n for n in names if n != "修剪行道树数量"], wanted)
        self.assertEqual(names[names.index("修剪行道树数量") - 1], "补植绿地总面积")

    def test_schema(self):
        schema = json.loads(self.expect(0, "schema", "diff").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        seen = set()
        for args in (["old.txt", "new.txt"], ["new.txt", "old.txt"]):
            for d in self.diff("--all", *args):
                validator.validate(d)
                seen.add(d["change"])
        self.assertEqual(seen, {"same", "changed", "amended", "added", "dropped"})
        broken = dict(d, change="added")
        self.assertFalse(validator.is_valid(broken))

    def test_inputs_agree(self):
        """Forms, JSON Lines, worker's lines, stores and standard input: the same differences."""
        forms = self.expect(0, "diff", "--all", "-f", "jsonl", "old.txt", "new.txt").stdout
        for year in ("old", "new"):
            self.write(f"{year}.jsonl", self.expect(0, "extract", f"{year}.txt").stdout)
            self.write(f"{year}.worker", self.expect(0, "worker", stdin=f"{year}.txt\n".encode()).stdout)
            self.expect(0, "load", f"{year}.sqlite", f"{year}.worker")
        both = self.read("old.worker") + self.read("new.worker")
        self.write("both.jsonl", both)
        self.expect(0, "load", "both.sqlite", "both.jsonl")
        for args in (["old.jsonl", "new.jsonl"], ["old.worker", "new.jsonl"], ["old.sqlite", "new.sqlite"],
                     ["old.txt", "new.sqlite"], ["-y", "2024:2025", "both.sqlite"],
                     ["-y", "2024:2025", "both.jsonl", "both.sqlite"]):
            self.assertEqual(self.expect(0, "diff", "--all", "-f", "jsonl", *args).stdout, forms, args)
        for name in ("old.jsonl", "old.worker"):
            done = self.expect(0, "diff", "--all", "-f", "jsonl", "-", "new.txt", stdin=self.read(name))
            self.assertEqual(done.stdout, forms, name)
        done = self.expect(0, "diff", "--all", "-f", "jsonl", "-", "new.txt", stdin=self.read("old.txt"))
        self.assertEqual([json.loads(line)["name"] for line in done.stdout.splitlines()],
                         [json.loads(line)["name"] for line in forms.splitlines()])

    def test_same(self):
        """Nothing differs from itself, by whatever road."""
        self.assertEqual(self.diff("--fail-on", "info", "old.txt", "old.txt"), [])
        self.assertEqual({d["change"] for d in self.diff("--all", "old.txt", "old.txt")}, {"same"})

    def test_exit_codes(self):
        self.expect(0, "diff", "old.txt", "new.txt")
        self.expect(0, "diff", "--fail-on", "error", "old.txt", "new.txt")
        for severity in ("info", "notice", "warning"):
            self.expect(1, "diff", "--fail-on", severity, "old.txt", "new.txt")
        warnings = "target-outlier,comparator-flipped,match-doubtful"
        self.expect(0, "diff", "--fail-on", "warning", "--ignore", warnings, "old.txt", "new.txt")
        self.expect(1, "diff", "--fail-on", "notice", "--ignore", warnings, "old.txt", "new.txt")
        self.expect(0, "diff", "--fail-on", "notice", "--ignore", warnings + ",unit-changed", "old.txt", "new.txt")
        self.expect(0, "diff", "--fail-on", "warning", "--outlier", "1000", "--ignore", "comparator-flipped",
                    "old.txt", "new.txt")
        self.expect(3, "diff", "old.txt", "none.txt", err="none.txt: No such file")
        self.expect(2, "diff", "old.txt", err="--year OLD:NEW")
        self.expect(2, "diff", "-", "-", err="standard input")
        self.expect(2, "diff", "a", "b", "c", err="one operand too many")
        for year in ("2024", "2024-2025", "24:25", "2024:"):
            self.expect(2, "diff", "-y", year, "old.txt", "new.txt", err="--year takes OLD:NEW")
        for ratio in ("1", "x", "-3", "10x"):
            self.expect(2, "diff", "--outlier", ratio, "old.txt", "new.txt", err="--outlier takes")
        for name in ("", ":", "局:"):
            self.expect(2, "diff", "-d", name, "old.txt", "new.txt", err="--department takes")
        self.expect(2, "diff", "-y", "2024:2031", "old.txt", "new.txt", err="no records of 2031")
        self.expect(2, "diff", "-f", "xlsx", "old.txt", "new.txt", err="wants --output")
        self.write("bad.jsonl", lines([record(1)]) + "{\"id\": \n")
        self.expect(3, "diff", "bad.jsonl", "new.txt", err="bad.jsonl:2: ")
        done = self.run_pifu("diff", "-o", "no/such/folder/x", "old.txt", "new.txt")
        self.assertEqual(done.returncode, 5)

    def test_selection(self):
        def year(number, year):
            return [record(i, year, department=f"第{d}局", name=f"指标{'甲乙丙'[i]}", number=number + d,
                           target=f"≥{number + d}", comparator="ge", target_kind="number")
                    for d in range(3) for i in range(3)]

        self.write("all.jsonl", lines(year(5, 2023) + year(5, 2024) + year(7, 2025)))
        args = ["-y", "2023:2024", "all.jsonl"]
        self.assertEqual(self.diff(*args), [])
        got = self.diff("-y", "2024:2025", "all.jsonl")
        self.assertEqual(len(got), 9)
        got = self.diff("-y", "2024:2025", "-d", "第1", "all.jsonl")
        self.assertEqual({d["department"] for d in got}, {"第1局"})
        got = self.diff("--all", "-y", "2024:2025", "-d", "第1局:第2局", "all.jsonl")
        self.assertEqual({(d["old"]["department"], d["new"]["department"]) for d in got}, {("第1局", "第2局")})
        self.assertEqual([d["ratio"] for d in got], [1.5] * 3)
        self.expect(0, "diff", "all.jsonl", "all.jsonl", err="records of several years")

    def test_departments(self):
        """Each department is compared with itself; what is in one year only is said."""
        old = [record(1, department="甲局", name="某事次数"), record(2, department="乙局", name="某事次数")]
        new = [record(1, 2025, department=" 甲 局", name="某事次数"), record(2, 2025, department="丙局", name="某事次数")]
        self.write("old.jsonl", lines(old))
        self.write("new.jsonl", lines(new))
        done = self.expect(0, "diff", "-f", "jsonl", "--all", "old.jsonl", "new.jsonl", err="乙局 is in the old year only")
        self.assertIn("丙局 is in the new year only", done.stderr.decode("utf-8"))
        got = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([d["change"] for d in got], ["same", "dropped", "added"])
        self.write("one.jsonl", lines(new[1:]))
        self.write("other.jsonl", lines(old[1:]))
        done = self.expect(0, "diff", "other.jsonl", "one.jsonl", err="although the names differ: 乙局, 丙局")
        self.assertIn("1 the same", done.stdout.decode("utf-8"))

    def test_doubt_is_told(self):
        old = [record(1, name="宣传活动场次", target="≥5次")]
        new = [record(1, 2025, name="宣传活动甲场次"), record(2, 2025, name="宣传活动乙场次")]
        self.write("old.jsonl", lines(old))
        self.write("new.jsonl", lines(new))
        pair, = [d for d in self.diff("old.jsonl", "new.jsonl") if d["old"]]
        self.assertTrue(pair["doubtful"])
        self.assertLess(pair["margin"], 0.08)
        other = {"宣传活动甲场次", "宣传活动乙场次"} - {pair["name"]}
        self.assertEqual({a["name"] for a in pair["alternatives"]}, other)
        self.assertIn("match-doubtful", [f["code"] for f in pair["findings"]])
        self.expect(1, "diff", "--fail-on", "warning", "old.jsonl", "new.jsonl", out="match-doubtful")

    def test_table(self):
        text = self.expect(0, "diff", "old.txt", "new.txt").stdout.decode("utf-8")
        self.assertTrue(text.startswith("青禾县园林局  2024 → 2025\n\n"))
        rows = text.split("\n")
        rule = next(row for row in rows if "──" in row)
        start = columns(rule[:rule.rindex("  ")] + "  ")
        for row in rows:
            if "≥2500个" in row:  # the last column begins where its rule does
                self.assertEqual(columns(row[:row.index("≥2500个")]), start)
                self.assertTrue(row.startswith("~  "))
                self.assertTrue(row.endswith("×100 target-outlier"))
        self.assertIn("was 补植绿地面积 (0.", text)
        self.assertIn("\n\n1 department: 3 changed ~, ", text)
        self.assertNotIn("设施完好率", text)
        self.assertIn("设施完好率", self.expect(0, "diff", "-a", "old.txt", "new.txt").stdout.decode("utf-8"))
        self.assertNotIn("\033", text)
        colored = self.expect(0, "diff", "--color", "always", "old.txt", "new.txt").stdout.decode("utf-8")
        self.assertEqual(re.sub("\033\\[[0-9]*m", "", colored), text)

    def test_terminal_is_not_steered(self):
        self.write("old.jsonl", lines([record(1, name="甲\033[2J乙")]))
        self.write("new.jsonl", lines([record(1, 2025, name="丙\033]0;x\007丁")]))
        text = self.expect(0, "diff", "old.jsonl", "new.jsonl").stdout.decode("utf-8")
        self.assertNotRegex(text, "[\033\007]")

    def test_csv(self):
        self.write("old.jsonl", lines([record(1, name="甲,\"乙\"", target="=3个"), record(2, name="丙")]))
        self.write("new.jsonl", lines([record(1, 2025, name="甲,\"乙\"", target="=4个")]))
        data = self.expect(0, "diff", "-f", "csv", "--bom", "old.jsonl", "new.jsonl").stdout
        self.assertTrue(data.startswith(b"\xef\xbb\xbfchange,department,"))
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        self.assertEqual([row["change"] for row in rows], ["changed", "dropped"])
        self.assertEqual(rows[0]["name"], "甲,\"乙\"")
        self.assertEqual((rows[0]["old_target"], rows[0]["new_target"]), ("'=3个", "'=4个"))
        self.assertEqual(rows[1]["new_year"], "")

    def test_workbook(self):
        self.expect(0, "diff", "-f", "xlsx", "-o", "out.xlsx", "old.txt", "new.txt")
        with zipfile.ZipFile(self.path("out.xlsx")) as book:
            self.assertIsNone(book.testzip())
            sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        self.assertIn("<autoFilter", sheet)
        self.assertIn("frozen", sheet)
        # by our own reader of workbooks, which knows nothing of how it was written
        grid = self.expect(0, "dump", "out.xlsx").stdout.decode("utf-8")
        for text in ("三级绩效指标名称", "养护公园个数", "≥2500个", "target-outlier", "outliers"):
            self.assertIn(text, grid)

    def test_output_appears_when_complete(self):
        self.write("out.csv", "older")
        self.write("bad.jsonl", lines([record(1)]) + "no record\n")
        self.expect(3, "diff", "-f", "csv", "-o", "out.csv", "bad.jsonl", "new.txt")
        self.assertEqual(self.read("out.csv"), b"older")


if __name__ == "__main__":
    main()
