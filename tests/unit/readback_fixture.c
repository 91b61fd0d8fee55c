// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/readback_fixture.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/text.h"
#include "create/base/directory.h"
#include "create/core/direct.h"

#define SOURCES "tests/unit/readback"
#define FLAGS                                                                                    \
	"-std=gnu11 -O2 -Wall -Werror -ffreestanding -fno-common -fno-PIE -mcmodel=kernel "      \
	"-mno-red-zone -fcf-protection=none -fno-asynchronous-unwind-tables "                    \
	"-fno-stack-protector -pg -mfentry -mrecord-mcount -I" SOURCES "/include -Icore-module " \
	"-Ikpatch-templates"

/* What the kernel exports; the checksums are made up. */
#define EXPORTS                                                 \
	"0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n" \
	"0x00000002\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n"    \
	"0x00000003\tsay\tvmlinux\tEXPORT_SYMBOL\t\n"           \
	"0x00000006\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"

#define CORE_EXPORTS                                                 \
	"0x00000004\tlpatch_register\tlpatch\tEXPORT_SYMBOL_GPL\t\n" \
	"0x00000005\tlpatch_unregister\tlpatch\tEXPORT_SYMBOL_GPL\t\n"

static void done(struct lp_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static char *below(const struct readback_fixture *fixture, const char *name)
{
	char *path;

	done(text_format(&path, "%s/%s", fixture->folder, name));
	return path;
}

static void write_below(const struct readback_fixture *fixture, const char *name, const char *text)
{
	_cleanup_free_ char *path = below(fixture, name);

	done(file_write(path, text, strlen(text)));
}

static void make_kernel(struct readback_fixture *fixture)
{
	_cleanup_free_ char *image = below(fixture, "vmlinux");

	scratch_run("gcc " FLAGS " -c -o %s/kernel.o " SOURCES "/kernel.c", fixture->folder);
	scratch_run("gcc " FLAGS " -c -o %s/exact.o " SOURCES "/unit.c", fixture->folder);
	scratch_run("ld -Ttext=0xffffffff81000000 --build-id=sha1 -e _stext --defsym "
		    "_etext=0xffffffff81800000 --defsym __end_rodata=0xffffffff81900000 -o %s "
		    "%s/kernel.o "
		    "%s/exact.o",
		    image, fixture->folder, fixture->folder);
	done(kernel_image_open(image, &fixture->target.kernel));
}

static void make_objects(struct readback_fixture *fixture, const struct readback_options *options)
{
	const struct diffobj_options compare = {.built_in = true, .rewrite = true};

	fixture->unit = (struct unit){
		.source = "unit.c",
		.object = "vmlinux",
		.exact = below(fixture, "exact.o"),
		.original = below(fixture, "original.o"),
		.patched = below(fixture, "patched.o"),
	};
	scratch_run("gcc " FLAGS " -ffunction-sections -fdata-sections %s -c -o %s " SOURCES
		    "/unit.c",
		    options->flags ?: "", fixture->unit.original);
	scratch_run("gcc " FLAGS
		    " -ffunction-sections -fdata-sections %s -DPATCHED -c -o %s " SOURCES "/unit.c",
		    options->flags ?: "", fixture->unit.patched);
	fixture->object = below(fixture, "part0.o");
	done(diffobj_run(fixture->unit.original, fixture->unit.patched, fixture->object, &compare,
			 &fixture->result));
	assert_int_equal(fixture->result->nr_refusals, 0);
	done(proof_make(fixture->target.kernel, "vmlinux", NULL, fixture->unit.exact, "unit.c",
			&fixture->proof));
	assert_null(proof_mismatch(fixture->proof));
}

/* As core_build() leaves it. */
static void make_core(struct readback_fixture *fixture)
{
	_cleanup_exports_ struct exports *exports = NULL;

	scratch_run("mkdir -p %s/core/done && cp " SOURCES "/core.c %s/core", fixture->folder,
		    fixture->folder);
	write_below(fixture, "core/Kbuild",
		    "obj-m := lpatch.o\nlpatch-y := core.o\nccflags-y := -I../../../core-module\n");
	write_below(fixture, "core/Module.symvers", CORE_EXPORTS);
	scratch_run("make -s --no-print-directory -C " SOURCES " CC=gcc M=%s/core O=%s "
		    "KBUILD_EXTRA_SYMBOLS= modules >%s/log 2>&1",
		    fixture->folder, fixture->folder, fixture->folder);
	fixture->core = below(fixture, "core/done/lpatch.ko");
	scratch_run("cp %s/core/lpatch.ko %s && strip --strip-debug %s", fixture->folder,
		    fixture->core, fixture->core);
	done(exports_read(fixture->target.symvers, &exports));
	done(direct_resolve(fixture->core, fixture->target.kernel, exports));
}

static void make_tree(struct readback_fixture *fixture, const struct readback_options *options)
{
	_cleanup_free_ char *exports = NULL;

	done(text_format(&exports, EXPORTS "%s", options->exports ?: ""));
	write_below(fixture, "Module.symvers", exports);
	fixture->target.release = "6.1.0-test";
	fixture->target.compiler = "gcc";
	fixture->target.livepatch = !options->no_livepatch;
	fixture->target.symvers = below(fixture, "Module.symvers");
	fixture->sink = (struct message_sink){.program = "test", .verbosity = -1};
	fixture->tree = (struct tree){
		.target = &fixture->target,
		.sink = &fixture->sink,
		.jobs = 1,
		.directory = fixture->folder,
		.source = SOURCES,
		.build = fixture->folder,
		.work = fixture->folder,
		.link = fixture->folder,
		.log = below(fixture, "log"),
	};
}

static struct lp_error *get_image(void *context, size_t unit, const struct kernel_image **image)
{
	const struct readback_fixture *fixture = context;

	assert_int_equal(unit, 0);
	*image = fixture->target.kernel;
	return NULL;
}

static struct lp_error *get_proof(void *context, size_t unit, const struct proof **proof)
{
	const struct readback_fixture *fixture = context;

	assert_int_equal(unit, 0);
	*proof = fixture->proof;
	return NULL;
}

static struct lp_error *get_definer(void *context, size_t unit, const char *name, char **where)
{
	(void)context;
	(void)unit;
	(void)name;
	*where = NULL;
	return NULL;
}

static void make_model(struct readback_fixture *fixture)
{
	_cleanup_free_ char *core = below(fixture, "core/Module.symvers");
	const struct diffobj_result *result = fixture->result;

	done(exports_read(fixture->target.symvers, &fixture->exports));
	done(exports_read(core, &fixture->core_exports));
	done(finding_add(&fixture->findings, FINDING_OUTLIVES, "applied", "unit.c:50",
			 "its address stays"));
	fixture->symbols_unit = (struct symbols_unit){
		.unit = &fixture->unit,
		.result = result,
		.findings = &fixture->findings,
	};
	fixture->symbols_job = (struct symbols_job){
		.units = &fixture->symbols_unit,
		.nr_units = 1,
		.kernel = fixture->target.kernel,
		.exports = fixture->exports,
		.core_exports = fixture->core_exports,
		.environment = {get_image, get_proof, get_definer, fixture},
	};
	done(symbols_make(&fixture->symbols_job, &fixture->symbols));
	fixture->targets = calloc(result->nr_references + 1, sizeof(*fixture->targets));
	fixture->function_proofs =
		calloc(result->nr_functions + 1, sizeof(*fixture->function_proofs));
	assert_non_null(fixture->targets);
	assert_non_null(fixture->function_proofs);
	for (size_t i = 0; i < result->nr_references; i++)
		done(symbols_resolve(fixture->symbols, 0, &result->references[i],
				     &fixture->targets[i]));
}

static void link_it(struct readback_fixture *fixture)
{
	static const struct text_list no_objects;
	_cleanup_free_ char *core = below(fixture, "core/Module.symvers"), *exported = NULL;
	_cleanup_text_list_ struct text_list symvers = {0};
	char shared[PATH_MAX];

	done(text_list_add(&symvers, "%s", core));

	assert_non_null(getcwd(shared, sizeof(shared)));
	fixture->part = (struct link_part){
		.unit = &fixture->unit,
		.proof = fixture->proof,
		.result = fixture->result,
		.object = fixture->object,
		.findings = &fixture->findings,
		.targets = fixture->targets,
		.function_proofs = fixture->function_proofs,
	};
	const struct link_job job = {
		.id = "t",
		.object = "vmlinux",
		.name = "lpatch_t",
		.description = "count twice",
		.patch = "--- a/unit.c\n+++ b/unit.c\n",
		.shared = shared,
		.parts = &fixture->part,
		.nr_parts = 1,
		.objects = &no_objects,
		.symvers = &symvers,
	};

	done(link_update(&fixture->tree, &job, &fixture->update, &exported, &fixture->plan));
}

static void make_manifest(struct readback_fixture *fixture)
{
	struct manifest *manifest = calloc(1, sizeof(*manifest));

	fixture->manifest = manifest;
	manifest->id = strdup("t");
	manifest->description = strdup("count twice");
	manifest->abi = 1;
	manifest->target.release = strdup("6.1.0-test");
	manifest->target.architecture = strdup("x86_64");
	manifest->target.build_id = strdup("00ff");
}

struct readback_fixture *readback_fixture_make(const struct readback_options *options)
{
	struct readback_fixture *fixture = calloc(1, sizeof(*fixture));

	scratch_make(fixture->folder);
	make_kernel(fixture);
	make_objects(fixture, options);
	make_tree(fixture, options);
	make_core(fixture);
	make_model(fixture);
	link_it(fixture);
	make_manifest(fixture);
	return fixture;
}

void readback_fixture_free(struct readback_fixture *fixture)
{
	done(directory_remove(fixture->folder));
	link_plan_clear(&fixture->plan);
	symbols_free(fixture->symbols);
	finding_list_clear(&fixture->findings);
	exports_free(fixture->exports);
	exports_free(fixture->core_exports);
	free(fixture->targets);
	free(fixture->function_proofs);
	proof_free(fixture->proof);
	diffobj_result_free(fixture->result);
	kernel_image_free(fixture->target.kernel);
	manifest_free(fixture->manifest);
	free(fixture->unit.exact);
	free(fixture->unit.original);
	free(fixture->unit.patched);
	free(fixture->target.symvers);
	free(fixture->tree.log);
	free(fixture->core);
	free(fixture->update);
	free(fixture->object);
	free(fixture);
}

struct lp_error *readback_fixture_check(struct readback_fixture *fixture)
{
	const struct text_list no_parts = {0};
	const struct bundle_input input = {
		.core = fixture->core,
		.update = fixture->update,
		.parts = &no_parts,
		.patch = fixture->plan.patch,
		.patch_size = strlen(fixture->plan.patch),
	};
	const struct readback readback = {
		.name = "lpatch-t.tar.zst",
		.target = &fixture->target,
		.core = fixture->core,
		.plans = &fixture->plan,
		.nr_plans = 1,
	};
	_cleanup_blob_ struct blob packed = {0};

	done(bundle_make(readback.name, fixture->manifest, &input, &packed));
	return readback_bundle(&readback, &packed);
}
