/*
 * disk.c
 *	  A disk in memory as a VFS of SQLite, which fails as real ones do.
 *
 * A file has two contents, what programs see and what a loss of power leaves
 * at least; between them lies a list of changes, which a sync carries out.
 * Names and lengths change in their order, as file systems with a journal of their
 * own see to: of what was made, removed or truncated since the last sync a loss
 * keeps all, or nothing.
 */
#include "disk.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512
#define REGIONS 16

typedef struct Image
{
	unsigned char *bytes;
	sqlite3_int64 size;
} Image;

/* A write, or with no bytes a truncation to the offset. */
typedef struct Change
{
	struct Change *next;
	sqlite3_int64 offset;
	int count;
	unsigned char bytes[];
} Change;

typedef struct File
{
	struct File *next;
	char *name; /* NULL: a temporary one */
	bool named; /* has its name now */
	bool safe;	/* has it after a loss of power */
	Image now;
	Image synced;
	Change *changes; /* from the second to the first, in their order */
	Change **last;	 /* where the next one goes */
	struct Handle *handles;
	void *regions[REGIONS]; /* shared memory of the WAL */
} File;

typedef struct Handle
{
	sqlite3_file base;
	File *file;
	struct Handle *next;
	int level;			/* of its lock */
	unsigned shared;	/* locks in shared memory, a bit each */
	unsigned exclusive; /* the same */
} Handle;

typedef struct Disk
{
	File *files;
	File *kept;
	DiskFault fault;
	long countdown; /* operations until it goes wrong; 0: it doesn't */
	bool for_good;
	bool struck;
} Disk;

static Disk disk;

/* ---- faults -------------------------------------------------------------- */

/* Does an operation of this class go wrong?  class is the narrowest fault that
 * counts it: a write is a change, and a change an operation. */
static bool
strikes(DiskFault class)
{
	bool counts = disk.fault == DISK_ERROR ||
				  (disk.fault == DISK_POWER && class != DISK_ERROR) ||
				  (disk.fault == DISK_FULL && class == DISK_FULL);

	if (disk.struck && disk.for_good)
		return counts || disk.fault == DISK_POWER;
	if (disk.countdown == 0 || !counts || --disk.countdown > 0)
		return false;
	disk.struck = true;
	return true;
}

void
disk_arm(DiskFault fault, long number, bool for_good)
{
	disk.fault = fault;
	disk.countdown = number;
	disk.for_good = for_good || fault == DISK_POWER;
	disk.struck = false;
}

bool
disk_disarm(void)
{
	bool struck = disk.struck;

	disk.countdown = 0;
	disk.struck = false;
	return struck;
}

/* ---- contents ------------------------------------------------------------ */

/* Set a content's size; what is new is zero. */
static void
resize(Image *image, sqlite3_int64 size)
{
	image->bytes = realloc(image->bytes, (size_t) size + 1);
	if (size > image->size)
		memset(image->bytes + image->size, 0, (size_t) (size - image->size));
	image->size = size;
}

/* Write a part of a change, of which the first byte has this place in it. */
static void
write_part(Image *image, const Change *change, int from, int count)
{
	sqlite3_int64 offset = change->offset + from;

	if (offset + count > image->size)
		resize(image, offset + count);
	memcpy(image->bytes + offset, change->bytes + from, (size_t) count);
}

/* Note a change, and let programs see it. */
static void
change_file(File *file, const void *bytes, int count, sqlite3_int64 offset)
{
	Change *change = calloc(1, sizeof(Change) + (size_t) count);

	change->offset = offset;
	change->count = count;
	if (bytes != NULL)
	{
		memcpy(change->bytes, bytes, (size_t) count);
		write_part(&file->now, change, 0, count);
	}
	else
		resize(&file->now, offset);
	*file->last = change;
	file->last = &change->next;
}

/* Forget the changes that aren't synced. */
static void
drop_changes(File *file)
{
	while (file->changes != NULL)
	{
		Change *next = file->changes->next;

		free(file->changes);
		file->changes = next;
	}
	file->last = &file->changes;
}

/* Copy a content over another one. */
static void
copy_image(Image *to, const Image *from)
{
	resize(to, from->size);
	if (from->size > 0)
		memcpy(to->bytes, from->bytes, (size_t) from->size);
}

/* Carry out on what is synced those sectors of the changes that chance picks,
 * and all truncations or none; what programs see is that, then. */
static void
lose_changes(File *file, bool truncate)
{
	for (Change *change = file->changes; change != NULL; change = change->next)
	{
		if (change->count == 0 && truncate)
			resize(&file->synced, change->offset);
		for (int from = 0; from < change->count; from += SECTOR)
		{
			int rest = change->count - from;

			if (rand() % 2 == 0)
				write_part(&file->synced, change, from,
						   rest < SECTOR ? rest : SECTOR);
		}
	}
	drop_changes(file);
	copy_image(&file->now, &file->synced);
}

/* ---- names --------------------------------------------------------------- */

