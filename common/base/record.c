/*
 * record.c
 *	  Write a record of what a client ran.  See record.h.
 */
#include "base/record.h"

const char *const migr_record_words[MIGR_RECORD_KINDS] = {
	"run",		"outside",	 "data", "begin",  "commit",
	"rollback", "savepoint", "back", "release"};

void
migr_record_add(MigrStr *str, const char *session, MigrRecordKind kind,
				MigrSpan text)
{
	size_t marks = 0;

	for (size_t i = 0; i < text.len; i++)
		marks += text.ptr[i] == MIGR_RECORD_MARK;
	migr_str_printf(str, "%c%s %s %zu\n", MIGR_RECORD_MARK, session,
					migr_record_words[kind], text.len + marks);
	if (marks == 0)
		migr_str_add_n(str, text.ptr, text.len);
	for (size_t i = 0; marks > 0 && i < text.len; i++)
	{
		if (text.ptr[i] == MIGR_RECORD_MARK)
			migr_str_add_char(str, MIGR_RECORD_MARK);
		migr_str_add_char(str, text.ptr[i]);
	}
	migr_str_add_char(str, '\n');
}
