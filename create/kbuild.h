/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to kbuild, and files that it builds. The public header of create/kbuild/. */
#ifndef LPATCH_CREATE_KBUILD_H
#define LPATCH_CREATE_KBUILD_H

#include "create/kbuild/kbuild_commands.h"
#include "create/kbuild/kbuild_objects.h"
#include "create/kbuild/link_commands.h"
#include "create/kbuild/module_build.h"
#include "create/kbuild/prerequisites.h"

#endif