/* Find a file by its name now. */
static File *
find(const char *name)
{
	File *file = disk.files;

	while (file != NULL &&
		   (!file->named || name == NULL || strcmp(file->name, name) != 0))
		file = file->next;
	return file;
}

/* Make a file on a list. */
static File *
make_file(File **list, const char *name)
{
	File *file = calloc(1, sizeof(File));

	file->name = name != NULL ? strdup(name) : NULL;
	file->named = name != NULL;
	file->last = &file->changes;
	file->next = *list;
	*list = file;
	return file;
}

/* Free those files of a list that nobody can see any more. */
static void
sweep(File **list)
{
	while (*list != NULL)
	{
		File *file = *list;

		if (file->named || file->safe || file->handles != NULL)
		{
			list = &file->next;
			continue;
		}
		*list = file->next;
		drop_changes(file);
		free(file->now.bytes);
		free(file->synced.bytes);
		free(file->name);
		free(file);
	}
}

/* Take all files of a list away. */
static void
clear_files(File **list)
{
	for (File *file = *list; file != NULL; file = file->next)
		file->named = file->safe = false;
	sweep(list);
}

/* Make a list a copy of what programs see on another one. */
static void
copy_files(File **to, const File *from)
{
	clear_files(to);
	for (; from != NULL; from = from->next)
	{
		File *file;

		if (!from->named)
			continue;
		file = make_file(to, from->name);
		file->safe = true;
		copy_image(&file->now, &from->now);
		copy_image(&file->synced, &from->now);
	}
}

void
disk_clear(void)
{
	clear_files(&disk.files);
}

void
disk_keep(void)
{
	copy_files(&disk.kept, disk.files);
}

void
disk_return(void)
{
	copy_files(&disk.files, disk.kept);
}

void
disk_recover(unsigned chance)
{
	bool metadata;

	srand(chance);
	metadata = rand() % 2 == 0;
	for (File *file = disk.files; file != NULL; file = file->next)
	{
		if (metadata)
			file->safe = file->named;
		file->named = file->safe;
		lose_changes(file, metadata);
	}
	sweep(&disk.files);
}

/* ---- files --------------------------------------------------------------- */

/* The file behind SQLite's handle. */
static File *
file_of(sqlite3_file *handle)
{
	return ((Handle *) handle)->file;
}

/* Free the shared memory. */
static void
free_regions(File *file)
{
	for (int i = 0; i < REGIONS; i++)
	{
		free(file->regions[i]);
		file->regions[i] = NULL;
	}
}

static int
disk_close(sqlite3_file *base)
{
	Handle *handle = (Handle *) base;
	Handle **at = &handle->file->handles;

	while (*at != handle)
		at = &(*at)->next;
	*at = handle->next;
	if (handle->file->handles == NULL)
		free_regions(handle->file);
	sweep(&disk.files);
	return SQLITE_OK;
}

static int
disk_read(sqlite3_file *base, void *to, int count, sqlite3_int64 offset)
{
	const Image *image = &file_of(base)->now;
	sqlite3_int64 rest = image->size > offset ? image->size - offset : 0;

	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_READ;
	if (rest >= count)
	{
		memcpy(to, image->bytes + offset, (size_t) count);
		return SQLITE_OK;
	}
	memset(to, 0, (size_t) count);
	if (rest > 0)
		memcpy(to, image->bytes + offset, (size_t) rest);
	return SQLITE_IOERR_SHORT_READ;
}

static int
disk_write(sqlite3_file *base, const void *from, int count,
		   sqlite3_int64 offset)
{
	if (strikes(DISK_FULL))
		return disk.fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	change_file(file_of(base), from, count, offset);
	return SQLITE_OK;
}

static int
disk_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	if (strikes(DISK_POWER))
		return SQLITE_IOERR_TRUNCATE;
	change_file(file_of(base), NULL, 0, size);
	return SQLITE_OK;
}

static int
disk_sync(sqlite3_file *base, int flags)
{
	File *file = file_of(base);

	(void) flags;
	if (strikes(DISK_POWER))
		return SQLITE_IOERR_FSYNC;
	drop_changes(file);
	copy_image(&file->synced, &file->now);
	for (file = disk.files; file != NULL; file = file->next)
		file->safe = file->named;
	sweep(&disk.files);
	return SQLITE_OK;
}

static int
disk_size(sqlite3_file *base, sqlite3_int64 *size)
{
	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_FSTAT;
	*size = file_of(base)->now.size;
	return SQLITE_OK;
}

static int
disk_control(sqlite3_file *base, int operation, void *argument)
{
	(void) base;
	(void) operation;
	(void) argument;
	return SQLITE_NOTFOUND;
}

static int
disk_sector(sqlite3_file *base)
{
	(void) base;
	return SECTOR;
}

/* A write leaves alone what is beside it in its sector, as on every disk that
 * SQLite's own VFS knows of. */
