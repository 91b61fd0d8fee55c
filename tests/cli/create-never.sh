#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Changes that have no effect in an update, because only the boot or the load of a module reads
# them, are reported with name and place. LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")

create() {
	"$bin/lpatch-create" --root="$root" --target="$release" -q "$@"
}

part=$(LPATCH_TEST_ROOT=$root "$top/tests/source-part") || exit 1

file() { # FILE: hunks of it follow
	current=$1 added=0
	printf '%s\n' "--- a/$1" "+++ b/$1"
}

# hunk LINE TEXT: adds the text, which may be several lines, after that line of the file, between
# the two lines that are there.
hunk() {
	sed -n "$1,$(($1 + 1))s/^/ /p" "$part/linux/$current" >context
	new=$(printf '%s\n' "$2" | wc -l) old=$(grep -c '' context)
	echo "@@ -$1,$old +$(($1 + added)),$((old + new)) @@"
	head -n 1 context
	printf '%s\n' "$2" | sed 's/^/+/'
	tail -n +2 context
	added=$((added + new))
}

setup='static int __init lp_setup(char *s)
{
	lp_limit = 9;
	return 1;
}
__setup("lp_limit=", lp_setup);
static int __init lp_early(char *s)
{
	lp_limit = 8;
	return 0;
}
early_param("lp_early", lp_early);'

{
	file fs/proc/version.c
	hunk 8 'static int lp_limit __ro_after_init = 3;'
	hunk 11 '	seq_printf(m, "%d ", lp_limit);'
	hunk 27 "$setup"
} >setup.patch
ok "a new boot parameter does not prevent the update" create --patch=setup.patch --id=setup -o setup.tar.zst
says "and it is reported to have no effect, with its place" \
	'lp_limit= \(fs/proc/version.c:[0-9]+\): a new boot parameter has no effect'
says "so is an early boot parameter" 'lp_early \(fs/proc/version.c:[0-9]+\): a new boot parameter has no effect'
holds "and nothing else is" test "$(grep -c 'has no effect' err)" = 2
ok "lpatch-view shows the bundle" "$bin/lpatch-view" --file=setup.tar.zst
says "and reports it, too" 'vmlinux: never-runs lp_limit= \(fs/proc/version.c:[0-9]+\): a new boot parameter' out

{
	file fs/proc/version.c
	hunk 8 'static int lp_limit;'
	hunk 27 "$setup"
} >alone.patch
exits 7 "a boot parameter alone is nothing to patch" create --check --patch=alone.patch
says "and it says why" 'lp_limit= \(fs/proc/version.c:[0-9]+\): a new boot parameter has no effect: the command line was read'

{
	cat alone.patch
	cat "$top/examples/meminfo-line.patch"
} >beside.patch
ok "in a file of which nothing else changes" create --json --patch=beside.patch -o beside.tar.zst
says "a boot parameter is reported as well" 'lp_limit= \(fs/proc/version.c:[0-9]+\): a new boot'
says "and kept in the manifest" '"name": *"lp_limit="' out

{
	file fs/proc/version.c
	hunk 11 '	seq_puts(m, "new ");'
	hunk 27 'static int __init lp_start(void)
{
	return 0;
}
late_initcall(lp_start);
int lp_exported(int a)
{
	return a + 1;
}
EXPORT_SYMBOL_GPL(lp_exported);'
} >initcall.patch
exits 5 "a new function called at boot is refused" create --check --patch=initcall.patch
says "by name" 'lp_start \(fs/proc/version.c:[0-9]+\): a new function called at boot'
says "and says what to do" '[-]-skip-init'
ok "with --skip-init it is left out" create --check --skip-init --patch=initcall.patch
says "and a message says so" 'lp_start \(fs/proc/version.c:[0-9]+\): a new function called at boot has no effect'
says "and so is a new export" \
	'lp_exported \(fs/proc/version.c:[0-9]+\): a new exported symbol has no effect'

{
	file fs/binfmt_misc.c
	hunk 844 'static int lp_reads;
module_param(lp_reads, int, 0444);
MODULE_PARM_DESC(lp_reads, "how often");
MODULE_ALIAS("lp-alias");'
	hunk 850 '	lp_reads++;'
} >module.patch
ok "a new parameter of a module does not prevent the update" create --check --patch=module.patch
says "but it is reported" 'lp_reads \(fs/binfmt_misc.c:[0-9]+\): a new parameter has no effect'
says "and so is a new alias" 'alias=lp-alias \(fs/binfmt_misc.c:[0-9]+\): a new line of modinfo'
holds "and nothing else" test "$(grep -c 'has no effect' err)" = 2

cat >ids.patch <<'END'
--- a/drivers/char/hw_random/amd-rng.c
+++ b/drivers/char/hw_random/amd-rng.c
@@ -46,3 +46,3 @@
 static const struct pci_device_id pci_tbl[] = {
-	{ PCI_VDEVICE(AMD, 0x7443), 0, },
+	{ PCI_VDEVICE(AMD, 0x7444), 0, },
 	{ PCI_VDEVICE(AMD, 0x746b), 0, },
END
ok "a device table is rewritten" create --check --patch=ids.patch
says "and the effects that it does not have are reported" 'pci_tbl \(.*amd-rng.c:[0-9]+\): existing devices are not'

{
	file lib/kobject_uevent.c
	hunk 490 '	if (kobj->state_remove_uevent_sent)
		pr_info("removed\n");'
} >quiet.patch
ok "a function among debug messages, exports and initcalls changes" create --check \
	--patch=quiet.patch
holds "nothing else is reported" test ! -s err

{
	file fs/proc/base.c
	hunk 1121 '		pr_info("oom_adj\n");'
} >once.patch
ok "a function with a message that is given once changes" create --check --patch=once.patch
says "that the message may be printed once more is reported" '[a-z_]*oom_adj[a-z_.0-9]* \(fs/proc/base.c:[0-9]+\): .*once more'

plan
