#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create against a stock kernel: good input gives a bundle, bad input one clear
# error with the right exit status. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
meminfo=$top/examples/meminfo-line.patch

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" "$@"
}

# refuses STATUS SENTENCE REGEX PATCH...: that status, and an error that matches, and no bundle.
refuses() {
	local wanted=$1 sentence=$2 regex=$3

	shift 3
	set -- "$@" -q -o refused.tar.zst
	exits "$wanted" "$sentence" create "$@"
	says "$sentence: it says why" "$regex"
	holds "$sentence: in one message" test "$(grep -v 'lpatch-create: warning:' err | grep -c '^[^ ]*lpatch-create: ')" = 1
	holds "$sentence: and leaves no bundle" test ! -e refused.tar.zst
}

members() { # BUNDLE
	zstd -q -d -c "$1" | tar -t
}

# Good input -------------------------------------------------------------------

ok "a one-line change becomes an update" create --patch="$meminfo" --id=abc \
	--description='a line' -o abc.tar.zst
says "and says where it is" '^lpatch update written to abc.tar.zst$' out
holds "nothing else is in the folder" sh -c '[ "$(ls | tr "\n" " ")" = "abc.tar.zst err out " ]'
members abc.tar.zst >names
printf '%s\n' manifest.json lpatch.ko lpatch_abc.ko patch.diff >expected
holds "the bundle has its four members" cmp names expected
ok "the bundle can be viewed" "$bin/lpatch-view" --file=abc.tar.zst
says "it is for the stock kernel" "for kernel $release" out
says "its description is there" '^a line$' out
says "the function is named" 'vmlinux: replaced meminfo_proc_show ' out
ok "the same again" create --patch="$meminfo" --id=abc --description='a line' -o again.tar.zst
holds "gives the same bytes" cmp abc.tar.zst again.tar.zst

ok "without --id and -o" create -q --patch="$meminfo"
holds "the bundle is named after an id of 8 characters" sh -c \
	'ls | grep -q -E "^lpatch-[a-z0-9]{8}\.tar\.zst$"'

ok "--json succeeds" create --json --patch="$meminfo" --id=json -o json.tar.zst
holds "and prints one JSON object and nothing else" sh -c \
	'[ "$(head -c 1 out)" = "{" ] && [ "$(tail -n 1 out)" = "}" ]'

build_helper() { # NAME: a program of tests/cli/helpers
	"${CC:-cc}" -o "$1" "$top/tests/cli/helpers/$1.c" -ljson-c
}
holds "a helper reads JSON" build_helper json-check
holds "JSON is what --json prints" sh -c './json-check <out'
says "and that it is done" '^ +"status":0,$|^ +"status": ?0' out
ok "--json --check succeeds" create --json --check --patch="$meminfo"
holds "and prints JSON" sh -c './json-check <out'
says "with the functions" '"name": ?"meminfo_proc_show"' out
says "and without a bundle" '"bundle": ?null' out
exits 7 "--json of a run that fails" create --json --patch=/dev/null
holds "prints JSON, too" sh -c './json-check <out'
says "with the status" '"status": ?7' out
says "and the error" '"error": ?".*is empty' out
exits 2 "--json of a wrong command line" create --json
holds "prints JSON, too" sh -c './json-check <out'
says "with the hint" '"hint": ?"Name the diff' out
exits 1 "a full standard output is an error" sh -c \
	"'$bin/lpatch-create' --root='$root' --target=$release --check --patch='$meminfo' >/dev/full"
says "and says so" "can't write standard output: No space left on device"

ok "--explain succeeds" create -q --explain --patch="$meminfo" --id=abc --description='a line' -o explained.tar.zst
says "and shows the reason" '^lpatch-create: vmlinux: replaced meminfo_proc_show \(fs/proc/meminfo.c\): changed by the diff'
says "and the code that differs" '^ .*(call|mov|lea|push)'
holds "the bundle is the same" cmp abc.tar.zst explained.tar.zst
ok "--explain --json succeeds" create -q --explain --json --check --patch="$meminfo"
holds "and prints JSON" sh -c './json-check <out'
says "with the explanation" '"name": ?"meminfo_proc_show"' out

ok "-v succeeds" create -v --check --patch="$meminfo"
says "and says at the end how long it took" '^lpatch-create: [0-9]+\.[0-9] s in all:$'
says "and how long each step" '^ +[0-9]+\.[0-9] s reading the kernel image$'

