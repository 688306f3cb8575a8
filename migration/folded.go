package migration

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
)

// sqlString matches a string in SQL, momentary the words that PostgreSQL reads in
// one as the present moment or day.
var (
	sqlString = regexp.MustCompile(`'(?:[^']|'')*'`)
	momentary = regexp.MustCompile(`(?i)\b(?:now|today|tomorrow|yesterday)\b`)
)

// checkMoments rejects strings that PostgreSQL reads as the moment of the statement,
// such as a default of 'now': all rows would get the time of the last migration,
// and every comparison would find another one. In a text they stay as they are.
func checkMoments(d *desired.State, want catalog.Objects) error {
	for i := range d.Units {
		u := &d.Units[i]
		for _, declared := range u.Declared {
			moments := momentsIn(declared.SQL)
			if len(moments) == 0 || declared.Key.Kind == catalog.Comment || declared.Key.Kind == catalog.Enum {
				continue
			}
			printed := 0
			for k, o := range want {
				if k == declared.Key || declared.Key.Kind == catalog.Table && k.TableKey() == declared.Key && (k.Kind == catalog.Column || k.Kind == catalog.Constraint) {
					printed += len(momentsIn(o.Def + " " + o.Expr))
				}
			}
			if printed < len(moments) {
				return fmt.Errorf("migration: %s %s of plugin %q has %s, which PostgreSQL reads once, as the time of the migration: use the expression now(), or CURRENT_DATE, in a default by entsql.DefaultExpr",
					declared.Key.Kind, declared.Key, u.Plugin, strings.Join(moments, " and "))
			}
		}
	}
	return nil
}

// momentsIn returns the strings in SQL that may mean the present moment.
func momentsIn(sql string) []string {
	return slices.DeleteFunc(sqlString.FindAllString(sql, -1), func(text string) bool { return !momentary.MatchString(text) })
}
