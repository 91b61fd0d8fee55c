/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How kbuild links a module of an update. Each make of kbuild begins with some forty tries of
 * compiler options, which take longer than the link itself. So updates are linked by commands
 * that kbuild ran for the core, which was built from untouched files alone.
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

/* The core, as kbuild has built it. */
struct link_core {
	const char *directory; /* in which kbuild worked */
	const char *name;      /* of the module */
};

/*
 * Makes the file `commands` from those that kbuild has left in the directory of the core. `built`
 * is a module, stripped, that kbuild has just linked: the commands must link the same bytes. Where
 * they don't, or where one of them has another form than in the known kernels, the file is empty,
 * and kbuild links all updates. The module stays in place.
 */
struct lp_error *link_commands_keep(struct tree *tree, const char *commands,
				    const struct link_core *core, const struct link_inputs *inputs,
				    const char *built);

/*
 * Links and strips the module by the commands in the file. *path is that of NAME.ko, to be freed;
 * it stays NULL if kbuild must do it: no commands are kept, or one has failed.
 */
struct lp_error *link_commands_run(struct tree *tree, const char *commands,
				   const struct link_inputs *inputs, char **path);

#endif
