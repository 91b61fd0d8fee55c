// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make-bundle OUT ID RELEASE ARCHITECTURE BUILD_ID [WORDS]: writes a well-formed bundle for tests
 * of the steps before loading. Its modules have no code. "running" means the value of the
 * running kernel. The patch begins with WORDS.
 */
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>

#include "apply/host.h"
#include "common/bundle.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "tests/unit/tiny_module.h"

static char *value(const char *argument, const char *running)
{
	return strdup(strcmp(argument, "running") ? argument : running);
}

/* Writes a file of that module into the bundle's directory. */
static struct lp_error *write_module(const char *name, const char *out, char **path)
{
	_cleanup_blob_ struct blob module = tiny_module(name);

	lp_try(text_format(path, "%s.%s.ko", out, name));
	return file_write(*path, module.data, module.size);
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
	_cleanup_free_ char *core = NULL, *update = NULL, *name = NULL, *patch = NULL;

	lp_try(text_format(&name, "lpatch_%s", arguments[1]));
	lp_try(write_module("lpatch", arguments[0], &core));
	lp_try(write_module(name, arguments[0], &update));
	lp_try(text_format(&patch, "%s--- a/fs/proc/meminfo.c\n+++ b/fs/proc/meminfo.c\n",
			   arguments[5] ?: ""));
	const struct bundle_input input = {
		.core = core,
		.update = update,
		.patch = patch,
		.patch_size = strlen(patch),
	};

	return bundle_write(arguments[0], manifest, &input);
}

int main(int argc, char **argv)
{
	struct message_sink sink = {.program = "make-bundle"};

	if (argc != 6 && argc != 7)
		return LP_USAGE;
	return message_error(&sink, make_bundle(argv + 1));
}
