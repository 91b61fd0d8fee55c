// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make-bundle OUT ID RELEASE ARCHITECTURE BUILD_ID: writes a bundle that is
 * well-formed and holds no module, for tests of what happens before loading.
 * "running" stands for what the running kernel has.
 */
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>

#include "apply/host.h"
#include "common/bundle.h"
#include "core-module/lpatch_abi.h"

static char *value(const char *argument, const char *running)
{
	return strdup(strcmp(argument, "running") ? argument : running);
}

static struct lp_error *make_bundle(char **arguments)
{
	_cleanup_manifest_ struct manifest *manifest = calloc(1, sizeof(*manifest));
	_cleanup_free_ char *build_id = NULL;
	struct utsname running;

	uname(&running);
	lp_try(host_build_id(host_running(), &build_id));
	manifest->abi = LPATCH_ABI_VERSION;
	manifest->id = strdup(arguments[1]);
	manifest->description = strdup("for a test");
	manifest->target.release = value(arguments[2], running.release);
	manifest->target.architecture = value(arguments[3], running.machine);
	manifest->target.build_id = value(arguments[4], build_id);
	manifest->nr_objects = 1;
	manifest->objects = calloc(1, sizeof(*manifest->objects));
	manifest->objects[0].name = strdup("vmlinux");
	manifest->objects[0].source = strdup("fs/proc/meminfo.c");
	manifest->objects[0].proven = true;
	manifest->objects[0].nr_functions = 1;
	manifest->objects[0].functions = calloc(1, sizeof(*manifest->objects[0].functions));
	manifest->objects[0].functions[0].name = strdup("meminfo_proc_show");
	manifest->objects[0].functions[0].why = strdup("its code differs");
	const struct bundle_input input = {
		.core = "/dev/null",
		.update = "/dev/null",
		.patch = "--- a/fs/proc/meminfo.c\n+++ b/fs/proc/meminfo.c\n",
		.patch_size = 48,
	};

	return bundle_write(arguments[0], manifest, &input);
}

int main(int argc, char **argv)
{
	struct message_sink sink = {.program = "make-bundle"};

	if (argc != 6)
		return LP_USAGE;
	return message_error(&sink, make_bundle(argv + 1));
}