sed '/^@@/s/39,6 +39,7/139,6 +139,7/' "$meminfo" >offset.patch
ok "a diff that applies with an offset becomes an update" create --patch=offset.patch -o offset.tar.zst
says "and the offset is reported" 'offset|elsewhere|lines? '

sed 's/$/\r/' "$meminfo" >windows.patch
ok "a diff with Windows line ends becomes an update" create --patch=windows.patch -o windows.tar.zst

# Bad input --------------------------------------------------------------------

: >empty.patch
refuses 7 "an empty diff is refused" 'empty.patch is empty: it changes no line' --patch=empty.patch
echo 'No diff at all.' >text.patch
refuses 3 "a text without a diff is refused" 'text.patch is no diff' --patch=text.patch
printf '<!DOCTYPE html>\n<html><pre>%s</pre></html>\n' "$(cat "$meminfo")" >page.patch
refuses 3 "a diff in a web page is refused" 'page.patch is a web page' --patch=page.patch

# What `git show` prints of a merge, though it merges nothing but this.
git init -q merged
(
	cd merged || exit
	git config user.name nobody && git config user.email nobody@localhost
	mkdir -p fs/proc
	commit() { # LINE
		printf '%s\n' 'int f(void)' '{' "$1" '}' >fs/proc/cmdline.c
		git add fs && git commit -q -m "$1"
	}
	commit one && git branch -q other && commit two && git checkout -q other && commit three
	git merge -q -s ours -m both - >/dev/null
	printf '%s\n' 'int f(void)' '{' four '}' >fs/proc/cmdline.c
	git commit -q -a --amend -m both && git show >../merge.patch
)
holds "git shows a merge as a combined diff" grep -q '^@@@ ' merge.patch
refuses 3 "a combined diff is refused" \
	'merge.patch:[0-9]+: it is a combined diff, which git shows for a merge' --patch=merge.patch
says "and another way is named" 'git show -m --first-parent'

