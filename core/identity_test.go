package core_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// Ids are stored: the same text has the same id in every version.
func TestIdentityIDsAreGolden(t *testing.T) {
	t.Parallel()
	agent := uuid.MustParse("b850bc30-45f8-0041-a00a-83df46d8555d")
	for _, tt := range []struct {
		source   string
		kind     core.IdentityKind
		external string
		want     string
	}{
		{"cli", core.IdentityEntity, "grace", "ecb296de-b78b-0127-9fea-56917929ed64"},
		{"discord", core.IdentityEntity, "grace", "1719ce80-9eea-0adc-a2fc-b9958208d813"},
		{"discord", core.IdentityWorld, "grace", "de8efe28-ac1c-00c0-ba66-6a46091bd540"},
		{"cli", core.IdentityRoom, core.JSONList("grace", "main"), "8b72fa4f-90f0-04ba-9a13-d4f8eceea8d6"},
		{"discord", core.IdentityMessage, "1234567890", "cc3c87bd-c0fe-0471-a351-694155908e62"},
		{"x", core.IdentityRoom, "<&> \"ä\" \\ \u2028 \\u2028", "de6351a4-9eb3-0fcf-9446-990e6b393a25"},
	} {
		require.Equal(t, tt.want, core.IdentityID(agent, tt.source, tt.kind, tt.external).String(), "%s %s %s", tt.source, tt.kind, tt.external)
	}
	require.Equal(t, `["a","<&> \" \\ `+"\u2028"+` \\u2028"]`, core.JSONList("a", "<&> \" \\ \u2028 \\u2028"))
	require.Equal(t, `["a","b"]`, core.JSONList("a", "b"), "not the list of one text")
}
