/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which objects of the kernel a diff reaches. The public header of create/reach/. */
#ifndef LPATCH_CREATE_REACH_H
#define LPATCH_CREATE_REACH_H

#include "create/reach/affected.h"
#include "create/reach/build_changes.h"
#include "create/reach/diff_includes.h"
#include "create/reach/include_graph.h"
#include "create/reach/mention.h"
#include "create/reach/narrow.h"

#endif
