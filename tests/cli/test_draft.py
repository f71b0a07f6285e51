"""pifu grammar draft: golden drafts of invented forms, and the way round: draft, save, read.

draft/NAME.txt (.md, .html) is a form with headers that no family knows, draft/NAME.yaml the
draft that must come out. PIFU_ACCEPT=1 rewrites the drafts."""
import glob
import json
import os
import shutil

from program import NO_FORM, SOURCE, Case, main

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "draft")
FORMS = {os.path.splitext(os.path.basename(path))[0]: path
         for path in sorted(glob.glob(os.path.join(FOLDER, "*"))) if not path.endswith(".yaml")}

# What a reader of the forms finds in them: level 1, level 2, name, target.
RECORDS = {
    "township-scores": [
        ("履职质效", "办件", "窗口办件数量", "1200件"), ("履职质效", "办件", "办件按时办结率", "98%"),
        ("履职质效", "走访", "走访企业户数", "160户"), ("群众口碑", "来信", "来信答复时间", "5天"),
        ("群众口碑", "回访", "群众满意度", "92%")],
    "plain-columns": [
        (None, None, "巡山里程", "≥1800公里"), (None, None, "火情上报及时率", "≥98%"),
        (None, None, "防火宣传次数", "≥24次"), (None, None, "护林设施完好率", "≥95%")],
    "usual-labels": [
        ("产出指标", "数量指标", "巡河次数", "≥48次"), ("产出指标", "数量指标", "清淤河道长度", "≥12公里"),
        ("产出指标", "质量指标", "断面水质达标率", "100%"),
        ("效益指标", "生态效益指标", "岸线植被覆盖率", "≥65%"),
        ("满意度指标", "服务对象满意度指标", "沿河群众满意度", "≥90%")],
}


class Draft(Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(SOURCE, "grammars"), self.path("grammars"))

    def draft(self, name):
        return self.expect(0, "grammar", "draft", "--grammars", "grammars", FORMS[name]).stdout

    def save(self, name):
        self.write(f"grammars/{name}.yaml", self.draft(name))

    def records(self, code, name, *options):
        out = self.expect(code, "extract", "--fail-on", "error", "--grammars", "grammars", *options,
                          FORMS[name]).stdout
        return [json.loads(line) for line in out.decode("utf-8").splitlines()]

    def test_golden(self):
        for name in FORMS:
            golden = os.path.join(FOLDER, name + ".yaml")
            told = self.draft(name).decode("utf-8")
            if os.environ.get("PIFU_ACCEPT"):
                with open(golden, "w", encoding="utf-8") as file:
                    file.write(told)
            with open(golden, encoding="utf-8") as file:
                self.assertEqual(told, file.read(), name)

    def test_sample_passes(self):
        for name in FORMS:
            self.save(name)
            self.assertEqual(self.expect(0, "grammar", "check", "--grammars", "grammars", name).stdout.decode(),
                             f"{name}: 1 sample ok\n")

    def test_way_round(self):
        """Without the draft no form is recognised (but one that shows its labels); with it, its records come out."""
        for name, expected in RECORDS.items():
            if name != "usual-labels":
                self.assertEqual(self.records(1, name), [], name)
            self.save(name)
            read = self.records(0, name)
            keys = ("level1", "level2", "name", "target")
            self.assertEqual([tuple(r[k] for k in keys) for r in read], expected)
            self.assertEqual({r["kind"] for r in read}, {name})

    def test_further_columns(self):
        self.save("township-scores")
        first = self.records(0, "township-scores")[0]
        self.assertEqual((first["number"], first["unit"], first["weight"], first["basis"]),
                         (1200, "件", 20, "以窗口系统登记为准"))
        self.save("plain-columns")
        self.assertEqual([r["actual"] for r in self.records(0, "plain-columns")], ["1920公里", "100%", "26次", "96%"])

    def test_other_families_stay(self):
        """Drafts beside them do not change what the families at hand read."""
        form = os.path.join(SOURCE, "samples", "forest-department.txt")
        before = self.expect(0, "extract", "--grammars", "grammars", "--format", "csv", form).stdout
        for name in RECORDS:
            self.save(name)
        self.assertEqual(self.expect(0, "extract", "--grammars", "grammars", "--format", "csv", form).stdout, before)
        self.expect(0, "grammar", "check", "--grammars", "grammars")

    def test_names(self):
        self.write("form.txt", "督导清单表\n督导大类\t督导事项\t须办数\n甲\t巡查次数\t≥3次\n\t整改率\t≥90%\n")
        self.expect(0, "grammar", "draft", "form.txt", out="name: form\n")
        self.expect(0, "grammar", "draft", "form.txt", "inspection-2", out="name: inspection-2\n")
        self.expect(0, "grammar", "draft", "-", stdin=self.read("form.txt"), out="name: draft\n")
        self.expect(2, "grammar", "draft", "form.txt", "project", err="a family is named 'project' already")
        self.expect(2, "grammar", "draft", "form.txt", "考评", err="a family's name is made of")
        self.expect(0, "grammar", "draft", "-o", "out.yaml", "form.txt")
        self.assertIn(b"extends: common", self.read("out.yaml"))

    def test_no_table(self):
        self.write("letter.txt", NO_FORM)
        self.expect(3, "grammar", "draft", "letter.txt", err="no table with a header")
        self.write("bare.txt", "产出指标\t数量指标\t巡河次数\t≥4次\n效益指标\t社会效益指标\t投诉件数\t≤2件\n" * 3)
        self.expect(3, "grammar", "draft", "bare.txt", err="no table with a header")

    def test_odd_text(self):
        """Quotes, bars and control characters in cells still give YAML that loads."""
        self.write("odd.txt", "督导'清单'表\n督导: 类\t督导|事项\t须#办数\n'甲\t巡查\x01次数\t≥3次\n\t\"整改\"率\t≥90%\n".encode("utf-8"))
        told = self.expect(0, "grammar", "draft", "--grammars", "grammars", "odd.txt").stdout
        self.write("grammars/odd.yaml", told)
        self.expect(0, "grammar", "check", "--grammars", "grammars", "odd", out="odd: 1 sample ok")
        self.write("odd.txt", "督导清单表\n督导大类\t督导事项\t须办数\n甲\t巡查|次数\t≥3次\n\t整改率\t≥90%\n")
        self.expect(0, "grammar", "draft", "odd.txt", out="# No sample: a sample cannot expect texts that hold a bar.")


if __name__ == "__main__":
    main()
