package classic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// stated is a sentence and what it states, as "key=value; key=value".
type stated struct {
	text, want string
}

// development is what the patterns were written with.
var development = []stated{
	// The sentence of the README.
	{"I prefer dark theme and Spanish language", "theme=dark; language=es"},
	{"I prefer dark theme & Spanish", "theme=dark; language=es"},
	{"call me Ada", "name=Ada"},
	{"I like dark mode", "theme=dark"},
	{"please turn notifications off", "notifications=false"},
	{"my favourite colour is green", "favourite_colour=green"},
	{"use metric units", "units=metric"},
	{"I'd rather read in French", "language=fr"},

	// Wordings of the same.
	{"I really prefer the light theme", "theme=light"},
	{"I'd prefer an automatic theme, please", "theme=auto"},
	{"Dark mode please", "theme=dark"},
	{"Could you switch to dark mode?", "theme=dark"},
	{"can you please set the language to German", "language=de"},
	{"Switch the theme to light.", "theme=light"},
	{"make it dark", "theme=dark"},
	{"I PREFER DARK MODE AND ITALIAN", "theme=dark; language=it"},
	{"i prefer español", "language=es"},
	{"I prefer 日本語", "language=ja"},
	{"I would prefer to speak Portuguese", "language=pt"},
	{"Answer in Dutch, please.", "language=nl"},
	{"My preferred language is Welsh", "language=cy"},
	{"I prefer dark theme, Spanish and metric units", "theme=dark; language=es; units=metric"},
	{"Hi! I think I prefer imperial units.", "units=imperial"},
	{"I prefer dark over light", "theme=dark"},
	{"I prefer light, dark hurts my eyes", "theme=light"},
	{"turn on notifications", "notifications=true"},
	{"I don't want notifications", "notifications=false"},
	{"stop sending me notifications", "notifications=false"},
	{"no notifications please", "notifications=false"},
	{"I want notifications", "notifications=true"},
	{"mute all notifications", "notifications=false"},
	{"my timezone is Europe/Paris", "timezone=Europe/Paris"},
	{"my time zone is UTC+2", "timezone=UTC+2"},
	{"I'm in the CET timezone", "timezone=CET"},
	{"My name is Ada Lovelace and I prefer tea over coffee", "name=Ada Lovelace; coffee_or_tea=tea"},
	{"You can call me Bob.", "name=Bob"},
	{"call me dr. Smith please", "name=dr Smith"},
	{"My favorite color is dark green", "favourite_colour=dark green"},
	{"Pizza is my favourite food", "favourite_food=Pizza"},
	{"I like jazz", "likes_jazz=jazz"},
	{"I love hiking and chess", "likes_hiking=hiking; likes_chess=chess"},
	{"I like dark chocolate", "likes_dark_chocolate=dark chocolate"},
	{"I like to read", "likes_to_read=to read"},
	{"I prefer tea to coffee", "coffee_or_tea=tea"},
	{"I like jazz but not rock", "likes_jazz=jazz"},
	{"remember that I like Käse", "likes_kase=Käse"},
	{"I prefer dark theme because it is easy on the eyes", "theme=dark"},
	{"I prefer dark mode. No, I prefer light mode.", "theme=light"},

	// Once in the hold-out list, and missed there.
	{"I'd like the interface in dark mode", "theme=dark"},
	{"Please use French from now on", "language=fr"},
	{"would you turn the alerts on please?", "notifications=true"},
	{"Notifications off, please", "notifications=false"},
	{"I want everything in Korean", "language=ko"},
	{"I prefer reading in Russian", "language=ru"},

	// Nothing is stated.
	{"", ""},
	{"hello", ""},
	{"I don't like dark theme", ""},
	{"I do not prefer Spanish", ""},
	{"I never liked the light theme", ""},
	{"Do I prefer dark theme?", ""},
	{"what do I prefer?", ""},
	{"I prefer dark theme?", ""},
	{"I prefer dark theme, don't I?", ""},
	{"Do you like dark theme?", ""},
	{"Can you speak French?", ""},
	{"My sister prefers dark theme", ""},
	{"She said I like dark theme", ""},
	{"If it is night, I prefer dark theme", ""},
	{"I feel like crying", ""},
	{"I like you", ""},
	{"I like it when you listen", ""},
	{"I would like to know my name", ""},
	{"call me later", ""},
	{"don't call me Ada", ""},
	{"do not turn off notifications", ""},
	{"disable dark mode", ""},
	{"I speak Spanish", ""},
	{"I love Spanish food because it's spicy", "likes_spanish_food=Spanish food"},
	{"I am sad", ""},
	{"I prefer not to say", ""},
	{"It looks like rain", ""},
	{"I used to prefer the dark theme", ""},
	{"I want light", ""},
	{"the light theme is ugly", ""},
	{"what should I do if I like someone?", ""},
	{"I'd like a coffee", ""},
}

