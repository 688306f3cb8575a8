package classic

import (
	"strings"
	"sync"
)

// languageNames are the languages whose names are recognised: the ISO 639-1
// code, the English name, then other names, each in lower case and one word
// (two joined by "_").
const languageNames = `
	af Afrikaans
	ar Arabic العربية عربي
	bg Bulgarian български
	bn Bengali bangla বাংলা
	ca Catalan català
	cs Czech čeština česky
	cy Welsh cymraeg
	da Danish dansk
	de German deutsch
	el Greek ελληνικά
	en English
	es Spanish español espanol castellano castilian
	et Estonian eesti
	eu Basque euskara
	fa Persian farsi فارسی
	fi Finnish suomi
	fr French français francais
	ga Irish gaeilge
	gl Galician galego
	he Hebrew עברית
	hi Hindi हिन्दी हिंदी
	hr Croatian hrvatski
	hu Hungarian magyar
	hy Armenian հայերեն
	id Indonesian bahasa_indonesia
	is Icelandic íslenska
	it Italian italiano
	ja Japanese 日本語 nihongo
	ka Georgian ქართული
	ko Korean 한국어
	lt Lithuanian lietuvių
	lv Latvian latviešu
	ms Malay bahasa_melayu
	nl Dutch nederlands
	no Norwegian norsk
	pl Polish polski
	pt Portuguese português portugues
	ro Romanian română
	ru Russian русский
	sk Slovak slovenčina
	sl Slovenian slovene slovenščina
	sr Serbian српски srpski
	sv Swedish svenska
	sw Swahili kiswahili
	ta Tamil தமிழ்
	te Telugu తెలుగు
	th Thai ไทย
	tl Tagalog filipino
	tr Turkish türkçe turkce
	uk Ukrainian українська
	ur Urdu اردو
	vi Vietnamese tiếng_việt
	zh Chinese mandarin 中文 汉语 漢語`

// languages are the two directions of languageNames.
type languages struct {
	codes map[string]string // by name, in lower case, words joined by spaces
	names map[string]string // the English name by code
}

var knownLanguages = sync.OnceValue(func() languages {
	l := languages{codes: map[string]string{}, names: map[string]string{}}
	for line := range strings.Lines(languageNames) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		l.names[fields[0]] = fields[1]
		for _, name := range fields[1:] {
			l.codes[strings.ToLower(strings.ReplaceAll(name, "_", " "))] = fields[0]
		}
	}
	return l
})

// languageName is the English name of a code, or the code itself.
func languageName(code string) string {
	if name, ok := knownLanguages().names[strings.ToLower(code)]; ok {
		return name
	}
	return code
}
