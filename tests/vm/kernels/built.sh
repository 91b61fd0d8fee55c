#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What tests/vm/kernels/table says of small kernels with other options than Debian's. Those of
# LPATCH_TEST_KERNELS, by default all that are not for another program. With LPATCH_TEST_ALL set,
# round trips with one CPU and four, each moved at random and not. TAP.
. "$(dirname "$0")/lib.sh"

build=$top/tests/vm/kernels/build
# They have no ACPI; on a busy host the PIT then looks as if it did not tick. And some say at boot
# that they check their locks.
more="-a no_timer_check -e RCU.lockdep.checking.is.enabled"

round_trip() { # NAME
	if [ -n "${LPATCH_TEST_ALL:-}" ]; then
		all_trips "$1"
		return
	fi
	trip "$1" 1
	trip "$1" 4 nokaslr
}

# refuses NAME OPTION: lpatch-create does, before it reads or prepares anything else.
refuses() {
	status=0
	XDG_CACHE_HOME=$work/cache "${LPATCH_BIN:-$top/build/bin}/lpatch-create" -q --check \
		--config="$root/config" --patch="$top/examples/meminfo-line.patch" \
		"$root"/usr/src/linux-source-* >"$work/output" 2>&1 || status=$?
	count=$((count + 1))
	if [ $status = 5 ] && grep -q "config can't take updates, .* not $2 (" "$work/output" &&
		! ls -d "$work"/cache/lpatch/*/source >/dev/null 2>&1; then
		echo "ok $count - $1: lpatch-create refuses $2"
		return
	fi
	echo "not ok $count - $1: lpatch-create refuses $2"
	sed 's/^/#   /' "$work/output"
	echo "#   [exit status $status]"
}

# on_host NAME PROGRAM: a test program of its own on the kernel below $root.
on_host() {
	LPATCH_TEST_ROOT=$root "$2" >"$work/output" 2>&1 || :
	show "$1"
}

run() { # NAME TEST
	case $2 in
	direct) on_host "$1" "$top/tests/cli/direct.sh" ;;
	round-trip) round_trip "$1" ;;
	refused:*) refuses "$1" "${2#refused:}" ;;
	*) in_guest "$1" "$2.test" 2 ;;
	esac
}

# In words of one line: NAME SERIES TOOLCHAIN TEST...
rows() {
	if [ -n "${LPATCH_TEST_KERNELS:-}" ]; then
		for name in $LPATCH_TEST_KERNELS; do
			grep "^${name}[[:space:]]" "$top/tests/vm/kernels/table" || echo "$name"
		done
	else
		grep -v -E '^#|[[:space:]]check-[a-z-]+$' "$top/tests/vm/kernels/table"
	fi
}

# The programs below read no standard input of ours.
rows >"$work/rows"
while read -r name _ _ tests <&3; do
	find_kernel "$name" "$build" "$name" || continue
	for test in $tests; do
		run "$name" "$test"
	done
done 3<"$work/rows"
plan
