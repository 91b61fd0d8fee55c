#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create and the meaning of names: a use that a linker or modpost would refuse is refused,
# and so is a move that would lose a variable's content; the message names it. tests/vm/names.test
# tests the uses that work. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

# create PATCH...: for the stock kernel; nothing is linked.
create() {
	for patch; do
		set -- "$@" --patch="$patch.patch"
		shift
	done
	"$bin/lpatch-create" --root="$root" --target="$release" --check "$@"
}

# version DECLARATIONS STATEMENT: a patch of fs/proc/version.c, which is in vmlinux.
version() {
	echo '--- a/fs/proc/version.c'
	echo '+++ b/fs/proc/version.c'
	echo "@@ -8,3 +8,$((3 + $(echo "$1" | wc -l))) @@"
	echo ' #include "internal.h"'
	echo "$1" | sed 's/^/+/'
	echo ' '
	echo ' static int version_proc_show(struct seq_file *m, void *v)'
	echo "@@ -12,2 +$((12 + $(echo "$1" | wc -l))),3 @@"
	echo ' {'
	echo "+	$2"
	echo ' 	seq_printf(m, linux_proc_banner,'
}

# uptime DECLARATIONS STATEMENT: a patch of fs/proc/uptime.c, which is in vmlinux.
uptime() {
	echo '--- a/fs/proc/uptime.c'
	echo '+++ b/fs/proc/uptime.c'
	echo "@@ -10,3 +10,$((3 + $(echo "$1" | wc -l))) @@"
	echo ' #include "internal.h"'
	echo "$1" | sed 's/^/+/'
	echo ' '
	echo ' static int uptime_proc_show(struct seq_file *m, void *v)'
	echo "@@ -20,2 +$((20 + $(echo "$1" | wc -l))),3 @@"
	echo ' 	idle_nsec = 0;'
	echo "+	$2"
	echo ' 	for_each_possible_cpu(i) {'
}

# binfmt DECLARATIONS STATEMENT: a patch of fs/binfmt_misc.c, which is a module.
binfmt() {
	echo '--- a/fs/binfmt_misc.c'
	echo '+++ b/fs/binfmt_misc.c'
	echo "@@ -845,7 +845,$((8 + $(echo "$1" | wc -l))) @@"
	echo ' '
	echo "$1" | sed 's/^/+/'
	echo ' static ssize_t'
	echo ' bm_status_read(struct file *file, char __user *buf, size_t nbytes, loff_t *ppos)'
	echo ' {'
	printf '%s\n' ' 	char *s = enabled ? "enabled\n" : "disabled\n";'
	echo ' '
	echo "+	$2"
	echo ' 	return simple_read_from_buffer(buf, nbytes, ppos, s, strlen(s));'
}

# loop DECLARATIONS STATEMENT: a patch of drivers/block/loop.c, which is a module.
loop() {
	echo '--- a/drivers/block/loop.c'
	echo '+++ b/drivers/block/loop.c'
	echo "@@ -686,4 +686,$((5 + $(echo "$1" | wc -l))) @@"
	echo ' '
	echo "$1" | sed 's/^/+/'
	echo ' static ssize_t loop_attr_offset_show(struct loop_device *lo, char *buf)'
	echo ' {'
	echo "+	$2"
	printf '%s\n' ' 	return sysfs_emit(buf, "%llu\n", (unsigned long long)lo->lo_offset);'
}

# Two definitions ----------------------------------------------------------------

version 'int oops_in_progress = 3;' \
	'seq_printf(m, "%d", oops_in_progress);' >taken.patch
exits 6 "a global name that another file has is refused, as by the linker" create taken
says "with both places" \
	'oops_in_progress is defined twice in vmlinux, .*: fs/proc/version.c:[0-9]+ and [a-z/_]+\.c:[0-9]+$'

version 'int lpatch_count;' 'lpatch_count++;' >one.patch
uptime 'int lpatch_count;' 'lpatch_count++;' >other.patch
exits 6 "a new global name in two files is refused" create one other
says "with both places" \
	'lpatch_count is defined twice in vmlinux, .*: fs/proc/(version|uptime).c:[0-9]+ and fs/proc/(version|uptime).c:[0-9]+$'

version 'static int sysctl_nr_open_min = 3;' 'seq_printf(m, "%d", sysctl_nr_open_min++);' >static.patch
exits 0 "a static variable may have the same name as others" create static

binfmt 'int oops_in_progress = 3; EXPORT_SYMBOL(oops_in_progress);' 'if (oops_in_progress++) s++;' \
	>exported.patch
exits 6 "a module can't export what vmlinux exports" create exported
says "and both are named" 'oops_in_progress is exported twice: by binfmt_misc \(fs/binfmt_misc.c\), and by vmlinux$'

binfmt 'int lpatch_count; EXPORT_SYMBOL(lpatch_count);' 'if (lpatch_count++) s++;' >one.patch
loop 'int lpatch_count; EXPORT_SYMBOL(lpatch_count);' 'lpatch_count++;' >other.patch
exits 6 "two modules can't export the same new name" create one other
says "and both are named" 'lpatch_count is exported twice: by (loop|binfmt_misc) \(.*\), and by (loop|binfmt_misc)$'

