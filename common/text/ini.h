/*
 * ini.h
 *	  A configuration file as Python's ConfigParser reads it, with the settings
 *	  that Alembic reads alembic.ini with.
 *
 * Sections are "[name]", keys stand before = or :, a value goes on in lines
 * that are indented deeper than its key.  Comments are whole lines that begin
 * with # or ;.  Section names are taken as they stand, keys in lower case.
 * What [DEFAULT] holds, all sections have.
 */
#ifndef MIGR_INI_H
#define MIGR_INI_H

#include "base/err.h"

typedef struct MigrIni MigrIni;

/*
 * Parse a file's text.  path names it in errors, also in later ones, or is
 * NULL.  Nothing of *out points into text; path is not copied.  A byte-order
 * mark is skipped; lines end with \n, \r\n or \r.  Errors (MIGR_ERR_FILE) carry
 * path and line.
 */
extern bool migr_ini_parse(MigrCtx *ctx, MigrSpan text, const char *path,
						   MigrIni **out);

/* Is there such a section?  [DEFAULT] is none. */
extern bool migr_ini_has_section(const MigrIni *ini, const char *section);

/*
 * Set *out to a key's value, or to NULL where neither the section nor [DEFAULT]
 * has the key, or where there is no such section.  section may be "DEFAULT".
 *
 * %(name)s stands for the value of name in the same section, in [DEFAULT], or,
 * if it is %(here)s and neither has it, for here (taken as it is; NULL: there
 * is none); %% is a %.  The key "here" is found likewise.  Errors
 * (MIGR_ERR_FILE) name the section, the key and the line in which the fault
 * stands: a name that isn't there, a % that means nothing, or references that
 * go deeper than 10 (as ConfigParser has it) or grow beyond all reason.
 */
extern bool migr_ini_get(MigrCtx *ctx, const MigrIni *ini, const char *section,
						 const char *key, const char *here, const char **out);

#endif
