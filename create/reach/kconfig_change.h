/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The effect of a change to a Kconfig file on the configuration of a kernel. The configuration is
 * not made again, because Kconfig files can run commands. Whether it would stay the same follows
 * from the lines that differ and the options of the kernel.
 */
#ifndef LPATCH_CREATE_REACH_KCONFIG_CHANGE_H
#define LPATCH_CREATE_REACH_KCONFIG_CHANGE_H

#include "common/error.h"
#include "common/text.h"

/* The result for the lines that differ. */
struct kconfig_change {
	struct text_list options;  /* options that may change, with the line: "FOO: default y" */
	struct text_list only_old; /* files that only the old version reads, "fs/ntfs/Kconfig" */
	struct text_list only_new; /* files that only the new version reads */
};

/*
 * Compares two versions of a Kconfig file for a kernel with that .config. Either version may be "".
 * An option counts as changed unless it certainly is not.
 */
struct lp_error *kconfig_compare(const char *old_text, const char *new_text, const char *config,
				 struct kconfig_change *change);

void kconfig_change_clear(struct kconfig_change *change);

#endif
