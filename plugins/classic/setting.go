package classic

import (
	"regexp"
	"strings"
	"sync"
)

// Keys of the preferences that have a fixed form; all others are the user's
// own words.
const (
	keyTheme         = "theme"
	keyLanguage      = "language"
	keyNotifications = "notifications"
	keyName          = "name"
	keyUnits         = "units"
	keyTimezone      = "timezone"
)

// preference is one thing that a user prefers.
type preference struct {
	key, value string
}

var (
	themes = map[string]string{
		"dark": "dark", "light": "light", "auto": "auto", "automatic": "auto", "system": "auto",
	}
	themeNouns        = set(`theme themes mode modes appearance interface ui look scheme`)
	unitSystems       = map[string]string{"metric": "metric", "imperial": "imperial"}
	unitNouns         = set(`units unit system measurements measures measurement`)
	notificationNouns = set(`notifications notification alerts`)
	switches          = map[string]string{"on": "true", "enabled": "true", "off": "false", "disabled": "false"}
	zones             = set(`utc gmt cet cest eet eest wet west est edt cst cdt mst mdt pst pdt jst kst ist aest aedt nzst msk bst`)

	// Words around a setting that say nothing about it.
	settingLead  = set(`the a an my your our to in into have see get use using it all always be with of having that`)
	settingTail  = set(`please now instead too everywhere always only thanks thank you then again ok okay so better best most more for me`)
	languageVerb = set(`read write speak talk chat converse communicate text answer answers replies reading writing speaking talking everything`)
)

// manner says how loosely a setting may be worded, which depends on the verb
// before it: "I prefer Spanish" is about the language, "I love Spanish" need
// not be.
type manner struct {
	bareTheme    bool // "dark" alone is a theme
	bareLanguage bool // "Spanish" alone is a language to use
	plainAlerts  bool // "notifications" alone means that they are wanted
}

// setting reads a preference of fixed form from a few words; ok is false when
// they say anything else besides, so that nothing is taken for more than it is.
func setting(words []word, m manner) (p preference, ok bool) {
	words, m = trimSetting(words, m)
	keys := make([]string, len(words))
	for i, w := range words {
		keys[i] = w.key
	}
	topic, keys := cutTopic(keys)
	text := strings.Join(keys, " ")
	switch {
	case len(keys) == 0:
		if topic == keyNotifications && m.plainAlerts {
			return preference{keyNotifications, "true"}, true
		}
	case themes[text] != "" && (topic == keyTheme || topic == "" && m.bareTheme):
		return preference{keyTheme, themes[text]}, true
	case knownLanguages().codes[text] != "" && (topic == keyLanguage || topic == "" && m.bareLanguage):
		return preference{keyLanguage, knownLanguages().codes[text]}, true
	case unitSystems[text] != "" && (topic == keyUnits || topic == ""):
		return preference{keyUnits, unitSystems[text]}, true
	case switches[text] != "" && topic == keyNotifications:
		return preference{keyNotifications, switches[text]}, true
	case text == "no" && topic == keyNotifications:
		return preference{keyNotifications, "false"}, true
	case topic == keyTimezone:
		for _, w := range words {
			if isTimezone(w.text) {
				return preference{keyTimezone, w.text}, true
			}
		}
	}
	return preference{}, false
}

// trimSetting cuts what surrounds a setting: "to read in French please" is
// "French". To read in a language names it for sure.
func trimSetting(words []word, m manner) ([]word, manner) {
	verb := false
	for len(words) > 0 {
		first := words[0].key
		switch {
		case languageVerb[first]:
			verb = true // and "everything in Spanish" is as good
		case settingLead[first]:
			m.bareLanguage = m.bareLanguage || verb && first == "in"
		default:
			for len(words) > 0 && settingTail[words[len(words)-1].key] {
				words = words[:len(words)-1]
			}
			return words, m
		}
		words = words[1:]
	}
	return nil, m
}

// cutTopic separates the noun of a setting from its value, whichever comes
// first: "theme to dark" and "dark theme" are both theme and dark.
func cutTopic(keys []string) (topic string, value []string) {
	if len(keys) >= 2 && keys[0] == "time" && keys[1] == "zone" {
		keys = append([]string{keyTimezone}, keys[2:]...)
	}
	if n := len(keys); n >= 2 && keys[n-2] == "time" && keys[n-1] == "zone" {
		keys = append(append([]string{}, keys[:n-2]...), keyTimezone)
	}
	for len(keys) > 0 && (keys[0] == "color" || keys[0] == "colour" || keys[0] == "push" || keys[0] == "all" || keys[0] == "any") {
		keys = keys[1:]
	}
	if len(keys) == 0 {
		return "", nil
	}
	if topic = topicOf(keys[0]); topic != "" {
		value = keys[1:]
		for len(value) > 1 && (value[0] == "to" || value[0] == "is" || value[0] == "as" || value[0] == "be" || value[0] == "in" || value[0] == "are") {
			value = value[1:]
		}
		for len(value) > 1 && topicOf(value[len(value)-1]) == topic {
			value = value[:len(value)-1]
		}
		return topic, value
	}
	if unitSystems[keys[0]] != "" && len(keys) == 2 && unitNouns[keys[1]] {
		return keyUnits, keys[:1]
	}
	end := len(keys)
	for end > 1 && topicOf(keys[end-1]) != "" {
		end--
		if topic = topicOf(keys[end]); end > 1 && (keys[end-1] == "color" || keys[end-1] == "colour") {
			end--
		}
	}
	return topic, keys[:end]
}

func topicOf(noun string) string {
	switch {
	case unitNouns[noun] && noun != "system": // "system theme" is a theme
		return keyUnits
	case themeNouns[noun]:
		return keyTheme
	case notificationNouns[noun]:
		return keyNotifications
	case noun == "language" || noun == "languages":
		return keyLanguage
	case noun == "timezone":
		return keyTimezone
	}
	return ""
}

var zonePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^((Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_]+(/[A-Za-z_]+)?|(?i:UTC|GMT)[+-]\d{1,2}(:\d\d)?)$`)
})

// isTimezone recognises the names of the time zone database, offsets from UTC
// and the commonest abbreviations.
func isTimezone(text string) bool {
	return zones[strings.ToLower(text)] || zonePattern().MatchString(text)
}
