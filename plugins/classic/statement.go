package classic

import "sync"

// statements are the sentences that state a preference. The first one that
// fits is read; all are matched from the beginning of a clause to its end.
var statements = sync.OnceValue(func() []*statement {
	var all []*statement
	add := func(s statement, lines string) {
		for _, p := range mustPatterns(nil, lines) {
			one := s
			one.pattern = p
			all = append(all, &one)
		}
	}
	add(statement{read: readName}, `
		call me +
		you can|may|should|could call me +
		my name is +
		i am called|named +
		i go by +
		i would like|prefer|want|love to be called +
		i want|prefer|like to be called +
		i would rather be called +
		my friends call me +
		people|everyone|everybody|friends call|calls me +
		change|set my name to +`)
	add(statement{read: readPreferred}, `
		my preferred|favoured|favored + is|are +`)
	add(statement{read: readFavourite}, `
		my favourite|favorite + is|are +
		my all-time favourite|favorite + is|are +`)
	add(statement{read: readFavouriteAfter}, `
		+ is|are my favourite|favorite +`)
	add(statement{read: switchTo("true")}, `
		turn|switch on +
		turn|switch + on
		enable|activate|unmute +`)
	add(statement{read: switchTo("false")}, `
		turn|switch off +
		turn|switch + off
		disable|deactivate|mute|silence +
		stop sending|showing me +
		stop sending|showing +
		stop +`)
	add(statement{read: readQuiet}, `
		no|zero notifications|alerts *
		do not send|show|give * notifications|alerts
		i do not want|need * notifications|alerts
		do not notify me *`)
	add(statement{read: readOwnSetting}, `
		my _ is|are|should +
		my time zone is +
		i am in|on +`)
	add(statement{manner: manner{true, true, true}, prefix: "prefers_"}, `
		my preference is|are +
		my preferences are +
		i prefer|favour|favor +
		i would prefer +
		i would rather have|drink|eat|take|use|get|play|watch|hear +
		i would rather +`)
	add(statement{prefix: "likes_"}, `
		i like|love|enjoy|adore +
		i am fond of +
		i am a fan of +
		i am a big|huge|great fan of +`)
	add(statement{manner: manner{plainAlerts: true}}, `
		i would like|love +
		i want|need|use|choose|take +
		give|show me +`)
	add(statement{manner: manner{bareTheme: true, bareLanguage: true}}, `
		use|choose|pick|apply +
		switch|change|set|make|keep|go|put +
		let us use|speak|talk|take|have +
		answer|reply|respond|speak|talk|write to|with me +
		answer|reply|respond|speak|talk|write me +
		answer|reply|respond|speak|talk|write +`)
	return all
})
