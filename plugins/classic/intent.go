package classic

import (
	"slices"
	"sync"
)

// intent is what a message wants beside conversation.
type intent struct {
	// states are the preferences that it states.
	states []preference
	// aboutPreferences and aboutPast are what it asks for; question is the
	// clause that asks.
	aboutPreferences bool
	aboutPast        bool
	question         clause
	// greets is true for a greeting and nothing else.
	greets bool
}

var greetings = set(`hello hi hey hiya howdy greetings hallo hola morning`)

// asides are left out of questions: "do you still know my name".
var asides = set(`still actually even also really again currently`)

// asking are the words that a question begins with.
var asking = set(`what which who whose whom where when why how do does did is are am was were can could will would
	shall should may might has had`)

// asks reports whether a clause is worded as a question, with or without a
// mark.
func asks(c clause) bool {
	words := trimFillers(c.words)
	if len(words) == 0 || !asking[words[0].key] {
		return false
	}
	return len(words) < 2 || words[0].key != "do" || words[1].key != "not"
}

var questionClasses = map[string]map[string]bool{
	"topic": set(`theme mode language notifications alerts name units timezone appearance`),
	"tell":  set(`tell remind show give`),
	"fond":  set(`prefer like love enjoy favour favor`),
	"told":  set(`say tell mention said told mentioned write wrote`),
}

// Questions, each from the beginning of a clause to its end. Why this wording:
// "what do I like" is about what is known, "what should I do if I like" is not.
var preferenceQuestions = sync.OnceValue(func() []*pattern {
	return mustPatterns(questionClasses, `
		what|which * do|did i @fond *
		what|which * do|did i * @fond *
		do|did i @fond *
		do|can|could|did you know|remember|recall|tell * what|which * i @fond *
		@tell me * what|which * i @fond *
		do|can|could|did you know|remember|recall|tell * my favourite|favorite|preferred *
		do|can|could|did you know|remember|recall|tell|show|list|have * my preference|preferences|settings|likes *
		do|can|could|did you know|remember|recall|tell * my @topic
		do|can|could|did you know|remember|recall * who i am
		list|show|name * my preference|preferences|settings *
		@tell me * my @topic
		@tell me * my favourite|favorite|preferred *
		list|show my preferences|settings *
		what|which|who is|are|was|were * my preference|preferences|settings|favourite|favorite|favourites|favorites|preferred *
		what|which|who is|are|was|were my @topic
		what|which|who is|are|was|were my current @topic
		what is my time zone
		what time zone * i *
		what|which @topic * i *
		is|are my @topic *
		what|how do|should|would|will you call me *
		what am i called *
		who am i
		do|can you know me
		what do|did you know|have|remember about|on me *
		what have you saved|stored|noted|kept *
		what|which preference|preferences|settings *`)
})

var pastQuestions = sync.OnceValue(func() []*pattern {
	return mustPatterns(questionClasses, `
		do|can|could|did you * remember|recall *
		* what|which|when|where|who|how * did|have i * @told *
		did|have|had i * @told *
		what|when|where did we * about *
		what did we discuss|say *
		do|can|could you know|remember * i @told *
		what|who|where|how do|can you remember|recall|know about my *
		@tell me what|which|when|where|who|how *
		remind me of|about *
		what|who|where|how is|was|are|were|old|many|did|do|does * my +
		what|who|where|how is|was|are|were my +
		what is the name of my *
		where|when do|did|was i *
		how old am|is|are|was i|my *`)
})

func matchesAny(set map[string]bool, words []word) bool {
	for _, w := range words {
		if set[w.key] {
			return true
		}
	}
	return false
}

// restOfSentence adds what a question names after a comma: "which do I prefer,
// tea or coffee".
func restOfSentence(c clause, following []clause) clause {
	for _, next := range following {
		if next.sentence != c.sentence {
			break
		}
		c.words = append(c.words[:len(c.words):len(c.words)], next.words...)
	}
	return c
}

// readIntent finds out what a message wants.
func readIntent(text string) intent {
	in := intent{states: extract(text)}
	clauses := splitClauses(text)
	in.greets = len(clauses) == 1 && len(clauses[0].words) <= 3 && matchesAny(greetings, clauses[0].words)
	for i, c := range clauses {
		c.words = slices.DeleteFunc(trimFillers(c.words), func(w word) bool { return asides[w.key] })
		if len(c.words) == 0 || len(in.states) > 0 && len(extract(joinWords(c.words))) > 0 {
			continue
		}
		if _, p := matchAny(preferenceQuestions(), c.words); p != nil && !in.aboutPreferences {
			in.aboutPreferences = true
			in.question = restOfSentence(c, clauses[i+1:])
		} else if _, p := matchAny(pastQuestions(), c.words); p != nil && !in.aboutPreferences && !in.aboutPast {
			in.aboutPast = true
			in.question = c
		}
	}
	return in
}
