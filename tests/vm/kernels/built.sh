#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Create, apply, view and undo on small kernels with other options than Debian's (see
# tests/vm/kernels/*.config), with one CPU and four, moved at random and not. TAP.
. "$(dirname "$0")/lib.sh"

# They have no ACPI; on a busy host the PIT then looks as if it did not tick. And one says at boot
# that it checks its locks.
more="-a no_timer_check -e RCU.lockdep.checking.is.enabled"
for options in plain preempt; do
	find_kernel "$options" "$top/tests/vm/kernels/build" "$options" && all_trips "$options"
done
if find_kernel plain "$top/tests/vm/kernels/build" plain; then
	in_guest plain hidden.test 2
	in_guest plain late-module.test 2
fi
if find_kernel uncounted "$top/tests/vm/kernels/build" uncounted; then
	in_guest uncounted uncounted.test 1
fi
plan
