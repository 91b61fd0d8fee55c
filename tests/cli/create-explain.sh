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

cat >state.patch <<'END'
--- a/fs/inode.c
+++ b/fs/inode.c
@@ -1020,7 +1020,8 @@
  * here to attempt to avoid that.
  */
 #define LAST_INO_BATCH 1024
-static DEFINE_PER_CPU(unsigned int, last_ino);
+typedef unsigned int dozens_t;
+static DEFINE_PER_CPU(dozens_t, last_ino);
 
 unsigned int get_next_ino(void)
 {
@@ -1036,7 +1037,7 @@
 	}
 #endif
 
-	res++;
+	res += 12;
 	/* get_next_ino should not provide a 0 inode number */
 	if (unlikely(!res))
 		res++;
END
# line REGEX: the number of the first line of err that it matches.
line() {
	grep -n -m 1 -E -e "$1" err | cut -d: -f1
}

exits 5 "a variable of another type is refused" create --explain "$meminfo" state.patch
says "after what changes in its file" '^lpatch-create: vmlinux: replaced get_next_ino \(fs/inode.c\): changed by the diff'
says "with the code that differs" '^ .*(add|lea|mov|cmp)'
says "and what changes in the other" '^lpatch-create: vmlinux: replaced meminfo_proc_show \(fs/proc/meminfo.c\): changed by the diff'
holds "the reason comes last" test "$(line 'replaced get_next_ino')" -lt "$(line 'was unsigned int and is dozens_t')"
exits 5 "so it is with --json" create --explain --json "$meminfo" state.patch
says "which has the function" '"name": ?"get_next_ino"' out
says "its kind" '"kind": ?"replaced"' out
says "the other one" '"name": ?"meminfo_proc_show"' out
says "and the status" '"status": ?5' out
exits 5 "without --explain" create --json "$meminfo" state.patch
holds "only the reason is shown" sh -c '! grep -q replaced err && ! grep -q explanations out'

sed 's/^-	res++;$/-	res++;/; s/^+	res += 12;/+	res += no_such_thing;/' state.patch >broken.patch
exits 6 "what does not compile" create --explain broken.patch
says "was not compared" '^lpatch-create: fs/inode.c: not compared$'
plan
