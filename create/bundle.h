/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bundle: what goes into it, reading it back, writing it. The door of create/bundle/. */
#ifndef LPATCH_CREATE_BUNDLE_H
#define LPATCH_CREATE_BUNDLE_H

#include "create/bundle/pack.h"
#include "create/bundle/readback.h"

#endif
