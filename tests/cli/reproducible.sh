#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The same inputs give the same bundle for every user and in every directory. lpatch-create runs
# twice for a stock kernel: once like the other tests, and once as another user with another cache,
# home, TMPDIR, umask, time zone, language and number of jobs, from copies of programs and source.
# LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

# Names of files are in the code: of one that is there, of new ones, and of a header. A
# kernel module has a part of its own.
cat >update.patch <<'END'
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -23,6 +23,7 @@ proc-y	+= stat.o
 proc-y	+= uptime.o
 proc-y	+= util.o
 proc-y	+= version.o
+proc-y	+= patched.o
 proc-y	+= softirqs.o
 proc-y	+= namespaces.o
 proc-y	+= self.o
--- /dev/null
+++ b/fs/proc/patched.c
@@ -0,0 +1,9 @@
+// SPDX-License-Identifier: GPL-2.0
+#include <linux/bug.h>
+#include "patched.h"
+
+const char *proc_patched(int number)
+{
+	WARN_ON(number > 5);
+	return is_even(number) ? __FILE__ : "Patched";
+}
--- /dev/null
+++ b/fs/proc/patched.h
@@ -0,0 +1,8 @@
+/* SPDX-License-Identifier: GPL-2.0 */
+const char *proc_patched(int number);
+
+static inline int is_even(int number)
+{
+	WARN_ON(number < 0);
+	return number % 2 == 0;
+}
--- a/fs/proc/meminfo.c
+++ b/fs/proc/meminfo.c
@@ -18,6 +18,7 @@
 #endif
 #include <asm/page.h>
 #include "internal.h"
+#include "patched.h"
 
 void __attribute__((weak)) arch_report_meminfo(struct seq_file *m)
 {
@@ -39,6 +40,8 @@
 	unsigned long sreclaimable, sunreclaim;
 	int lru;
 
+	WARN_ON(!is_even(nr_cpu_ids + 1) && !m);
+	seq_printf(m, "%s: %s\n", __FILE__, proc_patched(nr_cpu_ids));
 	si_meminfo(&i);
 	si_swapinfo(&i);
 	committed = vm_memory_committed();
END
sed -n '/^---/,$p' "$top/tests/vm/patches/binfmt-status.patch" >>update.patch

signer() { # NAME ALGORITHM...: NAME.key and NAME.crt
	local name=$1

	shift
	openssl req -x509 -newkey "$@" -nodes -subj "/CN=$name" -days 1 \
		-keyout "$name.key" -out "$name.crt" 2>>err
}

member() { # BUNDLE MEMBER
	zstd -q -d -c "$1" | tar -x -O "$2"
}

create() { # OPTION...
	"$bin/lpatch-create" -q --root="$root" --target="$release" --patch=update.patch --id=same "$@"
}

dated() { # OPTION...
	SOURCE_DATE_EPOCH=1600000000 create "$@"
}

# The other place.
other=$work/elsewhere
mkdir -p "$other/usr/bin" "$other/home" "$other/tmp" "$other/made here"
cp "$bin/lpatch-create" "$other/usr/bin"
cp -RL "$bin/../share" "$bin/../lib" "$other/usr"
cp "$root"/usr/src/linux-source-*.tar.xz "$other/source.tar.xz"

elsewhere() ( # OPTION...
	umask 077
	env -i PATH="$PATH" HOME="$other/home" XDG_CACHE_HOME="$other/home/my-cache" \
		TMPDIR="$other/tmp" TZ=Asia/Tokyo LANG=de_DE.UTF-8 LC_ALL=C.UTF-8 \
		${as_another:-} "$other/usr/bin/lpatch-create" --root="$root" --target="$release" \
		--patch=update.patch --id=same -j1 "$@" "$other/source.tar.xz"
)

as_another='unshare --user --map-user=1234 --map-group=1234'
$as_another true 2>/dev/null || as_another=

signer alice rsa:2048

ok "a bundle is made" create -o here.tar.zst
ok "and by somebody else in another place" elsewhere -o "$other/made here/there.tar.zst"
holds "it has the same bytes" cmp here.tar.zst "$other/made here/there.tar.zst"

for module in lpatch lpatch_same lpatch_same__1; do
	member here.tar.zst $module.ko >$module.ko
	strings -a $module.ko >texts
	[ $module != lpatch_same ] || says "the names of the source files are in $module.ko" \
		'^fs/proc/patched\.h$' texts
	holds "no path of this machine is in $module.ko" sh -c '! grep -F -e "$1" -e "$2" -e /lpatch/ texts' - \
		"$work" "${XDG_CACHE_HOME:-$HOME/.cache}"
done

ok "a signed bundle is made" create \
	--sign-key=alice.key --sign-cert=alice.crt -o signed.tar.zst
ok "and by somebody else in another place" elsewhere \
	--sign-key=alice.key --sign-cert=alice.crt -o signed-there.tar.zst
holds "it has the same bytes" cmp signed.tar.zst signed-there.tar.zst
holds "which are not those of the one that nobody signed" \
	sh -c '! cmp -s here.tar.zst signed.tar.zst'

ok "with SOURCE_DATE_EPOCH" dated -o dated.tar.zst
member dated.tar.zst manifest.json >manifest.json
says "the manifest has that time" '"created": ?1600000000,' manifest.json
zstd -q -d -c dated.tar.zst | TZ=UTC tar -t -v >list
holds "and so have the members" test "$(grep -c '2020-09-13 12:26' list)" = "$(wc -l <list)"
member dated.tar.zst lpatch_same.ko >dated.ko
holds "but not the modules" cmp lpatch_same.ko dated.ko
# A revision of git, in repositories of users who have configured git in different ways.
revision() { # NAME: a bundle of the revision, as NAME.tar.zst
	(cd "$1" && create_here --git=HEAD -o "../$1.tar.zst")
}

create_here() { # OPTION...
	"$bin/lpatch-create" -q --root="$root" --target="$release" --id=same "$@"
}

git init -q plain
mkdir -p plain/fs/proc
{
	yes '' | head -n 38
	printf '%s\n' '	unsigned long sreclaimable, sunreclaim;' '	int lru;' '' '	si_meminfo(&i);' \
		'	si_swapinfo(&i);' '	committed = vm_memory_committed();' '' ''
} >plain/fs/proc/meminfo.c
commit() { # MESSAGE
	git -C plain add fs
	GIT_AUTHOR_DATE='1600000000 +0000' GIT_COMMITTER_DATE='1600000000 +0000' git -C plain \
		-c user.name=Alice -c user.email=alice@example.org commit -q -m "$1"
}
commit 'As it was'
sed -i 's/^	si_meminfo/	seq_puts(m, "Patched\\n");\n&/' plain/fs/proc/meminfo.c
commit 'Say "gepätcht"'
git clone -q plain odd
while read -r name value; do
	git -C odd config "$name" "$value"
done <<'END'
core.abbrev 5
diff.context 1
diff.algorithm patience
diff.mnemonicPrefix true
color.ui always
i18n.logOutputEncoding ISO-8859-1
END
ok "a revision of git becomes an update" revision plain
ok "and does where git is configured in another way" revision odd
holds "it has the same bytes" cmp plain.tar.zst odd.tar.zst

for epoch in yesterday -1 1x 8589934592; do
	exits 2 "SOURCE_DATE_EPOCH=$epoch is refused" env SOURCE_DATE_EPOCH=$epoch \
		"$bin/lpatch-create" --patch=update.patch
	says "and named" "SOURCE_DATE_EPOCH=$epoch: not a number of seconds since 1970"
done
plan
