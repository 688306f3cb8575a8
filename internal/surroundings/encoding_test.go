package surroundings

import "testing"

var encodingRows = []row{
	inEncoding("LATIN1"),
	inEncoding("EUC_JP"),
	inEncoding("SQL_ASCII"),
	{
		name: "UTF8, with `client_encoding` of the role another one",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			s.exec(t, "ALTER ROLE "+quoted(s.role)+" SET client_encoding = 'LATIN1'")
		},
		note: "a connection sets `client_encoding` to UTF8",
	},
}

// inEncoding is a database in an encoding that has not every letter.
func inEncoding(encoding string) row {
	return row{
		name: "a database in " + encoding,
		prepare: func(t *testing.T, s *scene) {
			s.databaseNamed(t, "in "+encoding, "ENCODING", encoding)
		},
		refused: "is in " + encoding + ", in which not every text can be stored: create one in UTF8",
		advice:  "the `createdb` that the words name",
		follow: func(t *testing.T, s *scene, words string) {
			s.createdb(t, advised(t, words, "create one in UTF8 (", ")"), s.name(t)+" in UTF8")
		},
	}
}
