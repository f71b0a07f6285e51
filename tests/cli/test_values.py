"""Fused values and misread signs: the fields beside the target, and how sure the records are."""
import json
import os

from program import SOURCE, Case, main

GOLDEN = os.path.join(SOURCE, "tests", "golden")
HEAD = "项目支出绩效自评表\n(2024年度)\n项目名称\t渠首更新\n主管部门\t白桦县水务局\n"
HEADER = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n"
WHOLE = ("产出指标\t数量指标\t维修闸门数\t≥14座\t15座\t20\t20\n\t\t清淤长度\t≥8公里\t9公里\t20\t20\n"
         "\t质量指标\t闸门完好率\t≥95%\t97%\t20\t20\n")


class Values(Case):
    def records(self, path):
        out = self.expect(0, "extract", path).stdout.decode("utf-8")
        return {r["name"]: r for r in map(json.loads, out.splitlines())}

    def golden(self, case):
        return self.records(os.path.join(GOLDEN, case, "input.txt"))

    def form(self, rows):
        return self.records(self.write("form.txt", HEAD + HEADER + WHOLE + rows))

    def fields(self, record):
        return tuple(record[k] for k in ("target", "actual", "weight", "score"))

    def test_all_columns(self):
        read = self.golden("values-fused")
        for name, weight, actual, score in (("更换启闭机", 10, "≥36台", 10), ("渠道清淤方量", 12, "5480立方米", 11.5),
                                            ("验收合格率", 15, "100%", 15), ("用水户满意度", 10, "92%", 10)):
            record = read[name]
            self.assertEqual((record["weight"], record["actual"], record["score"]), (weight, actual, score))
            self.assertIn("target-split", record["findings"])
            self.assertEqual([r["code"] for r in record["repairs"] if r["code"] == "value-split"], ["value-split"])
        for name in ("维修渡槽座数", "完工及时性", "节水意识"):
            self.assertEqual(read[name]["findings"], [])

    def test_places(self):
        record = self.golden("values-fused-places")["改造合格率"]
        self.assertEqual([(p["place"], p["target"]) for p in record["parts"]],
                         [("城关镇", "90%"), ("北岭乡", "85%"), ("南坪镇", "85%")])

    def test_column_order(self):
        self.assertEqual(self.fields(self.form("\t\t更换启闭机\t≥34台36台2018\n")["更换启闭机"]),
                         ("≥34台", "36台", 20, 18))

    def test_same_words(self):
        self.assertEqual(self.fields(self.form("\t时效指标\t完工及时性\t及时及时2020\n")["完工及时性"]),
                         ("及时", "及时", 20, 20))

    def test_digits_alone(self):
        """A number is a number: only weights that then sum to 100 let it be cut."""
        read = self.golden("values-fused-digits")["更新苗木株数"]
        self.assertEqual((read["target"], read["number"], read["weight"]), ("2100株", 2100, 10))
        form = HEAD + "一级指标\t二级指标\t三级指标\t年度指标值\t分值\n产出指标\t数量指标\t维修闸门数\t≥14座\t30\n" \
            "\t\t清淤长度\t≥8公里\t30\n\t\t更新株数\t210010\n"
        record = self.records(self.write("open.txt", form))["更新株数"]
        self.assertEqual((record["target"], record["weight"]), ("210010", None))
        self.assertIn("doubtful", record["findings"])
        self.assertLess(record["confidence"], 0.5)
        self.assertIn("2100", [a["text"] for a in record["alternatives"] if a["field"] == "target"])

    def test_rows_that_are_whole(self):
        """Empty columns alone are no reason to cut."""
        for target in ("≥1200人次", "100%", "3-5次", "2024年12月底前", "有所提高", "不少于3次"):
            record = self.form(f"\t\t走访人次\t{target}\n")["走访人次"]
            self.assertEqual(record["target"], target)
            self.assertNotIn("target-split", record["findings"])

    def test_columns_that_none_fills(self):
        form = HEAD + HEADER + "产出指标\t数量指标\t维修闸门数\t≥14座\n\t\t更换启闭机\t≥34台36台2020\n"
        self.assertEqual(self.records(self.write("form.txt", form))["更换启闭机"]["target"], "≥34台36台2020")

    def test_misread_signs(self):
        read = self.golden("comparators-misread")
        for name, rival in (("评估报告合格率", "≥98%"), ("隐患整改率", "≥95%"), ("抽检覆盖率", "≥90%"),
                            ("业主满意度", "≥92%")):
            record = read[name]
            self.assertEqual({"doubtful", "comparator-misread"} & set(record["findings"]),
                             {"doubtful", "comparator-misread"})
            self.assertLessEqual(record["confidence"], 0.45)
            self.assertIn(("target", rival), [(a["field"], a["text"]) for a in record["alternatives"]])
        self.assertEqual(read["评估费用增幅"]["findings"], [])

    def test_lost_text(self):
        read = self.golden("text-lost")
        lost = {name for name, record in read.items() if "text-lost" in record["findings"]}
        self.assertEqual(lost, {"安装灯杆数", "敷设电缆长度", "夜间\ufffd游人数"})
        self.assertEqual(read["敷设电缆长度"]["raw"]["target"], "≥6800米?")
        record = read["单灯月均电费"]
        self.assertEqual((record["target"], record["number"]), ("0.0900000762939453", 0.09))

    def test_parents(self):
        read = self.golden("parents")
        parents = {name for name, record in read.items() if "parent-indicator" in record["findings"]}
        self.assertEqual(parents, {"护岸工程建设", "岗位培训"})
        self.assertEqual(read["绿化养护"]["findings"], ["target-missing"])


if __name__ == "__main__":
    main()
