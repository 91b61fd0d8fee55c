# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
# What the tests of this folder share; source it. Sets $top, the repository, and $work, a
# scratch directory that is removed at the end.
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/lpatch-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
count=0
more= # further options for tests/vm/boot

# The parts of a round trip, with the kernel's name in front and numbers of ours.
relay() { # NAME
	awk -v name="$1" -v count="$count" '
		/^1\.\./ { planned = 1; next }
		match($0, /^(not )?ok [0-9]+ - /) {
			verdict = $1 == "ok" ? "ok" : "not ok"
			print verdict " " ++count " - " name ": " substr($0, RLENGTH + 1)
			next
		}
		{ print }
		END { if (!planned) print "not ok " ++count " - " name ": comes to its end" }' "$work/output"
}

# show NAME: them, counted.
show() {
	relay "$1" >"$work/relayed"
	cat "$work/relayed"
	count=$((count + $(grep -c -E '^(not )?ok ' "$work/relayed")))
}

# in_guest NAME SCRIPT CPUS [KERNEL_OPTION]: the guest script on the kernel below $root.
# Two programs of this folder may run side by side.
in_guest() {
	LPATCH_TEST_LOGS=$(basename "$0" .sh) LPATCH_TEST_ROOT=$root \
		LPATCH_TEST_BOOT="-t 600 -c $3 -a test_cpus=$3 ${4:+-a $4} $more" \
		"$top/tests/vm/run-test" "$top/tests/vm/kernels/$2" >"$work/output" 2>&1 || :
	show "$1, $3 CPU${4:+, $4}"
}

# trip NAME CPUS [KERNEL_OPTION]: create, apply, view and undo.
trip() {
	name=$1
	shift
	in_guest "$name" round-trip.test "$@"
}

# With one CPU and four, moved at random and not.
all_trips() { # NAME
	for cpus in 1 4; do
		trip "$1" $cpus
		trip "$1" $cpus nokaslr
	done
}

# find_kernel NAME COMMAND...: $root is the folder that the command prints; else a failed test.
find_kernel() {
	name=$1
	shift
	root=$("$@" 2>"$work/output") && return
	count=$((count + 1))
	echo "not ok $count - $name: the kernel can be had"
	sed 's/^/#   /' "$work/output"
	return 1
}

plan() {
	echo "1..$count"
}
