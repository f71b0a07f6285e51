#!/usr/bin/env bash
# Installs into an empty folder, and uses what is there as a stranger would: the
# program, the package for CMake (shared and static), the one for pkg-config.
set -euo pipefail

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
prefix=$root/usr
sample=$PIFU_SOURCE/samples/police-department.txt
here=$PIFU_SOURCE/tests/install
grammars=$prefix/share/pifu/grammars
read -ra flags <<<"$PIFU_FLAGS"

fail() { echo "FAIL: $*" >&2; exit 1; }

install_all() {
	cmake --install "$PIFU_BUILD" --prefix "$prefix" >"$root/install.log"
	libdir=$(dirname "$(find "$prefix" -name 'libpifu.so')")
	[[ -d $grammars ]] || fail "no grammars in $grammars"
}

# The source's grammars are out of reach: only the installed ones are left.
check_program() {
	local list

	list=$(cd "$root" && env -u PIFU_GRAMMARS "$prefix/bin/pifu" grammar list) ||
		fail "the installed program cannot list its grammars"
	[[ -n $list ]] || fail "no grammar listed"
	records=$(cd "$root" && env -u PIFU_GRAMMARS "$prefix/bin/pifu" extract "$sample" | wc -l)
	((records > 0)) || fail "the installed program finds no record in $sample"
}

# Nothing but the public names leaves the shared library.
check_symbols() {
	local strangers

	strangers=$(nm -D --defined-only "$libdir/libpifu.so" | awk '$2 ~ /[TDBR]/ {print $3}' |
		grep -v '^pifu_' || true)
	[[ -z $strangers ]] || fail "names that are not public: $strangers"
}

# A consumer that stands elsewhere finds the grammars by the shared library; one that
# has the library in itself is told their folder.
check_consumer() {
	local consumer=$1 folder=$2 said

	said=$(cd "$root" && env -u PIFU_GRAMMARS LD_LIBRARY_PATH="$libdir" \
		"$consumer" "$folder" "$sample") || fail "$consumer does not run"
	[[ ${said#* } == "$records" ]] || fail "$consumer finds ${said#* } records, the program $records"
	echo "ok: $consumer: $said"
}

with_cmake() {
	local kind=$1 target=$2 build=$root/cmake-$1

	cmake -S "$here/consumer" -B "$build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
		-DCMAKE_C_COMPILER="$PIFU_CC" -DCMAKE_C_FLAGS="$PIFU_FLAGS" \
		-DKIND="$kind" -DTARGET="$target" >"$build.log" 2>&1 || { cat "$build.log"; fail "configure $kind"; }
	cmake --build "$build" >>"$build.log" 2>&1 || { cat "$build.log"; fail "build $kind"; }
	check_consumer "$build/consumer" "${kind:+$grammars}"
}

with_pkg_config() {
	local given

	given=$(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --cflags --libs pifu)
	read -ra given <<<"$given"
	"$PIFU_CC" "${flags[@]}" -o "$root/consumer-pc" "$here/consumer/consumer.c" "${given[@]}"
	check_consumer "$root/consumer-pc" ""
}

install_all
check_program
check_symbols
with_cmake "" pifu::pifu
with_cmake static pifu::pifu-static
with_pkg_config
