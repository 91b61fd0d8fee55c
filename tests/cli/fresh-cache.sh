#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lpatch-create with an empty cache: a make that prepares nothing is noticed, and objects whose
# directory generates headers compile: one object, one of nine, and all that include a header.
# LPATCH_TEST_ROOT is the root of the kernel. TAP.
. "$(dirname "$0")/../tap"

root=${LPATCH_TEST_ROOT:-$("$top/tests/kernels")}
release=$(ls "$root/lib/modules")
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME

# create OPTION...: for the stock kernel.
create() {
	"$bin/lpatch-create" --root="$root" --target="$release" "$@"
}

# lacks FILE: kbuild has not generated it.
lacks() {
	[ ! -e "$(echo "$XDG_CACHE_HOME/lpatch/$release"-*/build)/$1" ]
}

# A make that does nothing ------------------------------------------------------------

mkdir nothing
cat >nothing/make <<'END'
#!/bin/sh
echo 'Nothing to be done.'
END
chmod +x nothing/make
create_with_nothing() {
	PATH=$work/nothing:$PATH "$bin/lpatch-create" --root="$root" --target="$release" \
		--patch="$top/examples/meminfo-line.patch" -o nothing.tar.zst
}
exits 6 "a make that succeeds and prepares nothing is noticed" create_with_nothing
says "the missing file is named" \
	'kbuild has not prepared the kernel source: there is no include/config/auto.conf; make said last:'
says "and the output of make" '^  Nothing to be done\.$'
holds "and no update is made" test ! -e nothing.tar.zst

# Headers that a directory generates --------------------------------------------------

cat >one.patch <<'END'
--- a/crypto/asymmetric_keys/x509_cert_parser.c	2026-11-26 17:01:11.723841724 +0000
+++ b/crypto/asymmetric_keys/x509_cert_parser.c	2026-11-26 17:01:39.169326601 +0000
@@ -225,8 +225,7 @@
 		goto rsa_pkcs1;
 
 	case OID_id_ecdsa_with_sha1:
-		ctx->cert->sig->hash_algo = "sha1";
-		goto ecdsa;
+		return -ENOPKG;
 
 	case OID_id_ecdsa_with_sha224:
 		ctx->cert->sig->hash_algo = "sha224";
END
ok "an object that includes what an ASN.1 compiler makes" create --check --patch=one.patch
says "is an update" 'vmlinux: replaced x509_note_sig_algo' out
holds "the config is prepared as it is" grep -q -x CONFIG_DEBUG_INFO_BTF=y \
	"$XDG_CACHE_HOME/lpatch/$release"-*/build/include/config/auto.conf
holds "but what only a vmlinux needs is not built" lacks tools/bpf/resolve_btfids

cat >nine.patch <<'END'
--- a/fs/proc/uptime.c	2026-11-26 17:01:11.669750567 +0000
+++ b/fs/proc/uptime.c	2026-11-26 17:01:11.731014239 +0000
@@ -35,6 +35,7 @@
 			(uptime.tv_nsec / (NSEC_PER_SEC / 100)),
 			(unsigned long) idle.tv_sec,
 			(idle.tv_nsec / (NSEC_PER_SEC / 100)));
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/fs/proc/loadavg.c	2026-11-26 17:01:11.675506305 +0000
+++ b/fs/proc/loadavg.c	2026-11-26 17:01:11.732423864 +0000
@@ -23,6 +23,7 @@
 		LOAD_INT(avnrun[2]), LOAD_FRAC(avnrun[2]),
 		nr_running(), nr_threads,
 		idr_get_cursor(&task_active_pid_ns(current)->idr) - 1);
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/fs/proc/softirqs.c	2026-11-26 17:01:11.681222333 +0000
+++ b/fs/proc/softirqs.c	2026-11-26 17:01:11.735321843 +0000
@@ -23,6 +23,7 @@
 			seq_put_decimal_ull_width(p, " ", kstat_softirqs_cpu(i, j), 10);
 		seq_putc(p, '\n');
 	}
+	seq_putc(p, 10);
 	return 0;
 }
 
--- a/fs/proc/cmdline.c	2026-11-26 17:01:11.686940575 +0000
+++ b/fs/proc/cmdline.c	2026-11-26 17:01:11.733914932 +0000
@@ -8,6 +8,7 @@
 {
 	seq_puts(m, saved_command_line);
 	seq_putc(m, '\n');
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/fs/proc/devices.c	2026-11-26 17:01:11.692985126 +0000
+++ b/fs/proc/devices.c	2026-11-26 17:01:11.736731799 +0000
@@ -23,6 +23,7 @@
 		blkdev_show(f, i);
 	}
 #endif
+	seq_putc(f, 10);
 	return 0;
 }
 
