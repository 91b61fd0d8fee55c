/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How kbuild links a module of an update. Each make of kbuild begins with some forty tries of
 * compiler options, which take longer than the link itself. So the commands of the first link for a
 * target are kept, and run for the next ones without kbuild.
 */
#ifndef LPATCH_CREATE_KBUILD_LINK_COMMANDS_H
#define LPATCH_CREATE_KBUILD_LINK_COMMANDS_H

#include "create/target.h"

/* What differs from one link to the next. */
struct link_inputs {
	const char *directory; /* has update.c, the objects and their headers */
	const char *name;      /* of the module */
	const char *objects;   /* names in `directory`, each behind a blank: " update.o part0.o" */
	const char *symbols;   /* arguments for modpost: " -i PATH" for each list of exports */
};

/*
 * Keeps the commands by which kbuild has just linked `built`, stripped, in the file `commands`.
 * They must link the same bytes once more; where they don't, or where kbuild has not left a command
 * that is known, the file says so, and all links are kbuild's.
 */
struct lp_error *link_commands_keep(struct tree *tree, const char *commands,
				    const struct link_inputs *inputs, const char *built);

/*
 * Links and strips the module by the commands in the file. *path is that of NAME.ko, to be freed;
 * it stays NULL if kbuild must do it: no commands are kept, or one has failed.
 */
struct lp_error *link_commands_run(struct tree *tree, const char *commands,
				   const struct link_inputs *inputs, char **path);

#endif
