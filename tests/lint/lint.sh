#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What reads the sources without running them has nothing to say: the layers, shellcheck,
# cppcheck, gcc's analyser, clang-tidy. TAP.
. "$(dirname "$0")/../tap"

here=$top/tests/lint
ok "files include and call only what the layers allow" "$here/layers" "$top"
ok "shellcheck" "$here/shell"
for tool in cppcheck gcc clang-tidy; do
	ok "$tool" "$here/code" $tool
done
echo "1..$count"
