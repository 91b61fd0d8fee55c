// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/diff/mail_decode.h"

#include <gmime/gmime.h>
#include <string.h>

#include "common/text.h"

/* Patches are not sent in mails that are nested deeper. */
#define MOST_NESTED 16

/* The parts found in a message. */
struct parts {
	GMimeStream *out; /* the texts */
	size_t nr_texts;
	bool has_html, has_encrypted, is_too_deep;
	char *other; /* what the first attachment is that is left out; NULL if none is */
};

static bool has_patch_name(GMimePart *part)
{
	const char *name = g_mime_part_get_filename(part);

	return name && (text_ends_with(name, ".patch") || text_ends_with(name, ".diff"));
}

/* Signatures say nothing of what to change. */
static bool is_signature(GMimeContentType *type)
{
	static const char *const types[] = {"pgp-signature", "pkcs7-signature",
					    "x-pkcs7-signature"};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (g_mime_content_type_is_type(type, "application", types[i]))
			return true;
	}
	return false;
}

/* Something that a patch may be in, and that is not read. */
static void leave_out(GMimePart *part, GMimeContentType *type, struct parts *parts)
{
	const char *name = g_mime_part_get_filename(part);
	_cleanup_free_ char *kind = g_mime_content_type_get_mime_type(type);

	if (!parts->other)
		parts->other = g_strdup_printf("%s%s%s%s", name ?: "", name ? " (" : "", kind,
					       name ? ")" : "");
}

static void take_part(GMimePart *part, struct parts *parts)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	GMimeDataWrapper *content = g_mime_part_get_content(part);

	if (type && g_mime_content_type_is_type(type, "text", "html")) {
		parts->has_html = true;
		if (g_mime_part_is_attachment(part))
			leave_out(part, type, parts);
		return;
	}
	if (type && !g_mime_content_type_is_type(type, "text", "*") && !has_patch_name(part)) {
		if (!is_signature(type))
			leave_out(part, type, parts);
		return;
	}
	if (!content)
		return;
	g_mime_data_wrapper_write_to_stream(content, parts->out);
	/* The next part starts on a new line. */
	g_mime_stream_write_string(parts->out, "\n");
	parts->nr_texts++;
}

static void take_object(GMimeObject *object, struct parts *parts, int depth)
{
	if (!object)
		return;
	if (depth > MOST_NESTED) {
		parts->is_too_deep = true;
	} else if (GMIME_IS_MULTIPART_ENCRYPTED(object)) {
		parts->has_encrypted = true;
	} else if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);

		for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
			take_object(g_mime_multipart_get_part(multipart, i), parts, depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		take_object(inner ? g_mime_message_get_mime_part(inner) : NULL, parts, depth + 1);
	} else if (GMIME_IS_PART(object)) {
		take_part(GMIME_PART(object), parts);
	}
}

/* As the first lines of a patch; a header's line breaks are gone. */
static void write_headers(GMimeMessage *message, GMimeStream *out)
{
	const char *subject = g_mime_message_get_subject(message);
	InternetAddressList *from = g_mime_message_get_from(message);
	char *author = from ? internet_address_list_to_string(from, NULL, FALSE) : NULL;
	const char *date = g_mime_object_get_header(GMIME_OBJECT(message), "Date");

	g_mime_stream_printf(out, "From: %s\nDate: %s\nSubject: %s\n\n", author ?: "", date ?: "",
			     subject ?: "");
	g_free(author);
}

static struct lp_error *judge(const char *name, const struct parts *parts)
{
	if (parts->is_too_deep)
		return lp_error_new(LP_NOT_APPLYING, "%s has mails nested too deeply", name);
	if (parts->has_encrypted)
		return lp_error_new(LP_NOT_APPLYING, "%s is encrypted", name);
	if (parts->other)
		return lp_error_hint(
			lp_error_new(LP_NOT_APPLYING,
				     "%s has an attachment that is neither text nor a patch: %s",
				     name, parts->other),
			"Save the patches of the mail as files, and name these.");
	if (parts->nr_texts)
		return NULL;
	if (parts->has_html)
		return lp_error_hint(lp_error_new(LP_NOT_APPLYING,
						  "%s is a mail in HTML, without plain text", name),
				     "HTML changes blanks and line ends: get the patch itself.");
	return lp_error_new(LP_NOT_APPLYING, "%s is a mail without text", name);
}

static struct lp_error *decode(const char *name, GMimeMessage *message, char **text)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	struct parts parts = {.out = stream};

	write_headers(message, stream);
	take_object(g_mime_message_get_mime_part(message), &parts, 0);
	struct lp_error *error = judge(name, &parts);

	if (!error) {
		GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

		if (memchr(bytes->data, '\0', bytes->len))
			error = lp_error_new(LP_NOT_APPLYING, "%s is no text", name);
		else
			error = text_format(text, "%.*s", (int)bytes->len, (char *)bytes->data);
	}
	g_free(parts.other);
	g_object_unref(stream);
	return error;
}

struct lp_error *mail_decode(const char *name, const char *message, size_t size, char **text)
{
	*text = NULL;
	g_mime_init();
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message, size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);

	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	GMimeMessage *read = g_mime_parser_construct_message(parser, NULL);
	struct lp_error *error =
		read ? decode(name, read, text)
		     : lp_error_new(LP_NOT_APPLYING, "%s can't be read as a mail", name);

	if (read)
		g_object_unref(read);
	g_object_unref(parser);
	g_object_unref(stream);
	return error;
}
