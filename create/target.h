/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target kernel and the working copy of its source. The public header of create/target/. */
#ifndef LPATCH_CREATE_TARGET_H
#define LPATCH_CREATE_TARGET_H

#include "create/target/author_headers.h"
#include "create/target/cache.h"
#include "create/target/exports.h"
#include "create/target/kbuild_answer.h"
#include "create/target/requirements.h"
#include "create/target/sandbox_make.h"
#include "create/target/sandbox_set.h"
#include "create/target/target.h"
#include "create/target/tree.h"
#include "create/target/view.h"

#endif
