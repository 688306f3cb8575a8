package pgcluster

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// neutral are the settings that pgx takes from the environment or from files
// below the user's home unless the connection string has them. The values are
// those of an empty environment. Not all are known to every libpq, so that
// they are not part of URL.
var neutral = map[string]string{
	"application_name":     "elizago",
	"channel_binding":      "prefer",
	"connect_timeout":      "0",
	"max_protocol_version": "3.0",
	"min_protocol_version": "3.0",
	"options":              "",
	"passfile":             os.DevNull,
	"password":             "",
	"require_auth":         "",
	"sslcert":              "",
	"sslcertmode":          "disable",
	"sslkey":               "",
	"sslmode":              "disable",
	"sslnegotiation":       "postgres",
	"sslpassword":          "",
	"sslrootcert":          "",
	"sslsni":               "1",
	"target_session_attrs": "any",
}

// ParseConfig is pgx.ParseConfig for the URL of a private cluster. It ignores
// environment variables of libpq that are meant for the user's own servers, such
// as PGSERVICE and PGTARGETSESSIONATTRS.
func ParseConfig(clusterURL string) (*pgx.ConnConfig, error) {
	cfg, err := ParsePoolConfig(clusterURL)
	if err != nil {
		return nil, err
	}
	return cfg.ConnConfig, nil
}

// ParsePoolConfig is ParseConfig for a pool.
func ParsePoolConfig(clusterURL string) (*pgxpool.Config, error) {
	u, err := url.Parse(clusterURL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return nil, errors.New("pgcluster: this is no URL of a cluster: take the one that Cluster.URL returns")
	}
	given := u.Query()
	query := url.Values{}
	for name, value := range neutral {
		query.Set(name, value)
	}
	maps.Copy(query, given)
	// Whatever PGSERVICE names is looked up, and an empty name is a name: only
	// another service wins over it, which has to be in a file.
	if os.Getenv("PGSERVICE") != "" && !given.Has("service") {
		file, err := emptyService()
		if err != nil {
			return nil, err
		}
		defer os.Remove(file)
		query.Set("service", serviceName)
		query.Set("servicefile", file)
	}
	base, _, _ := strings.Cut(clusterURL, "?") // url.URL would lose the empty host
	cfg, err := pgxpool.ParseConfig(base + "?" + strings.ReplaceAll(query.Encode(), "+", "%20"))
	if err != nil {
		return nil, fmt.Errorf("pgcluster: the cluster's URL cannot be used: take the one that Cluster.URL returns: %w", err)
	}
	params := cfg.ConnConfig.RuntimeParams
	maps.DeleteFunc(params, func(name, value string) bool { // PGTZ has no neutral value
		_, ours := neutral[name]
		return !given.Has(name) && (!ours || value == "")
	})
	return cfg, nil
}

const serviceName = "elizago"

// emptyService makes a service file whose one service sets nothing.
func emptyService() (string, error) {
	f, err := os.CreateTemp("", "elizago-service")
	if err != nil {
		return "", fmt.Errorf("pgcluster: PGSERVICE is set, and there is no place for a file that overrules it: unset PGSERVICE or make %s writable: %w", os.TempDir(), err)
	}
	_, err = f.WriteString("[" + serviceName + "]\n")
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fsError(f.Name(), err)
	}
	return f.Name(), nil
}
