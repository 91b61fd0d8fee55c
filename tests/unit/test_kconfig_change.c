// SPDX-License-Identifier: GPL-2.0-or-later
/* Which changes of Kconfig files may change the configuration of a kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "create/reach/kconfig_change.h"
#include "create/reach/kconfig_values.h"

static const char config[] = "CONFIG_YES=y\nCONFIG_MOD=m\n# CONFIG_NO is not set\n"
			     "CONFIG_SIZE=64\nCONFIG_NAME=\"a b\"\nCONFIG_PLAIN=y\n";

static const struct {
	const char *expression;
	enum tristate value;
} expressions[] = {
	{"YES", KCONFIG_Y},
	{"MOD", KCONFIG_M},
	{"NO", KCONFIG_N},
	{"NOWHERE", KCONFIG_N},
	{"!NO && (MOD || NO)", KCONFIG_M},
	{"!MOD", KCONFIG_M},
	{"YES=y && MOD!=y", KCONFIG_Y},
	{"NAME = \"a b\"", KCONFIG_Y},
	{"SIZE = 64 && NOWHERE = n", KCONFIG_Y},
	{"SIZE", KCONFIG_UNKNOWN},
	{"!SIZE", KCONFIG_UNKNOWN},
	{"SIZE > 32", KCONFIG_UNKNOWN},
	{"$(cc-option,-x)", KCONFIG_UNKNOWN},
	{"(YES", KCONFIG_UNKNOWN},
	{"YES &&", KCONFIG_UNKNOWN},
	{"", KCONFIG_UNKNOWN},
};

static void expressions_come_to_what_they_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		enum tristate value = kconfig_evaluate(config, expressions[i].expression);

		if (value != expressions[i].value)
			fail_msg("%s: %d", expressions[i].expression, value);
	}
}

#define ASKED(name) "config " name "\n\tbool \"What?\"\n"
#define PLAIN       "config PLAIN\n\tbool\n"

static const struct {
	const char *sentence, *old, *new;
	const char *option; /* that may change, or NULL */
} cases[] = {
	{"help and prompts", ASKED("YES") "\thelp\n\t  One.\n\n\t  config NO\n",
	 "config YES # it\n\tbool \"Why?\"\n\thelp\n\t  Two\n\t  select FOO\n", NULL},
	{"a line behind the help", ASKED("YES") "\thelp\n\t  One.\n",
	 ASKED("YES") "\thelp\n\t  One.\n\tselect NO\n", "YES: select NO"},
	{"an option that goes and is not set", ASKED("NO") ASKED("YES"), ASKED("YES"), NULL},
	{"one that goes and is set", ASKED("NO") ASKED("MOD"), ASKED("NO"), "MOD: it is removed"},
	{"a new one that a user has to ask for", "", ASKED("FRESH"), NULL},
	{"a new one that is on by itself", "", ASKED("FRESH") "\tdefault y\n", "FRESH: it is new"},
	{"by another spelling", "", "config FRESH\n\tdef_bool y\n", "FRESH: it is new"},
	{"but for what the kernel has not", "",
	 "if NO\n" ASKED("FRESH") "\tdefault y\n\tdepends on YES\nendif\n", NULL},
	{"defaults in another order", "config SIZE\n\tint\n\tdefault 5 if YES\n\tdefault 2\n",
	 "config SIZE\n\tint\n\tdefault 2\n\tdefault 5 if YES\n", "SIZE: default 2"},
	{"the same where the user is asked",
	 "config SIZE\n\tint \"?\"\n\tdefault 5 if YES\n\tdefault 2\n",
	 "config SIZE\n\tint \"?\"\n\tdefault 2\n\tdefault 5 if YES\n", NULL},
	{"a new number", "", "config FRESH\n\tint \"How many?\"\n", "FRESH: it is new"},
	{"a dependency that is there", ASKED("YES"), ASKED("YES") "\tdepends on !NO\n", NULL},
	{"a dependency that is not", ASKED("YES"), ASKED("YES") "\tdepends on NO\n",
	 "YES: depends on NO"},
	{"one that is a module", ASKED("YES"), ASKED("YES") "\tdepends on MOD\n",
	 "YES: depends on MOD"},
	{"of an option that is not set", ASKED("NO"), ASKED("NO") "\tselect FOO\n", NULL},
	{"what is selected is set", ASKED("MOD"), ASKED("MOD") "\tselect YES\n", NULL},
	{"is so under a condition that is not", ASKED("YES"),
	 ASKED("YES") "\tselect FOO if NO || !YES\n", NULL},
	{"is a module alone", ASKED("YES"), ASKED("YES") "\tselect MOD\n", "YES: select MOD"},
	{"what is selected no more", ASKED("YES") "\tselect MOD\n", ASKED("YES"),
	 "YES: select MOD"},
	{"another default of what was asked", ASKED("YES"), ASKED("YES") "\tdefault n\n", NULL},
	{"of what nobody is asked", PLAIN "\tdefault y\n", PLAIN "\tdefault NO\n",
	 "PLAIN: default NO"},
	{"another kind", ASKED("YES"), "config YES\n\ttristate \"What?\"\n", "YES: tristate"},
	{"a condition around it", ASKED("YES"), "if NO\n" ASKED("YES") "endif\n",
	 "YES: depends on NO"},
	{"a menu's", "menu \"M\"\n" ASKED("YES") "endmenu\n",
	 "menu \"N\"\n\tdepends on NO\n" ASKED("YES") "endmenu\n" ASKED("NO"),
	 "YES: depends on NO"},
	{"a choice", "choice\n\tprompt \"X\"\n\tdefault YES\n" ASKED("YES") "endchoice\n",
	 "choice\n\tprompt \"X\"\n\tdefault NO\n" ASKED("YES") "endchoice\n", "a choice"},
	{"a macro", "x := $(shell,echo)\n" ASKED("YES"), "x := $(shell,id)\n" ASKED("YES"),
	 "a macro"},
	{"a line that goes on", ASKED("YES") "\tdepends on YES && !NO\n",
	 ASKED("YES") "\tdepends on YES && \\\n\t\t!NO\n", NULL},
};

static void options_that_may_change_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(kconfig_change_clear) struct kconfig_change change = {0};

		assert_null(kconfig_compare(cases[i].old, cases[i].new, config, &change));
		const char *said = change.options.count ? change.options.items[0] : NULL;

		if (!said != !cases[i].option || (said && !text_starts_with(said, cases[i].option)))
			fail_msg("%s: %s", cases[i].sentence, said ?: "nothing");
	}
}

static void files_that_are_read_are_told(void **state)
{
	_cleanup_(kconfig_change_clear) struct kconfig_change change = {0};

	(void)state;
	assert_null(kconfig_compare("source \"a/Kconfig\"\nsource \"b/Kconfig\"\n",
				    "source 'b/Kconfig'\nsource \"c/Kconfig\"\n", config, &change));
	assert_int_equal(change.only_old.count, 1);
	assert_string_equal(change.only_old.items[0], "a/Kconfig");
	assert_int_equal(change.only_new.count, 1);
	assert_string_equal(change.only_new.items[0], "c/Kconfig");
	assert_int_equal(change.options.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_come_to_what_they_should),
		cmocka_unit_test(options_that_may_change_are_named),
		cmocka_unit_test(files_that_are_read_are_told),
	};

	return cmocka_run_group_tests_name("kconfig_change", tests, NULL, NULL);
}
