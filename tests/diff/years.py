"""What the tests of comparisons share: two years of a form, and made years whose truth is known."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from program import PIFU, SANITIZED, SOURCE, Case, main, need_jsonschema  # noqa: E402,F401

HEAD = """\
{year}年部门整体支出绩效目标批复表
({year}年度)
部门(单位)名称\t青禾县园林局
核心职能\t年度绩效指标
\t一级指标\t二级指标\t三级指标\t指标值
"""
OLD = HEAD.format(year=2024) + """\
职能1：公园绿地养护\t产出指标\t数量指标\t养护公园个数\t≥25个
\t\t\t补植绿地面积\t≥3500平方米
\t\t\t修剪行道树数量\t≥800株
\t\t质量指标\t设施完好率\t≥95%
\t\t时效指标\t养护任务完成时间\t2024年12月底前
\t满意度指标\t服务对象满意度指标\t游客满意度\t≥90%
职能2：古树名木保护\t产出指标\t数量指标\t古树巡查次数\t≥12次
\t\t成本指标\t古树复壮经费\t≤2.5万元
\t效益指标\t生态效益指标\t古树衰弱比例\t≤5%
\t满意度指标\t服务对象满意度指标\t居民满意度\t≥85%
"""
NEW = HEAD.format(year=2025) + """\
职能1：古树名木保护管理\t产出指标\t数量指标\t古树巡查次数\t≥24次
\t\t成本指标\t古树复壮经费\t≤25000元
\t效益指标\t生态效益指标\t古树衰弱比例\t≥5%
\t满意度指标\t服务对象满意度指标\t居民满意度\t≥85%
职能2：公园绿地养护\t产出指标\t数量指标\t养护公园个数\t≥2500个
\t\t\t补植绿地总面积\t≥3500平方米
\t\t\t新增口袋公园数量\t≥2个
\t\t质量指标\t设施完好率\t≥95%
\t\t时效指标\t养护任务完成时间\t2025年12月底前
\t满意度指标\t服务对象满意度指标\t游客满意度\t≥90%
"""


def record(place, year=2024, **fields):
    """A record with the keys that matter; the rest is null."""
    full = {key: None for key in (
        "title", "project", "function_no", "function", "comparator", "number", "number_max", "unit", "weight",
        "basis", "actual", "score", "note", "term", "parts")}
    full.update({"id": f"{year}-{place}", "file": f"{year}.txt", "form": 1, "kind": "department", "year": year,
                 "department": "青禾县园林局", "level1": "产出指标", "level2": "数量指标",
                 "name": f"指标{place}", "target": None, "target_kind": "missing", "raw": {},
                 "source": {"sha256": "0" * 64, "table": 0, "page": None, "row": place, "cells": {}},
                 "repairs": [], "confidence": 1, "findings": [], "checks": [], "alternatives": []}, **fields)
    return full


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records)


# ---- Made years ------------------------------------------------------------------------------

SUBJECTS = ("公园绿地 行道树 古树名木 路灯 雨水管网 垃圾清运 公厕 农村公路 桥梁 警务站 禁毒宣传 交通信号灯 监控摄像头 辅警服装 "
            "森林防火 病虫害防治 造林 护林员 图书馆 文化下乡 全民健身 非遗传承 档案数字化 疫苗接种 健康体检 医疗救助 家庭医生 "
            "困难学生 营养改善 校舍维修 教师培训 职业技能 就业援助 养老服务 残疾人康复 社会救助 信访接待 法律援助 人民调解").split()
ACTIONS = "养护 维修 巡查 更新 建设 改造 检测 宣传 培训 采购 配备 发放 补助 验收 保障 整治".split()
MEASURES = {"数量指标": ["次数", "数量", "人数", "面积", "里程", "个数", "覆盖面"],
            "质量指标": ["合格率", "达标率", "完好率", "准确率"],
            "时效指标": ["及时率", "完成时间", "响应时间", "按时完成率"],
            "成本指标": ["单位成本", "经费控制数", "补助标准"]}


def reword(rng, name):
    """A small change of wording, as offices make it from year to year."""
    ways = [lambda s: "开展" + s, lambda s: s.replace("次数", "活动次数"), lambda s: s.replace("数量", "总数量"),
            lambda s: s.replace("率", "比率") if s.endswith("率") else s + "情况",
            lambda s: s.replace("完成时间", "完成时限"), lambda s: s.replace("人数", "人员数量"),
            lambda s: s[:2] + "类" + s[2:], lambda s: s[:-2] + "的" + s[-2:],
            lambda s: s.replace("单位成本", "平均成本"), lambda s: "年度" + s, lambda s: s + "(年)",
            lambda s: "“" + s + "”", lambda s: "1." + s]
    for way in rng.sample(ways, len(ways)):
        if way(name) != name:
            return way(name)
    return name


def made_years(seed, departments=20, functions=4, indicators=10):
    """Records of two years and the truth: ids of the new year by ids of the old one."""
    rng = random.Random(seed)
    old, new, truth = [], [], {}
    for d in range(departments):
        numbers = list(range(1, functions + 1))
        rng.shuffle(numbers)
        subjects = rng.sample(SUBJECTS, functions)
        for f, subject in enumerate(subjects):
            names = set()
            while len(names) < indicators:
                level2 = rng.choice(sorted(MEASURES))
                names.add((level2, subject + rng.choice(ACTIONS) + rng.choice(MEASURES[level2])))
            function = subject + "工作"
            now = subject + "专项工作" if rng.random() < 0.3 else function
            for level2, name in rng.sample(sorted(names), len(names)):
                number = rng.randrange(1, 1000)
                base = {"department": f"青禾县第{d}局", "level2": level2, "comparator": "ge",
                        "target_kind": "number"}
                fate = rng.random()
                was = record(len(old), 2024, name=name, function=function, function_no=f + 1, number=number,
                             target=f"≥{number}", **base)
                old.append(was)
                if fate < 0.12:
                    continue
                is_now = record(len(new), 2025, name=reword(rng, name) if fate < 0.4 else name, function=now,
                                function_no=numbers[f], number=number + 1 if fate > 0.8 else number, **base)
                is_now["target"] = f"≥{is_now['number']}"
                truth[was["id"]] = is_now["id"]
                new.append(is_now)
            for _ in range(rng.randrange(0, 3)):
                level2 = rng.choice(sorted(MEASURES))
                name = subject + rng.choice(ACTIONS) + rng.choice(MEASURES[level2])
                if (level2, name) not in names:
                    new.append(record(len(new), 2025, name=name, function=now, function_no=numbers[f],
                                      number=5, target="≥5", department=f"青禾县第{d}局", level2=level2,
                                      comparator="ge", target_kind="number"))
    return old, new, truth
