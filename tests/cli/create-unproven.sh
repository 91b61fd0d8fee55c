#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create if the compiled code differs from the kernel's, and the checks that an author may
# overrule: the proof of an object, the layout of a type. LPATCH_TEST_ROOT is the root of the
# kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
LPATCH_TEST_ROOT=$root
export LPATCH_TEST_ROOT
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch
version=$top/tests/vm/patches/version-note.patch

# create OPTION...: for the stock kernel; create_other: with the source compiled otherwise.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" -q "$@"
}

part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
mkdir config
"$top/tests/other-config" config
create_other() {
	"$bin/lpatch-create" --config=config -q "$@" "$part/linux.tar.xz"
}

counts() { # NUMBER REGEX: so many lines of err match
	[ "$(grep -c -E -e "$2" err)" = "$1" ]
}

# What is not proven -----------------------------------------------------------------

exits 4 "objects that differ from the kernel's are refused" \
	create_other --patch="$meminfo" --patch="$version" -o refused.tar.zst
says "all of them at once" '^lpatch-create: 2 objects are refused:$'
for function in meminfo_proc_show version_proc_show; do
	object=fs/proc/${function%%_*}.o
	holds "$object is named once" counts 1 "^  $object,"
	says "with its first difference" \
		"^  $object, .* differs from the code in vmlinux: $function differs from byte [0-9]+ on$"
done
holds "both sides are shown" sh -c \
	'[ "$(grep -c "^    compiled:$" err)" = 2 ] && [ "$(grep -c "^    kernel:$" err)" = 2 ]'
says "as instructions" '^      > \+0x[0-9a-f]+ +[a-z]+ .*%r'
says "with names of what they refer to" 'call .*# (__fentry__|seq_puts|seq_printf|si_meminfo)$'
holds "the likely cause is reported once" counts 1 'Compiler and version of the source are those'
holds "the hint comes last" sh -c 'tail -n 1 err | grep -q -e --allow-unproven=OBJECT'
holds "there is no bundle" test ! -e refused.tar.zst

exits 4 "one that is not allowed is still refused" \
	create_other --patch="$meminfo" --patch="$version" --allow-unproven=fs/proc/version.o \
	-o refused.tar.zst
holds "alone" sh -c '! grep -q "objects are refused" err'
says "by name" '^lpatch-create: fs/proc/meminfo.o, '

ok "with all of them allowed there is an update" \
	create_other --patch="$meminfo" --patch="$version" --allow-unproven=fs/proc/version.o \
	--allow-unproven=fs/proc/meminfo.o --json --id=other -o other.tar.zst
says "the manifest says that they are not proven" '"proven": *false' out
says "with the function" '"function": *"version_proc_show"' out
says "and the difference" '"difference": *"meminfo_proc_show differs from byte [0-9]+ on"' out
says "and a warning does" 'warning: fs/proc/version.o differs from the code in vmlinux, which is allowed: '
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=other.tar.zst
says "with the overruled checks" \
	'^  vmlinux \(fs/proc/version.c\): NOT PROVEN to be what the kernel was built from: version_proc_show differs' out

namespace=$part/linux/fs/namespace.c
source_line=$(grep -n '^static void \*m_start(struct seq_file' "$namespace" | cut -d : -f 1)
{
	printf '%s\n' '--- a/fs/namespace.c' '+++ b/fs/namespace.c' \
		"@@ -$((source_line + 3)),6 +$((source_line + 3)),7 @@"
	sed -n "$((source_line + 3)),$((source_line + 8))p" "$namespace" |
		sed 's/^/ /; s/^ .*down_read(&namespace_sem);$/&\n+\tcond_resched();/'
} >ambiguous.patch
exits 4 "a function that differs and whose name is not unique is refused" \
	create_other --patch=ambiguous.patch --allow-unproven=fs/namespace.o -o refused.tar.zst
says "by name" "the function m_start can't be found in vmlinux: it has several of that name"

ok "an option that isn't needed is no error" \
	create --check --patch="$meminfo" --allow-unproven=fs/proc/meminfo.o --allow-unproven=fs/nothing.o \
	--allow-layout=nothing
says "but worth a warning: the object is proven" \
	'warning: --allow-unproven=fs/proc/meminfo.o is not needed: the object is proven'
says "there is no such object" \
	'warning: --allow-unproven=fs/nothing.o names no object that the diff changes'
says "there is no such type" 'warning: --allow-layout=nothing names no type'

# Reasons and constants ------------------------------------------------------------------

ok "an update of an inline function" create --json \
	--patch="$top/tests/vm/patches/blind-process.patch" --id=blind -o blind.tar.zst
says "says of functions that they have inlined it" '"inlined": *"get_proc_task"' out
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=blind.tar.zst
says "with that" '^  vmlinux: replaced comm_show \(.*\): inlines get_proc_task, which changed$' out
ok "an update of a constant" create --json --patch="$top/tests/vm/patches/state-names.patch" \
	--id=states -o states.tar.zst
says "has it in its manifest" '"name": *"task_state_array"' out
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=states.tar.zst
says "with the constant" '^  vmlinux: rewritten task_state_array \(.*\), [0-9]+ bytes$' out

# Type layouts --------------------------------------------------------------------------

cat >layout.patch <<'END'
--- a/fs/proc/internal.h
+++ b/fs/proc/internal.h
@@ -309,6 +309,7 @@
 	struct task_struct *task;
 	struct mm_struct *mm;
 	struct vma_iterator iter;
