"""What the tests of stores share: made forms, stores, and SQLite as an independent reader."""
import importlib
import os
import random
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))

from program import CLEAN, MISSING, NO_FORM, PIFU, SANITIZED, SOURCE, Case, main  # noqa: E402,F401

# One list of words for all made forms; a word of two characters stands inside longer ones.
THINGS = ["公用经费", "经费保障", "专项资金", "设备购置", "群众满意度", "绿化养护", "信息系统", "GPS终端"]
KINDS = [("数量指标", "次数", "≥{}次"), ("质量指标", "合格率", "≥{}%"), ("成本指标", "控制数", "≤{}万元")]


def made_form(number, rows=12, year=2024):
    """A clean department form whose words and numbers depend on `number` alone."""
    chance = random.Random(number)
    lines = [f"{year}年部门整体支出绩效目标批复表", f"({year}年度)",
             f"部门(单位)名称\t青禾县第{number}局", "核心职能\t年度绩效指标",
             "\t一级指标\t二级指标\t三级指标\t指标值"]
    for row in range(rows):
        level, ending, target = chance.choice(KINDS)
        name = chance.choice(THINGS) + chance.choice(["", "执行", "更新", "检查"]) + f"第{row}项" + ending
        head = f"职能{row // 4 + 1}：第{row // 4 + 1}号工作" if row % 4 == 0 else ""
        lines.append("\t".join([head, "产出指标" if row % 4 == 0 else "", level, name,
                                target.format(chance.randrange(1, 100))]))
    return "\n".join(lines) + "\n"


def need(module):
    """A module that Debian packages: by the system's own Python if this one lacks it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        system = "/usr/bin/python3"
        if os.path.realpath(sys.executable) == os.path.realpath(system):
            print(f"skipped: python3-{module} is not installed", file=sys.stderr)
            sys.exit(77)
        os.execv(system, [system, *sys.argv])


# Rows without what differs from run to run, by the names people see, in the order of the input.
CONTENTS = {
    "documents": "SELECT id, path, sha256, format, status, message, forms, records, doubtful, repairs,"
                 " findings, cells, balanced, accounts, duplicate_of FROM documents ORDER BY id",
    "forms": "SELECT * FROM forms ORDER BY id",
    "functions": "SELECT * FROM functions ORDER BY id",
    "indicators": "SELECT * FROM indicators ORDER BY id",
    "cells": "SELECT * FROM cells ORDER BY indicator_id, place",
    "repairs": "SELECT * FROM repairs ORDER BY id",
    "findings": "SELECT * FROM findings ORDER BY id",
}


class StoreCase(Case):
    def open(self, name):
        connection = sqlite3.connect(f"file:{self.path(name)}?mode=ro", uri=True)
        self.addCleanup(connection.close)
        return connection

    def query(self, name, sql, *values):
        connection = sqlite3.connect(f"file:{self.path(name)}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def contents(self, name):
        return {table: self.query(name, sql) for table, sql in CONTENTS.items()}

    def check_sound(self, name):
        self.assertEqual(self.query(name, "PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.query(name, "PRAGMA foreign_key_check"), [])
        for (key,) in self.query(name, "SELECT DISTINCT id FROM documents"):
            told, = self.query(name, "SELECT records FROM documents WHERE id = ? AND"
                                     " duplicate_of IS NULL", key) or [(None,)]
            if told[0] is not None:
                there, = self.query(name, "SELECT count(*) FROM records WHERE document_id = ?", key)
                self.assertEqual(told, there)

    def make_forms(self, count, **how):
        names = [f"form{i:03}.txt" for i in range(count)]
        for i, name in enumerate(names):
            self.write(name, made_form(i, **how))
        return names

    def answers(self, names):
        """What pifu worker says of the files."""
        return self.expect(0, "worker", stdin="".join(n + "\n" for n in names).encode()).stdout

    def samples(self):
        folder = os.path.join(SOURCE, "samples")
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))
                if name.endswith(".txt") or name.endswith("project.md")]