static int
disk_character(sqlite3_file *base)
{
	(void) base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- locks --------------------------------------------------------------- */

static int
disk_lock(sqlite3_file *base, int level)
{
	Handle *handle = (Handle *) base;

	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_LOCK;
	for (Handle *other = handle->file->handles; other; other = other->next)
	{
		if (other == handle || other->level == SQLITE_LOCK_NONE)
			continue;
		if (level == SQLITE_LOCK_SHARED ? other->level >= SQLITE_LOCK_PENDING
										: other->level >= SQLITE_LOCK_RESERVED)
			return SQLITE_BUSY;
		if (level == SQLITE_LOCK_EXCLUSIVE)
		{
			handle->level = SQLITE_LOCK_PENDING;
			return SQLITE_BUSY;
		}
	}
	if (level > handle->level)
		handle->level = level;
	return SQLITE_OK;
}

static int
disk_unlock(sqlite3_file *base, int level)
{
	((Handle *) base)->level = level;
	return SQLITE_OK;
}

static int
disk_check_reserved(sqlite3_file *base, int *reserved)
{
	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_CHECKRESERVEDLOCK;
	*reserved = 0;
	for (Handle *handle = file_of(base)->handles; handle; handle = handle->next)
		*reserved |= handle->level >= SQLITE_LOCK_RESERVED;
	return SQLITE_OK;
}

static int
disk_map(sqlite3_file *base, int region, int size, int extend,
		 void volatile **at)
{
	void **memory = &file_of(base)->regions[region];

	*at = NULL;
	if (strikes(DISK_ERROR) || region >= REGIONS)
		return SQLITE_IOERR_SHMMAP;
	if (*memory == NULL && extend)
		*memory = calloc(1, (size_t) size);
	*at = *memory;
	return SQLITE_OK;
}

static int
disk_shm_lock(sqlite3_file *base, int first, int count, int flags)
{
	Handle *handle = (Handle *) base;
	unsigned mask = ((1u << count) - 1) << first;

	if (flags & SQLITE_SHM_UNLOCK)
	{
		handle->shared &= ~mask;
		handle->exclusive &= ~mask;
		return SQLITE_OK;
	}
	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_SHMLOCK;
	for (Handle *other = handle->file->handles; other; other = other->next)
	{
		unsigned held = other->exclusive;

		if (flags & SQLITE_SHM_EXCLUSIVE)
			held |= other->shared;
		if (other != handle && (held & mask))
			return SQLITE_BUSY;
	}
	*(flags & SQLITE_SHM_SHARED ? &handle->shared : &handle->exclusive) |= mask;
	return SQLITE_OK;
}

static void
disk_barrier(sqlite3_file *base)
{
	(void) base;
}

static int
disk_unmap(sqlite3_file *base, int remove)
{
	Handle *handle = (Handle *) base;

	handle->shared = handle->exclusive = 0;
	if (remove)
		free_regions(handle->file);
	return SQLITE_OK;
}

/* ---- the VFS ------------------------------------------------------------- */

static int
disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags,
		  int *flags_out)
{
	static const sqlite3_io_methods methods = {2,
											   disk_close,
											   disk_read,
											   disk_write,
											   disk_truncate,
											   disk_sync,
											   disk_size,
											   disk_lock,
											   disk_unlock,
											   disk_check_reserved,
											   disk_control,
											   disk_sector,
											   disk_character,
											   disk_map,
											   disk_shm_lock,
											   disk_barrier,
											   disk_unmap,
											   NULL,
											   NULL};
	Handle *handle = (Handle *) base;
	File *file = find(name);

	(void) vfs;
	memset(handle, 0, sizeof(*handle));
	if (strikes(file == NULL ? DISK_POWER : DISK_ERROR) ||
		(file == NULL && !(flags & SQLITE_OPEN_CREATE)))
		return SQLITE_CANTOPEN;
	if (file == NULL)
		file = make_file(&disk.files, name);
	if (flags & SQLITE_OPEN_DELETEONCLOSE)
		file->named = false;
	handle->file = file;
	handle->next = file->handles;
	file->handles = handle;
	base->pMethods = &methods;
	if (flags_out != NULL)
		*flags_out = flags;
	return SQLITE_OK;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	File *file = find(name);

	(void) vfs;
	if (strikes(DISK_POWER))
		return SQLITE_IOERR_DELETE;
	if (file == NULL)
		return SQLITE_IOERR_DELETE_NOENT;
	file->named = false;
	file->safe &= !sync;
	sweep(&disk.files);
	return SQLITE_OK;
}

static int
disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *found)
{
	(void) vfs;
	(void) flags;
	if (strikes(DISK_ERROR))
		return SQLITE_IOERR_ACCESS;
	*found = find(name) != NULL;
	return SQLITE_OK;
}

static int
disk_path(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
	(void) vfs;
	sqlite3_snprintf(size, path, "%s", name);
	return SQLITE_OK;
}

void
disk_register(void)
{
	/* what has nothing to do with files is the default's */
	static sqlite3_vfs vfs;

	vfs = *sqlite3_vfs_find(NULL);
	vfs.szOsFile = sizeof(Handle);
	vfs.zName = "disk";
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	vfs.xAccess = disk_access;
	vfs.xFullPathname = disk_path;
	sqlite3_vfs_register(&vfs, 0);
}
