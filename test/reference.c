/*
 * reference.c
 *	  Print a part of README's reference, as a table in Markdown, from the
 *	  tables that the code is made of.
 *
 * usage: reference commands|options|settings
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "migrate.h"

/* more than there are of an option's kind */
#define SEEN_MAX (MIGR_CMD_COUNT * (MIGR_MAX_PARAMS + MIGR_MAX_SWITCHES))

/* ---- commands ------------------------------------------------------------------ */

/* Print a default as SQL writes it, where it isn't NULL or false. */
static void
print_default(const MigrParam *param)
{
	if (param->initial == NULL || strcmp(param->initial, "false") == 0)
		return;
	if (param->type == MIGR_TEXT)
		printf(" = '%s'", param->initial);
	else
		printf(" = %s", param->initial);
}

/* Print how a command is called in SQL; what may be left out, in brackets. */
static void
print_call(const MigrCommand *command)
{
	bool bracket = false;

	printf("`%s(", command->name);
	for (int i = 0; i < migr_param_count(command); i++)
	{
		const MigrParam *param = &command->params[i];

		if (!param->required && !bracket)
			printf("%s[", i > 0 ? " " : "");
		bracket |= !param->required;
		printf("%s%s", i > 0 ? ", " : "", param->name);
		print_default(param);
	}
	printf("%s)`", bracket ? "]" : "");
}

/* Does it give a table of revisions? */
static bool
gives_revisions(const MigrCommand *command)
{
	return migr_column_count(command) > 1 &&
		   strcmp(command->columns[1].name, "down_revision") == 0;
}

/* Print what it gives. */
static void
print_result(const MigrCommand *command)
{
	static const int revision_columns = 12;

	if (command->result == MIGR_RESULT_LINES)
		printf("lines");
	else if (command->result == MIGR_RESULT_TEXT)
		printf("text");
	else if (command->result == MIGR_RESULT_LIST)
		printf("list");
	else if (gives_revisions(command))
	{
		printf("revisions");
		for (int i = revision_columns; i < migr_column_count(command); i++)
			printf(" and `%s`", command->columns[i].name);
	}
	else
	{
		printf("table: ");
		for (int i = 0; i < migr_column_count(command); i++)
			printf("%s`%s`", i > 0 ? ", " : "", command->columns[i].name);
	}
}

/* Print a command's word and what stands behind it in its place. */
static void
print_word(const MigrCommand *command)
{
	if (command->word == NULL)
		return;
	printf("`%s", command->word);
	for (int i = 0; i < migr_param_count(command); i++)
	{
		const MigrParam *param = &command->params[i];

		if (param->option == NULL)
			printf(" %s", param->name);
		else if (strcmp(param->option, "...") == 0)
			printf(" %s ...", param->name);
	}
	printf("`");
}

/* Print the commands. */
static void
print_commands(void)
{
	printf("| call | | gives | command line |\n|---|---|---|---|\n");
	for (int id = 0; id < MIGR_CMD_COUNT; id++)
	{
		const MigrCommand *command = &migr_commands[id];

		printf("| ");
		print_call(command);
		printf(" | %s | ", command->help);
		print_result(command);
		printf(" | ");
		print_word(command);
		printf(" |\n");
	}
}

/* ---- options --------------------------------------------------------------------- */

/* A command's parameter or switch by its number; NULL where there is none, or
 * where it is no option. */
static const MigrParam *
option_of(const MigrCommand *command, int i)
{
	const MigrParam *param = i < MIGR_MAX_PARAMS
								 ? &command->params[i]
								 : &command->switches[i - MIGR_MAX_PARAMS];

	return command->word != NULL && param->name != NULL &&
				   param->option != NULL && param->option[0] == '-'
			   ? param
			   : NULL;
}

/* Do two mean the same? */
static bool
same_option(const MigrParam *a, const MigrParam *b)
{
	return strcmp(a->option, b->option) == 0 && strcmp(a->help, b->help) == 0;
}

/* Print an option as it is written, with its value. */
static void
print_option(const MigrParam *param)
{
	size_t len = strcspn(param->option, ".");

	while (len > 0 && param->option[len - 1] == ' ')
		len--;
	printf("`%.*s", (int) len, param->option);
	if (param->type != MIGR_BOOL)
	{
		printf(" ");
		for (const char *c = param->name; *c != '\0'; c++)
			printf("%c", toupper((unsigned char) *c));
	}
	printf("`%s",
		   strstr(param->option, "...") != NULL ? ", several times" : "");
}

/* Print the words of the commands that have an option. */
static void
print_takers(const MigrParam *param)
{
	const char *between = "";

	for (int id = 0; id < MIGR_CMD_COUNT; id++)
		for (int i = 0; i < MIGR_MAX_PARAMS + MIGR_MAX_SWITCHES; i++)
		{
			const MigrParam *other = option_of(&migr_commands[id], i);

			if (other == NULL || !same_option(other, param))
				continue;
			printf("%s`%s`", between, migr_commands[id].word);
			between = ", ";
		}
}

/* Print what options mean, each once. */
static void
print_options(void)
{
	const MigrParam *seen[SEEN_MAX];
	int count = 0;

	printf("| option | of | |\n|---|---|---|\n");
	for (int id = 0; id < MIGR_CMD_COUNT; id++)
		for (int i = 0; i < MIGR_MAX_PARAMS + MIGR_MAX_SWITCHES; i++)
		{
			const MigrParam *param = option_of(&migr_commands[id], i);
			bool known = param == NULL;

			for (int k = 0; !known && k < count; k++)
				known = same_option(seen[k], param);
			if (known)
				continue;
			seen[count++] = param;
			printf("| ");
			print_option(param);
			printf(" | ");
			print_takers(param);
			printf(" | %s |\n", param->help);
		}
}

/* ---- settings -------------------------------------------------------------------- */

/* Print the settings. */
static void
print_settings(void)
{
	printf("| setting | | in `migrate.ini` | PostgreSQL: who sets it |\n"
		   "|---|---|---|---|\n");
	for (const MigrSetting *s = migr_settings; s->name != NULL; s++)
		printf("| `%s` | %s | %s | %s |\n", s->name, s->summary,
			   s->common ? "no" : "yes",
			   s->superuser ? "superusers"
			   : s->files	? "`pg_read_server_files`"
							: "");
}

int
main(int argc, char **argv)
{
	const char *part = argc == 2 ? argv[1] : "";

	if (strcmp(part, "commands") == 0)
		print_commands();
	else if (strcmp(part, "options") == 0)
		print_options();
	else if (strcmp(part, "settings") == 0)
		print_settings();
	else
	{
		fprintf(stderr, "usage: reference commands|options|settings\n");
		return 2;
	}
	return 0;
}
