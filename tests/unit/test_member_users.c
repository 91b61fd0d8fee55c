// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files can tell that a hole of a struct is filled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/c_text/member_users.h"

/* What may use struct t, which gets a member n. */
#define HEADER                                                                    \
	"struct t {\n\tchar a;\n\tint b;\n\tunsigned c : 3;\n};\n"                \
	"struct o {\n\tstruct t *to;\n\tstruct t in;\n\tint x;\n};\n"             \
	"struct t *give(void);\nextern struct t global;\ntypedef struct t t_t;\n" \
	"#define TO(o) ((o)->to)\n"                                               \
	"static inline struct t copy(struct o *o) { return *o->to; }\n"           \
	"static inline int harmless(struct o *o) { return o->to->b; }\n"          \
	"static inline void add(struct o *o) { o->to->n = 1; }\n"

/* Each row: a file that includes the header, and whether it can tell. */
static const struct told {
	const char *source;
	bool tells;
	const char *name; /* of the header, by which it can; NULL if by itself */
} told[] = {
	/* Members that were there, through pointers. */
	{"int f(struct t *p) { return p->a + p->b; }", false, NULL},
	{"int f(struct o *o) { return o->to->b + o->in.b; }", false, NULL},
	{"int f(void) { return give()->b + global.b; }", false, NULL},
	{"void f(struct o *o, struct t *p) { o->to = p; g(o->to); if (!o->to) g(p); }", false,
	 NULL},
	{"void f(struct o *o) { g(&o->in); g(&global); }", false, NULL},
	{"void *f(struct t *p) { return kmalloc(sizeof(*p) + sizeof(struct t), 0); }", false, NULL},
	{"int f(void *x) { return container_of(x, struct t, b)->b + ((struct t *)x)->b; }", false,
	 NULL},
	{"int f(struct o *o) { return harmless(o); }", false, NULL},
	{"int f(struct other *p) { return p->n + *p->x; }", false, NULL},
	{"struct t; void f(t_t *p);", false, NULL},
	/* The new member, and bit fields beside it. */
	{"int f(struct t *p) { return p->n; }", true, NULL},
	{"int f(struct o *o) { return o->to->n; }", true, NULL},
	{"int f(struct o *o) { return o->to->c; }", true, NULL},
	/* Whole objects. */
	{"static struct t s;", true, NULL},
	{"static t_t s;", true, NULL},
	{"static struct o table[] = { { 0, { 1, 2 } } };", true, NULL},
	{"void f(void) { struct t local = { .a = 1 }; g(&local); }", true, NULL},
	{"void f(struct t *p, struct t *q) { *p = *q; }", true, NULL},
	{"void f(struct o *o, struct o *p) { *o->to = *p->to; }", true, NULL},
	{"void f(struct o *o, struct o *p) { *o = *p; }", true, NULL},
	{"void f(struct o *o, struct o *p) { o->in = p->in; }", true, NULL},
	{"void f(struct o *o) { typeof(o->in) local; g(&local); }", true, NULL},
	{"void f(struct o *o) { typeof(o->to) p = g(); *p = g(); }", true, NULL},
	{"void f(struct o *o) { __auto_type p = o->to; *p = g(); }", true, NULL},
	{"void f(struct t *p) { swap(p[0], p[1]); }", true, NULL},
	{"void f(void) { global = *give(); }", true, NULL},
	{"void f(void *x) { g(*(struct t *)x); }", true, NULL},
	{"void f(void *x) { g(*container_of(x, struct t, b)); }", true, NULL},
	{"void f(struct t *p) { g((struct t){ .a = p->a }); }", true, NULL},
	{"OWN_MACRO(struct t, name);", true, NULL},
	{"#define HERE(o) ((o)->to)\nvoid f(struct o *o) { *HERE(o) = g(); }", true, NULL},
	/* By a macro or an inline function of the header. */
	{"void f(struct o *o) { *TO(o) = g(); }", true, "TO"},
	{"void f(struct o *o) { g(copy(o)); }", true, "copy"},
	{"void f(struct o *o) { add(o); }", true, "add"},
};

static void write_text(const char *directory, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/%s", directory, name));
	assert_null(file_write(path, text, strlen(text)));
}

static void whoever_can_tell_is_found(void **state)
{
	char directory[] = "/tmp/lpatch-test.XXXXXX";
	_cleanup_text_list_ struct text_list changed = {0}, names = {0};
	_cleanup_(source_scan_clear) struct source_scan scan = {.top = directory, .jobs = 2};

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_null(text_list_add(&changed, "a.h"));
	assert_null(text_list_add(&names, "n"));
	assert_null(text_list_add(&names, "c"));
	assert_null(text_list_add(&scan.files, "a.h"));
	assert_null(text_list_add(&scan.files, "b.c"));
	write_text(directory, "a.h", HEADER);
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		const struct member_addition addition = {.type = "struct t", .names = names};
		_cleanup_(member_users_clear) struct member_users users;
		bool tells;

		print_message("%s\n", told[i].source);
		write_text(directory, "b.c", told[i].source);
		assert_null(member_users_find(&scan, &addition, &changed, &users));
		assert_true(users.is_complete);
		assert_false(text_list_contains(&users.files, "a.h"));
		assert_false(text_list_contains(&users.names, "harmless"));
		tells = text_list_contains(&users.files, "b.c");
		for (size_t k = 0; k < users.names.count; k++)
			tells = tells || strstr(told[i].source, users.names.items[k]);
		assert_int_equal(tells, told[i].tells);
		if (told[i].name)
			assert_true(text_list_contains(&users.names, told[i].name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_can_tell_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