--- a/fs/proc/consoles.c	2026-11-26 17:01:11.698896888 +0000
+++ b/fs/proc/consoles.c	2026-11-26 17:01:11.738231941 +0000
@@ -55,6 +55,7 @@
 		seq_printf(m, " %4d:%d", MAJOR(dev), MINOR(dev));
 
 	seq_putc(m, '\n');
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/fs/proc/meminfo.c	2026-11-26 17:01:11.704519667 +0000
+++ b/fs/proc/meminfo.c	2026-11-26 17:01:11.738453713 +0000
@@ -159,6 +159,7 @@
 
 	arch_report_meminfo(m);
 
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/fs/proc/version.c	2026-11-26 17:01:11.663876781 +0000
+++ b/fs/proc/version.c	2026-11-26 17:01:11.729560056 +0000
@@ -13,6 +13,7 @@
 		utsname()->sysname,
 		utsname()->release,
 		utsname()->version);
+	seq_putc(m, 10);
 	return 0;
 }
 
--- a/lib/crc32.c	2026-11-26 17:01:11.710875906 +0000
+++ b/lib/crc32.c	2026-11-26 17:01:39.169049575 +0000
@@ -276,7 +276,7 @@
 
 u32 __attribute_const__ __crc32c_le_shift(u32 crc, size_t len)
 {
-	return crc32_generic_shift(crc, len, CRC32C_POLY_LE);
+	return ~crc32_generic_shift(crc, len, CRC32C_POLY_LE);
 }
 EXPORT_SYMBOL(crc32_le_shift);
 EXPORT_SYMBOL(__crc32c_le_shift);
END
holds "crc32table.h is not made yet" lacks lib/crc32table.h
ok "one of nine objects that includes a table made by a program" create --check --patch=nine.patch
says "is a part of the update" 'vmlinux: replaced __crc32c_le_shift' out
says "and so is another" 'vmlinux: replaced meminfo_proc_show' out

cat >header.patch <<'END'
--- a/security/selinux/include/security.h	2026-11-26 17:03:20.720736993 +0000
+++ b/security/selinux/include/security.h	2026-11-26 17:03:20.815337320 +0000
@@ -115,7 +115,7 @@
 static inline bool selinux_initialized(const struct selinux_state *state)
 {
 	/* do a synchronized load to avoid race conditions */
-	return smp_load_acquire(&state->initialized);
+	return state && smp_load_acquire(&state->initialized);
 }
 
 static inline void selinux_mark_initialized(struct selinux_state *state)
END
holds "flask.h is not made yet" lacks security/selinux/flask.h
ok "a header that reaches the objects of a directory that generates headers" create --check \
	--patch=header.patch
says "is an update" 'vmlinux: replaced selinux_inode_init_security' out
says "the headers are made before anything is compiled" 'letting kbuild generate'

# All that a Makefile compiles with another flag are compiled before anything is proven.
rm -r "$XDG_CACHE_HOME/lpatch/$release"-*/objects/security \
	"$XDG_CACHE_HOME/lpatch/$release"-*/build/security/selinux/*.h
cat >flags.patch <<'END'
--- a/security/selinux/Makefile
+++ b/security/selinux/Makefile
@@ -19,6 +19,6 @@
 selinux-$(CONFIG_IMA) += ima.o
 
-ccflags-y := -I$(srctree)/security/selinux -I$(srctree)/security/selinux/include
+ccflags-y := -I$(srctree)/security/selinux -I$(srctree)/security/selinux/include -DLPATCH_TEST
 
 $(addprefix $(obj)/,$(selinux-y)): $(obj)/flask.h
 
END
holds "flask.h no longer exists" lacks security/selinux/flask.h
exits 7 "a flag for all of them that changes nothing is found to change nothing" create --check \
	--patch=flags.patch
says "all were compiled" 'compiling 2[0-9] files with and without the patch'
says "when kbuild had generated the headers" 'letting kbuild generate'

# A part of a module ----------------------------------------------------------------------

# drivers/gpu/drm/Makefile lists it; asked for it alone, kbuild goes to bridge/.
cat >panel.patch <<'END'
--- a/drivers/gpu/drm/bridge/panel.c
+++ b/drivers/gpu/drm/bridge/panel.c
@@ -39,6 +39,8 @@
 	struct panel_bridge *panel_bridge =
 		drm_connector_to_panel_bridge(connector);
 
+	if (!connector)
+		return 0;
 	return drm_panel_get_modes(panel_bridge->panel, connector);
 }
 
END
ok "a part of a module in a directory below that of the module" create --check --patch=panel.patch
says "is compiled as such" 'drm_kms_helper: replaced panel_bridge_connector_get_modes' out
plan
