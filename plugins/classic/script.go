package classic

import (
	_ "embed"
	"sync"
)

// script is what the engine says and when: the data of the method, apart from
// its mechanism. script.txt is the one that this package uses.
type script struct {
	swaps    map[string]swap
	classes  map[string]map[string]bool
	keywords map[string]*keyword // by each of their spellings
	// memories find statements that can be taken up again later.
	memories []*rule
	// none answers when no keyword did, silence when there was no word at all.
	none, silence *rule
}

// keyword is a word that the engine listens for.
type keyword struct {
	name  string
	rank  int // the highest is answered
	rules []*rule
}

// rule is a decomposition with its reassemblies, which are used in turn.
type rule struct {
	pattern *pattern // nil for none and silence
	replies []reply
	line    int // in the script, for error messages and thoughts
}

// reply is one reassembly. Exactly one field is set.
type reply struct {
	say  []piece
	goTo string // answer as this keyword would
	next bool   // leave it to the keyword with the next lower rank
}

// piece is a stretch of a reassembly: text, a part of the clause, or a name
// that is filled in.
type piece struct {
	text string
	part int    // counted from 1
	name string // "agent", "name", "abilities", "time"
	// lead stands before the name when it is known; then an unknown name is
	// left out instead of ruling out the whole reply.
	lead string
}

// swap says what a pronoun becomes when the other side speaks.
type swap struct {
	subject, object string
}

//go:embed script.txt
var scriptText string

// defaultScript parses script.txt at the first use, and once.
var defaultScript = sync.OnceValue(func() *script {
	s, err := loadScript(scriptText)
	if err != nil {
		panic(err) // a test loads the file, so this cannot reach a user
	}
	return s
})
