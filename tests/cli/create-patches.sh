#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create and the forms of a patch: diffs of all kinds, mails, series, compressed files; the
# parts that are ignored, and the messages about hunks that don't fit. LPATCH_TEST_ROOT is the root
# of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" --check "$@"
}

# replaces SENTENCE OPTION...: an update that replaces the function of $meminfo.
replaces() {
	ok "$@"
	says "$1: it is that change" '^vmlinux: replaced meminfo_proc_show \(fs/proc/meminfo.c\): ' out
}

diff=$(sed '/^---/,$!d' "$meminfo")

# All kinds --------------------------------------------------------------------

replaces "a patch without an option before it" create "$meminfo"

printf '%s\n' "$diff" | sed 's,^\(---\|+++\) [ab]/,\1 ,' >plain.patch
replaces "names without leading directories, on standard input" sh -c \
	'exec "$0" --root="$1" --target="$2" --check - <plain.patch' \
	"$bin/lpatch-create" "$root" "$release"
ok "the bundle contains the patch unchanged" "$bin/lpatch-create" --root="$root" \
	--target="$release" -q plain.patch --id=plain -o plain.tar.zst
holds "byte for byte" sh -c 'tar -x --zstd -O -f plain.tar.zst patch.diff | cmp - plain.patch'

# A mailbox in base64 whose second message changes lines that the first one adds.
mkdir debian debian/patches
cat >second.patch <<'END_OF_PATCH'
--- a/fs/proc/meminfo.c
+++ b/fs/proc/meminfo.c
@@ -40,6 +40,6 @@
 	int lru;
 
-	seq_puts(m, "Patched:        yes\n");
+	seq_puts(m, "Patched:        twice\n");
 	si_meminfo(&i);
 	si_swapinfo(&i);
 	committed = vm_memory_committed();
END_OF_PATCH
{
	printf 'From 1 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: one\n'
	printf 'MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n'
	base64 <"$meminfo"
	printf '\nFrom 2 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: two\n\n'
	cat second.patch
} >two.mbox
xz -k two.mbox
replaces "a packed mailbox with two messages, one in base64" create two.mbox.xz

cp "$meminfo" debian/patches/first.patch
cp second.patch debian/patches/
printf '%s\n' '# in this order' first.patch 'second.patch -p1' >debian/patches/series
replaces "a quilt series" create debian/patches

printf '%s\n' "$diff" | sed 's/^+\t/%/; s/^-\t/+\t/; s/^%/-\t/' |
	sed 's/^@@ -\([0-9,]*\) +\([0-9,]*\) @@/@@ -\2 +\1 @@/' >back.patch
replaces "a reversed patch with -R" create -R back.patch

# What doesn't fit -------------------------------------------------------------

sed 's/si_swapinfo(&i);/si_swapinfo(\&other);/' "$meminfo" >stale.patch
exits 3 "a hunk that expects another line" create stale.patch
says "is named by its line" 'fs/proc/meminfo.c: hunk 1 does not fit: line [0-9]+ should be '
says "and what it expects is shown" '^ *- +[0-9]+ +si_swapinfo\(&other\);$'
says "and what the source has" '^ *\+ +[0-9]+ +si_swapinfo\(&i\);$'
says "and that it would fit with fuzz" 'with --fuzz=[123] it fits'
replaces "it does with fuzz" create --fuzz=3 stale.patch
says "and is named" 'warning: .*fs/proc/meminfo.c: Hunk #1 succeeded .* with fuzz'
exits 2 "more fuzz than context is wrong usage" create --fuzz=4 stale.patch

exits 7 "a change that the source has, undone twice" create -R "$meminfo"
says "is there already" 'already in 6\.1\.[0-9]+: nothing to do'