version 'bool __init __weak lpatch_none(void) { return true; } DEFINE_PER_CPU(int, runqueues);' \
	'this_cpu_inc(runqueues);' >percpu.patch
exits 6 "so are per-CPU variables" create percpu
says "with both places" 'runqueues is defined twice in vmlinux, .* and kernel/sched/core.c:[0-9]+'

# No definition ------------------------------------------------------------------

version 'extern void vfree_atomik(const void *);' 'if (m->count == 77777) vfree_atomik(m);' >slip.patch
exits 6 "a name that nothing defines is refused" create slip
says "with the place of its use" \
	'fs/proc/version.c:[0-9]+ \(in version_proc_show\): vfree_atomik is undefined in vmlinux'
says "and the most similar name" 'The nearest name that there is: vfree_atomic\.'

version 'extern void xor_blocks(unsigned int, unsigned int, void *, void **);' \
	'if (m->count == 77777) xor_blocks(0, 0, NULL, NULL);' >upward.patch
exits 6 "vmlinux can't use a symbol that a module exports" create upward
says "and a message says so" 'xor_blocks is undefined in vmlinux: the module xor exports it, which vmlinux can.t use'

binfmt 'extern int pid_max_min;' 'if (pid_max_min == 77777) s++;' >inward.patch
exits 6 "a module can't use a symbol that vmlinux does not export" create inward
says "and a message says so" 'pid_max_min is undefined in binfmt_misc: vmlinux has it and does not export it'

version 'extern int loadavg_proc_show(struct seq_file *, void *);' \
	'if (m->count == 77777) loadavg_proc_show(m, v);' >hidden.patch
exits 6 "a static symbol of another file can't be used" create hidden
says "and a message says so" \
	'loadavg_proc_show is undefined in vmlinux: it is static in the file that defines it'

binfmt '#include <crypto/internal/cipher.h>' \
	'if (nbytes == 77777) crypto_cipher_setkey((void *)s, s, 1);' >namespace.patch
exits 6 "a module must import the namespace of each symbol that it uses" create namespace
says "and both are named" \
	'crypto_cipher_setkey is exported in the namespace CRYPTO_INTERNAL, which the module binfmt_misc does not import'
says "and says what to do" 'Add MODULE_IMPORT_NS\(CRYPTO_INTERNAL\)'

version 'int lpatch_word; EXPORT_SYMBOL_NS_GPL(lpatch_word, LPATCH_WORDS);' 'lpatch_word++;' >adds.patch
binfmt 'extern int lpatch_word;' 'if (lpatch_word) s++;' >uses.patch
exits 6 "neither can it use a symbol that the patch exports in a namespace that is not imported" create adds uses
says "and a message says so" \
	'lpatch_word is exported in the namespace LPATCH_WORDS, which the module binfmt_misc does not import'

version 'int lpatch_word; ' 'lpatch_word++;' >adds.patch
binfmt 'extern int lpatch_word;' 'if (lpatch_word) s++;' >uses.patch
exits 6 "neither can it use a symbol that the patch adds to vmlinux and does not export" create adds uses
says "and a message says so" \
	'lpatch_word is undefined in binfmt_misc: fs/proc/version.c adds it to vmlinux, which does not export it'

binfmt 'int lpatch_word; EXPORT_SYMBOL(lpatch_word);' 'if (lpatch_word++) s++;' >module-adds.patch
version 'extern int lpatch_word;' 'if (lpatch_word == 7) return 0;' >vmlinux-uses.patch
exits 6 "vmlinux can't use a symbol that the patch adds to a module" create module-adds vmlinux-uses
says "and a message says so" \
	'lpatch_word is undefined in vmlinux: fs/binfmt_misc.c adds it to binfmt_misc, which vmlinux can.t use'

binfmt 'int of_binfmt; EXPORT_SYMBOL(of_binfmt); extern int of_loop;' \
	'if (of_loop) of_binfmt++;' >round.patch
loop 'int of_loop; EXPORT_SYMBOL(of_loop); extern int of_binfmt;' 'of_loop = of_binfmt;' >about.patch
exits 6 "two modules can't need each other" create round about
says "and a message says so" 'with the patch, the module (loop|binfmt_misc) and another one would need each other'

version 'extern int uptime_init_lpatch(void);' 'if (m->count == 77777) uptime_init_lpatch();' >boot.patch
uptime 'int __init uptime_init_lpatch(void); int __init uptime_init_lpatch(void) { return 3; }' \
	'idle_nsec++;' >boot-adds.patch
exits 5 "code that exists only at boot can't be used later" create boot boot-adds
says "and a message says so" 'uptime_init_lpatch, which fs/proc/uptime.c adds in a section that no update can bring'

