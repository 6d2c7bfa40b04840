/* The system's files, but for one thing: SQLite asks for the -wal to be created even where it is, and then syncs the folder after
 * the first frames, a second sync in each process.  Here a -wal that is there is opened as what it is. */
#include "store/sqlite.h"

static int
open_file(sqlite3_vfs *own, const char *name, sqlite3_file *file, int flags, int *got)
{
	sqlite3_vfs *system = sqlite3_vfs_find(NULL);
	int rc = SQLITE_CANTOPEN;

	(void)own;
	if ((flags & SQLITE_OPEN_WAL) != 0)
		rc = system->xOpen(system, name, file, flags & ~SQLITE_OPEN_CREATE, got);
	return (rc & 0xff) == SQLITE_CANTOPEN ? system->xOpen(system, name, file, flags, got) : rc;
}

const char *
dx_sql_vfs(void)
{
	static sqlite3_vfs own;
	sqlite3_vfs *system = sqlite3_vfs_find(NULL);

	if (own.zName != NULL || system == NULL)
		return own.zName;
	own = *system;
	own.zName = "dealix";
	own.pNext = NULL;
	own.xOpen = open_file;
	if (sqlite3_vfs_register(&own, 0) != SQLITE_OK)
		own.zName = NULL;
	return own.zName;
}
