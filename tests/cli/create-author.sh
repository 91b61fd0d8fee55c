#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create and patches that use lpatch-patch.h: the result, and the messages about mistakes.
# LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

create() {
	"$bin/lpatch-create" --root="$root" --target="$release" -q "$@"
}

# hooks TEXT: a patch that adds the text, which may be several lines, to fs/proc/version.c.
hooks() {
	lines=$(printf '%s\n' "$1" | wc -l)
	cat <<-END
		--- a/fs/proc/version.c
		+++ b/fs/proc/version.c
		@@ -6,6 +6,$((7 + lines)) @@
		 #include <linux/seq_file.h>
		 #include <linux/utsname.h>
		 #include "internal.h"
		+#include "lpatch-patch.h"
	END
	printf '%s\n' "$1" | sed 's/^/+/'
	printf ' %s\n' '' 'static int version_proc_show(struct seq_file *m, void *v)' '{'
}

hooks 'static int ready(void) { return 0; }
static void done(void) { }
LPATCH_PRE_APPLY(ready);
LPATCH_POST_REVERSE(done);' >good.patch
ok "a patch that only has hooks becomes an update" create --check --patch=good.patch
says "with the one" '^vmlinux: hook pre_apply ready \(fs/proc/version.c\)$' out
says "and the other" '^vmlinux: hook post_reverse done \(fs/proc/version.c\)$' out
ok "its manifest" create --json --patch=good.patch --id=good -o good.tar.zst
says "lists them" '"kind": *"post_reverse"' out
says "with their functions" '"function": *"ready"' out
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=good.tar.zst
says "with the hooks" '^  vmlinux: hook pre_apply ready \(' out

hooks 'static int ready(void) { return 0; }
LPATCH_PRE_APPLY(ready);
LPATCH_PRE_APPLY(ready);' >twice.patch
exits 6 "two hooks of a kind in a file do not compile" create --check --patch=twice.patch
says "and the compiler names the hook" 'redefinition of .lpatch_hook_pre_apply'

hooks 'static void ready(void) { }
LPATCH_PRE_APPLY(ready);' >type.patch
exits 6 "neither does a hook with the wrong type" create --check --patch=type.patch
says "and the compiler names its place" 'fs/proc/version.c:[0-9]+'

hooks 'LPATCH_POST_APPLY(dump_stack);' >outside.patch
exits 5 "a function of the kernel can't be a hook" create --patch=outside.patch -o outside.tar.zst
says "and it says which" 'the hook post_apply of fs/proc/version.c is dump_stack, which the patch'
says "and names the manual page" 'lpatch-author\(7\)'

plan
