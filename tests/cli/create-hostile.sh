#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A diff is data: lpatch-create neither runs commands from a diff nor takes files of this machine
# into an update, and the compiler of patched source has no access to the home directory, the key or
# the network. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
marker=$work/marker
meminfo=$top/examples/meminfo-line.patch

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" "$@"
}

# refused SENTENCE REGEX [STATUS]: attack.patch is, with that reason, and has run nothing.
refused() {
	exits "${3:-5}" "$1 is refused" create --patch=attack.patch -o attack.tar.zst
	says "with the reason" "$2"
	holds "and nothing was run or written" test ! -e "$marker" -a ! -e attack.tar.zst
	rm -f "$marker" attack.tar.zst
}

# Makefiles ------------------------------------------------------------------------

# makefile LINE...: a diff that adds the lines to fs/proc/Makefile, as lines 6 and so on.
makefile() {
	printf -- '--- a/fs/proc/Makefile\n+++ b/fs/proc/Makefile\n@@ -4,4 +4,%d @@\n #\n \n' $((4 + $#))
	printf '+%s\n' "$@"
	printf ' obj-y   += proc.o\n \n'
} >attack.patch

more='does more than list the objects of a directory and give plain flags'
makefile "ccflags-y += \$(shell touch $marker)"
refused "a flag that is a program's output" "fs/proc/Makefile:6: .*$more"
makefile "ccflags-y += -DX=\`touch\${IFS}$marker\`"
refused "a flag with backquotes" "fs/proc/Makefile:6: .*$more"
makefile "CFLAGS_meminfo.o += -fplugin=$work/plugin.so"
refused "a plugin for the compiler" "fs/proc/Makefile:6: .*$more"
makefile "CFLAGS_meminfo.o += -wrapper touch,$marker"
refused "a wrapper for the compiler" "fs/proc/Makefile:6: .*$more"
makefile "CFLAGS_meminfo.o += -DX;touch\$(IFS)$marker;"
refused "a second command behind a flag" "fs/proc/Makefile:6: .*$more"
makefile "ccflags-y != touch $marker"
refused "an assignment that runs a program" "fs/proc/Makefile:6: .*$more"
makefile "obj-y += \$(shell touch $marker)"
refused "an object that is a program's output" "fs/proc/Makefile:6: .*$more"
makefile "obj-\$(shell touch $marker) += meminfo.o"
refused "a list's name that is a program's output" "fs/proc/Makefile:6: .*$more"
makefile "ifneq (\$(shell touch $marker),)" endif
refused "a condition that runs a program" "fs/proc/Makefile:6: .*$more"
makefile "# A comment that goes on, it seems \\\\" "ccflags-y += \$(shell touch $marker)"
refused "a line behind a comment with two backslashes" "fs/proc/Makefile:7: .*$more"
makefile "-include $work/hostile.mk"
echo "\$(shell touch $marker)" >hostile.mk
refused "another file's lines" "fs/proc/Makefile:6: .*$more"

cat >attack.patch <<END_OF_PATCH
--- a/Makefile
+++ b/Makefile
@@ -2,3 +2,3 @@
 VERSION = 6
-PATCHLEVEL = 1
+PATCHLEVEL = \$(shell touch $marker)
 $(sed -n 4p "$root"/usr/src/linux-headers-*-common/Makefile)
END_OF_PATCH
refused "a version that is a program's output" "^ *Makefile:3: .*$more"

# new_file NAME LINE...: a diff that makes the file.
new_file() {
	printf 'diff --git "a/%s" "b/%s"\nnew file mode %s\n' "$1" "$1" "${mode:-100644}"
	printf -- '--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%d @@\n' "$1" $(($# - 1))
	shift
	printf '+%s\n' "$@"
} >attack.patch

for name in scripts/hostile.sh scripts/Makefile.hostile fs/proc/hostile.mk fs/proc/hostile.pl \
	fs/proc/hostile.awk arch/x86/kernel/hostile.lds arch/x86/lib/hostile.S; do
	new_file $name "\$(shell touch $marker)"
	refused "the new file $name" "$name: "
done
new_file fs/proc/Kbuild "\$(shell touch $marker)"
refused "a new Kbuild that runs a program" "fs/proc/Kbuild:1: .*$more"

# Names ----------------------------------------------------------------------------

for name in 'fs/proc/$(shell touch marker).c' 'fs/proc/`touch marker`.c' 'fs/proc/a;touch marker;.c' \
	'fs/proc/a b.c' 'fs/proc/a#b.c' 'fs/proc/a:b.c' 'fs/proc/%.c' "fs/proc/a'b.c" 'fs/proc/-o.c' \
	'fs/proc/a\b.c' 'fs/proc/*.c' 'fs/proc/$@.c' 'fs/&/a.c' '-I/a.c'; do
	new_file "$name" 'int hostile;'
	refused "the name $name" ' has characters that no name in .* has$| looks like an option ' 3
done
new_file 'fs/proc/a=b.c' 'int hostile;'
refused "a name with =" ': make or a shell could interpret the name'

# Links ----------------------------------------------------------------------------

mode=120000 new_file fs/proc/hostile.c /etc/passwd
refused "a symbolic link" 'fs/proc/hostile.c: a symbolic link$'

# What the compiler reads ---------------------------------------------------------------

# source LINE...: a diff that adds the lines to fs/proc/version.c, as lines 9 and so on.
c_source() {
	printf -- '--- a/fs/proc/version.c\n+++ b/fs/proc/version.c\n@@ -7,4 +7,%d @@\n' $((4 + $#))
	printf ' %s\n' '#include <linux/utsname.h>' '#include "internal.h"'
	printf '+%s\n' "$@"
	printf ' \n static int version_proc_show(struct seq_file *m, void *v)\n'
} >attack.patch

printf 'static const char hostile[] __attribute__((used)) = "HOSTILE";\n' | tee secret.h >secret.inc
echo 'SECRET of this machine' >secret
outside='is outside of the kernel source'
reads='it makes the compiler read .*, which is not part of the source'

# Without sandbox, which would hide the files: here the check of the compiler's list is tested.
create() {
	"$bin/lpatch-create" --no-sandbox --root="$root" --target="$release" "$@"
}
c_source "#include \"$work/secret.h\""
refused "an #include of an absolute path" "fs/proc/version.c:9: it includes .*$outside"
c_source "#include <$work/secret.h>"
refused "the same in other brackets" "fs/proc/version.c:9: it includes .*$outside"
c_source "#include \"../../../../../../../../../../../../../../$work/secret.h\""
refused "an #include by a path that leaves the source" "fs/proc/version.c:9: it includes .*$outside"
c_source "#define HOSTILE \"$work/secret.inc\"" '#include HOSTILE'
refused "an #include by a macro" "fs/proc/version.c: $reads"
c_source "%: /* */ include /* */ \"$work/secret.h\""
refused "an #include in another spelling" "fs/proc/version.c"
c_source "asm(\".pushsection .rodata; .incbin \\\"$work/secret\\\"; .popsection\");"
refused "a file that the assembler reads" 'fs/proc/version.c:9: .incbin: the assembler would read'
c_source "asm(\".pushsection .rodata; .inc\" \"bin \\\"$work/secret\\\"; .popsection\");"
refused "the same in two words" "fs/proc/version.c: $reads"
c_source "asm(\".irp x, bin; .pushsection .rodata; .inc\\\\x \\\"$work/secret\\\"; .popsection; .endr\");"
refused "the same by a macro of the assembler" "fs/proc/version.c: $reads"
c_source "static int hostile __attribute__((used, section(\".data.x\\n.inc\" \"bin \\\"$work/secret\\\"\\n#\")));"
refused "the same in a section's name" "fs/proc/version.c: $reads"
c_source '_Pragma("GCC pch_preprocess \"x\"")'
refused "a precompiled header" 'fs/proc/version.c:9: pch_preprocess: the compiler would load'
# What is included by a system header is no part of what -MMD lists.
{
	new_file fs/proc/hostile.h '#pragma GCC system_header' "#define HOSTILE \"$work/secret.inc\"" \
		'#include HOSTILE'
	cp attack.patch header.patch
	c_source '#include "hostile.h"'
	cat header.patch >>attack.patch
}
refused "an #include in a header that is marked as a system header" "fs/proc/version.c: $reads"

# What is plain --------------------------------------------------------------------------

makefile 'CFLAGS_loadavg.o += -DLPATCH_TEST=1 -Wno-unused -I$(src)/../ext4' 'ifdef CONFIG_PROC_FS' \
	'proc-y += $(proc-m)' 'endif'
exits 7 "plain flags, lists and options are allowed" create -v --check --patch=attack.patch
says "by kbuild" 'fs/proc/loadavg.c: compiled in another way'
c_source '#include "../ext4/../proc/../../include/linux/sched.h"' '#define LPATCH_HEADER <asm/bug.h>' \
	'#include LPATCH_HEADER'
exits 7 "so are includes of files in the source, also by a macro" create --check --patch=attack.patch

# The sandbox ------------------------------------------------------------------------------

create() {
	"$bin/lpatch-create" --root="$root" --target="$release" "$@"
}
gcc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' \
	"$root/usr/src/linux-headers-$release/.config")
compiler=$(command -v "$gcc")
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export XDG_CACHE_HOME
mkdir home programs
HOME=$work/home
export HOME
echo 'SECRET at home' >home/secret
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=Test -keyout programs/key.pem -out cert.pem \
	2>/dev/null
# Tests that run at the same time share the cache, so that the file has a name of its own.
seen=seen-${work##*/}
# A program with the compiler's name in a directory of PATH: it lists in the working copy what it
# can access. With --version, or if TMPDIR is not in the working copy, it compiles nothing of a diff.
cat >programs/"$gcc" <<END
#!/bin/sh
case \${TMPDIR:-} in
*/work-*/tmp)
	{
		cat "$work/home/secret" "$work/programs/key.pem" "$work/secret" /etc/shadow
		grep -c : /proc/self/net/dev | sed 's/^/interfaces: /'
		grep CapEff /proc/self/status
		touch "$marker" "$work/programs/marker" "$root/marker" && echo wrote
		case "\$*" in
		*/made/*)
			echo "patched source"
			for part in source build objects core work-0/scratch work-0/patched; do
				touch "\${TMPDIR%/work-*}/\$part/marker" && echo "poisoned \$part"
			done
			;;
		esac
	} >>"\$TMPDIR/$seen" 2>/dev/null
	;;
esac
exec "$compiler" "\$@"
END
chmod +x programs/"$gcc"
PATH=$work/programs:$PATH
export PATH

signed() {
	create --patch="$meminfo" --id=apart --sign-key=programs/key.pem --sign-cert=cert.pem "$@"
}

# signed_seen OPTION...: the same, and what the compiler saw is in the file "seen" then. A run of another
# test may begin in the same directory, and empty it, before it was read: then once more.
signed_seen() {
	for _ in 1 2 3 4 5; do
		find "$XDG_CACHE_HOME"/lpatch/"$release"-*/work-* -name "$seen" -delete 2>/dev/null
		signed "$@" || return
		find "$XDG_CACHE_HOME"/lpatch/"$release"-*/work-* -name "$seen" -exec sort -u {} + \
			>seen 2>/dev/null
		! grep -q -x 'patched source' seen || return 0
	done
	return 1
}

ok "an update is made and signed" signed_seen -o sandbox.tar.zst
holds "the compiler was in a sandbox" sh -c '! grep -q "no sandbox" err'
holds "the home directory and the key were not visible" sh -c '! grep -E "SECRET|PRIVATE|root:" seen'
says "no network but the loopback" '^interfaces: 1$' seen
says "and it had no capability" '^CapEff:.*0000000000000000$' seen
holds "it could write nowhere else" sh -c "! grep -q wrote seen && test ! -e $marker"
holds "that could change nothing that later runs use" sh -c "! grep poisoned seen"
ok "the same without" signed_seen --no-sandbox -o plain.tar.zst
says "that is the home directory" '^SECRET at home' seen
says "the key" 'BEGIN PRIVATE KEY' seen
says "and it could write" '^wrote$' seen
says "also to what later runs use" '^poisoned objects$' seen
rm -f "$marker" "$root/marker" programs/marker
find "$XDG_CACHE_HOME"/lpatch/"$release"-*/ -maxdepth 2 -name marker -delete
holds "the update is the same" cmp sandbox.tar.zst plain.tar.zst

# A user namespace in which the limit of PID namespaces is 0.
without_pids() {
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_pid_namespaces && exec "$@"' sh \
		"$bin/lpatch-create" --root="$root" --target="$release" --check --patch="$meminfo" "$@"
}
ok "an update is made where the system allows no PID namespace" without_pids
says "and a message says what that means" \
	"warning: no PID namespace for the sandbox: a process of a compiler may go on after"
exits 1 "that is an error with --require-sandbox" without_pids --require-sandbox
says "with the reason" "the sandbox can't be used: the system allows no PID namespace"

printf '#!/bin/sh\necho "bwrap: not today" >&2\nexit 1\n' >programs/bwrap
chmod +x programs/bwrap
ok "an update is made if the sandbox can't be used" signed --check
says "and a message gives the reason" 'warning: no sandbox, .*: bwrap: not today'
exits 1 "it is an error with --require-sandbox" signed --require-sandbox --check
says "with the reason" "the sandbox can't be used: bwrap: not today"
exits 2 "--require-sandbox and --no-sandbox exclude each other" signed --require-sandbox --no-sandbox
plan
