// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/base/source_path.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "common/cleanup.h"
#include "create/arch.h"

/*
 * Files that never become part of a running kernel, and that nothing which is built reads. First
 * match counts. Of tools/ that is what Linux 6.1 only builds when asked for it: objtool,
 * resolve_btfids and the libraries of both run in each build, kernel/bpf/Makefile compiles a file
 * of tools/lib/bpf. What is not listed counts as source.
 */
static const struct {
	const char *pattern;
	const char *kind; /* NULL for source */
} aside[] = {
	{"*.orig", "files left by patch"},
	{"*.rej", "files left by patch"},
	{"Documentation/*", "documentation"},
	{"tools/*/Documentation/*", "documentation"},
	{"LICENSES/*", "documentation"},
	{"*.rst", "documentation"},
	{"*.yaml", "documentation"},
	{"MAINTAINERS", "documentation"},
	{"CREDITS", "documentation"},
	{"COPYING", "documentation"},
	{"samples/*.sh", "samples"},
	{"samples/*.py", "samples"},
	/* lib/test_printf.c and others include it. */
	{"tools/testing/selftests/kselftest_module.h", NULL},
	/* Copies of headers of the kernel, for perf and bpftool. */
	{"tools/arch/*/include/uapi/*", "tools and their tests"},
	{"tools/arch/x86/include/asm/cpufeatures.h", "tools and their tests"},
	{"tools/arch/x86/include/asm/disabled-features.h", "tools and their tests"},
	{"tools/arch/x86/include/asm/msr-index.h", "tools and their tests"},
	{"tools/arch/x86/include/asm/required-features.h", "tools and their tests"},
	{"tools/include/uapi/linux/kvm.h", "tools and their tests"},
	{"tools/include/uapi/linux/perf_event.h", "tools and their tests"},
	{"tools/include/uapi/linux/prctl.h", "tools and their tests"},
	{"tools/accounting/*", "tools and their tests"},
	{"tools/bootconfig/*", "tools and their tests"},
	{"tools/bpf/bpftool/*", "tools and their tests"},
	{"tools/bpf/runqslower/*", "tools and their tests"},
	{"tools/certs/*", "tools and their tests"},
	{"tools/cgroup/*", "tools and their tests"},
	{"tools/counter/*", "tools and their tests"},
	{"tools/debugging/*", "tools and their tests"},
	{"tools/edid/*", "tools and their tests"},
	{"tools/firewire/*", "tools and their tests"},
	{"tools/firmware/*", "tools and their tests"},
	{"tools/gpio/*", "tools and their tests"},
	{"tools/guest/*", "tools and their tests"},
	{"tools/hv/*", "tools and their tests"},
	{"tools/iio/*", "tools and their tests"},
	{"tools/io_uring/*", "tools and their tests"},
	{"tools/kvm/*", "tools and their tests"},
	{"tools/laptop/*", "tools and their tests"},
	{"tools/leds/*", "tools and their tests"},
	{"tools/memory-model/*", "tools and their tests"},
	{"tools/mm/*", "tools and their tests"},
	{"tools/net/*", "tools and their tests"},
	{"tools/nfsd/*", "tools and their tests"},
	{"tools/pci/*", "tools and their tests"},
	{"tools/pcmcia/*", "tools and their tests"},
	{"tools/perf/*", "tools and their tests"},
	{"tools/power/*", "tools and their tests"},
	{"tools/rcu/*", "tools and their tests"},
	{"tools/spi/*", "tools and their tests"},
	{"tools/testing/*", "tools and their tests"},
	{"tools/thermal/*", "tools and their tests"},
	{"tools/time/*", "tools and their tests"},
	{"tools/tracing/*", "tools and their tests"},
	{"tools/usb/*", "tools and their tests"},
	{"tools/verification/*", "tools and their tests"},
	{"tools/virtio/*", "tools and their tests"},
	{"tools/vm/*", "tools and their tests"},
	{"tools/wmi/*", "tools and their tests"},
	{"usr/*", "tools and their tests"},
	{"scripts/coccinelle/*", "tools and their tests"},
	{"scripts/checkpatch.pl", "tools and their tests"},
	{"scripts/get_maintainer.pl", "tools and their tests"},
	{"scripts/kernel-doc", "tools and their tests"},
	{"scripts/spelling.txt", "tools and their tests"},
	{"*.gitignore", "files for git"},
	{".mailmap", "files for git"},
	{"*.gitattributes", "files for git"},
	{".clang-format", "files for git"},
};

void source_path_normalise(char *path)
{
	const char *in = path;
	char *out = path;

	while (*in) {
		size_t length = strcspn(in, "/");

		if (length == 2 && !strncmp(in, "..", 2)) {
			/* Back over the last part and the slash before it. */
			while (out > path && *--out != '/')
				;
		} else if (length && !(length == 1 && *in == '.')) {
			if (out > path)
				*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
		in += *in == '/';
	}
	*out = '\0';
}

unsigned int source_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 - path : 0;
}

/* README, README.md, README.utf8data, but no source that is named so. */
static bool is_readme(const char *path)
{
	const char *base = path + source_path_base(path);

	return !fnmatch("README*", base, 0) && fnmatch("*.[chS]", base, 0);
}

const char *source_path_aside(const char *path)
{
	size_t ours = strlen(arch_folder);

	if (is_readme(path))
		return "documentation";
	for (size_t i = 0; i < ARRAY_SIZE(aside); i++) {
		if (!fnmatch(aside[i].pattern, path, 0))
			return aside[i].kind;
	}
	if (!fnmatch("arch/*/*", path, 0) &&
	    (strncmp(path, arch_folder, ours) || path[ours] != '/'))
		return "other architectures";
	return NULL;
}

bool source_path_is_makefile(const char *path)
{
	const char *base = path + source_path_base(path);

	return !fnmatch("Makefile*", base, 0) || !fnmatch("Kbuild*", base, 0);
}

bool source_path_is_kconfig(const char *path)
{
	return !fnmatch("Kconfig*", path + source_path_base(path), 0);
}
