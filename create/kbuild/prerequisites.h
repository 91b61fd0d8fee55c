/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that kbuild generates in a directory before it compiles there, such as
 * security/selinux/flask.h. `make prepare` does not make them, and they are not
 * in the source.
 */
#ifndef LPATCH_CREATE_KBUILD_PREREQUISITES_H
#define LPATCH_CREATE_KBUILD_PREREQUISITES_H

#include "create/target.h"

/*
 * Lets kbuild make everything of the untouched source that the objects depend
 * on ("security/selinux/avc.o"), without compiling them. LP_BUILD_FAILED with
 * kbuild's output if some of it can't be made; the rest is then made.
 */
struct lp_error *prerequisites_make(struct tree *tree, const struct text_list *objects);

#endif
