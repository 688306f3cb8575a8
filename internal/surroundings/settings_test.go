package surroundings

import "testing"

var settingRows = []row{
	ofRole("`search_path` names schemas that do not exist, or none", "search_path = nowhere, \"$user\""),
	{
		name: "`default_transaction_read_only`, of the database",
		prepare: func(t *testing.T, s *scene) {
			name := s.asOwner(t)
			s.vectorIn(t, "public")
			s.exec(t, "ALTER DATABASE "+name+" SET default_transaction_read_only = on")
		},
		refused: "RESET default_transaction_read_only",
		advice:  "free space if the disk is full, then the ALTER DATABASE that the words name",
		follow:  followReset,
	},
	{
		name: "`default_transaction_read_only`, of the role",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			s.exec(t, "ALTER ROLE "+quoted(s.role)+" SET default_transaction_read_only = yes")
		},
		refused: "RESET default_transaction_read_only",
		advice:  "the ALTER ROLE that the words name",
		follow:  followReset,
	},
	ofRole("`lock_timeout`, `idle_in_transaction_session_timeout` and `idle_session_timeout` of 100 ms",
		"lock_timeout = 100", "idle_in_transaction_session_timeout = 100", "idle_session_timeout = 100"),
	ofRole("`statement_timeout` of 5 s", "statement_timeout = '5s'"),
	ofRole("`quote_all_identifiers`, `standard_conforming_strings` off, `backslash_quote` off, `transform_null_equals`, `array_nulls` off",
		"quote_all_identifiers = on", "standard_conforming_strings = off", "backslash_quote = off", "transform_null_equals = on", "array_nulls = off"),
	ofRole("`TimeZone`, `DateStyle`, `IntervalStyle`, `bytea_output` and `extra_float_digits` of another country",
		"TimeZone = 'America/New_York'", "DateStyle = 'German, DMY'", "IntervalStyle = 'sql_standard'", "bytea_output = 'escape'", "extra_float_digits = -5"),
	ofRole("`row_security` off", "row_security = off"),
	ofRole("`default_transaction_isolation` serializable, and deferrable",
		"default_transaction_isolation = serializable", "default_transaction_deferrable = on"),
	ofRole("`default_text_search_config` of another language, `default_toast_compression`, `check_function_bodies` off, `synchronous_commit` off",
		"default_text_search_config = 'pg_catalog.german'", "default_toast_compression = pglz", "check_function_bodies = off", "synchronous_commit = off"),
	ofRole("`enable_seqscan`, `enable_indexscan` and `enable_sort` off, `plan_cache_mode` generic, `jit` always",
		"enable_seqscan = off", "enable_indexscan = off", "enable_sort = off", "plan_cache_mode = force_generic_plan", "jit_above_cost = 0"),
}

// ofRole is a role with settings, with which everything works.
func ofRole(name string, settings ...string) row {
	return row{name: name, prepare: func(t *testing.T, s *scene) {
		s.asOwner(t)
		s.vectorIn(t, "public")
		for _, setting := range settings {
			s.exec(t, "ALTER ROLE "+quoted(s.role)+" SET "+setting)
		}
	}}
}

// followReset executes the ALTER of the words.
func followReset(t *testing.T, s *scene, words string) {
	t.Helper()
	s.exec(t, "SET default_transaction_read_only = off", advised(t, words, "then run ", ", and start again"))
}
