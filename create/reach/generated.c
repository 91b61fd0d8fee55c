// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/generated.h"

#include <fnmatch.h>
#include <string.h>

#include "common/cleanup.h"

/*
 * As in Linux 6.1; each group of rows is behind the Makefile that has the rule and the program
 * that reads. tests/cli/generated.sh looks through the target's source for programs of the build
 * and rules that read a kernel's header, and fails for one that is not here; it can't see what a
 * program opens itself, as makemapdata does.
 */
static const struct input {
	const char *pattern;
	const char *word;    /* the program reads only lines with it; NULL: it reads all lines */
	const char *without; /* the program skips lines with it; or NULL */
	bool only_removed;   /* added lines don't change the generated file */
	const char *made;
} inputs[] = {
	/* security/selinux/Makefile, scripts/selinux/genheaders/genheaders.c */
	{"security/selinux/include/classmap.h", NULL, NULL, false,
	 "security/selinux/flask.h and av_permissions.h"},
	{"security/selinux/include/initial_sid_to_string.h", NULL, NULL, false,
	 "security/selinux/flask.h"},
	/* arch/x86/kernel/cpu/Makefile, mkcapflags.sh beside it: an empty string means that there
	   is no name. */
	{"arch/x86/include/asm/cpufeatures.h", "X86_FEATURE_", "/* \"\"", false,
	 "arch/x86/kernel/cpu/capflags.c"},
	{"arch/x86/include/asm/cpufeatures.h", "X86_BUG_", "/* \"\"", false,
	 "arch/x86/kernel/cpu/capflags.c"},
	{"arch/x86/include/asm/vmxfeatures.h", "VMX_FEATURE_", "/* \"\"", false,
	 "arch/x86/kernel/cpu/capflags.c"},
	/* lib/Makefile, lib/build_OID_registry */
	{"include/linux/oid_registry.h", "OID_", NULL, false, "lib/oid_registry_data.c"},
	/* drivers/scsi/Makefile */
	{"include/scsi/scsi_devinfo.h", "BLIST_", NULL, false, "drivers/scsi/scsi_devinfo_tbl.c"},
	/* security/apparmor/Makefile */
	{"include/linux/socket.h", "AF_", NULL, false, "security/apparmor/net_names.h"},
	{"include/linux/net.h", "SOCK_", NULL, false, "security/apparmor/net_names.h"},
	{"include/uapi/linux/capability.h", "CAP_", NULL, false,
	 "security/apparmor/capability_names.h"},
	{"include/uapi/asm-generic/resource.h", "RLIMIT_", NULL, false,
	 "security/apparmor/rlim_names.h"},
	/* lib/Makefile, lib/gen_crc32table.c */
	{"include/linux/crc32poly.h", NULL, NULL, false, "lib/crc32table.h"},
	{"lib/crc32defs.h", NULL, NULL, false, "lib/crc32table.h"},
	/* scripts/Makefile.build, scripts/asn1_compiler.c */
	{"include/linux/asn1_ber_bytecode.h", NULL, NULL, false,
	 "tables for ASN.1, such as crypto/asymmetric_keys/x509.asn1.c"},
	/*
	 * drivers/accessibility/speakup/Makefile, makemapdata.c and genmap.c: speakupmap.map uses
	 * some of the keys by name.
	 */
	{"include/linux/input.h", "KEY_", NULL, true, "drivers/accessibility/speakup/speakupmap.h"},
	{"include/uapi/linux/input-event-codes.h", "KEY_", NULL, true,
	 "drivers/accessibility/speakup/speakupmap.h"},
	{"drivers/accessibility/speakup/spk_priv_keyinfo.h", "#define", NULL, true,
	 "drivers/accessibility/speakup/speakupmap.h"},
	{"drivers/accessibility/speakup/utils.h", NULL, NULL, false,
	 "drivers/accessibility/speakup/speakupmap.h"},
	/* arch/x86/entry/syscalls/Makefile, scripts/xen-hypercalls.sh */
	{"include/xen/interface/xen*.h", "__HYPERVISOR_", NULL, false,
	 "arch/x86/include/generated/asm/xen-hypercalls.h"},
	{"arch/x86/include/asm/xen/interface*.h", "__HYPERVISOR_", NULL, false,
	 "arch/x86/include/generated/asm/xen-hypercalls.h"},
	/* arch/x86/entry/vdso/Makefile, vdso2c.c */
	{"arch/x86/entry/vdso/vdso2c.h", NULL, NULL, false, "arch/x86/entry/vdso/vdso-image-64.c"},
};

static bool has(const struct diff_line *line, const char *word)
{
	return memmem(line->text, line->length, word, strlen(word)) != NULL;
}

static bool is_read(const struct input *input, const struct diff_line *line)
{
	if (line->sign == ' ' || (input->only_removed && line->sign != '-'))
		return false;
	if (input->word && !has(line, input->word))
		return false;
	return !input->without || !has(line, input->without);
}

static bool changes_input(const struct input *input, const struct diff_file *file)
{
	/* All lines are removed, new, or in a file with another name. */
	if (file->kind == DIFF_REMOVED || file->kind == DIFF_RENAMED || file->is_binary)
		return true;
	for (size_t i = 0; i < file->nr_hunks; i++) {
		const struct diff_hunk *hunk = &file->hunks[i];

		for (size_t k = 0; k < hunk->nr_lines; k++) {
			if (is_read(input, &hunk->lines[k]))
				return true;
		}
	}
	return false;
}

static bool is_of(const struct input *input, const char *path)
{
	return path && !fnmatch(input->pattern, path, FNM_PATHNAME);
}

const char *generated_of(const struct diff_file *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(inputs); i++) {
		const struct input *input = &inputs[i];
		bool named = is_of(input, file->path) ||
			     (file->kind == DIFF_RENAMED && is_of(input, file->old_path));

		if (named && changes_input(input, file))
			return input->made;
	}
	return NULL;
}
