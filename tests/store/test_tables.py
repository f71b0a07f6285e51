"""The tables of a store, read by Python's sqlite3."""
import csv
import io
import json
import os
import sqlite3

from common import CLEAN, CONTENTS, MISSING, NO_FORM, SOURCE, StoreCase, made_form, main

TABLES = ["cells", "documents", "findings", "forms", "functions", "indicators", "repairs", "runs"]
FLAT = ["confidence", "findings", "checks", "repairs"]


class Tables(StoreCase):
    def store_samples(self):
        self.expect(0, "extract", "-o", "all.sqlite", *self.samples())
        return "all.sqlite"

    def test_schema(self):
        self.write("a.txt", CLEAN)
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        names = [row[0] for row in self.query(
            "a.sqlite", "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        self.assertEqual([n for n in names if not n.startswith("search") and n != "store_facts"], TABLES)
        self.assertEqual(self.query("a.sqlite", "PRAGMA journal_mode"), [("wal",)])
        for table in TABLES:
            keys = [row for row in self.query("a.sqlite", f"PRAGMA table_info({table})") if row[5]]
            self.assertTrue(keys, table)
            self.assertTrue(all(row[2] == "INTEGER" for row in keys), table)
        for child, parent in (("documents", "runs"), ("forms", "documents"), ("functions", "forms"),
                              ("indicators", "forms"), ("indicators", "functions"),
                              ("cells", "indicators"), ("repairs", "indicators"),
                              ("findings", "documents"), ("findings", "indicators")):
            parents = {row[2] for row in self.query("a.sqlite", f"PRAGMA foreign_key_list({child})")}
            self.assertIn(parent, parents, child)

    def test_each_child_is_indexed(self):
        """Each foreign key is the front of an index, so that deleting a parent scans nothing."""
        self.write("a.txt", CLEAN)
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        for table in TABLES:
            fronts = {row[5] and row[1] for row in self.query("a.sqlite", f"PRAGMA table_info({table})")
                      if row[5] == 1}
            for index in self.query("a.sqlite", f"PRAGMA index_list({table})"):
                fronts.add(self.query("a.sqlite", f"PRAGMA index_info({index[1]})")[0][2])
            for key in self.query("a.sqlite", f"PRAGMA foreign_key_list({table})"):
                self.assertIn(key[3], fronts, f"{table}.{key[3]}")

    def test_printed_schema_makes_the_same_tables(self):
        self.write("a.txt", CLEAN)
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        made = sqlite3.connect(":memory:")
        made.executescript(self.expect(0, "sql").stdout.decode("utf-8"))
        sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        self.assertEqual(made.execute(sql).fetchall(), self.query("a.sqlite", sql))
        made.close()

    def test_records_are_those_of_csv(self):
        store = self.store_samples()
        text = self.expect(0, "extract", "--format", "csv", *self.samples()).stdout.decode("utf-8")
        wanted = list(csv.reader(io.StringIO(text, newline="")))
        columns = ", ".join(f'"{name}"' for name in wanted[0])
        rows = self.query(store, f"SELECT {columns} FROM records ORDER BY key")
        self.assertEqual(len(rows), len(wanted) - 1)
        for row, line in zip(rows, wanted[1:]):
            self.assertEqual(["" if value is None else str(value) for value in row],
                             [value.removeprefix("'") for value in line])
        self.check_sound(store)

    def test_values_are_typed(self):
        store = self.store_samples()
        for column, type_ in (("number", "integer real"), ("year", "integer"), ("form", "integer"),
                              ("confidence", "real"), ("doubtful", "integer"), ("name", "text")):
            types = {row[0] for row in self.query(
                store, f"SELECT DISTINCT typeof({column}) FROM records WHERE {column} IS NOT NULL")}
            self.assertTrue(types and types <= set(type_.split()), f"{column}: {types}")

    def test_children(self):
        """Forms, functions, cells, repairs, findings hold what the records and documents say."""
        store = self.store_samples()
        lines = self.expect(0, "extract", *self.samples()).stdout.decode("utf-8").splitlines()
        for record in map(json.loads, lines):
            (key,), = self.query(store, "SELECT key FROM records WHERE id = ?", record["id"])
            cells = {}
            for field, *cell in self.query(
                    store, "SELECT field, table_no, row_no, col_no FROM cells WHERE indicator_id = ?"
                           " ORDER BY place", key):
                cells.setdefault(field, []).append(cell)
            self.assertEqual(cells, record["source"]["cells"])
            repairs = self.query(store, "SELECT code, cost, reason, cells FROM repairs"
                                        " WHERE indicator_id = ? ORDER BY id", key)
            self.assertEqual([(r["code"], r["cost"], r["reason"], r["cells"]) for r in record["repairs"]],
                             [(*r[:3], json.loads(r[3])) for r in repairs])
            for kind, codes in (("finding", record["findings"]), ("check", record["checks"])):
                rows = self.query(store, "SELECT code FROM findings WHERE indicator_id = ?"
                                         " AND kind = ? ORDER BY id", key, kind)
                self.assertEqual([row[0] for row in rows], codes)
            (raw,), = self.query(store, "SELECT raw FROM indicators WHERE id = ?", key)
            self.assertEqual(json.loads(raw or "{}"), record["raw"])
        documents = [json.loads(self.expect(0, "extract", "--format", "json", file).stdout)
                     for file in self.samples()]
        functions = [(d["file"], f["form"], f["no"], f["name"]) for d in documents for f in d["functions"]]
        self.assertEqual(functions, self.query(
            store, "SELECT path, forms.no, functions.no, name FROM functions JOIN forms ON forms.id ="
                   " form_id JOIN documents ON documents.id = document_id ORDER BY functions.id"))
        self.assertEqual([(d["file"], d["receipt"]["cells"]) for d in documents],
                         self.query(store, "SELECT path, cells FROM documents ORDER BY id"))
        self.assertGreater(len(functions), 20)

    def test_documents_that_failed_are_told(self):
        self.write("no.txt", NO_FORM)
        self.write("good.txt", MISSING)
        self.expect(6, "extract", "-o", "a.sqlite", "nosuch.txt", "no.txt", "good.txt")
        self.assertEqual(self.query("a.sqlite", "SELECT path, status, records, findings FROM documents"),
                         [("nosuch.txt", "open", 0, 0), ("no.txt", "ok", 0, 1), ("good.txt", "ok", 5, 0)])
        self.assertEqual(self.query("a.sqlite", "SELECT code, severity FROM findings"
                                                " WHERE indicator_id IS NULL"), [("no-form", "error")])
        self.assertEqual(self.query("a.sqlite", "SELECT documents, failed, records, status FROM runs"),
                         [(3, 1, 5, "done")])

    # ---- Put again --------------------------------------------------------------------------

    def test_same_again_changes_nothing(self):
        names = self.make_forms(5)
        self.expect(0, "extract", "-o", "a.sqlite", *names)
        before = self.contents("a.sqlite")
        self.expect(0, "extract", "-o", "a.sqlite", *names[1:3], names[0])
        after = self.contents("a.sqlite")
        for table in CONTENTS:
            skip = 1 if table in ("repairs", "findings") else 0  # their own keys
            self.assertEqual(sorted(row[skip:] for row in before[table]),
                             sorted(row[skip:] for row in after[table]), table)
        self.check_sound("a.sqlite")
        self.check_search("a.sqlite")

    def test_changed_document_replaces_its_rows(self):
        names = self.make_forms(3)
        self.expect(0, "extract", "-o", "a.sqlite", *names)
        old = self.query("a.sqlite", "SELECT id, key FROM records WHERE file <> ?", names[1])
        self.write(names[1], made_form(77, rows=5))
        self.expect(0, "extract", "-o", "a.sqlite", names[1])
        self.assertEqual(self.query("a.sqlite", "SELECT id, key FROM records WHERE file <> ?", names[1]), old)
        fresh = self.expect(0, "extract", "--format", "jsonl", names[1]).stdout.decode("utf-8")
        self.assertEqual(self.query("a.sqlite", "SELECT id FROM records WHERE file = ? ORDER BY place",
                                    names[1]), [(json.loads(line)["id"],) for line in fresh.splitlines()])
        self.assertEqual(self.query("a.sqlite", "SELECT id, path FROM documents ORDER BY id"),
                         [(i + 1, name) for i, name in enumerate(names)])
        self.check_sound("a.sqlite")
        self.check_search("a.sqlite")

    def test_duplicates_share_rows_and_inherit_them(self):
        self.write("a.txt", made_form(1))
        self.write("b.txt", made_form(1))
        self.write("c.txt", made_form(1))
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt", "b.txt", "c.txt")
        owners = "SELECT path, duplicate_of FROM documents ORDER BY id"
        self.assertEqual(self.query("a.sqlite", owners), [("a.txt", None), ("b.txt", 1), ("c.txt", 1)])
        ids = self.query("a.sqlite", "SELECT id, key FROM records ORDER BY key")
        self.assertEqual(len(ids), 12)
        self.write("a.txt", made_form(2))
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        self.assertEqual(self.query("a.sqlite", owners), [("a.txt", None), ("b.txt", None), ("c.txt", 2)])
        self.assertEqual(self.query("a.sqlite", "SELECT id, key FROM records WHERE file = 'b.txt'"
                                                " ORDER BY key"), ids)
        self.assertEqual(self.query("a.sqlite", "SELECT count(*) FROM records"), [(24,)])
        self.write("a.txt", made_form(1))
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        self.assertEqual(self.query("a.sqlite", owners), [("a.txt", 2), ("b.txt", None), ("c.txt", 2)])
        self.assertEqual(self.query("a.sqlite", "SELECT id, key FROM records ORDER BY key"), ids)
        self.check_sound("a.sqlite")
        self.check_search("a.sqlite")

    def test_failure_after_success_leaves_its_duplicate_the_rows(self):
        good = self.write("a.txt", made_form(1)) and self.answers(["a.txt"])
        self.write("b.txt", made_form(1))
        both = good + self.answers(["b.txt"])
        self.expect(0, "load", "a.sqlite", stdin=both)
        closing = json.loads(good.splitlines()[-1])
        closing.update(status="limit", message="too long", records=0, forms=[], receipt=None)
        self.expect(0, "load", "a.sqlite", stdin=json.dumps(closing).encode() + b"\n")
        self.assertEqual(self.query("a.sqlite", "SELECT path, status, duplicate_of FROM documents"),
                         [("a.txt", "limit", None), ("b.txt", "ok", None)])
        self.assertEqual(self.query("a.sqlite", "SELECT DISTINCT file FROM records"), [("b.txt",)])
        self.check_sound("a.sqlite")

    # ---- Words ----------------------------------------------------------------------------------

    def check_search(self, store):
        """MATCH finds what a scan finds, for words of two, three and four characters."""
        names = self.query(store, "SELECT key, name FROM records")
        words = {name[i:i + n] for _, name in names for n in (2, 3, 4) for i in range(len(name) - n + 1)
                 if all("\u4e00" <= c <= "\u9fff" for c in name[i:i + n])}
        self.assertGreater(len(words), 20)
        for word in sorted(words)[::3]:
            scanned = sorted(key for key, name in names if word in name)
            found = sorted(row[0] for row in self.query(
                store, "SELECT rowid FROM search WHERE search MATCH ?", f'name:"{word}"'))
            self.assertEqual(found, scanned, word)

    def test_words(self):
        self.expect(0, "extract", "-o", "a.sqlite", *self.make_forms(8))
        self.check_search("a.sqlite")
        rows = self.query("a.sqlite", "SELECT r.name FROM search JOIN records r ON r.key = search.rowid"
                                      " WHERE search MATCH '经费'")
        self.assertGreater(len(rows), 3)
        self.assertTrue(all("经费" in name for name, in rows))
        self.assertTrue(any(name.startswith("公用经费") for name, in rows))
        both = self.query("a.sqlite", "SELECT r.name FROM search JOIN records r ON r.key = search.rowid"
                                      " WHERE search MATCH '群众满意 满意度'")
        self.assertTrue(both and all("群众满意度" in name for name, in both))
        latin = self.query("a.sqlite", "SELECT r.name FROM search JOIN records r ON r.key = search.rowid"
                                       " WHERE search MATCH 'gps'")
        self.assertTrue(latin and all("GPS" in name for name, in latin))

    # ---- What is no store, what is no answer ---------------------------------------------------------

    def test_not_a_store(self):
        self.write("a.sqlite", "just a text, long enough to be looked at as a database file\n" * 40)
        self.write("a.txt", CLEAN)
        before = self.read("a.sqlite")
        self.expect(5, "extract", "-o", "a.sqlite", "a.txt", err="a.sqlite: ")
        self.assertEqual(self.read("a.sqlite"), before)
        self.expect(3, "export", "a.sqlite", err="a.sqlite: ")
        self.expect(3, "export", "none.sqlite", err="No such file")
        self.assertFalse(os.path.exists(self.path("none.sqlite")))
        other = sqlite3.connect(self.path("other.sqlite"))
        other.execute("CREATE TABLE documents (id)")
        other.commit()
        other.close()
        self.expect(5, "extract", "-o", "other.sqlite", "a.txt", err="no store of pifu")
        self.expect(3, "export", "other.sqlite", err="no store of pifu")

    def test_newer_store_is_left_alone(self):
        self.write("a.txt", CLEAN)
        self.expect(0, "extract", "-o", "a.sqlite", "a.txt")
        newer = sqlite3.connect(self.path("a.sqlite"))
        newer.execute("PRAGMA user_version = 99")
        newer.close()
        self.expect(5, "extract", "-o", "a.sqlite", "a.txt", err="schema 99")
        self.expect(3, "export", "a.sqlite", err="schema 99")

    def test_bad_answers_leave_the_store_as_it_was(self):
        names = self.make_forms(2)
        good = self.answers(names[:1])
        self.expect(0, "load", "a.sqlite", stdin=good)
        before = self.contents("a.sqlite")
        lines = self.answers(names[1:]).splitlines(keepends=True)
        closing = json.loads(lines[-1])
        for bad, why in (
                (b"".join(lines[1:]), "records"),
                (b"".join(lines[:3]) + b"{\"id\":\"x\"\n" + b"".join(lines[3:]), "record 4"),
                (b"".join(lines[:3]) + b"[]\n" + b"".join(lines[3:]), "not one object"),
                (b"".join(lines[:3]) + b"{}\n" + b"".join(lines[3:]), "record 4 is none"),
                (b"".join(lines[:-1]) + lines[-1][:90] + b"\n", "closing line"),
                (b"".join(lines[:-1]), "no closing line"),
                (b"".join(lines[:-1]) + json.dumps({"document": "x"}).encode() + b"\n", "closing line"),
                (b"".join(lines[:-1]) + json.dumps(dict(closing, forms=[])).encode() + b"\n", "form 1"),
                (b"\xff\xfe" + b"".join(lines), "record 1"),
                (b"[" * 5000 + b"\n" + b"".join(lines), "too deep")):
            self.expect(3, "load", "a.sqlite", stdin=bad, err=why)
            after = self.contents("a.sqlite")
            self.assertEqual(after, before, why)
        self.check_sound("a.sqlite")

    def test_hostile_text_is_text(self):
        """What a form holds never becomes SQL, and comes out as it went in."""
        evil = ["x'); DROP TABLE documents; --", 'a"b', "\\.", "\\N", "a\\tb", "%s%n", "'"]
        text = CLEAN
        for name, word in zip(["养护公园个数", "补植绿地面积", "设施完好率", "绿化覆盖率", "游客满意度"], evil):
            text = text.replace(name, name + word)
        path = self.write("it's \"odd\"; --.txt", text)
        self.expect(0, "extract", "-o", "a.sqlite", path)
        lines = self.expect(0, "extract", path).stdout
        self.assertEqual(self.expect(0, "export", "a.sqlite", "-f", "jsonl").stdout, lines)
        names = [json.loads(line)["name"] for line in lines.decode("utf-8").splitlines()]
        self.assertTrue(any("DROP TABLE" in name for name in names))
        self.assertEqual(self.query("a.sqlite", "SELECT name FROM records ORDER BY key"), [(n,) for n in names])
        self.assertEqual(self.query("a.sqlite", "SELECT path FROM documents"), [(path,)])


if __name__ == "__main__":
    main()
