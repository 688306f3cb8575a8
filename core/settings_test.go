package core_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

type weather struct {
	Units   string        `env:"WEATHER_UNITS" envDefault:"metric"`
	Key     string        `env:"WEATHER_KEY,required"`
	Timeout time.Duration `env:"WEATHER_TIMEOUT" envDefault:"5s"`
}

// Validate is called with the filled settings.
func (w *weather) Validate() error {
	if w.Units != "metric" && w.Units != "imperial" {
		return errors.New("the setting WEATHER_UNITS is neither metric nor imperial")
	}
	return nil
}

func ExampleSettingFields() {
	type weather struct {
		Units string `env:"WEATHER_UNITS" envDefault:"metric"`
		Key   string `env:"WEATHER_KEY,required"`
	}
	fields, _ := core.SettingFields(weather{})
	for _, field := range fields {
		fmt.Println(field.Name, field.Default, field.Required)
	}
	// Output:
	// WEATHER_UNITS metric false
	// WEATHER_KEY  true
}

// The function Settings does this with an agent's settings.
func ExampleCheckSettings() {
	type weather struct {
		Key string `env:"WEATHER_KEY,required"`
	}
	none := func(string) (string, bool) { return "", false }
	fmt.Println(core.CheckSettings(weather{}, none))
	// Output: the setting WEATHER_KEY is missing: set it in the character's settings or secrets, or in the environment
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		settings any
		set      map[string]string
		want     string
	}{
		"enough":          {weather{}, map[string]string{"WEATHER_KEY": "k"}, ""},
		"a pointer":       {&weather{}, map[string]string{"WEATHER_KEY": "k"}, ""},
		"none":            {nil, nil, ""},
		"missing":         {weather{}, nil, "the setting WEATHER_KEY is missing"},
		"of another type": {weather{}, map[string]string{"WEATHER_KEY": "k", "WEATHER_TIMEOUT": "hunter2"}, "the setting WEATHER_TIMEOUT is not a time such as \"30s\": correct it"},
		"not valid":       {weather{}, map[string]string{"WEATHER_KEY": "k", "WEATHER_UNITS": "cubits"}, "neither metric nor imperial"},
		"no struct":       {5, nil, "the settings are of type int: make them a struct"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := core.CheckSettings(tt.settings, func(name string) (string, bool) { value, ok := tt.set[name]; return value, ok })
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}
