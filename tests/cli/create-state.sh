#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The messages of lpatch-create about variables: those with another type, those that start again,
# new ones, and those that keep their content under another name. LPATCH_TEST_ROOT is the root of
# the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
LPATCH_TEST_ROOT=$root
export LPATCH_TEST_ROOT
release=$(ls "$root/lib/modules")

create() { # OPTION...
	"$bin/lpatch-create" --root="$root" --target="$release" -q "$@"
}

unit=$top/tests/cli/helpers/last-ino-type.patch
exits 5 "a variable that counts something else is refused" create --check --patch="$unit"
says "with both types" '^  variable last_ino was unsigned int and is dozens_t$'
says "and says what to do" 'lpatch-author\(7\).*--allow-layout=NAME'
ok "what is allowed becomes an update" create --json --patch="$unit" --allow-layout=last_ino \
	--id=unit -o unit.tar.zst
says "and the manifest says so" '"variable last_ino"' out

cat >state.patch <<'END'
--- a/fs/inode.c
+++ b/fs/inode.c
@@ -1029,9 +1029,10 @@
 
 #ifdef CONFIG_SMP
 	if (unlikely((res & (LAST_INO_BATCH-1)) == 0)) {
-		static atomic_t shared_last_ino;
-		int next = atomic_add_return(LAST_INO_BATCH, &shared_last_ino);
+		static atomic_t shared_ino = ATOMIC_INIT(4096), batches;
+		int next = atomic_add_return(LAST_INO_BATCH, &shared_ino);
 
+		atomic_inc(&batches);
 		res = next - LAST_INO_BATCH;
 	}
 #endif
END
ok "a variable that starts again does not prevent the update" create --patch=state.patch --id=state \
	-o state.tar.zst
starts='starts with its initial value; the content of shared_last_ino of get_next_ino is not carried over'
says "but both are named" "warning: vmlinux: restarted-state shared_ino \\(fs/inode.c:1032\\): it $starts: its initial value" err
says "and what is new" "warning: vmlinux: new-state batches \\(fs/inode.c:1032\\): a new variable of 4 bytes and type" err
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=state.tar.zst
says "with the one that starts again" "shared_ino \\(fs/inode.c:1032\\): it $starts" out
says "and the new one" 'batches \(fs/inode.c:1032\): a new variable of 4 bytes' out

cat >renamed.patch <<'END'
--- a/fs/inode.c
+++ b/fs/inode.c
@@ -1029,8 +1029,8 @@
 
 #ifdef CONFIG_SMP
 	if (unlikely((res & (LAST_INO_BATCH-1)) == 0)) {
-		static atomic_t shared_last_ino;
-		int next = atomic_add_return(LAST_INO_BATCH, &shared_last_ino);
+		static atomic_t shared_ino;
+		int next = atomic_add_return(LAST_INO_BATCH, &shared_ino);
 
 		res = next - LAST_INO_BATCH;
 	}
END
exits 7 "a variable that is renamed, and nothing else, is no change" create --patch=renamed.patch \
	-o renamed.tar.zst
ok "with a change, it keeps its content" create --patch="$top/tests/vm/patches/inode-numbers.patch" --check
says "and a message says so" \
	'kept-state shared_newest_ino \(fs/inode.c:[0-9]+\): it keeps the content of shared_last_ino of get_next_ino' err
plan
