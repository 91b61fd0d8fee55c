#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create if kbuild prints nothing or half of its answer, or fails. This is an error with exit
# status 6; the message names the directory and has make's output. It is never taken for a kernel
# from which the patch removes objects. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
LPATCH_TEST_MAKE=$(command -v make)
export LPATCH_TEST_MAKE

# A make that does what LPATCH_TEST_MODE says to a question in which a word matches
# LPATCH_TEST_QUESTION, and works as ever for all others.
mkdir broken
cat >broken/make <<'END'
#!/bin/sh
asked=
for word; do
	case $word in
	lpatch-out=*) lists=${word#*=} ;;
	esac
	case $word in
	$LPATCH_TEST_QUESTION) asked=1 ;;
	esac
done
[ -n "$asked" ] || exec "$LPATCH_TEST_MAKE" "$@"
case $LPATCH_TEST_MODE in
silent) exit 0 ;;
fails)
	echo 'cc1: out of luck'
	echo 'make: *** [nowhere:1: nothing] Error 1'
	exit 2
	;;
killed) kill -KILL $$ ;;
half)
	"$LPATCH_TEST_MAKE" "$@" | head -c 40000
	exit 0
	;;
lost) "$LPATCH_TEST_MAKE" "$@" && rm "$lists/fs:proc.list" ;;
cut)
	"$LPATCH_TEST_MAKE" "$@" && head -c 200 "$lists/fs:proc.list" >"$lists/short" &&
		mv "$lists/short" "$lists/fs:proc.list"
	;;
forgetful) "$LPATCH_TEST_MAKE" "$@" && sed -i '/meminfo/d' "$lists/fs:proc.list" ;;
esac
END
chmod +x broken/make

# with MODE QUESTION OPTION...: lpatch-create with that make.
with() {
	LPATCH_TEST_MODE=$1
	LPATCH_TEST_QUESTION=$2
	export LPATCH_TEST_MODE LPATCH_TEST_QUESTION
	shift 2
	(
		PATH=$work/broken:$PATH
		"$bin/lpatch-create" --root="$root" --target="$release" "$@"
	)
}

# finds MODE QUESTION SENTENCE REGEX OPTION...: exit status 6, and an error that matches.
finds() {
	local mode=$1 question=$2 sentence=$3 regex=$4

	shift 4
	exits 6 "$sentence" with "$mode" "$question" "$@"
	says "$sentence: it says so" "$regex"
	holds "$sentence: nothing is reported as removed" sh -c '! grep -q "no longer built" err'
}

# Lists of built objects -----------------------------------------------------------------

# kbuild is run twice for directories whose lists may change; the lists are not kept.
cat >lists.patch <<'END'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -4,6 +4,7 @@
 #
 
 obj-y   += proc.o
+obj-y   += lpatch_test.o
 
 CFLAGS_task_mmu.o	+= $(call cc-option,-Wno-override-init,)
 proc-y			:= nommu.o task_nommu.o
--- /dev/null
+++ b/fs/proc/lpatch_test.c
@@ -0,0 +1,3 @@
+// SPDX-License-Identifier: GPL-2.0
+int lpatch_test;
+
END
finds silent lpatch-lists=1 "no list at all" \
	'kbuild has not said what it builds in fs/proc; make said nothing' --check --patch=lists.patch
finds fails lpatch-lists=1 "a make that fails" \
	"can't find out what kbuild builds in fs/proc: make ended with status 2" \
	--check --patch=lists.patch
says "with its output" '^  cc1: out of luck'
finds killed lpatch-lists=1 "a make that is killed" \
	"can't find out what kbuild builds in fs/proc: make was killed by SIGKILL" \
	--check --patch=lists.patch
finds lost lpatch-lists=1 "a list that is missing" \
	'kbuild has not said what it builds in fs/proc, to which the Makefile in fs leads' \
	--check --patch=lists.patch
finds lost 'lpatch-view=*' "one that is missing with the patch" \
	'kbuild has not said what it builds in fs/proc, to which the Makefile in fs leads' \
	--check --patch=lists.patch
finds cut 'lpatch-view=*' "a list that is cut short" \
	"kbuild's list of what it builds in fs/proc is cut short" --check --patch=lists.patch

cat >included.patch <<'END'
--- a/fs/proc/meminfo.c
+++ b/fs/proc/meminfo.c
@@ -18,6 +18,7 @@
 #endif
 #include <asm/page.h>
 #include "internal.h"
+#include "lpatch_test.c"
 
 void __attribute__((weak)) arch_report_meminfo(struct seq_file *m)
 {
--- /dev/null
+++ b/fs/proc/lpatch_test.c
@@ -0,0 +1,2 @@
+// SPDX-License-Identifier: GPL-2.0
+static int __maybe_unused lpatch_test;
END
finds forgetful 'lpatch-view=*' "an object that is missing though no Makefile changes" \
	'kbuild lists fs/proc/meminfo.o for the untouched source and not for the patched' \
	--check --patch=included.patch

# Damaged kept lists are made again. Other tests may have working copies of
# this kernel, too.
kept="${XDG_CACHE_HOME:-$HOME/.cache}/lpatch/$release-*/objects/.lists-3/fs:proc.list"
is_kept() {
	# shellcheck disable=SC2086 # a pattern
	find $kept -size +0 | grep -q .
}
ok "what kbuild lists is kept" with works nothing --check --patch="$top/examples/meminfo-line.patch"
holds "for the directory" is_kept
# shellcheck disable=SC2086 # a pattern
rm $kept
ok "a kept list that is gone" with works nothing --check --patch="$top/examples/meminfo-line.patch"
holds "is made again" is_kept
for list in $kept; do
	[ ! -e "$list" ] || : >"$list"
done
ok "and one that is empty" with works nothing --check --patch="$top/examples/meminfo-line.patch"
holds "too" is_kept

# Commands ---------------------------------------------------------------------------------

cat >flags.patch <<'END'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -4,6 +4,7 @@
 #
 
 obj-y   += proc.o
+ccflags-y += -DLPATCH_TEST
 
 CFLAGS_task_mmu.o	+= $(call cc-option,-Wno-override-init,)
 proc-y			:= nommu.o task_nommu.o
END
finds silent --dry-run "no command at all" \
	'kbuild did not give its command for fs/proc/array.c for vmlinux \([0-9]+ of [0-9]+ objects are missing\); make said nothing' \
	--check --patch=flags.patch
finds half --dry-run "half of the commands" \
	'kbuild did not give its command for fs/proc/.*.c for vmlinux' --check --patch=flags.patch
finds killed --dry-run "a make that is killed over it" 'kbuild did not give its command for fs/proc/' \
	--check --patch=flags.patch
finds fails --dry-run "one that fails over it" 'kbuild did not give its command for fs/proc/' \
	--check --patch=flags.patch
says "with the error of make" '^  make: \*\*\* \[nowhere:1: nothing\] Error 1'

# Modules -----------------------------------------------------------------------------------

# kbuild links an update only if its commands for the core are not kept. Runs of other tests keep
# them again.
not_linked() { # OPTION...
	local status

	for _ in 1 2 3 4 5; do
		rm -f "${XDG_CACHE_HOME:-$HOME/.cache}/lpatch/$release"-*/core/*/link-commands none.tar.zst
		status=0
		with silent 'M=*' "$@" || status=$?
		[ $status = 0 ] || return $status
	done
}
exits 6 "a module that is not made" not_linked --patch="$top/examples/meminfo-line.patch" -o none.tar.zst
says "by name" 'kbuild has not made .*\.ko; make said nothing' err
holds "and no bundle" test ! -e none.tar.zst
plan