head -n -1 "$meminfo" >cut.patch
exits 3 "a diff that is cut short" create cut.patch
says "is refused" 'cut.patch:[0-9]+: the hunk is cut short'
printf 'MIME-Version: 1.0\nContent-Type: text/html\n\n<pre>%s</pre>\n' "$diff" >html.mail
exits 3 "a mail in HTML" create html.mail
says "is refused as such" 'html.mail is a mail in HTML, without plain text'
sed 's,fs/proc/meminfo.c,fs/$(id).c,' plain.patch >shell.patch
exits 3 "a name with a meaning for a shell" create shell.patch
says "is refused" 'has characters that no name in the kernel source has'

# What is skipped --------------------------------------------------------------

part() { # FILE
	printf '%s\n' "--- a/$1" "+++ b/$1" '@@ -1 +1 @@' '-one' '+two'
}
{
	part CREDITS
	part arch/arm64/kernel/setup.c
	part tools/perf/builtin-top.c
	part fs/proc/meminfo.c.rej
	printf '%s\n' 'diff --git a/Documentation/x.png b/Documentation/x.png' \
		'Binary files a/Documentation/x.png and b/Documentation/x.png differ'
	printf '%s\n' "$diff"
} >mixed.patch
replaces "ignored files beside a change" create mixed.patch
says "one line says that it is ignored" \
	'5 files of the diff .* skipped \(documentation: 2, other architectures: 1, tools.*: 1, .*: 1\)'
holds "and no other" test "$(grep -c 'skipped' err)" = 1
sed '/^--- a.fs.proc.meminfo.c$/,$d' mixed.patch >nothing.patch
exits 7 "a diff of ignored files only is nothing to patch" create nothing.patch

# beside FILE: a change to the file, beside one that becomes an update.
beside() {
	{
		part "$1"
		printf '%s\n' "$diff"
	} >beside.patch
}
beside tools/objtool/check.c
exits 5 "a tool that processes each object is refused" create beside.patch
says "with its reason" 'tools/objtool/check.c: objtool processes each object'
beside tools/lib/bpf/relo_core.c
exits 5 "so is a file of tools/ that kbuild compiles into vmlinux" create beside.patch
says "with its reason" 'tools/lib/bpf/relo_core.c: kbuild builds parts of libbpf into the kernel'
beside tools/include/tools/le_byteshift.h
exits 5 "and a header of tools/ for programs of the build" create beside.patch
says "with its reason" 'tools/include/tools/le_byteshift.h: it may be for programs that run'
beside arch/x86/lib/x86-opcode-map.txt
exits 5 "text from which the build generates a table is refused" create beside.patch
says "with its reason" 'x86-opcode-map.txt: it is no C source file'
beside samples/kobject/kobject-example.c
exits 3 "a sample counts as source" create beside.patch
for place in samples Documentation; do
	{
		printf '%s\n' "diff --git a/fs/proc/cmdline.c b/$place/cmdline.c" \
			'similarity index 100%' 'rename from fs/proc/cmdline.c' \
			"rename to $place/cmdline.c"
		printf '%s\n' "$diff"
	} >away.patch
	exits 6 "a rename to $place/ removes the file" create away.patch
done

{
	printf '%s\n' '--- /dev/null' '+++ b/fs/proc/Kconfig.lpatch' '@@ -0,0 +1,2 @@' \
		'+config LPATCH_TEST' '+	bool "Whether it is tested"'
	printf '%s\n' "$diff"
} >option.patch
replaces "so does an option that is not set" create option.patch
sed 's/+1,2 @@/+1,3 @@/; s/^+	bool .*/&\n+	default y/' option.patch >default.patch
exits 5 "an option that would become set is refused" create default.patch
says "by its name" "fs/proc/Kconfig.lpatch: it may change the configuration, .*: LPATCH_TEST: it is new"

printf '%s\n' 'diff --git a/fs/x.c b/fs/x.c' 'new file mode 120000' 'index 0000000..1269488' \
	'--- /dev/null' '+++ b/fs/x.c' '@@ -0,0 +1 @@' '+/etc/passwd' \
	'\ No newline at end of file' >link.patch
exits 5 "a symbolic link is refused" create link.patch
says "with its reason" 'fs/x.c: a symbolic link'
plan
