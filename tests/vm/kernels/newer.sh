#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Some guest tests on Debian's newest 6.12, in `make check-kernels`: those about what is different there from
# 6.1. (tests/vm/kernels/debian runs them all.) LPATCH_TEST_ROOT is not used. TAP.
. "$(dirname "$0")/lib.sh"

if find_kernel "Linux 6.12" "$top/tests/kernels" -s 6.12; then
	for script in 6.12/exit-lists apply-undo kprobe-code module-comes; do
		in_guest "Linux 6.12, $script" "../$script.test" 2
	done
fi
plan