cat >there.patch <<'END'
--- a/fs/proc/version.c
+++ b/fs/proc/version.c
@@ -10,7 +10,6 @@
 static int version_proc_show(struct seq_file *m, void *v)
 {
 	seq_printf(m, linux_proc_banner,
-		"it",
 		utsname()->sysname,
 		utsname()->release,
 		utsname()->version);
END
refuses 7 "a change that the source has already is nothing to patch" \
	'already in 6\.1\.[0-9]+: nothing to do \(fs/proc/version.c\)' \
	--patch=there.patch
cat there.patch "$meminfo" >half.patch
refuses 3 "a diff that the source already has in part is refused" \
	'fs/proc/version.c: the source has this change already' --patch=half.patch
says "and the part that fits is named" 'fs/proc/meminfo.c: it fits'
refuses 2 "a diff that is not there is refused" 'nowhere.patch.*No such file' --patch=nowhere.patch
refuses 2 "no diff at all is wrong usage" '[Pp]atch'

sed 's/si_swapinfo(&i);/si_swapinfo(\&other);/' "$meminfo" >stale.patch
refuses 3 "a diff that doesn't apply is refused" 'fs/proc/meminfo.c' --patch=stale.patch
says "and the line that it expects, and what is there" \
	'hunk 1 does not fit: line [0-9]+ should be "si_swapinfo\(&other\);", and is "si_swapinfo\(&i\);"'

cat >comment.patch <<'END'
--- a/fs/proc/version.c
+++ b/fs/proc/version.c
@@ -7,6 +7,7 @@
 #include <linux/utsname.h>
 #include "internal.h"
 
+/* What /proc/version says. */
 static int version_proc_show(struct seq_file *m, void *v)
 {
 	seq_printf(m, linux_proc_banner,
END
refuses 7 "a diff that touches only a comment is refused" 'nothing to patch.*fs/proc/version.c' \
	--patch=comment.patch

cat >unused.patch <<'END'
--- a/fs/proc/version.c
+++ b/fs/proc/version.c
@@ -7,6 +7,12 @@
 #include <linux/utsname.h>
 #include "internal.h"
 
+int version_length(void);
+int version_length(void)
+{
+	return strlen(linux_proc_banner);
+}
+EXPORT_SYMBOL_GPL(version_length);
 static int version_proc_show(struct seq_file *m, void *v)
 {
 	seq_printf(m, linux_proc_banner,
END
refuses 7 "a diff that only adds an exported function is refused" \
	'nothing to patch: no code of the kernel uses .* fs/proc/version.c \(version_length\)' \
	--patch=unused.patch

cat >documentation.patch <<'END'
--- a/Documentation/index.rst
+++ b/Documentation/index.rst
@@ -1,3 +1,4 @@
+.. A comment.
 .. SPDX-License-Identifier: GPL-2.0
 
 
END
refuses 7 "a diff that touches only Documentation/ is refused" 'nothing to patch.*Documentation' \
	--patch=documentation.patch

cat >climbing.patch <<'END'
--- a/../../etc/passwd.c
+++ b/../../etc/passwd.c
@@ -0,0 +1 @@
+int evil;
END
refuses 3 "a path that leads out of the tree is refused" '\.\./\.\./etc/passwd' --patch=climbing.patch
sed 's|a/\.\./\.\.|/tmp|; s|b/\.\./\.\.|/tmp|' climbing.patch >absolute.patch
refuses 3 "an absolute path is refused" '/tmp/etc/passwd' --patch=absolute.patch
holds "and nothing is written there" test ! -e /tmp/etc/passwd.c

cat >not-built.patch <<'END'
--- a/kernel/cgroup/debug.c
+++ b/kernel/cgroup/debug.c
@@ -1,3 +1,4 @@
+int lpatch_test;
 // SPDX-License-Identifier: GPL-2.0
 /*
  * Debug controller
END
refuses 7 "a file that the config doesn't build is refused" 'kernel/cgroup/debug.c' --patch=not-built.patch

sed 's/yes\\n"/yes\\n" oops/' "$meminfo" >broken.patch
refuses 6 "a diff that doesn't compile is refused" 'fs/proc/meminfo.c:42:' --patch=broken.patch

refuses 2 "a kernel that is not there is refused" '6\.9\.9-none' --patch="$meminfo" --target=6.9.9-none
refuses 2 "an id with other characters is refused" 'a/b' --patch="$meminfo" --id=a/b
refuses 2 "an unknown option is wrong usage" 'no-such-option' --patch="$meminfo" --no-such-option

# A place that can't be written -------------------------------------------------

cannot_write() { # SENTENCE OUTPUT REASON [COMMAND...]: found before anything else is done
	local sentence=$1 output=$2 reason=$3

	shift 3
	exits 1 "$sentence is an error" "$@" "$bin/lpatch-create" --root="$root" --target="$release" \
		--patch="$meminfo" -o "$output"
	says "$sentence: it is named" "^lpatch-create: can't write $output: $reason\$"
	holds "$sentence: before the work" test "$(wc -l <err)" -eq 1
}

mkdir folder
chmod a-w folder
cannot_write "an output folder that is not there" nowhere/x.tar.zst 'No such file or directory'
cannot_write "an output that is a folder" folder 'Is a directory'
if [ "$(id -u)" -ne 0 ]; then
	cannot_write "an output folder that others own" folder/x.tar.zst 'Permission denied'
elif unshare --mount true 2>/dev/null; then
	cat >on-a-sealed-disk <<-'END'
		mount -t tmpfs -o ro sealed folder && exec "$@"
	END
	cannot_write "an output folder that is read-only" folder/x.tar.zst \
		'Read-only file system' unshare --mount sh on-a-sealed-disk
else
	skip "an output folder that is read-only is an error" "no mounts here"
fi
if unshare --user --map-root-user --mount true 2>/dev/null; then
	mkdir full
	cat >on-a-full-disk <<-'END'
		mount -t tmpfs -o size=64k full full && head -c 60000 /dev/zero >full/filler &&
			"$@"
		status=$?
		ls -A full >left
		exit $status
	END
	exits 1 "a full disk is an error" unshare --user --map-root-user --mount \
		sh on-a-full-disk "$bin/lpatch-create" --root="$root" \
		--target="$release" -q --patch="$meminfo" -o full/x.tar.zst
	says "and named" 'No space left on device'
	echo filler >expected
	holds "no part of a bundle is left" cmp left expected
else
	skip "a full disk is an error" "no user namespaces here"
fi

# Interrupted --------------------------------------------------------------------

# interrupt SIGNAL WORD: sends the signal to a run when its progress says the word.
interrupt() {
	rm -f interrupted.tar.zst
	# A shell lets what it starts in the background ignore SIGINT.
	setsid env --default-signal=INT "$bin/lpatch-create" --root="$root" --target="$release" \
		--patch="$top/examples/drop-port-6688.patch" -o interrupted.tar.zst \
		>out 2>err </dev/null &
	run=$!
	wait_for 120 grep -q "$2" err
	kill -s "$1" -- "-$run" || return 1
	wait "$run" && return 1
	[ ! -e interrupted.tar.zst ]
}

for signal in INT KILL; do
	for word in compiling proving linking; do
		holds "SIG$signal while it is $word ends it without a bundle" interrupt $signal $word
		ok "and the same command succeeds after that" create -q --id=after \
			--patch="$top/examples/drop-port-6688.patch" -o after.tar.zst
	done
done

# Another source -----------------------------------------------------------------

# A directory of the source that can't be written to, with one function changed: that is
# another version than the image. Drivers and other architectures only cost time.
mkdir config
part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1
cp -a "$part/linux" source
sed -i 's/^\tseq_printf(m, linux_proc_banner,$/\tseq_puts(m, "another "); &/' source/fs/proc/version.c
# One that doesn't compile at all.
sed -i '1s/^/int oops = lpatch_test;/' source/fs/proc/loadavg.c
cp "$root/boot/vmlinuz-$release" config/vmlinuz
cp "$root/usr/src/linux-headers-$release/.config" config/.config
ln -s "$root/usr/src/linux-headers-$release" config/build
chmod -R a-w source
find source -printf '%p %s %T@\n' | sort >before

XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
with_config() {
	"$bin/lpatch-create" --config=config "$@" source
}

ok "a source directory that can't be written to is enough" with_config --patch="$meminfo" -o config.tar.zst
exits 4 "source of another version than the image is refused" \
	with_config -q --patch="$top/tests/vm/patches/version-note.patch" -o other.tar.zst
says "the function that differs is named" 'version_proc_show'
says "and both sides shown" '^ +> \+0x5 +push'
cat >loadavg.patch <<'END'
--- a/fs/proc/loadavg.c
+++ b/fs/proc/loadavg.c
@@ -14,6 +14,7 @@
 static int loadavg_proc_show(struct seq_file *m, void *v)
 {
 	unsigned long avnrun[3];
+	seq_puts(m, "");
 
 	get_avenrun(avnrun, FIXED_1/200, 0);
 
END
exits 6 "source that does not compile is refused" with_config -q --patch=loadavg.patch -o other.tar.zst
says "in the compiler's words" '^  fs/proc/loadavg.c:1:[0-9]+: error: .*lpatch_test'
holds "without make's" sh -c '! grep -q -E "^ *make(\[[0-9]\])?: |^  +CC " err'
holds "the log's path comes last" sh -c 'tail -n 1 err | grep -q "The whole output is in /"'
holds "there is no bundle" test ! -e other.tar.zst
echo CONFIG_OF_ANOTHER_KERNEL=y >>config/.config
exits 4 "a config that this source does not have is refused" \
	with_config -q --patch="$meminfo" -o other.tar.zst
says "the option is named" '^  -CONFIG_OF_ANOTHER_KERNEL=y$'
sed -i '/^CONFIG_KALLSYMS_ALL=/d' config/.config
exits 5 "a kernel that can't take updates is refused" with_config -q --patch="$meminfo" -o other.tar.zst
says "the missing option is named" 'CONFIG_KALLSYMS_ALL \(the kernel'

# A link to the headers of another kernel.
mkdir -p other/build/include/generated
cp config/vmlinuz other/
cp "$root/usr/src/linux-headers-$release/.config" other/.config
cp config/build/Module.symvers other/build/
echo '#define UTS_RELEASE "6.1.0-1-other"' >other/build/include/generated/utsrelease.h
exits 2 "headers of another kernel are refused" "$bin/lpatch-create" --config=other \
	--patch="$meminfo" -o other.tar.zst source
says "both kernels are named" "^lpatch-create: .*/other/build has the headers of kernel 6.1.0-1-other, but .* is kernel $release\$"
holds "before the work" sh -c '! grep -q -E "preparing|compiling|copying" err'

# A compiler that knows its version and nothing else.
cat >version-only <<'END'
#!/bin/sh
[ "$1" != --version ] || { echo version 1; exit 0; }
echo "cannot execute cc1" >&2
exit 1
END
chmod +x version-only
cp "$root/usr/src/linux-headers-$release/.config" config/.config
CC=$work/version-only
export CC
exits 2 "a compiler that can't compile is refused" with_config --patch="$meminfo" -o other.tar.zst
says "in its words" '^  cannot execute cc1$'
holds "before the work" sh -c '! grep -q -E "preparing|compiling|copying" err'
unset CC
find source -printf '%p %s %T@\n' | sort >after
holds "the source is as it was" cmp before after
plan
