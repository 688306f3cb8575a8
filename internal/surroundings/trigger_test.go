package surroundings

import "testing"

var triggerRows = []row{
	{
		name: "one that enables row security on each new table",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			s.trigger(t, "secure", "ddl_command_end", `DECLARE c record;
				BEGIN
					FOR c IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' LOOP
						EXECUTE 'ALTER TABLE ' || c.object_identity || ' ENABLE ROW LEVEL SECURITY';
					END LOOP;
				END`)
		},
		note: "the tables have row security, which their owner passes",
	},
	{
		name: "one that writes an audit row, with the name of its schema",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.exec(t, "CREATE SCHEMA audit", "CREATE TABLE audit.log (tag text)")
			s.trigger(t, "audit_ddl", "ddl_command_end", "BEGIN INSERT INTO audit.log VALUES (tg_tag); END")
		},
	},
	{
		name: "one that writes an audit row, without the name of its schema",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.exec(t, "CREATE TABLE public.ddl_log (tag text)")
			s.trigger(t, "audit_ddl", "ddl_command_end", "BEGIN INSERT INTO ddl_log VALUES (tg_tag); END")
		},
		refused: "this was raised by the event trigger \"audit_ddl\" of the database",
		advice:  "the `ALTER FUNCTION ... SET search_path` that the words name",
		follow: func(t *testing.T, s *scene, words string) {
			s.exec(t, advised(t, words, "as by ", ", and start again"))
		},
	},
	{
		name: "one that forbids changes of tables",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			s.trigger(t, "no_ddl", "ddl_command_start", "BEGIN RAISE EXCEPTION 'no DDL on a working day'; END")
		},
		refused: "this was raised by the event trigger \"no_ddl\" of the database",
		advice:  "the `ALTER EVENT TRIGGER ... DISABLE` that the words name, while a migration runs",
		follow: func(t *testing.T, s *scene, words string) {
			s.exec(t, advised(t, words, "as an administrator run ", " while"))
		},
	},
}

// trigger makes an event trigger with a function in public.
func (s *scene) trigger(t *testing.T, name, event, body string) {
	t.Helper()
	s.exec(t, "CREATE FUNCTION public."+name+"_function() RETURNS event_trigger LANGUAGE plpgsql AS $body$ "+body+" $body$",
		"CREATE EVENT TRIGGER "+name+" ON "+event+" EXECUTE FUNCTION public."+name+"_function()")
}
