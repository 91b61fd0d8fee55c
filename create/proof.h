/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof: the original, compiled exactly as the kernel's makers did, is in
 * the kernel image byte for byte. From the match follow the addresses of
 * everything the original names, static and same-named symbols included.
 */
#ifndef LPATCH_CREATE_PROOF_H
#define LPATCH_CREATE_PROOF_H

#include <stdint.h>

#include "common/error.h"
#include "common/kernel_image.h"

struct proof;

/*
 * Proves that the object at `exact`, compiled from `source`, is in the image.
 * LP_NOTHING_TO_PATCH if the image holds none of its functions; LP_NOT_PROVEN
 * with the first function and byte that differ if it is another version of it.
 * *proof is to be freed by proof_free(); the image must outlive it.
 */
struct lp_error *proof_make(const struct kernel_image *image, const char *exact, const char *source,
			    struct proof **proof);

void proof_free(struct proof *proof);

/* How the module loader's livepatch relocations name an address. */
struct proven_symbol {
	uint64_t address;      /* link-time address that was meant */
	const char *name;      /* of a symbol in kallsyms; valid as long as the image */
	unsigned int position; /* sympos, see symbol_table_position() */
	int64_t offset;        /* bytes from that symbol to the address; 0 nearly always */
};

/*
 * Where the original's symbol `name` is. `local` tells a static one of that
 * file from a global one; a global one that the original does not mention is
 * looked up in the image. LP_NOT_PROVEN if it can't be told for sure.
 */
struct lp_error *proof_find(const struct proof *proof, const char *name, bool local,
			    struct proven_symbol *symbol);

/*
 * Names a link-time address as kallsyms can: by the symbol `name` if that is
 * there, else by the one it lies behind. LP_NOT_PROVEN below the first symbol.
 */
struct lp_error *proof_name(const struct proof *proof, const char *name, uint64_t address,
			    struct proven_symbol *symbol);

/* A function of the original as the image has it. */
struct proven_text {
	uint64_t address; /* link-time */
	uint32_t size;    /* bytes, in the exact original; alignment behind it not counted */
	uint8_t *expect;  /* size bytes */
	uint8_t *mask;    /* size bytes; 0 where the kernel rewrites itself, else 0xff */
};

/* Fills *text, which proven_text_clear() releases. LP_NOT_PROVEN if there is no such function. */
struct lp_error *proof_text(const struct proof *proof, const char *name, struct proven_text *text);

void proven_text_clear(struct proven_text *text);

#endif
