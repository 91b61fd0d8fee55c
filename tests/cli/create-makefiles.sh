#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Changes of Makefiles that change nothing which is built for the config are skipped, with
# one line in all, and kbuild never reads them; others are looked at where make reads them, or
# refused. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
marker=$work/marker
meminfo=$top/examples/meminfo-line.patch
part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
# To make diffs of.
source=$part/linux

# changed FILE SED...: adds to the diff what the sed command makes of the file.
changed() {
	file=$1
	shift
	sed "$@" "$source/$file" >edited
	diff -u --label "a/$file" --label "b/$file" "$source/$file" edited
}

# create OPTION...: --check for the stock kernel of what is in some.patch and others.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" --check "$@"
}

# Not read -------------------------------------------------------------------------

changed fs/ntfs3/Makefile "\$a \$(shell touch $marker)" >ntfs3.patch
changed drivers/staging/most/Makefile '$a rule: ; @touch x' >most.patch
ok "Makefiles of directories that aren't built are skipped" create -v "$meminfo" ntfs3.patch most.patch
says "with one line in all" '2 Makefiles of the diff can.t matter to kernel .* are skipped' err
says "-v names one" 'fs/ntfs3/Makefile is not read for the config .*: skipped' err
says "and the other" 'drivers/staging/most/Makefile is not read' err
exits 7 "a diff of nothing else is nothing to patch" create ntfs3.patch
changed fs/Makefile 's/obj-$(CONFIG_NTFS3_FS)/obj-y/' >descend.patch
exits 5 "one that the diff has kbuild go to is refused" create "$meminfo" descend.patch ntfs3.patch
says "it is named" 'fs/ntfs3/Makefile: it is not read for the config .*, and is with the patch' err
holds "none of these lines were run" test ! -e "$marker"

# Read, and without effect ------------------------------------------------------------

changed Makefile -e '/^CFLAGS_GCOV.*ftest-coverage/a CFLAGS_GCOV += $(call cc-option,-fprofile-arcs)' \
	-e 's/^SUBLEVEL = .*/SUBLEVEL = 999/' >gcov.patch
ok "flags for a profiler that is off don't count" create "$meminfo" gcov.patch
changed Makefile -e '/^CFLAGS_GCOV.*ftest-coverage/a KBUILD_CFLAGS += $(call cc-option,-fprofile-arcs)' \
	>flags.patch
exits 5 "flags for all do" create "$meminfo" flags.patch
says "the line is named" '"KBUILD_CFLAGS \+= .*" does more' err

# Read elsewhere ------------------------------------------------------------------------

dce=drivers/gpu/drm/amd/display/dc/dce
changed $dce/Makefile 's/^dmub_hw_lock_mgr.o/lpatch_new.o &/' >dce.patch
exits 6 "an object in a list that another directory's Makefile includes" create "$meminfo" dce.patch
says "is found there" "the patched Makefiles build .*/dce/lpatch_new.o, but there is no $dce/lpatch_new.c" err
cat >>dce.patch <<END
--- /dev/null
+++ b/$dce/lpatch_new.c
@@ -0,0 +1,2 @@
+int lpatch_new(void);
+int lpatch_new(void) { return 3; }
END
ok "with its source it becomes part of the update" create -v "$meminfo" dce.patch
says "of the module" '^amdgpu: new lpatch_new \(' out

plan
