package migration_test

import "testing"

// What ent and Atlas's free library do that would make a migration wrong, each
// measured with ent v0.14.5 and the Atlas version that it selects, with the test
// that shows that this engine does not fall for it.
func TestTraps(t *testing.T) {
	t.Parallel()
	prove(t, []proven{
		// Namespaces.
		{"ent's generated tables have lost their namespace", tablesGetTheirNamespace},
		{"one ent graph holds a table name once", sameTableNameInTwoNamespaces},
		{"a reference to a namespace without tables is a nil pointer", referenceToNothingIsAnError},
		{"Atlas splits the foreign keys of a cycle", foreignKeysInACycle},
		{"a stand-in for another schema owner's table is in no namespace", standInIsTheRealTable},
		{"ent puts parentheses around defaults", defaultsAreTheAuthorsWords},
		{"a namespace that is not declared is dropped", namespaceIsNeverDropped},
		{"names that need quotes", reservedWordsAreNames},
		{"shadow names must not make long names longer", namesOfFullLength},

		// The normal form.
		{"normalising drops public, and pgvector with it", publicAndVectorSurvive},
		{"normalising refuses an extension in another schema", vectorInAnotherSchema},
		{"PostgreSQL prints an expression in more than one way", printedFormsAreStable},
		{"qualification differs with search_path", expressionsOverOwnTypes},
		{"inspecting empties search_path on another connection", searchPathStaysClean},
		{"the catalog's text depends on search_path", fingerprintIgnoresSearchPath},
		{"expressions and their text depend on the session's settings", settingsMakeNoDifference},
		{"row-level security hides rows from those who count them", rowsBehindPoliciesAreCounted},
		{"the hash depends on the order of a map", hashIsDeterministic},

		// What Atlas's comparison does not see, or stumbles over.
		{"another vector dimension is no change", vectorChangesAreSeen},
		{"HNSW parameters are neither planned nor compared", hnswParametersAreSeen},
		{"IVFFlat parameters are neither planned nor compared", ivfflatParametersAreSeen},
		{"another expression of a named check is no change", namedCheckIsCompared},
		{"another generating expression is an error", generatedExpressionChanges},
		{"plain to generated is an error", plainBecomesGenerated},
		{"generated to plain has no code", generatedBecomesPlain},
		{"identity to none is an error", identityBecomesPlain},
		{"another collation is no change", collationIsCompared},
		{"deferrable is no change", deferralIsCompared},
		{"NOT VALID is no change", notValidIsSeen},
		{"row-level security is no change", rowSecurityIsCompared},
		{"a comment is a change like any other", commentsAreCompared},
		{"NULLS NOT DISTINCT", nullsNotDistinct},
		{"an enum value that goes plans nothing", enumValuesGo},
		{"an array has a default", arrayDefaults},
		{"a default with a double quote", defaultWithQuotes},
		{"a fingerprint is blind to what it does not name", fingerprintCoversWhatIsDeclared},

		// Changes without a finding.
		{"type changes have no finding", typeChangesAreClassified},
		{"a change of type has no USING", textBecomesNumber},
		{"drops of indexes, keys, checks and defaults have no finding", harmlessDropsAreApplied},
		{"a unique index over an expression has no finding", uniqueExpressionOverDuplicates},
		{"a plan with CONCURRENTLY says that it is transactional", concurrentStatementsSaySo},

		// Lock, history.
		{"after the wait the history is still not seen", historyIsSeenAfterTheWait},
		{"two runs in one second have one number", runsInOneSecond},
		{"the versions decide on the plan", versionsAreRecorded},
	})
}
