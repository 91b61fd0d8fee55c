/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change to a Kconfig file can do to the configuration of a kernel. The configuration is
 * not made again, because Kconfig files can run commands. Whether it would stay the same is
 * derived from the lines that differ and the options of the kernel.
 */
#ifndef LPATCH_CREATE_REACH_KCONFIG_CHANGE_H
#define LPATCH_CREATE_REACH_KCONFIG_CHANGE_H

#include "common/error.h"
#include "common/text.h"

/* The result for the lines that differ. */
struct kconfig_change {
	struct text_list options; /* options that may change, with the line: "FOO: default y" */
	struct text_list gone;    /* files that are no longer read, "fs/ntfs/Kconfig" */
	struct text_list come;    /* files that are read, too */
};

/*
 * Compares two versions of a Kconfig file, either of which may be "", for a kernel of that .config.
 * An option counts as changed unless it is certain that it is not.
 */
struct lp_error *kconfig_compare(const char *old_text, const char *new_text, const char *config,
				 struct kconfig_change *change);

void kconfig_change_clear(struct kconfig_change *change);

#endif
