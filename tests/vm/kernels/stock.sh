#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Create, apply, view and undo on Debian's kernels: another flavour, the oldest version there
# is, one CPU and four, moved at random and not. LPATCH_TEST_ROOT is the newest one. TAP.
. "$(dirname "$0")/lib.sh"

find_kernel "the newest" echo "${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}" && {
	trip "the newest" 1
	trip "the newest" 4 nokaslr
}
find_kernel "the cloud flavour" "$top/tests/kernels" -f cloud-amd64 && {
	trip "the cloud flavour" 1 nokaslr
	trip "the cloud flavour" 4
}
find_kernel "the oldest" "$top/tests/kernels" -o $(($("$top/tests/kernels" -l | wc -l) - 1)) && {
	trip "the oldest" 1
	trip "the oldest" 4 nokaslr
}
plan
