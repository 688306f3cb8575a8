package surroundings

import "testing"

var extensionRows = []row{
	{
		name:    "pgvector is not in the database yet, superuser",
		prepare: func(t *testing.T, s *scene) { s.database(t) },
		note:    "the first start creates it, in `public`",
	},
	{
		name:    "in the schema `public`",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t); s.vectorIn(t, "public") },
	},
	{
		name:    "in the schema `extensions`",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t); s.vectorIn(t, "extensions"); s.grantUsage(t, "extensions") },
	},
	{
		name: "in a schema whose name needs quotes",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, `Vector "types"`)
			s.grantUsage(t, `Vector "types"`)
		},
	},
	{
		name:    "in a schema that the role may not use",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t); s.vectorIn(t, "extensions") },
		refused: "may not use: run GRANT USAGE ON SCHEMA \"extensions\"",
		advice:  "the GRANT that the words name",
		follow: func(t *testing.T, s *scene, words string) {
			s.exec(t, advised(t, words, "which role "+quoted(s.role)+" may not use: run ", ";"))
		},
	},
	{
		name:    "at a version before 0.7.0, the server has the files of a newer one",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t); s.vectorIn(t, "public"); s.oldVector(t) },
		refused: "pgvector 0.6.2 is too old: elizago needs 0.7.0 or newer",
		advice:  "`ALTER EXTENSION vector UPDATE`, as the extension's owner",
		follow: func(t *testing.T, s *scene, words string) {
			s.exec(t, advised(t, words, "run ", ";"))
		},
	},
	{
		name:    "not in the database, and the role may not create it",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t) },
		refused: "may not create the extension vector",
		advice:  "`CREATE EXTENSION vector` as an administrator, in that database",
		follow: func(t *testing.T, s *scene, words string) {
			s.exec(t, advised(t, words, "as an administrator run ", " in that database"))
		},
	},
	{
		name: "the schema `public` was dropped",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.exec(t, "DROP SCHEMA public CASCADE")
		},
		note: "it is created",
	},
}

// vectorIn creates the extension, as an administrator does.
func (s *scene) vectorIn(t *testing.T, schema string) {
	t.Helper()
	s.exec(t, "CREATE SCHEMA IF NOT EXISTS "+quoted(schema), "CREATE EXTENSION vector WITH SCHEMA "+quoted(schema))
}

func (s *scene) grantUsage(t *testing.T, schema string) {
	t.Helper()
	s.exec(t, "GRANT USAGE ON SCHEMA "+quoted(schema)+" TO "+quoted(s.role))
}

// oldVector makes the extension what version 0.6.2 is: without what the scripts
// of later versions create, so that ALTER EXTENSION runs these scripts. The
// server has no script that creates an old version.
func (s *scene) oldVector(t *testing.T) {
	t.Helper()
	s.exec(t, `
		CREATE TEMP TABLE members AS SELECT d.* FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
			WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'vector';
		DELETE FROM pg_depend d USING members m WHERE (d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.deptype) = (m.classid, m.objid, m.objsubid, m.refclassid, m.refobjid, m.deptype);
		DROP TYPE halfvec, sparsevec CASCADE;
		DROP FUNCTION ivfflat_halfvec_support, ivfflat_bit_support, hnsw_halfvec_support, hnsw_bit_support, hnsw_sparsevec_support,
			l2_normalize(vector), binary_quantize(vector), subvector(vector, int, int), vector_concat(vector, vector),
			hamming_distance, jaccard_distance, halfvec_typmod_in, halfvec_combine, sparsevec_typmod_in CASCADE;
		DROP OPERATOR FAMILY vector_l1_ops USING hnsw CASCADE;
		DROP OPERATOR FAMILY bit_hamming_ops USING hnsw CASCADE;
		DROP OPERATOR FAMILY bit_hamming_ops USING ivfflat CASCADE;
		DROP OPERATOR FAMILY bit_jaccard_ops USING hnsw CASCADE;
		DROP OPERATOR IF EXISTS <+> (vector, vector);
		INSERT INTO pg_depend SELECT m.* FROM members m WHERE (pg_identify_object(m.classid, m.objid, m.objsubid)).identity IS NOT NULL;
		DROP TABLE members;
		UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'`)
}
