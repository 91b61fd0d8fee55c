/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bundle: its content, writing it, reading it back. The public header of create/bundle/. */
#ifndef LPATCH_CREATE_BUNDLE_H
#define LPATCH_CREATE_BUNDLE_H

#include "create/bundle/pack.h"
#include "create/bundle/readback.h"

#endif