+	long lpatch_test;
 #ifdef CONFIG_NUMA
 	struct mempolicy *task_mempolicy;
 #endif
END
exits 5 "a type that is laid out differently is refused" create --check --patch=layout.patch
says "with both sizes" '^  struct proc_maps_private had ([0-9]+) bytes and has ([0-9]+):$'
says "the new members" '^    lpatch_test is new, at byte [0-9]+$'
says "the members that moved" '^    task_mempolicy was at byte [0-9]+ and is at byte [0-9]+$'
says "and where variables of the type are" \
	'^    member of: struct numa_maps_private, fs/proc/task_mmu.c:[0-9]+$'
holds "not in files that the config leaves out" sh -c '! grep -q task_nommu err'
says "and where objects are allocated" '^    allocated in: fs/proc/[a-z_]+\.c:[0-9]+ \([a-z_]+\)'
says "and says what to do" 'lpatch-author\(7\).*--allow-layout=TYPE'
ok "what is allowed becomes an update" create --json --patch=layout.patch --id=layout \
	--allow-layout=proc_maps_private --allow-layout='struct numa_maps_private' -o layout.tar.zst
says "and the manifest says so" '"struct proc_maps_private"' out
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=layout.tar.zst
says "with the overruled checks" \
	'vmlinux: layout struct proc_maps_private \(fs/proc/task_mmu.c\): differs; its author allowed it' out

# Members that move no other --------------------------------------------------------------

cat >hole.patch <<'END'
--- a/fs/proc/internal.h
+++ b/fs/proc/internal.h
@@ -231,4 +231,5 @@
 	struct file *file;
 	bool closing;
+	bool lpatch_test;
 	struct completion *c;
 } __randomize_layout;
--- a/fs/proc/inode.c
+++ b/fs/proc/inode.c
@@ -536,4 +536,5 @@
 			/* To know what to release. */
 			pdeo->file = file;
+			pdeo->lpatch_test = true;
 			pdeo->closing = false;
 			pdeo->c = NULL;
END
exits 5 "a member in a hole is refused, too" create --check --patch=hole.patch
says "but a message says that no member moves" \
	'^  struct pde_opener of [0-9]+ bytes is laid out differently; no member moves:$'
says "where it is" '^    lpatch_test is new, at byte 25, in a hole: bytes 25 to 31$'
says "the content of the hole" \
	'^    the content of a hole .* is not known: fs/proc/inode.c:[0-9]+ \(kmem_cache_alloc\)$'
says "and the option that allows it" '--allow-layout=pde_opener.lpatch_test allows only this change'
exits 5 "allowing another member doesn't help" create --check --patch=hole.patch \
	--allow-layout=pde_opener.closing --allow-layout=pde_opener.lpatch
ok "allowing it helps" create --json --patch=hole.patch --id=hole \
	--allow-layout=pde_opener.lpatch_test -o hole.tar.zst
says "and the manifest says so" '"struct pde_opener.lpatch_test"' out
holds "and nothing is warned of" sh -c '! grep -q "names no type" err'
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=hole.tar.zst
says "with the overruled checks" \
	'vmlinux: layout struct pde_opener.lpatch_test \(fs/proc/inode.c\): a member is added, and no other one moves' out
exits 5 "a member can't be allowed where others move" create --check --patch=layout.patch \
	--allow-layout=proc_maps_private.lpatch_test --allow-layout=numa_maps_private

# Every file that knows files includes this one: the answer takes a handful of them.
cat >many.patch <<'END'
--- a/include/linux/pipe_fs_i.h
+++ b/include/linux/pipe_fs_i.h
@@ -72,6 +72,7 @@
 	unsigned int r_counter;
 	unsigned int w_counter;
 	bool poll_usage;
+	bool lpatch_test;
 	struct page *tmp_page;
 	struct fasync_struct *fasync_readers;
 	struct fasync_struct *fasync_writers;
END
begin=$(date +%s)
exits 5 "a type of a header that thousands of objects include is refused" \
	create --check --patch=many.patch
# A minute on an idle machine.
holds "soon" test $(($(date +%s) - begin)) -lt 300
says "a hole" '^    lpatch_test is new, at byte 121, in a hole: bytes 121 to 127$'
says "that is zero" '^    a hole is zero in existing objects: each allocation'
says "and where it is allocated, in a file that was not compiled" \
	'^    allocated in: fs/pipe.c:[0-9]+ \(kzalloc\)$'

sed 's/^@@.*/@@ -65,4 +65,5 @@/; /r_counter/,$d' many.patch >left-out.patch
cat >>left-out.patch <<'END'
 #ifdef CONFIG_WATCH_QUEUE
 	bool note_loss;
+	bool lpatch_test;
 #endif
 	unsigned int nr_accounted;
END
begin=$(date +%s)
exits 7 "a part of it that the config excludes is no update" create --check --patch=left-out.patch
says "and a message says so" \
	'no code uses the changed parts of include/linux/pipe_fs_i.h, with the config of kernel '
holds "soon" test $(($(date +%s) - begin)) -lt 200

cat >module-layout.patch <<'END'
--- a/drivers/block/zram/zram_drv.h
+++ b/drivers/block/zram/zram_drv.h
@@ -57,6 +57,7 @@
 
 /* Allocated for each disk page */
 struct zram_table_entry {
+	long lpatch_test;
 	union {
 		unsigned long handle;
 		unsigned long element;
END
exits 5 "so is one of a module" create --check --patch=module-layout.patch
says "which the module's BTF has" '^  struct zram_table_entry had [0-9]+ bytes and has [0-9]+:$'
plan
