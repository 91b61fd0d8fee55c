#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create and the files that a diff may change: headers, .c files that others include, files
# that the config excludes, several patches, git revisions; and the messages if such a diff doesn't
# compile. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" "$@"
}

# Headers ------------------------------------------------------------------------

cat >comment.patch <<'END_OF_PATCH'
--- a/drivers/char/tpm/tpm.h
+++ b/drivers/char/tpm/tpm.h
@@ -259,5 +259,6 @@
 
+/* Sleeps at least that long. */
 static inline void tpm_msleep(unsigned int delay_msec)
 {
 	usleep_range((delay_msec * 1000) - TPM_TIMEOUT_RANGE_US,
 		     delay_msec * 1000);
END_OF_PATCH
exits 7 "a comment in a header is no update" create --check --patch=comment.patch
says "and a message says so" 'nothing to patch: only comments and blank space change in drivers/char/tpm/tpm.h'
holds "nothing was compiled to find that out" sh -c '! grep -q compiling err'

cat >unused.patch <<'END_OF_PATCH'
--- a/drivers/char/tpm/tpm.h
+++ b/drivers/char/tpm/tpm.h
@@ -259,5 +259,6 @@
 
+#define LPATCH_TEST 1
 static inline void tpm_msleep(unsigned int delay_msec)
 {
 	usleep_range((delay_msec * 1000) - TPM_TIMEOUT_RANGE_US,
 		     delay_msec * 1000);
END_OF_PATCH
exits 7 "an unused macro is no update" create --check --patch=unused.patch
says "because no file mentions it" 'nothing to patch: no code uses the changed parts of drivers/char/tpm/tpm.h'
holds "nothing was compiled to find that out" sh -c '! grep -q compiling err'

cat >header.patch <<'END_OF_PATCH'
--- a/drivers/char/tpm/tpm.h
+++ b/drivers/char/tpm/tpm.h
@@ -259,6 +259,7 @@
 
 static inline void tpm_msleep(unsigned int delay_msec)
 {
+	delay_msec++;
 	usleep_range((delay_msec * 1000) - TPM_TIMEOUT_RANGE_US,
 		     delay_msec * 1000);
 };
END_OF_PATCH
ok "a change to a header reaches the files that use it" create -v --check --patch=header.patch
says "in vmlinux" '^vmlinux: replaced tpm' out
says "and in a module" '^tpm_infineon: replaced tpm_inf' out
says "-v lists the objects of vmlinux" 'affected: drivers/char/tpm/tpm1-cmd.c in vmlinux'
says "and of modules" 'affected: drivers/char/tpm/tpm_infineon.c in drivers/char/tpm/tpm_infineon'
holds "a file that uses the header but not the change stays as it is" sh -c \
	'! grep -q tpm_atmel out'

cat >assembly.patch <<'END_OF_PATCH'
--- a/arch/x86/kvm/vmx/run_flags.h
+++ b/arch/x86/kvm/vmx/run_flags.h
@@ -2,7 +2,7 @@
 #ifndef __KVM_X86_VMX_RUN_FLAGS_H
 #define __KVM_X86_VMX_RUN_FLAGS_H
 
-#define VMX_RUN_VMRESUME_SHIFT		0
+#define VMX_RUN_VMRESUME_SHIFT		2
 #define VMX_RUN_SAVE_SPEC_CTRL_SHIFT	1
 
 #define VMX_RUN_VMRESUME		BIT(VMX_RUN_VMRESUME_SHIFT)
END_OF_PATCH
exits 5 "a header that changes assembly is refused" create --check --patch=assembly.patch
says "with the assembly's name" 'arch/x86/kvm/vmx/vmenter.S: a changed header changes this assembly'

cat >vdso.patch <<'END_OF_PATCH'
--- a/include/vdso/math64.h
+++ b/include/vdso/math64.h
@@ -7,6 +7,8 @@
 {
 	u32 ret = 0;
 
+	asm("" : "+r" (dividend));
+
 	while (dividend >= divisor) {
 		/* The following asm() prevents the compiler from
 		   optimising this loop into a modulo operation.  */
END_OF_PATCH
exits 5 "a header that changes the vdso is refused" create --check --patch=vdso.patch
says "with the vdso's file" \
	'arch/x86/entry/vdso/vclock_gettime.c: a changed header changes it, and the vdso is mapped'

cat >thousands.patch <<'END_OF_PATCH'
--- a/include/linux/sched.h
+++ b/include/linux/sched.h
@@ -2070,6 +2070,11 @@
 	clear_tsk_thread_flag(tsk,TIF_NEED_RESCHED);
 }
 
+static inline int lpatch_test_unused(int value)
+{
+	return value + 1;
+}
+
 static inline int test_tsk_need_resched(struct task_struct *tsk)
 {
 	return unlikely(test_tsk_thread_flag(tsk,TIF_NEED_RESCHED));
END_OF_PATCH
exits 7 "a new function in a header that thousands of files include is no update" \
	create --check --patch=thousands.patch
says "because no file uses it" 'no code uses the changed parts of include/linux/sched.h'

cat >few-of-thousands.patch <<'END_OF_PATCH'
--- a/include/linux/sched.h
+++ b/include/linux/sched.h
@@ -2073,4 +2073,5 @@
 static inline int test_tsk_need_resched(struct task_struct *tsk)
 {
+	barrier();
 	return unlikely(test_tsk_thread_flag(tsk,TIF_NEED_RESCHED));
 }
END_OF_PATCH
ok "a change that few of thousands use becomes an update" \
	create -v --check --patch=few-of-thousands.patch
says "of those few" '^vmlinux: replaced task_woken_rt' out
holds "no other file was compiled" sh -c '[ "$(grep -c "affected: " err)" -lt 20 ]'

cat >type-of-thousands.patch <<'END_OF_PATCH'
--- a/include/linux/sched.h
+++ b/include/linux/sched.h
@@ -760,6 +760,7 @@
 	/* Per task flags (PF_*), defined further below: */
 	unsigned int			flags;
 	unsigned int			ptrace;
+	unsigned int			lpatch_test_field;
 
 #ifdef CONFIG_SMP
 	int				on_cpu;
END_OF_PATCH
exits 5 "a type that thousands of files include is refused before all are compiled" \
	create --patch=type-of-thousands.patch
says "with its members" 'lpatch_test_field is new, at byte'
says "boot code that the header may reach is named in one line" \
	'arch/x86/boot/[^ ]* and [0-9]+ more: a changed header may reach them; they stay as they are'

# Files that others include ----------------------------------------------------------

cat >included.patch <<'END_OF_PATCH'
--- a/kernel/sched/stats.c
+++ b/kernel/sched/stats.c
@@ -110,7 +110,7 @@
 	int cpu;
 
 	if (v == (void *)1) {
-		seq_printf(seq, "version %d\n", SCHEDSTAT_VERSION);
+		seq_printf(seq, "Version %d\n", SCHEDSTAT_VERSION);
 		seq_printf(seq, "timestamp %lu\n", jiffies);
 	} else {
 		struct rq *rq;
END_OF_PATCH
ok "a .c file that another includes" create -v --check --patch=included.patch
says "is compiled with that one" 'affected: kernel/sched/build_utility.c in vmlinux'
says "and its function is replaced" '^vmlinux: replaced show_schedstat ' out

# What the config leaves out ----------------------------------------------------------

cat >left-out.patch <<'END_OF_PATCH'
--- a/kernel/cgroup/debug.c
+++ b/kernel/cgroup/debug.c
@@ -1,3 +1,4 @@
+int lpatch_test;
 // SPDX-License-Identifier: GPL-2.0
 /*
  * Debug controller
END_OF_PATCH
exits 7 "a file that the config leaves out is no update" create --check --patch=left-out.patch
says "and named" "nothing to patch: the config of kernel $release builds nothing from kernel/cgroup/debug.c"
ok "beside another change it is ignored" create --check --patch=left-out.patch --patch="$meminfo"
says "with a warning" 'warning: kernel/cgroup/debug.c: the config of kernel .* skipped'
says "and the other is replaced" 'replaced meminfo_proc_show' out

{
	cat "$meminfo"
	cat <<-'END_OF_PATCH'
		--- a/Documentation/lpatch-has-not-this-file.rst
		+++ b/Documentation/lpatch-has-not-this-file.rst
		@@ -1 +1 @@
		-one
		+two
	END_OF_PATCH
} >documented.patch
ok "a diff that also changes documentation becomes an update" create --check --patch=documented.patch

# Files that are added, removed and renamed ----------------------------------------------------

new_file=$top/tests/vm/patches/version-count.patch
ok "a new file becomes an update" create --patch="$new_file" --id=newfile -o new.tar.zst
ok "which can be viewed" "$bin/lpatch-view" --file=new.tar.zst
says "with the new file, of which nothing had to be proven" \
	'vmlinux \(fs/proc/version_count.c\): a new file$' out
says "and with the function that calls it" 'replaced version_proc_show ' out
holds "the manifest doesn't call it proven" sh -c \
	'tar -x --zstd -O -f new.tar.zst manifest.json | grep -A2 version_count.c | grep -q "proven\": *false"'

cat >new-left-out.patch <<'END_OF_PATCH'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -4,4 +4,5 @@
 #
 
+proc-$(CONFIG_LPATCH_TEST) += version_count.o
 obj-y   += proc.o
 
--- /dev/null
+++ b/fs/proc/version_count.c
@@ -0,0 +1 @@
+int lpatch_test;
END_OF_PATCH
exits 7 "a new file that the config leaves out is no update" \
	create --check --patch=new-left-out.patch
says "and named" 'warning: fs/proc/version_count.c: the config of kernel .* builds nothing from it'

cat >rename.patch <<'END_OF_PATCH'
diff --git a/fs/proc/Makefile b/fs/proc/Makefile
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -17,7 +17,7 @@ proc-y	+= consoles.o
 proc-y	+= cpuinfo.o
 proc-y	+= devices.o
 proc-y	+= interrupts.o
-proc-y	+= loadavg.o
+proc-y	+= load.o
 proc-y	+= meminfo.o
 proc-y	+= stat.o
 proc-y	+= uptime.o
diff --git a/fs/proc/loadavg.c b/fs/proc/load.c
similarity index 100%
rename from fs/proc/loadavg.c
rename to fs/proc/load.c
END_OF_PATCH
exits 7 "a file that is only renamed is no update" create --check --patch=rename.patch
says "its code is the same" 'the compiled code of fs/proc/loadavg.c is the same'
{
	sed 's/index 100%/index 92%/' rename.patch
	cat <<'END_OF_PATCH'
--- a/fs/proc/loadavg.c
+++ b/fs/proc/load.c
@@ -17,7 +17,7 @@ static int loadavg_proc_show(struct seq_file *m, void *v)
 
 	get_avenrun(avnrun, FIXED_1/200, 0);
 
-	seq_printf(m, "%lu.%02lu %lu.%02lu %lu.%02lu %u/%d %d\n",
+	seq_printf(m, " %lu.%02lu %lu.%02lu %lu.%02lu %u/%d %d\n",
 		LOAD_INT(avnrun[0]), LOAD_FRAC(avnrun[0]),
 		LOAD_INT(avnrun[1]), LOAD_FRAC(avnrun[1]),
 		LOAD_INT(avnrun[2]), LOAD_FRAC(avnrun[2]),
END_OF_PATCH
} >rename-change.patch
ok "one that is renamed and changed" create --check --patch=rename-change.patch
says "replaces the function under its old file" '^vmlinux: replaced loadavg_proc_show ' out

cat >remove.patch <<'END_OF_PATCH'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -23,7 +23,6 @@
 proc-y	+= uptime.o
 proc-y	+= util.o
 proc-y	+= version.o
-proc-y	+= softirqs.o
 proc-y	+= namespaces.o
 proc-y	+= self.o
 proc-y	+= thread_self.o
--- a/fs/proc/softirqs.c
+++ /dev/null
@@ -1,37 +0,0 @@
-// SPDX-License-Identifier: GPL-2.0
-#include <linux/init.h>
-#include <linux/kernel_stat.h>
-#include <linux/proc_fs.h>
-#include <linux/seq_file.h>
-#include "internal.h"
-
-/*
- * /proc/softirqs  ... display the number of softirqs
- */
-static int show_softirqs(struct seq_file *p, void *v)
-{
-	int i, j;
-
-	seq_puts(p, "                    ");
-	for_each_possible_cpu(i)
-		seq_printf(p, "CPU%-8d", i);
-	seq_putc(p, '\n');
-
-	for (i = 0; i < NR_SOFTIRQS; i++) {
-		seq_printf(p, "%12s:", softirq_to_name[i]);
-		for_each_possible_cpu(j)
-			seq_put_decimal_ull_width(p, " ", kstat_softirqs_cpu(i, j), 10);
-		seq_putc(p, '\n');
-	}
-	return 0;
-}
-
-static int __init proc_softirqs_init(void)
-{
-	struct proc_dir_entry *pde;
-
-	pde = proc_create_single("softirqs", 0, NULL, show_softirqs);
-	pde_make_permanent(pde);
-	return 0;
-}
-fs_initcall(proc_softirqs_init);
END_OF_PATCH
exits 7 "a removed file is no update" create --check --patch=remove.patch
says "and a message says what stays" \
	'fs/proc/softirqs.c: with the patch it is no longer built; the code of kernel .* stays loaded'
sed '/^--- a.fs.proc.Makefile/,/thread_self/d' remove.patch >lost.patch
exits 6 "a file that the Makefile still names can't be built" create --check --patch=lost.patch
says "and a message names it" 'the patched Makefiles build fs/proc/softirqs.o, but there is no fs/proc/softirqs.c'

cat >moved.patch <<'END_OF_PATCH'
diff --git a/fs/proc/version.c b/fs/proc/version.c
index 02e3c3c..ff019a6 100644
--- a/fs/proc/version.c
+++ b/fs/proc/version.c
@@ -7,12 +7,19 @@
 #include <linux/utsname.h>
 #include "internal.h"
 
+int nr_processes(void);
+int nr_processes(void)
+{
+	return 7;
+}
+
 static int version_proc_show(struct seq_file *m, void *v)
 {
 	seq_printf(m, linux_proc_banner,
 		utsname()->sysname,
 		utsname()->release,
 		utsname()->version);
+	seq_printf(m, "%d\n", nr_processes());
 	return 0;
 }
 
END_OF_PATCH
exits 6 "a function that another file has already is refused, as by the linker" create --check --patch=moved.patch
says "by name, with both places" \
	"nr_processes is defined twice in vmlinux, .*: fs/proc/version.c:[0-9]+ and kernel/fork.c:[0-9]+"

# Makefiles --------------------------------------------------------------------------------

cat >rule.patch <<'END_OF_PATCH'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -4,4 +4,6 @@
 #
 
+$(obj)/stat.o: $(obj)/stat.h
+
 obj-y   += proc.o
 
END_OF_PATCH
exits 5 "a rule in a Makefile is refused" create --check --patch=rule.patch
says "with its line" 'fs/proc/Makefile:6: .*does more than list'

cat >flags.patch <<'END_OF_PATCH'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -4,4 +4,5 @@
 #
 
+CFLAGS_loadavg.o += -DLPATCH_TEST
 obj-y   += proc.o
 
END_OF_PATCH
exits 7 "a flag that changes no code is no update" create -v --check --patch=flags.patch
says "after it was tried" 'fs/proc/loadavg.c: compiled in another way'

# Files that several runs read at once are made from the untouched source and stay as they are: for
# the source of one run, which is in its work-N, kbuild would write them again.
generated=arch/x86/include/generated/asm/.unistd_32_ia32.h.cmd
trees=${XDG_CACHE_HOME:-$HOME/.cache}/lpatch/$release
ok "kbuild's files name the sources of generated headers" \
	sh -c "cat $trees-*/build/$generated"
says "the source" '/source/scripts/syscallhdr.sh' out
holds "and not that with the patch" sh -c '! grep /work- out'

cat >host.patch <<'END_OF_PATCH'
--- a/lib/gen_crc32table.c
+++ b/lib/gen_crc32table.c
@@ -1,3 +1,4 @@
 // SPDX-License-Identifier: GPL-2.0
+int lpatch_test;
 #include <stdio.h>
 #include "../include/linux/crc32poly.h"
END_OF_PATCH
exits 5 "a program that runs when the kernel is built is refused" create --check --patch=host.patch
says "with its reason" 'lib/gen_crc32table.c: it runs when the kernel is built'

cat >classmap.patch <<'END_OF_PATCH'
--- a/security/selinux/include/classmap.h
+++ b/security/selinux/include/classmap.h
@@ -42,5 +42,5 @@
 const struct security_class_mapping secclass_map[] = {
 	{ "security",
-	  { "compute_av", "compute_create", "compute_member",
+	  { "compute_create", "compute_av", "compute_member",
 	    "check_context", "load_policy", "compute_relabel",
 	    "compute_user", "setenforce", "setbool", "setsecparam",
END_OF_PATCH
exits 5 "a header from which such a program generates another is refused" \
	create --check --patch=classmap.patch --patch="$meminfo"
says "with the generated file" \
	'classmap.h: the build generates security/selinux/flask.h and av_permissions.h from it'

cat >oid.patch <<'END_OF_PATCH'
--- a/include/linux/oid_registry.h
+++ b/include/linux/oid_registry.h
@@ -22,6 +22,6 @@
 	OID_id_ecPublicKey,		/* 1.2.840.10045.2.1 */
 	OID_id_prime192v1,		/* 1.2.840.10045.3.1.1 */
-	OID_id_prime256v1,		/* 1.2.840.10045.3.1.7 */
+	OID_id_prime256v1,		/* 1.2.840.10045.3.1.8 */
 	OID_id_ecdsa_with_sha1,		/* 1.2.840.10045.4.1 */
 	OID_id_ecdsa_with_sha224,	/* 1.2.840.10045.4.3.1 */
 	OID_id_ecdsa_with_sha256,	/* 1.2.840.10045.4.3.2 */
END_OF_PATCH
exits 5 "so is a header that a script reads, comments included" \
	create --check --patch=oid.patch --patch="$meminfo"
says "with the generated file" \
	'oid_registry.h: the build generates lib/oid_registry_data.c from it'

# Lines that move -----------------------------------------------------------------------

{
	printf '%s\n' '--- a/lib/kobject.c' '+++ b/lib/kobject.c' '@@ -1,3 +1,5 @@'
	printf '%s\n' ' // SPDX-License-Identifier: GPL-2.0' '+/* Moves every line, and the numbers' \
		'+ * in WARN() and pr_debug() with it. */' ' /*' \
		'  * kobject.c - library routines for handling generic kernel objects'
} >moving.patch
exits 7 "a comment that moves every line of a file is no update" create --check --patch=moving.patch

# Several patches ------------------------------------------------------------------------

sed -n '1,/^@@/p' "$meminfo" | sed '/^---/,$!d' | sed 's/^@@.*/@@ -40,6 +40,7 @@/' >second.patch
cat >>second.patch <<'END_OF_PATCH'
 	int lru;
 
 	seq_puts(m, "Patched:        yes\n");
+	seq_puts(m, "Twice:          yes\n");
 	si_meminfo(&i);
 	si_swapinfo(&i);
 	committed = vm_memory_committed();
END_OF_PATCH
ok "two patches that build on each other become one update" \
	create --patch="$meminfo" --patch=second.patch --id=two -o two.tar.zst
ok "which can be viewed" "$bin/lpatch-view" --file=two.tar.zst
says "with both patches" '^\+.*Twice' out
exits 3 "in the wrong order they don't apply" create --patch=second.patch --patch="$meminfo"
says "and the one that doesn't is named" 'second.patch does not apply'

# Revisions --------------------------------------------------------------------------------

mkdir -p repository/fs/proc
git_in() {
	git -C repository -c user.name=Test -c user.email=test@example.com \
		-c init.defaultBranch=main "$@" >/dev/null
}
{
	seq 38
	sed -n 's/^ //p' "$meminfo"
	seq 10
} >repository/fs/proc/meminfo.c
git_in init
git_in add .
git_in commit -m 'As it was'
patch -s -d repository -p1 <"$meminfo"
git_in commit -a -m 'Say that the kernel is patched'
patch -s -d repository -p1 <second.patch
git_in commit -a -m 'Say it twice'
# The user may have told git to write diffs in another way.
git_in config diff.noprefix true
git_in config color.ui always
cd repository || exit 1
ok "a git revision becomes an update" create --git=HEAD~1 --id=git -o ../git.tar.zst
ok "a range too" create --git=HEAD~2..HEAD --id=range -o ../range.tar.zst
exits 2 "a revision that git doesn't know is wrong usage" create --git=nowhere
says "and git's message is shown" "--git=nowhere: .*(unknown|bad) revision"
cd ..
mv repository/out repository/err .
ok "the revision's update can be viewed" "$bin/lpatch-view" --file=git.tar.zst
says "and has the commit's subject" 'Say that the kernel is patched' out
ok "the range's update can be viewed" "$bin/lpatch-view" --file=range.tar.zst
says "and has both changes" '^\+.*Twice' out

# What doesn't compile -----------------------------------------------------------------------

cat >broken.patch <<'END_OF_PATCH'
--- a/fs/proc/meminfo.c
+++ b/fs/proc/meminfo.c
@@ -39,6 +39,9 @@
 	unsigned long sreclaimable, sunreclaim;
 	int lru;
 
+	/* Two lines more than before, so that */
+	/* the numbers of those below are others. */
+	seq_puts(m, "Patched:        yes\n") oops;
 	si_meminfo(&i);
 	si_swapinfo(&i);
 	committed = vm_memory_committed();
@@ -50,3 +53,4 @@
+	int another = oops;
 
 	for (lru = LRU_BASE; lru < NR_LRU_LISTS; lru++)
 		pages[lru] = global_node_page_state(NR_LRU_BASE + lru);
END_OF_PATCH
exits 6 "a diff that doesn't compile is refused" create --patch=broken.patch -o broken.tar.zst
says "with the line of the first error" '^ *fs/proc/meminfo.c:44:[0-9]+: error:'
says "and of one behind a shifted line, as in the user's file" '^ *fs/proc/meminfo.c:53:[0-9]+: error:'
holds "each error is reported once" sh -c '[ "$(grep -c "meminfo.c:44:.*error:" err)" = 1 ]'
holds "the log's path comes last" sh -c 'tail -n 1 err | grep -q "The whole output is in /"'
holds "no path of the working copy is in the messages" sh -c '! grep -q "patched/fs/proc" err'

sed 's/delay_msec++;/delay_msec = oops;/' header.patch >broken-header.patch
exits 6 "a header that doesn't compile is refused" create --check --patch=broken-header.patch
says "with the header's line" '^ *drivers/char/tpm/tpm.h:262:[0-9]+: error:'
says "and the file that was compiled" 'drivers/char/tpm/.*\.c does not compile'
holds "one file's errors are enough" sh -c '[ "$(grep -c "does not compile" err)" = 1 ]'
plan
