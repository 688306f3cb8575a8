package runtime_test

import (
	"testing"

	"github.com/elizago/elizago/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
