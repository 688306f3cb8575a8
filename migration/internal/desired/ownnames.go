package desired

// historyNamespace is the schema of the history tables. elizaOS has tables of
// its own there, whose names start with an underscore.
const historyNamespace = "migrations"

// ShadowPrefix is the name prefix of shadow namespaces, in which the desired
// state is built. They exist inside one transaction only. A number follows
// rather than the real name, because of the limit of 63 bytes.
const ShadowPrefix = "zz_elizago_"