version 'extern void __init proc_tty_init(void);' 'if (m->count == 77777) proc_tty_init();' >freed.patch
exits 5 "neither can code that was freed after boot" create freed
says "and a message says so" 'proc_tty_init, which is in memory that is freed after boot'

cat >narrowed.patch <<'END_OF_PATCH'
--- a/fs/filesystems.c
+++ b/fs/filesystems.c
@@ -36,6 +36,7 @@
 
 /* WARNING: This can be used only if we _already_ own a reference */
-struct file_system_type *get_filesystem(struct file_system_type *fs)
+struct file_system_type *lpatch_get(struct file_system_type *fs);
+struct file_system_type *lpatch_get(struct file_system_type *fs)
 {
 	__module_get(fs->owner);
 	return fs;
END_OF_PATCH
exits 6 "removing a name that another file uses is refused" create narrowed
says "and both files are named" \
	'get_filesystem is undefined in vmlinux: [a-z/_]+.c uses it, and with the patch fs/filesystems.c no longer defines it'

# State --------------------------------------------------------------------------

cat >pid-loses.patch <<'END_OF_PATCH'
--- a/kernel/pid.c
+++ b/kernel/pid.c
@@ -60,5 +60,5 @@
 };
 
-int pid_max = PID_MAX_DEFAULT;
+extern int pid_max;
 
 #define RESERVED_PIDS		300
END_OF_PATCH
uptime 'int pid_max = 4711;' 'idle_nsec += pid_max;' >pid-changes.patch
exits 5 "a variable that moves can't get another initial value" create pid-loses pid-changes
says "and both places are named" \
	'pid_max moves from kernel/pid.c:[0-9]+ \(vmlinux\) to fs/proc/uptime.c:[0-9]+ \(vmlinux\), and its initial value changes'

cat >min-loses.patch <<'END_OF_PATCH'
--- a/fs/file.c
+++ b/fs/file.c
@@ -28,5 +28,5 @@
 unsigned int sysctl_nr_open __read_mostly = 1024*1024;
-unsigned int sysctl_nr_open_min = BITS_PER_LONG;
+extern unsigned int sysctl_nr_open_min;
 /* our min() is unusable in constant expressions ;-/ */
 #define __const_min(x, y) ((x) < (y) ? (x) : (y))
 unsigned int sysctl_nr_open_max =
END_OF_PATCH
uptime 'unsigned long sysctl_nr_open_min = 64;' 'idle_nsec += sysctl_nr_open_min;' >min-grows.patch
exits 5 "nor get another type" create min-loses min-grows
says "and a message says so" 'its type changes: its content in the running kernel would be lost'

uptime '#include <linux/threads.h>
int pid_max = PID_MAX_DEFAULT;' 'idle_nsec += pid_max;' >pid-gains.patch
exits 0 "a variable with the same initial value can move" create pid-loses pid-gains
says "and a message says so" 'pid_max \(fs/proc/uptime.c:[0-9]+\): it moves here from kernel/pid.c and keeps its content'

cat >export-moves.patch <<'END_OF_PATCH'
--- a/kernel/sched/loadavg.c
+++ b/kernel/sched/loadavg.c
@@ -57,8 +57,6 @@
 /* Variables and functions for calc_load */
 atomic_long_t calc_load_tasks;
 unsigned long calc_load_update;
-unsigned long avenrun[3];
-EXPORT_SYMBOL(avenrun); /* should be removed */
 
 /**
  * get_avenrun - get the load average array
--- a/fs/proc/loadavg.c
+++ b/fs/proc/loadavg.c
@@ -9,8 +9,12 @@
 #include <linux/seq_file.h>
 #include <linux/seqlock.h>
 #include <linux/time.h>
+#include <linux/export.h>
 #include "internal.h"
 
+unsigned long avenrun[3];
+EXPORT_SYMBOL(avenrun);
+
 static int loadavg_proc_show(struct seq_file *m, void *v)
 {
 	unsigned long avnrun[3];
@@ -18,7 +22,7 @@
 	get_avenrun(avnrun, FIXED_1/200, 0);
 
 	seq_printf(m, "%lu.%02lu %lu.%02lu %lu.%02lu %u/%d %d\n",
-		LOAD_INT(avnrun[0]), LOAD_FRAC(avnrun[0]),
+		100 + LOAD_INT(avnrun[0]), LOAD_FRAC(avnrun[0]),
 		LOAD_INT(avnrun[1]), LOAD_FRAC(avnrun[1]),
 		LOAD_INT(avnrun[2]), LOAD_FRAC(avnrun[2]),
 		nr_running(), nr_threads,
END_OF_PATCH
exits 0 "so does one that is exported" create export-moves
says "and a message says so" 'avenrun \(fs/proc/loadavg.c:[0-9]+\): it moves here from kernel/sched/'

version 'static int sysctl_nr_open_min = 64; static int get(void) { return sysctl_nr_open_min++; }' \
	'seq_printf(m, "%d", get());' >pid-unrelated.patch
exits 0 "another thing with the same name is reported as new" create pid-unrelated
plan
