"""What the tests of the command line share: the program, a form of their own, a folder."""
import os
import subprocess
import sys
import tempfile
import unittest

PIFU = os.environ.get("PIFU", "pifu")
SOURCE = os.environ.get("PIFU_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))
SANITIZED = bool(os.environ.get("PIFU_SANITIZED"))

# A clean form, one that has lost the target of its fourth indicator, and a text that is no form.
CLEAN = """\
2025年部门整体支出绩效目标批复表
(2025年度)
部门(单位)名称\t青禾县园林局
部门职能概述\t负责全县公园、绿地和行道树的建设与养护。
年度整体绩效目标\t1、公园设施完好。 2、绿地面积增加。
核心职能\t年度绩效指标
\t一级指标\t二级指标\t三级指标\t指标值
职能1：公园绿地养护\t产出指标\t数量指标\t养护公园个数\t≥12个
\t\t\t补植绿地面积\t≥3500平方米
\t\t质量指标\t设施完好率\t≥95%
\t效益指标\t生态效益指标\t绿化覆盖率\t≥38.5%
\t满意度指标\t服务对象满意度指标\t游客满意度\t≥90%
"""
MISSING = CLEAN.replace("绿化覆盖率\t≥38.5%", "绿化覆盖率\t")
NO_FORM = "通知\n各单位:\n请于周五下午到三楼会议室开会。\n"
NAMES = ["养护公园个数", "补植绿地面积", "设施完好率", "绿化覆盖率", "游客满意度"]


class Case(unittest.TestCase):
    """Runs the program in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        mode = "wb" if isinstance(text, bytes) else "w"
        options = {} if mode == "wb" else {"encoding": "utf-8", "newline": ""}
        with open(self.path(name), mode, **options) as file:
            file.write(text)
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def run_pifu(self, *args, stdin=b"", env=None, **options):
        whole = dict(os.environ, **(env or {}))
        return subprocess.run([PIFU, *args], input=stdin, capture_output=True, cwd=self.folder.name,
                              env=whole, timeout=120, **options)

    def expect(self, code, *args, out=None, err=None, **options):
        """Run, compare the exit code, and where given what the streams hold."""
        done = self.run_pifu(*args, **options)
        told = done.stderr.decode("utf-8", "replace")
        self.assertEqual(done.returncode, code, f"{args}: {told}")
        if out is not None:
            self.assertIn(out, done.stdout.decode("utf-8"))
        if err is not None:
            self.assertIn(err, told)
        return done


def need_jsonschema():
    """The module, if need be by the system's own Python, where Debian puts it."""
    try:
        import jsonschema
        return jsonschema
    except ImportError:
        system = "/usr/bin/python3"
        if os.path.realpath(sys.executable) == os.path.realpath(system):
            raise
        os.execv(system, [system, *sys.argv])


def main():
    unittest.main(verbosity=1)
