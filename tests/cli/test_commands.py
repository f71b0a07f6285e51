"""Commands other than extract, options in all their spellings, help and did-you-mean."""
import json
import os

from program import CLEAN, MISSING, SOURCE, Case, main

COMMANDS = ["extract", "check", "explain", "dump", "grammar list", "grammar check", "grammar show",
            "grammar draft", "schema", "codes", "help"]


class Commands(Case):
    def test_help(self):
        told = self.expect(0, "--help").stdout.decode("utf-8")
        self.assertEqual(told, self.expect(0, "help").stdout.decode("utf-8"))
        self.assertEqual(told, self.expect(0, "-h").stdout.decode("utf-8"))
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", told)
            words = command.split()
            shown = self.expect(0, *words, "--help").stdout
            self.assertEqual(shown, self.expect(0, "help", *words).stdout)
            self.assertTrue(shown.startswith(b"usage: pifu " + command.encode()))
            self.assertNotRegex(shown.decode("utf-8"), r"(?m) $")
        group = self.expect(0, "help", "grammar").stdout
        self.assertEqual(group.count(b"usage: "), 4)
        self.expect(2, "help", "extrat", err="did you mean extract?")

    def test_version(self):
        told = self.expect(0, "--version").stdout.decode("utf-8")
        self.assertRegex(told, r"^pifu \d+\.\d+\.\d+\nICU \d+.*, PCRE2 \d+.*, libyaml \d+")
        self.assertEqual(told, self.expect(0, "-V").stdout.decode("utf-8"))

    def test_did_you_mean(self):
        self.write("form.txt", CLEAN)
        for args, meant in (
                (["extract", "--fromat=csv"], "--format"), (["extract", "--ouput", "x"], "--output"),
                (["extract", "--format", "tabel"], "table"), (["extract", "--format", "jsnol"], "jsonl"),
                (["dump", "--stage", "record"], "records"), (["dump", "--stage", "veiw"], "view"),
                (["extract", "--fail-on", "warnig"], "warning"), (["schema", "documnt"], "document"),
                (["extract", "--color", "alway"], "always"), (["explain", "level-ordre"], "level-order"),
                (["chekc"], "check"), (["grammar", "chek"], "grammar check"),
                (["extract", "--grammar", "departmnt", "form.txt"], "department")):
            self.expect(2, *args, err=f"did you mean {meant}?")
        self.expect(2, "extract", "--format", "parquet", err="known are jsonl, json, csv, tsv, table")
        self.expect(2, "--verison", err="did you mean --version?")
        self.expect(2, "form.txt", err="did you mean extract form.txt?")
        done = self.expect(2, "zzz", err="see pifu help")
        self.assertNotIn(b"did you mean", done.stderr)

    def test_option_spellings(self):
        self.write("-form.txt", CLEAN)
        told = self.expect(0, "extract", "--format", "json", "--", "-form.txt").stdout
        for args in (["--format=json", "./-form.txt"], ["-f", "json", "./-form.txt"],
                     ["-fjson", "./-form.txt"], ["./-form.txt", "-f", "tsv", "-f", "json"]):
            done = self.expect(0, "extract", *args)
            self.assertEqual(done.stdout.replace(b'"./-form', b'"-form'), told, args)

    def test_explain_code(self):
        told = self.expect(0, "explain", "target-missing").stdout.decode("utf-8")
        self.assertRegex(told, r"^target-missing \(finding, warning\)\n    \w")
        told = self.expect(0, "explain", "label-mended").stdout.decode("utf-8")
        self.assertIn("label-mended (finding, notice)", told)
        self.assertIn("label-mended (repair)", told)
        self.expect(0, "explain", "limit", out="limit (status, exit code 4)")

    def test_explain_file(self):
        """A row's line, its cost by words, and its rival; no rival is told where there is none."""
        shifted = CLEAN.replace("\t\t\t补植绿地面积\t≥3500平方米", "\t补植绿地面积\t≥3500平方米")
        self.write("form.txt", shifted.replace("绿化覆盖率\t", "\t绿化覆盖率"))
        told = self.expect(0, "explain", "form.txt").stdout.decode("utf-8")
        self.assertIn("line 8 (table 1 row 5): 职能1:公园绿地养护 = function | 产出指标 = level1 | ", told)
        self.assertIn(": 补植绿地面积 = name (-2), 1.30 | ≥3500平方米 = target (-2)\n"
                      "    cost 1.30; no rival within 6.00\n", told)
        self.assertRegex(told, r"cost \d\.\d\d; best rival \+\d\.\d\d: \S+ = ")

    def test_explain_file_goes_first(self):
        self.write("limit", CLEAN)
        told = self.expect(0, "explain", "limit").stdout.decode("utf-8")
        self.assertIn("养护公园个数 = name", told)
        self.assertNotIn("exit code", told)

    def test_codes_are_explained(self):
        for line in self.expect(0, "codes").stdout.decode("utf-8").splitlines():
            kind, code = line.split()[:2]
            told = self.expect(0, "explain", code).stdout.decode("utf-8")
            self.assertIn(f"{code} ({kind}", told)

    def test_check(self):
        self.write("form.txt", MISSING)
        line = 1 + MISSING[:MISSING.index("绿化覆盖率")].count("\n")
        told = self.expect(0, "check", "form.txt").stdout.decode("utf-8")
        self.assertRegex(told, rf"(?m)^form\.txt:{line}: warning: target-missing: 绿化覆盖率: \w")
        told = self.expect(0, "check", "--ignore", "target-missing", "form.txt").stdout.decode("utf-8")
        self.assertNotIn("target-missing", told)

    CHECKED = ("项目支出绩效目标表\n项目名称\t柳荫塘清淤\n"
               "年度资金总额(万元)\t30\t其中:财政拨款\t20\t其他资金\t5\n"
               "一级指标\t二级指标\t三级指标\t指标值\t权重\n"
               "产出指标\t数量指标\t清淤塘口数\t≥6口\t50\n"
               "\t质量指标\t清淤合格率\t≥100%\t20\n"
               "效益指标\t社会效益指标\t灌溉受益户数\t≥90个\t20\n")

    def test_checks_in_order(self):
        """Checks of the form (findings of the document) and of records, by their places."""
        self.write("form.txt", self.CHECKED)
        told = self.expect(0, "check", "form.txt").stdout.decode("utf-8").splitlines()
        self.assertEqual([tuple(line.split(": ")[k] for k in (0, 1, 2)) for line in told],
                         [("form.txt:3", "notice", "amount-sum"), ("form.txt:4", "info", "no-satisfaction"),
                          ("form.txt:6", "notice", "rate-over-100"), ("form.txt:7", "notice", "unit-name-mismatch")])

    def test_checks_count(self):
        """--fail-on and --ignore take checks of records and of forms alike."""
        self.write("form.txt", self.CHECKED)
        self.expect(0, "check", "--fail-on", "warning", "form.txt")
        self.expect(1, "check", "--fail-on", "notice", "form.txt")
        self.expect(1, "extract", "--fail-on", "notice", "form.txt")
        notices = "amount-sum,rate-over-100,unit-name-mismatch"
        for command in ("check", "extract"):
            self.expect(0, command, "--fail-on", "notice", "--ignore", notices, "form.txt")
            for kept in notices.split(","):
                ignored = ",".join(code for code in notices.split(",") if code != kept)
                self.expect(1, command, "--fail-on", "notice", "--ignore", ignored, "form.txt")
        told = self.expect(1, "check", "--fail-on", "info", "--ignore", notices, "form.txt").stdout.decode("utf-8")
        self.assertEqual([line.split(": ")[2] for line in told.splitlines()], ["no-satisfaction"])

    def test_dump(self):
        self.write("form.txt", CLEAN)
        for stage in ("grid", "text", "rows", "view", "records"):
            self.expect(0, "dump", "--stage", stage, "form.txt", out="养护公园个数")
        grid = self.expect(0, "dump", "form.txt").stdout
        self.assertEqual(grid, self.expect(0, "dump", "-s", "grid", "form.txt").stdout)
        self.write("grid.txt", grid)

        def keep(text):
            records = [json.loads(line) for line in text.decode("utf-8").splitlines()]
            for record in records:
                for key in ("id", "file", "source"):
                    del record[key]
            return records

        self.assertEqual(keep(self.expect(0, "extract", "grid.txt").stdout),
                         keep(self.expect(0, "extract", "form.txt").stdout))

    def test_schema(self):
        for name in ("record", "document", "grammar"):
            schema = json.loads(self.expect(0, "schema", name).stdout)
            self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", name)
            self.expect(0, "schema", out=name)

    def test_grammars(self):
        told = self.expect(0, "grammar", "list").stdout.decode("utf-8")
        names = [line.split()[0] for line in told.splitlines()]
        self.assertIn("department", names)
        self.expect(0, "grammar", "show", "department", out="name: department")
        self.expect(2, "grammar", "show", "departmnt", err="did you mean department?")
        done = self.expect(0, "grammar", "check")
        self.assertRegex(done.stdout.decode("utf-8"), r"(?m)^department: [1-9]\d* samples? ok$")
        path = os.path.join(SOURCE, "grammars", "department.yaml")
        self.assertRegex(self.expect(0, "grammar", "check", path).stdout.decode("utf-8"),
                         r"^department: [1-9]\d* samples? ok\n$")

    def test_doubt(self):
        self.write("form.txt", MISSING)
        self.expect(0, "extract", "--doubt", "1", "form.txt", out='"doubtful"')
        done = self.expect(0, "extract", "--doubt", "0.000001", "form.txt")
        self.assertNotIn(b'"doubtful"', done.stdout)

    def test_grammar_option(self):
        self.write("form.txt", CLEAN)
        told = self.expect(0, "extract", "--grammar", "department", "form.txt").stdout
        self.assertEqual(told, self.expect(0, "extract", "-gdepartment", "form.txt").stdout)


if __name__ == "__main__":
    main()
