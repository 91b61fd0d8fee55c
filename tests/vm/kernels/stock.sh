#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Create, apply, view and undo on Debian's kernels: another flavour, the oldest version there
# is, another series, one CPU and four, moved at random and not. LPATCH_TEST_ROOT is the newest one. With
# LPATCH_TEST_ALL set, each kernel in all these ways. TAP.
. "$(dirname "$0")/lib.sh"

# some_trips NAME TRIP...: on the kernel below $root; a trip is "CPUS [KERNEL_OPTION]".
some_trips() {
	name=$1
	shift
	if [ -n "${LPATCH_TEST_ALL:-}" ]; then
		all_trips "$name"
		return
	fi
	for way; do
		# shellcheck disable=SC2086 # words of their own
		trip "$name" $way
	done
}

newest=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
oldest=$(($("$top/tests/kernels" -l | wc -l) - 1))
find_kernel "the newest" echo "$newest" && some_trips "the newest" "4 preempt=full"
find_kernel "the cloud flavour" "$top/tests/kernels" -f cloud-amd64 &&
	some_trips "the cloud flavour" 1 "4 nokaslr"
find_kernel "the oldest" "$top/tests/kernels" -o "$oldest" &&
	some_trips "the oldest" "1 nokaslr" 4
find_kernel "Linux 6.12" "$top/tests/kernels" -s 6.12 &&
	some_trips "Linux 6.12" 1 "4 preempt=full"
plan
