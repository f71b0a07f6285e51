#!/usr/bin/env bash
# The public header compiles alone, as C11 and as C++17, without a warning.
set -euo pipefail

include=$PIFU_SOURCE/include
strict=(-Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only "-I$include")
probe='#include "pifu.h"
int main(void) { return PIFU_STATUS_COUNT > 1 && PIFU_FIELD_COUNT > 1 && pifu_version() ? 0 : 1; }'

compile() {
	local compiler=$1 language=$2 standard=$3

	command -v "$compiler" >/dev/null || { echo "no $compiler"; return; }
	"$compiler" -x "$language" -std="$standard" "${strict[@]}" - <<<"$probe"
	echo "ok: $compiler $standard"
}

"$PIFU_CC" -x c -std=c11 "${strict[@]}" - <<<"$probe"
compile gcc c c11
compile clang c c11
compile g++ c++ c++17
compile clang++ c++ c++17
