package config_test

import (
	"fmt"

	"github.com/elizago/elizago/internal/config"
)

func ExampleLoad() {
	cfg, err := config.Load(".")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.LogFormat)
	// Output: console
}
