#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every source is as `make format` leaves it. TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
if ! files=$(git ls-files '*.c' '*.h' 2>/dev/null); then
	echo "ok 1 - sources are formatted # SKIP this is no git tree"
elif out=$(echo "$files" | xargs clang-format --dry-run -Werror 2>&1); then
	echo "ok 1 - sources are formatted"
else
	echo "not ok 1 - sources are formatted"
	echo "$out" | grep error: | sed 's/^/# /'
fi
echo 1..1