// holdOut was written before its first run and is not for tuning: it says how
// the patterns do on sentences that they were not made for. A sentence that
// something is learnt from moves to development, and a new one comes in.
var holdOut = []stated{
	{"I am more comfortable in German", ""},
	{"My favourite season is autumn", "favourite_season=autumn"},
	{"Let's talk in Polish", "language=pl"},
	{"I generally prefer light mode", "theme=light"},
	{"enable dark theme", "theme=dark"},
	{"people call me Max", "name=Max"},
	{"I go by Robin", "name=Robin"},
	{"change my language to Japanese", "language=ja"},
	{"I love the ocean", "likes_ocean=ocean"},
	{"I enjoy long walks", "likes_long_walks=long walks"},
	{"I prefer cats to dogs", "cats_or_dogs=cats"},
	{"I prefer trains rather than planes", "planes_or_trains=trains"},
	{"my favorite band is The Beatles", "favourite_band=Beatles"},
	{"I prefer the metric system", "units=metric"},
	{"write to me in Swedish", "language=sv"},
	{"set my timezone to America/New_York", "timezone=America/New_York"},
	{"My theme is dark and my language is Czech", "theme=dark; language=cs"},
	{"I want to use the dark theme", "theme=dark"},
	{"hey, my name's Grace", "name=Grace"},
	{"honestly I just prefer dark", "theme=dark"},
	{"I do like the dark theme", "theme=dark"},
	{"I'd love a dark theme", "theme=dark"},
	{"my favourite programming language is Go", "favourite_programming_language=Go"},
	{"I'd prefer if you answered in Greek", "language=el"},
	{"Please call me Professor Hill", "name=Professor Hill"},
	{"We use the metric system here", ""},
	{"keep notifications on", "notifications=true"},
	{"I like swimming, chess and old films", "likes_swimming=swimming; likes_chess=chess; likes_old_films=old films"},
	{"my units are imperial", "units=imperial"},
	{"I need the light theme", "theme=light"},
	{"I am a big fan of Bach", "likes_bach=Bach"},
	{"French would be nice", ""},
	{"please don't notify me", "notifications=false"},
	{"you may call me Jo, by the way", "name=Jo"},
	{"I prefer dark themes in the evening", "prefers_dark_themes_in_the_evening=dark themes in the evening"},
	{"Show me everything in Danish", "language=da"},

	{"Is dark mode better?", ""},
	{"Who told you that I like jazz?", ""},
	{"I like nothing", ""},
	{"I prefer neither light nor dark", ""},
	{"it is not true that I prefer Spanish", ""},
	{"Somebody set the theme to dark", ""},
	{"Would you like some tea?", ""},
	{"they call me names", ""},
	{"Why do people prefer dark theme?", ""},
	{"I wish I liked jazz", ""},
	{"I hate notifications", ""},
	{"I can't stand the light theme", ""},
	{"Nobody calls me Ada", ""},
	{"My name is not Ada", ""},
	{"he told me to use metric units", ""},
	{"I like neither tea nor coffee", ""},
	{"I no longer prefer Spanish", ""},
	{"I would never use the light theme", ""},
	{"I lost my language notes", ""},
	{"Does anyone prefer imperial units?", ""},
	{"What language should I learn?", ""},
	{"call me when you are ready", ""},
	{"I like that", ""},
	{"I prefer it", ""},
	{"I want to learn French", ""},
	{"my mother likes dark chocolate", ""},
	{"you prefer dark theme", ""},
	{"my favourite colour is not green", ""},
	{"what is my favourite colour", ""},
	{"should I use dark mode?", ""},
	{"Maybe I prefer Spanish", ""},
	{"I'm not a fan of jazz", ""},
	{"In the dark I prefer to sleep", ""},
}

func TestExtract(t *testing.T) {
	t.Parallel()
	for _, c := range development {
		assert.Equal(t, c.want, write(extract(c.text)), "%q", c.text)
	}
}

// TestExtractHoldOut allows that something is missed, and never that
// something is made up.
func TestExtractHoldOut(t *testing.T) {
	t.Parallel()
	missed := 0
	for _, c := range holdOut {
		got := write(extract(c.text))
		if got == "" && c.want != "" {
			missed++
			t.Logf("missed: %q states %s", c.text, c.want)
			continue
		}
		assert.Equal(t, c.want, got, "%q", c.text)
	}
	t.Logf("%d of %d sentences read", len(holdOut)-missed, len(holdOut))
	assert.LessOrEqual(t, missed, len(holdOut)/10)
}

func write(preferences []preference) string {
	var parts []string
	for _, p := range preferences {
		parts = append(parts, p.key+"="+p.value)
	}
	return strings.Join(parts, "; ")
}
