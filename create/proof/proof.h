/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof: the original, compiled exactly as the kernel's makers did, is in
 * the kernel image byte for byte. From the match follow the addresses of
 * everything the original names, static and same-named symbols included.
 */
#ifndef LPATCH_CREATE_PROOF_PROOF_H
#define LPATCH_CREATE_PROOF_PROOF_H

#include <stdint.h>

#include "common/error.h"
#include "common/kernel_image.h"

struct proof;
struct section;

/* The first difference between the original and the image. */
struct proof_mismatch {
	char *difference;     /* one line: "tcp_v4_rcv differs from byte 35 on" */
	const char *function; /* NULL: it is not in a single function */
	uint64_t offset;      /* bytes from the function's start; 0 if the image has no such one */
	/* The function on both sides, for showing it; NULL if it isn't in the image. */
	const uint8_t *compiled, *kernel;
	uint64_t compiled_size, kernel_size; /* bytes that may be read */
	uint64_t address;                    /* link-time, of the function in the image */
	const struct section *section;       /* of the original that `compiled` is in */
	uint64_t begin;                      /* bytes from its start to `compiled` */
};

/*
 * Compares the object file `exact`, compiled from `source`, with the image of `object`: of the
 * kernel for "vmlinux", else of that module (module_image_open()), whose file is `module`, else
 * NULL. LP_NOTHING_TO_PATCH if the image holds none of its functions. If it holds another version
 * of it, proof_mismatch() says so; addresses then come from the functions that match one by one,
 * and from names that the symbol table has only once. With `exact` NULL, for a source file that
 * the target does not have, there is nothing to prove, and all addresses come from names. *proof
 * is to be freed by proof_free(); the image and the strings must outlive it.
 */
struct lp_error *proof_make(const struct kernel_image *image, const char *object,
			    const char *module, const char *exact, const char *source,
			    struct proof **proof);

void proof_free(struct proof *proof);

/* The first difference, valid as long as the proof; NULL: the original is proven. */
const struct proof_mismatch *proof_mismatch(const struct proof *proof);

/* The version text of the original's compiler, "GCC: (Debian 12.2.0-14) 12.2.0", or "". */
const char *proof_compiler(const struct proof *proof);

/*
 * How the module loader's livepatch relocations name an address. In a module: by the symbol
 * itself if the module has its name only once, else as a distance from a symbol of the same
 * section that has. In vmlinux: as a distance from one symbol near the start of kallsyms, the
 * anchor. The loader goes through kallsyms from its start for every single relocation until
 * it has found the symbol as often as sympos says (klp_find_callback() in
 * kernel/livepatch/core.c, Linux 6.1), which takes milliseconds for a late symbol, and always
 * to the end if sympos is 0. The check of the build id ensures that the distances are valid
 * in the running kernel.
 */
struct proven_symbol {
	uint64_t address;      /* link-time address that was meant */
	const char *object;    /* "vmlinux" or a module's name; valid as long as the proof */
	const char *name;      /* of a symbol in kallsyms; valid as long as the image */
	unsigned int position; /* sympos, see symbol_table_position(), but 1 for a unique name */
	int64_t offset;        /* bytes from that symbol to the address */
};

/*
 * The address of the original's symbol `name`. `local` says whether it is a static one of
 * that file; a global one that the original does not mention is looked up in the image.
 * If the address isn't certain, LP_NOT_PROVEN for an original that differs from the
 * image, else LP_UNSAFE.
 */
struct lp_error *proof_find(const struct proof *proof, const char *name, bool local,
			    struct proven_symbol *symbol);

/*
 * True if the original refers to the symbol, which another object defines, and the image tells
 * where that is.
 */
bool proof_knows(const struct proof *proof, const char *name);

/*
 * Names a link-time address, that of the symbol `name`, for the loader.
 * LP_NOT_PROVEN for what does not move with the kernel image (a per-cpu
 * variable) and is not in kallsyms by its own name.
 */
struct lp_error *proof_name(const struct proof *proof, const char *name, uint64_t address,
			    struct proven_symbol *symbol);

/* A function of the original as the image has it. */
struct proven_text {
	uint64_t address; /* link-time */
	uint32_t size;    /* bytes, in the exact original; alignment behind it not counted, unless
			   * the function is not proven */
	uint8_t *expect;  /* size bytes */
	uint8_t *mask;    /* size bytes; a bit is 0 where the kernel rewrites itself */
};

/*
 * Fills *text, which proven_text_clear() releases. A function that is not
 * proven is taken from the image as it is, by its name, up to the next symbol.
 * LP_NOT_PROVEN if there is no such function, or several of that name.
 */
struct lp_error *proof_text(const struct proof *proof, const char *name, struct proven_text *text);

void proven_text_clear(struct proven_text *text);

#endif
