// Package classic is a model that needs no network, so that an agent answers
// on its first run, on any machine, for nothing. It is NOT a language model:
// it is the keyword method of 1966 with a small script, and it understands
// nothing. It has priority -100, so that any other model of the program is used
// instead.
//
// The method is that of J. Weizenbaum, "ELIZA—A Computer Program For the Study
// of Natural Language Communication Between Man And Machine", Communications of
// the ACM 9(1), 1966, doi:10.1145/365153.365168: the keyword with the highest
// rank is looked for in the message, a decomposition rule takes the sentence
// apart around it, and a reassembly rule puts the parts into an answer, with I
// and you swapped. The script, in script.txt, was written for this package.
//
// Two things differ from the program of 1966. It went through the reassembly
// rules of a keyword in turn and kept a queue of remembered statements, both in
// the machine's memory. This package keeps nothing between two calls: it
// replays the conversation that stands in the prompt and derives from it which
// reassembly is next and which statement ("my ...") can be taken up again. So
// it gives the same answer to the same prompt, and continues where it stopped
// after a restart of the program.
//
// Beyond conversation it does what the runtime asks of a model: it fills the
// structured answer, chooses the action STORE_USER_PREFERENCES and the providers
// USER_PREFERENCES and RECALL by patterns, extracts preferences, and answers
// questions about them only from what the prompt says.
//
// Its embeddings are lexical: texts are near when they share words or parts of
// words, not when they mean the same.
//
//	plugin := classic.New()
//	answer, err := plugin.TextModels[core.TextLarge].Generate(ctx,
//		core.TextRequest{Prompt: "I dreamt of the sea."})
package classic
