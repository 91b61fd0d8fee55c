/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lpatch-patch.h needs of the kernel's header of that name; after kernel.h. */
#define __section(name) __attribute__((section(name)))
#define __maybe_unused  __attribute__((unused))
