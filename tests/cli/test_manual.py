"""The man page and the completion know what the program knows."""
import os
import re
import subprocess

from program import PIFU, SOURCE, Case, main


def read(*parts):
    with open(os.path.join(SOURCE, *parts), encoding="utf-8") as file:
        return file.read()


class Manual(Case):
    def commands(self):
        text = self.expect(0, "help").stdout.decode("utf-8")
        return re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)  +\w", text)

    def options(self, command):
        """Long and short options of a command, as its help shows them."""
        text = self.expect(0, "help", *command.split()).stdout.decode("utf-8")
        return re.findall(r"(?m)^  (?:-(\w),|   ) --([a-z-]+)", text)

    def values(self, command, option):
        text = self.expect(0, "help", *command.split()).stdout.decode("utf-8")
        part = re.search(rf"(?m)--{option} .*\n((?: {{20,}}\S.*\n)+)", text)
        return [line.split()[0] for line in part.group(1).splitlines()]

    def codes(self):
        text = self.expect(0, "codes").stdout.decode("utf-8")
        return [line.split()[:2] for line in text.splitlines()]

    def test_commands_in_manual(self):
        manual = read("man", "pifu.1")
        self.assertEqual(len(self.commands()), 18)
        for command in self.commands():
            self.assertIn(f".It Cm {command}\n", manual)

    def test_options_in_manual(self):
        manual = read("man", "pifu.1")
        options = {pair for command in self.commands() for pair in self.options(command)}
        self.assertGreater(len(options), 12)
        for letter, name in sorted(options):
            line = rf"(?m)^\.It Fl {letter} , Fl -{name}\b" if letter else rf"(?m)^\.It Fl -{name}\b"
            self.assertRegex(manual, line)
        documented = re.findall(r"(?m)^\.It Fl (?:\w , Fl )?-([a-z-]+)", manual)
        self.assertEqual(sorted(documented), sorted({name for _, name in options} | {"version"}))

    def test_values_in_manual_and_completion(self):
        manual = read("man", "pifu.1")
        for command, option in (("extract", "format"), ("dump", "stage"), ("extract", "color"),
                                ("extract", "fail-on"), ("extract", "columns"), ("batch", "format"),
                                ("extract", "changes"),
                                ("batch", "progress"), ("export", "format"), ("sql", "schema")):
            values = self.values(command, option)
            self.assertGreater(len(values), 1)
            for value in values:
                self.assertRegex(manual, rf"(?m)^\.(It )?Cm {value}\b")
            self.assertEqual(self.complete(command, f"--{option}", ""), values)
        self.assertEqual(self.complete("export", "--table", ""), self.values("export", "table"))

    def test_codes_in_manual(self):
        manual = read("man", "pifu.1")
        for kind, code in self.codes():
            if kind in ("finding", "check"):
                self.assertRegex(manual, rf"(?m)^\.It Cm {code} Pq {kind}, \w+$")
        known = {code for kind, code in self.codes() if kind in ("finding", "check")}
        self.assertEqual(set(re.findall(r"(?m)^\.It Cm (\S+) Pq (?:finding|check),", manual)), known)

    def limits(self):
        """Name, default and most of each limit."""
        text = self.expect(0, "limits").stdout.decode("utf-8")
        return re.findall(r"(?m)^(\S+) +(\d+)  \S.* \(at most (\d+)\)$", text)

    def test_limits_in_manual(self):
        manual = read("man", "pifu.1").split(".Sh LIMITS")[1].split(".Sh")[0]
        known = [(name, value) for name, value, _ in self.limits()]
        self.assertGreater(len(known), 20)
        self.assertEqual(re.findall(r"(?m)^\.It Cm (\S+) Pq (\d+)$", manual), known)

    def test_checks_are_explained(self):
        """Every check has its entry, with an example or a rule, and its source."""
        manual = read("man", "pifu-checks.7")
        known = {code for kind, code in self.codes() if kind == "check"}
        entries = re.split(r"(?m)^\.It Cm ", manual)[1:]
        self.assertEqual({entry.split()[0] for entry in entries}, known)
        severities = dict(re.findall(r"(?m)^check +(\S+) +(\w+) ", self.expect(0, "codes").stdout.decode("utf-8")))
        for entry in entries:
            code = entry.split()[0]
            self.assertRegex(entry, r"(?m)^Source: ", code)
            self.assertTrue(entry.startswith(f"{code} Pq {severities[code]}\n"), code)

    def test_exit_codes_in_manual(self):
        manual = read("man", "pifu.1").split(".Sh EXIT STATUS")[1].split(".Sh")[0]
        documented = {int(n) for n in re.findall(r"(?m)^\.It (\d+)$", manual)}
        text = self.expect(0, "codes").stdout.decode("utf-8")
        used = {int(n) for n in re.findall(r"(?m)^status .* exit (\d+)", text)} | {1}
        self.assertEqual(documented, used)

    def complete(self, *words):
        """What bash would offer for the last word."""
        script = f"""
            source {os.path.join(SOURCE, "completions", "pifu.bash")}
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
            _pifu "$PIFU" "${{@: -1}}" "${{@: -2:1}}"
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(["bash", "-c", script, "bash", "pifu", *words], capture_output=True,
                              text=True, env={**os.environ, "PIFU": PIFU}, timeout=120, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_completion_of_options(self):
        for command in self.commands():
            offered = self.complete(*command.split()[:1], "-")
            for letter, name in self.options(command):
                self.assertIn(f"--{name}", offered, command)
                if letter:
                    self.assertIn(f"-{letter}", offered, command)

    def test_completion_of_commands(self):
        firsts = {command.split()[0] for command in self.commands()}
        self.assertTrue(firsts <= set(self.complete("")))
        self.assertEqual(self.complete("ext"), ["extract"])
        self.assertEqual(self.complete("grammar", "ch"), ["check"])
        self.assertEqual(self.complete("schema", "rec"), ["record"])

    def test_completion_of_values(self):
        self.assertEqual(self.complete("extract", "--format", "js"), ["jsonl", "json"])
        self.assertEqual(self.complete("extract", "--format", "=", "ta"), ["table"])
        self.assertEqual(self.complete("dump", "-s", "v"), ["view"])
        self.assertIn("department", self.complete("extract", "--grammar", "dep"))
        self.assertIn("department", self.complete("grammar", "show", ""))
        self.assertEqual(self.complete("extract", "--ignore", "target-m"), ["target-missing"])
        self.assertEqual(self.complete("extract", "--ignore", "doubtful,target-m"), ["doubtful,target-missing"])
        self.assertEqual(self.complete("explain", "target-m"), ["target-missing"])
        self.assertIn("inflated=", self.complete("extract", "--limit", "in"))
        self.assertEqual(self.complete("check", "--changes", "o"), ["original"])
        self.assertEqual(set(self.complete("extract", "--input-format", "")),
                         set(self.values("extract", "input-format")))

    def test_manual_is_well_formed(self):
        try:
            done = subprocess.run(["groff", "-mandoc", "-Tutf8", "-Kutf8", "-ww",
                                   os.path.join(SOURCE, "man", "pifu.1")],
                                  capture_output=True, text=True, timeout=60)
        except FileNotFoundError:
            self.skipTest("groff is not installed")
        self.assertEqual(done.stderr, "")
        self.assertIn("EXIT STATUS", re.sub(".\b", "", done.stdout))


if __name__ == "__main__":
    main()
