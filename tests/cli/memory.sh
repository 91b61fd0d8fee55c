#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The writers of ELF files under valgrind. The unit tests run under ASan, which does not see what a
# library does that was built without it.
. "$(dirname "$0")/../tap"

program=$top/build/plain/test_elf_writers

ok "nothing is touched that isn't its own while ELF files of every layout are written" \
	env CMOCKA_MESSAGE_OUTPUT=TAP valgrind --quiet --error-exitcode=99 "$program"
says "and all tests of them pass" '^ok 5 ' out

plan
