package migration_test

import "testing"

// Every known defect of elizaOS's migrator (@elizaos/plugin-sql 1.7.2), in the
// order of the list that these tests were written against, with the test that
// shows that this engine does not have it.
func TestElizaOSDefects(t *testing.T) {
	prove(t, []proven{
		{"01 the predicate of a partial index is lost", partialIndexKeepsItsPredicate},
		{"02 the operator class of an index is lost", indexKeepsItsOperatorClass},
		{"03 the type of a native enum is not created", nativeEnumIsCreated},
		{"04 DROP INDEX does not name the plugin's namespace", indexOfAPluginIsDroppedInItsNamespace},
		{"05 changes under the same name are ignored", changesUnderTheSameNameAreApplied},
		{"06 identity and generated columns become plain", identityAndGeneratedColumnsAreWhatTheySay},
		{"07 of two foreign keys with one name only the first is created", sameForeignKeyNameInTwoTables},
		{"08 tables that were there before are taken for equal", tablesThatWereThereAreSeen},
		{"09 a dry run writes", dryRunWritesNothing},
		{"10 shrinking a varchar passes for safe, then fails", shrinkingVarcharCountsItsRows},
		{"11 an environment variable decides on the lock", lockWhateverTheEnvironment},
		{"12 transaction and lock are spread over a pool", oneConnectionOneTransaction},
		{"13 the hash depends on the order of keys", hashIgnoresOrder},
		{"14 what is not acted on is compared at every start", whatIsLeftAloneIsRemembered},
		{"15 an upgrade touches what is not its own", otherPluginsAreUntouched},
		{"16 everything but tables is ignored", everyDeclaredObjectIsManaged},
		{"16 what was made by hand", whatWasMadeByHandIsLeftAlone},
		{"17 no way back", reverseIsKept},
		{"17 no rename hints", renameHintKeepsTheRows},
		{"17 no data migrations", dataMigrationRuns},
		{"17 no lock timeout", lockTimeoutEndsTheWait},
		{"17 no concurrent index builds", indexIsBuiltConcurrently},
	})
}
