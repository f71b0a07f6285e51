"""Head fields of a form: values cut over lines, amounts with their unit, whose form it is."""
import json

from program import Case, main

TABLE = "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t栽植行道树数\t≥320株\n产出指标\t质量指标\t成活率\t≥95%\n"
LAID_OUT = ("一级指标      二级指标      三级指标          指标值\n产出指标      数量指标      栽植行道树数      ≥320株\n"
            "              质量指标      成活率            ≥95%\n")


class HeadFields(Case):
    def fields(self, head, table=TABLE):
        text = f"项目支出绩效目标申报表\n{head}{table}".encode("utf-8")
        document = json.loads(self.expect(0, "extract", "-f", "json", stdin=text).stdout)
        self.goals = [g["text"] for g in document["goals"]]
        self.indicators = document["indicators"]
        return {f["key"]: f["value"] for f in document["fields"]}

    def test_line_that_was_cut(self):
        fields = self.fields("项目名称\n滨河大道行道树补植与花境维\n护\n主管部门\n桐溪县园林绿化服务中\n心\n实施单位\n桐溪县苗圃\n")
        self.assertEqual(fields["project"], "滨河大道行道树补植与花境维护")
        self.assertEqual(fields["supervisor"], "桐溪县园林绿化服务中心")
        self.assertEqual(fields["implementer"], "桐溪县苗圃")

    def test_text_that_is_nobodys_stays_apart(self):
        fields = self.fields("项目名称\n苗圃更新\n养护等级\n二级养护\n实施单位\n桐溪县苗圃\n")
        self.assertEqual(fields["project"], "苗圃更新")

    def test_blank_lines_part_cells(self):
        fields = self.fields("项目名称\n\n滨河大道补植\n二期\n\n养护等级\n\n主管部门\n\n桐溪县住建局\n\n")
        self.assertEqual(fields["project"], "滨河大道补植二期")
        self.assertEqual(fields["supervisor"], "桐溪县住建局")

    def test_goals_over_lines(self):
        self.fields("年度目标\n1.补植行道树320株。\n2.更换花境植物,做好冬季\n防寒。\n")
        self.assertEqual(self.goals, ["补植行道树320株。", "更换花境植物,做好冬季防寒。"])

    def test_numbers_of_goals(self):
        for text in ("1.补植320株；2.换花。", "一、补植320株；二、换花。", "（1）补植320株；（2）换花。", "（一）补植320株；（二）换花。",
                     "目标1：补植320株；目标2：换花。"):
            self.fields(f"年度目标\t{text}\n")
            self.assertEqual(self.goals, ["补植320株;", "换花。"], text)
        self.fields("年度目标\t标准统一、管养规范,完成补植1.5公顷。\n")
        self.assertEqual(self.goals, ["标准统一、管养规范,完成补植1.5公顷。"])

    def test_amount_with_unit_of_head(self):
        fields = self.fields("单位：万元\n资金总额\t136.4\n其中：财政拨款\t100万元\n")
        self.assertEqual((fields["budget"], fields["fund_fiscal"]), ("136.4 万元", "100万元"))

    def test_amount_with_unit_of_label(self):
        fields = self.fields("资金总额（元）\t1,364,000.00\n")
        self.assertEqual(fields["budget"], "1,364,000.00 元")

    def test_amount_without_unit_stays(self):
        self.assertEqual(self.fields("资金总额\t136.4\n")["budget"], "136.4")

    def test_amount_glued_to_next_label(self):
        fields = self.fields("单位：万元\n资金总额\n136.4 其中：财政拨款\n100\n")
        self.assertEqual((fields["budget"], fields["fund_fiscal"]), ("136.4 万元", "100 万元"))

    def test_label_and_value_in_one_line(self):
        fields = self.fields("项目名称：行道树补植\n主管部门：桐溪县住建局\n资金总额：88.5万元\n")
        self.assertEqual([fields[k] for k in ("project", "supervisor", "budget")], ["行道树补植", "桐溪县住建局", "88.5万元"])

    def test_fields_of_one_line(self):
        """Colons within labels, marks for a seal, a unit that is a field of its own."""
        fields = self.fields("填报单位（盖章）：桐溪县苗圃    金额单位：万元   填报日期：2025年3月2日\n"
                             "年度资金总额：136.4  其中：财政拨款：100  其他资金：36.4\n")
        self.assertEqual(fields, {"department": "桐溪县苗圃", "budget": "136.4 万元", "fund_fiscal": "100 万元",
                                  "fund_other": "36.4 万元"})

    def test_fields_of_several_cells(self):
        for head in ("项目名称：行道树补植\t\t实施单位（盖章）：桐溪县苗圃\n", "| 项目名称：行道树补植 | 实施单位：桐溪县苗圃 |\n"):
            fields = self.fields(head)
            self.assertEqual((fields["project"], fields["implementer"]), ("行道树补植", "桐溪县苗圃"))

    def test_what_stands_on_each_page(self):
        """A unit or the office that fills the form in, above the header of the next page, begins no form."""
        for line in ("单位：万元\n", "填报单位：桐溪县苗圃\n", "填报单位（盖章）：桐溪县苗圃   填报人：王五\n"):
            self.fields("填报单位：桐溪县绿化办\n", TABLE + line + TABLE)
            self.assertEqual([(i["form"], i["department"]) for i in self.indicators], [(1, "桐溪县绿化办")] * 4)

    def test_goals_and_what_was_done(self):
        for gap in ("", "\t"):
            fields = self.fields(f"年度总体目标\t预期目标\t实际完成情况\n{gap}1、补植320株。2、换花。\t已补植。\n")
            self.assertEqual(fields["goals_done"], "已补植。")
            self.assertEqual(self.goals, ["补植320株。", "换花。"])

    def test_amounts_of_the_total(self):
        for first in ("项目资金（万元）\t", "\t"):
            fields = self.fields(f"单位：万元\n{first}年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
                                 "年度资金总额\t50\t52\t48\t10\t92.3%\t9.2\n其中：财政拨款\t50\t52\t48\t—\t92.3%\t—\n")
            self.assertEqual({k: v for k, v in fields.items() if k.startswith(("budget", "fund"))},
                             {"budget": "50 万元", "budget_start": "50 万元", "budget_full": "52 万元",
                              "budget_spent": "48 万元", "budget_rate": "92.3%", "fund_fiscal": "50 万元"})

    def test_dash_is_no_value(self):
        self.assertNotIn("fund_other", self.fields("资金总额\t136.4\t其他资金\t——\n"))

    def test_header_is_no_value(self):
        self.assertNotIn("budget_spent", self.fields("项目名称\t行道树补植\n全年执行数\t分值\t得分\n"))

    def test_page_number_in_a_sentence(self):
        self.fields("年度目标\n补植行道树320株，更换花境植物，落实\n3\n养护责任，不发生死苗。\n")
        self.assertEqual(self.goals, ["补植行道树320株,更换花境植物,落实养护责任,不发生死苗。"])

    def test_goals_of_prose(self):
        prose = ("榆林县水文站2025年项目绩效目标\n测报设施更新\n520000\n【项目概况】:更换水位计和缆道\n【总体目标】\n更新测报设施,\n保证汛期报汛\n"
                 "【产出指标-数量指标】\n指标1:更换水位计台数(≥9台)\n【满意度指标-服务对象满意度指标】\n指标1:用水户满意度(≥90%)\n"
                 "站房维修\n310000\n【总体目标】:站房不漏雨\n【产出指标-数量指标】\n指标1:维修站房面积(≥420平方米)\n")
        document = json.loads(self.expect(0, "extract", "-f", "json", stdin=prose.encode("utf-8")).stdout)
        self.assertEqual([g["text"] for g in document["goals"]], ["更新测报设施,保证汛期报汛", "站房不漏雨"])
        self.assertIn(("content", "更换水位计和缆道"), [(f["key"], f["value"]) for f in document["fields"]])
        self.assertEqual([i["project"] for i in document["indicators"]], ["测报设施更新"] * 2 + ["站房维修"])

    def test_department_of_project(self):
        head = "项目名称\t行道树补植\n实施单位\t桐溪县苗圃\n"
        for more, department in (("", "桐溪县苗圃"), ("主管部门\t桐溪县住建局\n", "桐溪县住建局"),
                                 ("主管部门\t桐溪县住建局\n填报单位\t桐溪县绿化办\n", "桐溪县绿化办")):
            self.fields(head + more)
            self.assertEqual({i["department"] for i in self.indicators}, {department})

    def test_department_named_twice(self):
        self.fields("填报单位：桐溪苗圃\n部门名称\t桐溪县园林苗圃管理处\n")
        self.assertEqual({i["department"] for i in self.indicators}, {"桐溪县园林苗圃管理处"})

    def test_laid_out_value_around_its_label(self):
        fields = self.fields("项目名称      滨河大道补植          实施单位      桐溪县苗圃\n"
                             "            补植行道树，更换花境植物，保持滨河大道\n总体目标\n            四季有花，不发生死苗。\n"
                             "            滨河大道全长九公里，行道树缺株\n项目概况    较多，花境植物老化，市民多次反映\n            要求尽快补植。\n", LAID_OUT)
        self.assertEqual(self.goals, ["补植行道树,更换花境植物,保持滨河大道四季有花,不发生死苗。"])
        self.assertEqual(fields["content"], "滨河大道全长九公里,行道树缺株较多,花境植物老化,市民多次反映要求尽快补植。")

    def test_laid_out_field_before_a_colon(self):
        fields = self.fields("资金情况（万元） 年度资金总额：1,640.00        其中：财政拨款    1,200.00\n", LAID_OUT)
        self.assertEqual((fields["budget"], fields["fund_fiscal"]), ("1,640.00 万元", "1,200.00 万元"))

    def test_laid_out_line_with_colons(self):
        fields = self.fields("部门名称：桐溪县住建局     联系人：张某\n", LAID_OUT)
        self.assertEqual((fields["department"], fields["contact"]), ("桐溪县住建局", "张某"))

    def test_amounts_under_their_headings(self):
        rows = ("项目资金（万元）\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n",
                "年度资金总额\t95\t96\t91.2\t10\t95%\t9.5\n")
        for head in (rows, [row.replace("\t", "    ") for row in rows]):
            fields = self.fields("".join(head), TABLE if head is rows else LAID_OUT)
            self.assertEqual([fields[k] for k in ("budget_start", "budget_full", "budget_spent", "budget_rate")],
                             ["95 万元", "96 万元", "91.2 万元", "95%"])

    def test_labels_of_the_page_above_the_title(self):
        page = "机构职能\n通知公告\n绩效目标\n政策文件\n单位名称：桐溪县苗圃\n财政拨款\t486.20\t支出\t486.20\n项目支出绩效目标申报表\n项目名称\t行道树补植\n" + TABLE
        document = json.loads(self.expect(0, "extract", "-f", "json", stdin=page.encode("utf-8")).stdout)
        self.assertEqual({f["key"] for f in document["fields"]}, {"department", "project"})

    def test_label_and_value_in_one_cell_of_several(self):
        fields = self.fields("部门：桐溪县住建局\t单位：万元\t\n项目名称\t行道树补植\n")
        self.assertEqual(fields["department"], "桐溪县住建局")

    def test_goals_of_prose_behind_a_colon(self):
        prose = "桐溪县苗圃2025年项目绩效目标\n项目名称：苗圃更新\n年度目标：完成苗圃更新。\n一、产出指标\n（一）数量指标\n1.更新苗床：≥36畦\n2.育苗株数：≥9000株\n（二）质量指标\n1.成活率：≥95%\n"
        document = json.loads(self.expect(0, "extract", "-f", "json", stdin=prose.encode("utf-8")).stdout)
        self.assertEqual([g["text"] for g in document["goals"]], ["完成苗圃更新。"])

    def test_marks_of_markdown(self):
        text = f"# 2025年项目支出绩效目标表\n**项目名称：** 行道树补植\n{TABLE}".encode("utf-8")
        form = json.loads(self.expect(0, "extract", "-f", "json", stdin=text).stdout)
        self.assertEqual(form["form"][0]["title"], "2025年项目支出绩效目标表")
        self.assertEqual(form["indicators"][0]["project"], "行道树补植")


if __name__ == "__main__":
    main()
