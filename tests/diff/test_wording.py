"""Made years whose truth is known: how many indicators are paired right.

Names of one function differ by little more than their verbs, and a quarter of them is reworded:
harder than what offices write. What is measured is printed; the limits stand a little below it."""
import json
import sys

from years import Case, lines, main, made_years

SEEDS = range(5)


class Wording(Case):
    def pairs(self, *options):
        right = wrong = silent = wanted = doubtful = 0
        for seed in SEEDS:
            old, new, truth = made_years(seed)
            self.write("old.jsonl", lines(old))
            self.write("new.jsonl", lines(new))
            told = self.expect(0, "diff", "--all", "-f", "jsonl", *options, "old.jsonl", "new.jsonl").stdout
            got = [json.loads(line) for line in told.decode("utf-8").splitlines()]
            ids = [[d[side]["id"] for d in got if d[side]] for side in ("old", "new")]
            self.assertEqual(sorted(ids[0]), sorted(r["id"] for r in old))
            self.assertEqual(sorted(ids[1]), sorted(r["id"] for r in new))
            wanted += len(truth)
            for d in got:
                doubtful += d["doubtful"]
                if not d["old"] or not d["new"]:
                    continue
                if truth.get(d["old"]["id"]) == d["new"]["id"]:
                    right += 1
                else:
                    wrong += 1
                    silent += not d["doubtful"]
        return right, wrong, silent, wanted, doubtful

    def test_pairs(self):
        right, wrong, silent, wanted, doubtful = self.pairs()
        recall, precision = right / wanted, right / (right + wrong)
        print(f"{wanted} pairs: recall {recall:.4f}, precision {precision:.4f}, {doubtful} doubtful; "
              f"{wrong} wrong, {silent} of them not told to be doubtful", file=sys.stderr)
        self.assertGreater(recall, LEAST["recall"])
        self.assertGreater(precision, LEAST["precision"])
        self.assertLess(silent / wanted, LEAST["silent"])
        self.assertLess(doubtful / wanted, LEAST["doubtful"])

    def test_exact_names_only(self):
        """Without any tolerance every reworded indicator is lost: the measure can fail."""
        right, _, _, wanted, _ = self.pairs("--similarity", "1")
        self.assertLess(right / wanted, 0.8)


LEAST = {"recall": 0.995, "precision": 0.98, "silent": 0.001, "doubtful": 0.06}

if __name__ == "__main__":
    main()
