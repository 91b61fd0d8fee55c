/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The target: the kernel an update is for, and the paths of its files. Only
 * this part knows the paths of distributions.
 */
#ifndef LPATCH_CREATE_TARGET_TARGET_H
#define LPATCH_CREATE_TARGET_TARGET_H

#include <stdbool.h>

#include "common/error.h"
#include "common/kernel_image.h"
#include "create/base/options.h"
#include "create/target/cache.h"

struct target {
	char *release;          /* "6.1.0-56-amd64" */
	char *image;            /* path of vmlinuz or vmlinux */
	char *config;           /* path of the .config it was built with */
	char *symvers;          /* path of its Module.symvers */
	char *modules;          /* directory of its modules, lib/modules/RELEASE */
	char *source;           /* absolute path of a source directory, or of a .tar.xz */
	struct text_list flags; /* extra arguments for make */
	char *compiler; /* what it was built with, "gcc-12"; may be words: "ccache gcc-12" */
	/* What its modules are signed with, CONFIG_MODULE_SIG_HASH: "sha256". */
	char *module_hash;
	bool checks_ecdsa; /* it knows elliptic curve keys, CONFIG_CRYPTO_ECDSA */
	char *build_id;    /* lower-case hex of the image's build id */
	bool livepatch;    /* built with CONFIG_LIVEPATCH */
	bool ibt;          /* with CONFIG_X86_KERNEL_IBT: see create/symbols/sealed.h */
	struct kernel_image *kernel;
};

/*
 * Finds and opens the target that the options name. LP_USAGE names the part
 * that is missing and where it was looked for; LP_INTERNAL one that can't be
 * read; LP_UNSAFE what its config lacks (create/target/requirements.h). The image is
 * kept decompressed in `cache`. *target is to be freed by target_free().
 */
struct lp_error *target_find(const struct create_options *options, const struct cache *cache,
			     struct target **target);

/*
 * Sets *path to the file of the module that the kernel knows as `module`
 * ("nvme_core"), to be freed. A compressed one is unpacked into the directory `work`.
 * LP_NOTHING_TO_PATCH if the target has no such module, LP_USAGE if its file isn't there or is
 * damaged.
 */
struct lp_error *target_module(const struct target *target, const char *module, const char *work,
			       char **path);

void target_free(struct target *target);

#endif
