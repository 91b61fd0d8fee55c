/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uses of a type in one C text: where objects of it are declared or
 * allocated, and where they are stored. Read from the tokens alone, without
 * conditions and macros.
 */
#ifndef LPATCH_CREATE_C_TEXT_TYPE_USES_H
#define LPATCH_CREATE_C_TEXT_TYPE_USES_H

#include "common/text.h"
#include "create/c_text/c_tokens.h"

/* What the text is read for. */
struct type_names {
	const char *kind; /* "struct", "union" or "enum" */
	const char *tag;
	struct text_list aliases;  /* names of typedefs for it */
	struct text_list pointers; /* members of structs that point to it */
};

enum type_use_kind {
	TYPE_DEFINED,  /* struct foo { … }; no name */
	TYPE_ALIASED,  /* a typedef; its name */
	TYPE_MEMBER,   /* lies in another type: "struct bar", or the name of a typedef */
	TYPE_POINTER,  /* a member points to it; the member's name */
	TYPE_GIVEN,    /* a function or variable at file scope points to it; its name */
	TYPE_DECLARED, /* an object that another file has, or a function that gives one; its name */
	TYPE_VARIABLE, /* that lives as long as the kernel; its name */
	TYPE_ON_STACK, /* local variable, parameter or value without a name; what it is called */
	TYPE_ALLOCATED, /* by its size; what it is given to, a function or macro */
	TYPE_CACHED,    /* the same, for a cache of objects; the cache's variable, or "" */
	TYPE_MEASURED,  /* its size is taken, and what for can't be told; no name */
	TYPE_WRITTEN,   /* an object is filled, or copied, by its size; what does it */
};

struct type_use {
	enum type_use_kind kind;
	unsigned int line;
	char *name;     /* as above; never NULL */
	char *owner;    /* of TYPE_POINTER: the type that has the member; else "" */
	char *member;   /* of TYPE_MEMBER: its name; else "" */
	bool is_zero;   /* of TYPE_ALLOCATED: the memory is cleared; of TYPE_MEMBER: in no union */
	bool is_static; /* of TYPE_CACHED and TYPE_GIVEN: no other file sees it */
};

struct type_uses {
	struct type_use *items; /* in the order of the text */
	size_t count;
};

/* Reads the uses; *uses is to be cleared by type_uses_clear(). */
struct lp_error *type_uses_read(const struct c_tokens *tokens, const struct type_names *names,
				struct type_uses *uses);

/*
 * The same for what is allocated from the cache whose variable, or member, has that name:
 * TYPE_ALLOCATED for each place.
 */
struct lp_error *type_uses_of_cache(const struct c_tokens *tokens, const char *cache,
				    struct type_uses *uses);

void type_uses_clear(struct type_uses *uses);

#endif
