/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Object files and modules: written, changed and read back. The public header of create/elf/. */
#ifndef LPATCH_CREATE_ELF_H
#define LPATCH_CREATE_ELF_H

#include "create/elf/elf_edit.h"
#include "create/elf/module_file.h"

#endif
