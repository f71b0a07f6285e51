#!/usr/bin/env bash
# Score the program on a folder of forms with known truth, where one is at hand:
# $PIFU_FORMS, else shared/forms beside the project. Fails under the F1 that
# tests/shared_forms.min names.
set -euo pipefail

forms=${PIFU_FORMS:-$PIFU_SOURCE/../shared/forms}
scorer=$(dirname "$forms")/tools/score_forms.py
[[ -d $forms && -f $scorer ]] || { echo "no folder of scored forms"; exit 77; }

exec python3 "$scorer" "$forms" --command "$PIFU extract --format jsonl {file}" \
	--fail-under "$(<"$PIFU_SOURCE/tests/shared_forms.min")"
