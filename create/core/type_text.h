/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types as text, the same for a type of the core's debugging information and one of the kernel's
 * BTF, so that the two can be compared: "struct list_head", "unsigned long *". Qualifiers and
 * names of typedefs are left out.
 */
#ifndef LPATCH_CREATE_CORE_TYPE_TEXT_H
#define LPATCH_CREATE_CORE_TYPE_TEXT_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A number of `size` bytes. pahole does not always tell the sign of char. */
void type_text_number(FILE *out, bool is_bool, bool is_signed, uint64_t size);

/* "struct NAME"; the name may be NULL or empty. */
void type_text_named(FILE *out, const char *kind, const char *name);

/* The type without typedefs and qualifiers; NULL if the BTF is damaged. */
const struct btf_type *type_text_peel(const struct btf *btf, uint32_t id);

/* A type of the BTF; `depth` is that of what it is a part of, 0 for a whole one. */
void type_text_btf(FILE *out, const struct btf *btf, uint32_t id, int depth);

#endif
