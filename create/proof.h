/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The byte-for-byte proof of source and compiler. The public header of create/proof/. */
#ifndef LPATCH_CREATE_PROOF_H
#define LPATCH_CREATE_PROOF_H

#include "create/proof/mismatch.h"
#include "create/proof/module_image.h"
#include "create/proof/proof.h"

#endif
