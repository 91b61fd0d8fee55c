#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create --explain of an update that is refused: what was found before, and then why.
# LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch

create() { # OPTION...
	"$bin/lpatch-create" --root="$root" --target="$release" -q --check "$@"
}

unit=$top/tests/cli/helpers/last-ino-type.patch
# line REGEX: the number of the first line of err that it matches.
line() {
	grep -n -m 1 -E -e "$1" err | cut -d: -f1
}

exits 5 "a variable of another type is refused" create --explain "$meminfo" "$unit"
says "after what changes in its file" '^lpatch-create: vmlinux: replaced get_next_ino \(fs/inode.c\): changed by the diff'
says "with the code that differs" '^ .*(add|lea|mov|cmp)'
says "and what changes in the other" '^lpatch-create: vmlinux: replaced meminfo_proc_show \(fs/proc/meminfo.c\): changed by the diff'
holds "the reason comes last" test "$(line 'replaced get_next_ino')" -lt "$(line 'was unsigned int and is dozens_t')"
exits 5 "so it is with --json" create --explain --json "$meminfo" "$unit"
says "which has the function" '"name": ?"get_next_ino"' out
says "its kind" '"kind": ?"replaced"' out
says "the other one" '"name": ?"meminfo_proc_show"' out
says "and the status" '"status": ?5' out
exits 5 "without --explain" create --json "$meminfo" "$unit"
holds "only the reason is shown" sh -c '! grep -q replaced err && ! grep -q explanations out'

sed 's/^-	res++;$/-	res++;/; s/^+	res += 12;/+	res += no_such_thing;/' "$unit" >broken.patch
exits 6 "what does not compile" create --explain broken.patch
says "was not compared" '^lpatch-create: fs/inode.c: not compared$'
plan
