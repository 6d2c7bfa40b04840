/* locate: names inside a store's folder (ledger page 6), and whether there is a store. */
#ifndef DX_STORE_LOCATE_H
#define DX_STORE_LOCATE_H

#include <stdbool.h>

#define DX_STORE_DB	"store.db"
#define DX_STORE_LOCK	"lock"
#define DX_STORE_IGNORE	".gitignore"

/* Whether the database file at that path is a store made whole, or something of somebody else, which opening then refuses; false
 * when there is none, or one without a schema, left by a kill. */
bool	dx_store_is_at(const char *db);

#endif
