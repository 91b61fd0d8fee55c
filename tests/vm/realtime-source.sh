#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A kernel of the rt flavour, whose source the archive doesn't have: lpatch-create refuses, and says
# why. LPATCH_TEST_ROOT is its root (see tests/kernels). TAP.
. "$(dirname "$0")/../tap"

exits 4 "an update is refused" "$bin/lpatch-create" "$top/tests/vm/patches/gcd-of-zero.patch" \
	--root="$LPATCH_TEST_ROOT" --target="$(ls "$LPATCH_TEST_ROOT/lib/modules")" -o refused.tar.zst
says "since the source makes another config" "the config of kernel .*-rt-amd64 can't be reproduced"
says "and what is missing is named" 'the source lacks the rt patches'
exits 1 "there is no bundle" test -e refused.tar.zst
plan
