"""Archives: kinds, names, nesting, and what is hostile in them."""
import bz2
import gzip
import lzma
import os
import sys

from inputs import (SANITIZED, SOURCE, Case, Libarchive, form, gbk_zip_bytes, main, tar_bytes, zip_bytes)

sys.path.insert(0, os.path.join(SOURCE, "tests", "fixtures"))
import make_docx  # noqa: E402

MEMBERS = [("甲/一.txt", form(1)), ("二.txt", form(2)), ("z.txt", form(3))]
NAMES = ["甲/一.txt", "二.txt", "z.txt"]


class Archives(Case):
    def check(self, archive, names=NAMES, code=0, *args):
        """The members come in the archive's order, read as if they were files."""
        for jobs in "1", "3":
            self.batch(code, archive, "-o", f"out{jobs}.jsonl", "-j", jobs, "--fresh", *args)
        self.assertEqual(self.files("out1.jsonl"), [f"{archive}!{name}" for name in names])
        self.assertEqual(self.read("out1.jsonl"), self.read("out3.jsonl"))
        return self.ledger("out1.jsonl")

    def test_kinds(self):
        self.write("a.zip", zip_bytes(MEMBERS))
        self.write("stored.zip", zip_bytes(MEMBERS, stored=True))
        for mode in "w", "w:gz", "w:bz2", "w:xz":
            self.write(f"a.tar.{mode[2:]}", tar_bytes(MEMBERS, mode))
        for name in "a.zip", "stored.zip", "a.tar.", "a.tar.gz", "a.tar.bz2", "a.tar.xz":
            self.check(name)

    def test_seven_zip(self):
        Libarchive().write(self.path("a.7z"), "7zip", MEMBERS)
        self.check("a.7z")

    def test_records_are_those_of_the_file(self):
        self.write("z.txt", form(3))
        self.write("a.zip", zip_bytes(MEMBERS))
        self.batch(0, "a.zip", "z.txt", "-o", "out.jsonl", err="1 duplicate")
        inside = [r for r in self.records("out.jsonl") if r["file"] == "a.zip!z.txt"]
        outside = [r for r in self.records("out.jsonl") if r["file"] == "z.txt"]
        self.assertEqual(len(outside), 5)
        for record in inside + outside:
            del record["file"]
        self.assertEqual(inside, outside)

    def test_names_in_gbk(self):
        self.write("windows.zip", gbk_zip_bytes(MEMBERS))
        self.check("windows.zip")
        self.write("slashes.zip", gbk_zip_bytes([("财政局\\批复表.txt", form(1))]))
        self.check("slashes.zip", ["财政局/批复表.txt"])

    def test_single_packed_file(self):
        for name, pack in (("form.txt.gz", gzip.compress), ("form.txt.bz2", bz2.compress), ("form.txt.xz", lzma.compress)):
            self.write(name, pack(form(1).encode()))
            self.check(name, ["form.txt"])

    def test_archives_in_archives(self):
        inner = zip_bytes([("b.txt", form(2))])
        middle = tar_bytes([("x/inner.zip", inner), ("c.txt", form(3))])
        self.write("outer.zip", zip_bytes([("a.txt", form(1)), ("middle.tgz", middle), ("d.txt", form(4))]))
        self.check("outer.zip", ["a.txt", "middle.tgz!x/inner.zip!b.txt", "middle.tgz!c.txt", "d.txt"])

    def test_depth_is_limited(self):
        data = zip_bytes([("deep.txt", form(9))])
        for i in range(5):
            data = zip_bytes([(f"{i}.txt", form(i)), ("in.zip", data)])
        self.write("deep.zip", data)
        ledger = self.check("deep.zip", ["in.zip!" * i + f"{4 - i}.txt" for i in range(5)], 6)
        self.assertEqual([line["status"] for line in ledger.values()].count("limit"), 1)
        ledger = self.check("deep.zip", ["4.txt", "in.zip!3.txt"], 6, "--max-depth", "1")
        self.assertEqual(ledger["deep.zip!in.zip!in.zip"]["message"], "archives are nested more than 1 deep")

    def test_office_packages_are_documents(self):
        rows = "".join("{row " + " | ".join(line.split("\t")) + "}" for line in form(1).split("\n")[5:] if line)
        word = make_docx.make_docx(f"== body\n{{p 2025年部门整体支出绩效目标批复表}}\n<w:tbl>{rows}</w:tbl>\n")
        self.write("a.docx", word)
        self.write("b.zip", zip_bytes([("w.docx", word)]))
        self.batch(0, "a.docx", "b.zip", "-o", "out.jsonl", err="1 archive")
        self.assertEqual({line["status"] for line in self.ledger("out.jsonl").values()}, {"ok"})
        self.assertEqual(sorted(self.ledger("out.jsonl")), ["a.docx", "b.zip!w.docx"])
        self.write("cut.docx", word[:len(word) // 2])
        self.batch(6, "cut.docx", "-o", "cut.jsonl")
        self.assertEqual(list(self.ledger("cut.jsonl")), ["cut.docx"])

    def test_members_of_one_name(self):
        with self.assertWarns(UserWarning):
            self.write("twice.zip", zip_bytes([("a.txt", form(1)), ("a.txt", form(2)), ("a.txt", form(3))]))
        self.check("twice.zip", ["a.txt", "a.txt#2", "a.txt#3"])

    def test_junk_and_patterns(self):
        self.write("mac.zip", zip_bytes([("a.txt", form(1)), ("__MACOSX/._a.txt", "x"), (".DS_Store", "x"),
                                         ("b.md", form(2)), ("in.zip", zip_bytes([("c.md", form(3))]))]))
        self.check("mac.zip", ["a.txt", "b.md", "in.zip!c.md"])
        self.check("mac.zip", ["b.md", "in.zip!c.md"], 0, "--glob", "*.md")

    def test_encrypted_members_fail(self):
        Libarchive().write(self.path("locked.zip"), "zip", MEMBERS[:2], password=b"secret")
        self.write("in.zip", zip_bytes([("free.txt", form(1)), ("locked.zip", self.read("locked.zip"))]))
        ledger = self.check("in.zip", ["free.txt"], 6)
        self.assertEqual(ledger["in.zip!locked.zip!二.txt"]["status"], "encrypted")

    def test_bomb_costs_one_document(self):
        self.write("bomb.zip", zip_bytes([("a.txt", form(1)), ("bomb.txt", bytes(40 << 20)), ("z.txt", form(2))]))
        ledger = self.check("bomb.zip", ["a.txt", "z.txt"], 6)
        self.assertEqual(ledger["bomb.zip!bomb.txt"]["status"], "limit")
        self.write("big.tar.gz", tar_bytes([("a.txt", form(1)), ("big.txt", os.urandom(3 << 20)), ("z.txt", form(2))]))
        ledger = self.check("big.tar.gz", ["a.txt", "z.txt"], 6, "--max-member", "2M")
        self.assertEqual(ledger["big.tar.gz!big.txt"]["status"], "limit")

    def test_bomb_of_many_members(self):
        """Each member is small enough; all together are more than can be honest."""
        if SANITIZED:
            self.skipTest("takes long with sanitizers")
        layer = zip_bytes([(f"{i}.bin", b"\0" * (7 << 20)) for i in range(40)])
        self.write("many.zip", zip_bytes([(f"{i}.zip", layer) for i in range(12)] + [("z.txt", form(1))]))
        self.batch(6, "many.zip", "-o", "out.jsonl", "--glob", "*.txt", err="holds more than can be honest")

    def test_damaged_archive_keeps_what_came_before(self):
        whole = tar_bytes([(f"{i}.txt", form(i) + os.urandom(40000).hex()) for i in range(6)])
        self.write("cut.tar.gz", whole[:len(whole) // 2])
        self.write("after.txt", form(9))
        self.batch(6, "cut.tar.gz", "after.txt", "-o", "out.jsonl")
        ledger = self.ledger("out.jsonl")
        self.assertEqual(ledger["cut.tar.gz"]["status"], "damaged")
        self.assertEqual(ledger["cut.tar.gz!0.txt"]["status"], "ok")
        self.assertEqual(list(ledger)[-1], "after.txt")
        self.write("none.7z", b"7z\xbc\xaf\x27\x1c" + os.urandom(100))
        self.batch(6, "none.7z", "-o", "none.jsonl", err="none.7z: damaged: ")

    def test_empty_archive(self):
        self.write("empty.zip", zip_bytes([]))
        self.batch(0, "empty.zip", "-o", "out.jsonl", err="done: 0 documents")

    def test_archives_among_files(self):
        """The order is that of the inputs, although an archive takes longer."""
        self.write("in/a.txt", form(1))
        self.write("in/b.zip", zip_bytes([(f"{i}.txt", form(i)) for i in range(50)]))
        self.write("in/c.txt", form(2))
        self.write("in/d.tgz", tar_bytes([("y.txt", form(3))]))
        self.write("in/e.txt", form(4))
        self.batch(0, "in", "-o", "out.jsonl", "-j3", err="2 archives")
        self.assertEqual(self.files("out.jsonl"), ["in/a.txt", *(f"in/b.zip!{i}.txt" for i in range(50)),
                                                   "in/c.txt", "in/d.tgz!y.txt", "in/e.txt"])


if __name__ == "__main__":
    main()
