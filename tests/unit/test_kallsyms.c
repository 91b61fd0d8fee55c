// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The forms that the tables of kallsyms have in newer kernels: against tables made here.
 * test_kernel_image.c has those of a real kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "common/kallsyms.h"

#define ADDRESS 0xffffffff82200000ull /* of the tables */
#define FIRST   0xffffffff81000000ull /* of the first symbol; the others follow at 16 bytes */
#define COUNT   40

/* Tables that grow, aligned to `unit` bytes. */
struct writer {
	uint8_t data[16384];
	size_t size, unit;
};

static void put(struct writer *writer, uint64_t value, size_t size)
{
	memcpy(writer->data + writer->size, &value, size);
	writer->size += size;
}

static void align(struct writer *writer)
{
	while (writer->size % writer->unit)
		put(writer, 0, 1);
}

/* The token of a printable character is that one; others have two, which no name needs. */
static void put_tokens(struct writer *writer)
{
	uint16_t index[256];
	size_t begin = writer->size;

	for (int i = 0; i < 256; i++) {
		index[i] = (uint16_t)(writer->size - begin);
		if (i > ' ' && i < 0x7f) {
			put(writer, (uint64_t)i, 2);
		} else {
			put(writer, '!' + (uint64_t)(i & 63), 1);
			put(writer, '~', 2);
		}
	}
	align(writer);
	for (int i = 0; i < 256; i++)
		put(writer, index[i], 2);
}

/* num_syms, names, markers, tokens: the order since Linux 6.4. */
static void put_names(struct writer *writer)
{
	put(writer, COUNT, 4);
	align(writer);
	for (int i = 0; i < COUNT; i++) {
		char name[16];
		int length = snprintf(name, sizeof(name), "Tname_%d", i);

		put(writer, (uint64_t)length, 1);
		for (int k = 0; k < length; k++)
			put(writer, (uint8_t)name[k], 1);
	}
	align(writer);
	put(writer, 0, 4);
	align(writer);
	put_tokens(writer);
}

/* Decodes the tables, and checks the symbols if there are any. */
static bool decode(const struct writer *writer)
{
	struct symbol_table table = {0};
	bool found;

	assert_null(kallsyms_decode(writer->data, writer->size, ADDRESS, &table, &found));
	for (size_t i = 0; found && i < COUNT; i++) {
		char name[16];

		snprintf(name, sizeof(name), "name_%zu", i);
		assert_string_equal(table.symbols[i].name, name);
		assert_int_equal(table.symbols[i].type, 'T');
		assert_int_equal(table.symbols[i].address, FIRST + 16 * i);
	}
	symbol_table_clear(&table);
	return found;
}

/* Offsets that count from their own places. */
static void put_places(struct writer *writer)
{
	for (uint64_t i = 0; i < COUNT; i++)
		put(writer, FIRST + 16 * i - (ADDRESS + writer->size), 4);
	align(writer);
}

static void offsets_count_from_a_base(void **state)
{
	struct writer writer = {.unit = 8};

	(void)state;
	put(&writer, 0, 8);
	put_names(&writer);
	for (uint64_t i = 0; i < COUNT; i++)
		put(&writer, 16 * i, 4);
	align(&writer);
	put(&writer, FIRST, 8);
	assert_true(decode(&writer));
}

/* Linux 7.0; the tables begin at a multiple of 4 only. */
static void offsets_count_from_their_places(void **state)
{
	struct writer writer = {.unit = 4};

	(void)state;
	put(&writer, 0, 8);
	put(&writer, 0, 4);
	put_names(&writer);
	put_places(&writer);
	assert_true(decode(&writer));
}

static void addresses_that_decrease_are_none(void **state)
{
	struct writer writer = {.unit = 4};

	(void)state;
	put(&writer, 0, 8);
	put_names(&writer);
	put_places(&writer);
	memset(writer.data + writer.size - 4 * 10, 0, 4);
	memset(writer.data + writer.size - 4 * 9, 0x80, 4);
	assert_false(decode(&writer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_count_from_a_base),
		cmocka_unit_test(offsets_count_from_their_places),
		cmocka_unit_test(addresses_that_decrease_are_none),
	};

	return cmocka_run_group_tests_name("kallsyms", tests, NULL, NULL);
}
