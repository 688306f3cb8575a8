package core

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// SettingField is a setting that a plugin reads, one field of Plugin.Settings.
type SettingField struct {
	// Name is that of Runtime.Setting.
	Name string
	// Default is the value where the setting is not set. Empty: none.
	Default string
	// Required reports that an agent does not start without the setting.
	Required bool
}

// SettingFields returns the settings that a struct, or a pointer to one, names
// in its tags, in the order of its fields. The tags are those of
// github.com/caarlos0/env: `env:"NAME"`, `env:"NAME,required"`,
// `envDefault:"5s"`. Nil has none.
func SettingFields(settings any) ([]SettingField, error) {
	if settings == nil {
		return nil, nil
	}
	into, err := newSettings(settings)
	if err != nil {
		return nil, err
	}
	params, err := env.GetFieldParams(into)
	if err != nil {
		return nil, err
	}
	var fields []SettingField
	for _, p := range params {
		if p.Key != "" {
			fields = append(fields, SettingField{Name: p.Key, Default: p.DefaultValue, Required: p.Required || p.NotEmpty})
		}
	}
	return fields, nil
}

// Settings returns the configuration T of a plugin, a struct with the tags that
// SettingFields describes, filled from the agent's settings: the first of its
// secrets, its settings and the environment that has a field's name, else the
// field's default. If *T has a method Validate() error, that is called.
//
//	type config struct {
//		Units   string        `env:"WEATHER_UNITS" envDefault:"metric"`
//		Key     string        `env:"WEATHER_API_KEY,required"`
//		Timeout time.Duration `env:"WEATHER_TIMEOUT" envDefault:"5s"`
//	}
//
// The error names each setting that is missing or cannot be understood, and
// quotes no value. With Plugin.Settings set to config{} an agent's start has
// checked all of this before Init.
func Settings[T any](rt Runtime) (T, error) {
	var settings T
	err := fillSettings(&settings, rt.Setting)
	return settings, err
}

// CheckSettings reports what Settings would: whether a configuration of the
// type of settings can be filled by lookup. Nil is fine.
func CheckSettings(settings any, lookup func(name string) (string, bool)) error {
	if settings == nil {
		return nil
	}
	into, err := newSettings(settings)
	if err != nil {
		return err
	}
	return fillSettings(into, lookup)
}

// newSettings returns a pointer to a zero struct of the type of settings.
func newSettings(settings any) (any, error) {
	kind := reflect.TypeOf(settings)
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	if kind.Kind() != reflect.Struct {
		return nil, fmt.Errorf("the settings are of type %s: make them a struct", kind)
	}
	return reflect.New(kind).Interface(), nil
}

func fillSettings(into any, lookup func(name string) (string, bool)) error {
	fields, err := SettingFields(into)
	if err != nil {
		return err
	}
	environment := map[string]string{}
	for _, field := range fields {
		if value, ok := lookup(field.Name); ok {
			environment[field.Name] = value
		}
	}
	if err := env.ParseWithOptions(into, env.Options{Environment: environment}); err != nil {
		return explainSettings(into, err)
	}
	if checked, ok := into.(interface{ Validate() error }); ok {
		return checked.Validate()
	}
	return nil
}

// explainSettings rewrites env's errors to name settings instead of fields, and
// to quote no values.
func explainSettings(into any, err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var errs []error
	for _, one := range all.Errors {
		var bad env.ParseError
		var missing env.VarIsNotSetError
		var empty env.EmptyVarError
		switch {
		case errors.As(one, &bad):
			errs = append(errs, fmt.Errorf("the setting %s is not %s: correct it", settingOf(into, bad.Name), wanted(bad.Type)))
		case errors.As(one, &missing):
			errs = append(errs, notSet(missing.Key))
		case errors.As(one, &empty):
			errs = append(errs, notSet(empty.Key))
		default:
			errs = append(errs, one)
		}
	}
	return errors.Join(errs...)
}

func notSet(name string) error {
	return fmt.Errorf("the setting %s is missing: set it in the character's settings or secrets, or in the environment", name)
}

// settingOf returns the name of the setting that fills a field.
func settingOf(into any, field string) string {
	if f, ok := reflect.TypeOf(into).Elem().FieldByName(field); ok {
		name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
		return name
	}
	return field
}

// wanted describes the values of a type.
func wanted(kind reflect.Type) string {
	switch {
	case kind == reflect.TypeFor[time.Duration]():
		return `a time such as "30s"`
	case kind.Kind() == reflect.Bool:
		return "true or false"
	case kind.Kind() >= reflect.Int && kind.Kind() <= reflect.Uint64:
		return "a whole number"
	case kind.Kind() == reflect.Float32, kind.Kind() == reflect.Float64:
		return "a number"
	}
	return "of type " + kind.String()
}
