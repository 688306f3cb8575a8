package preferences

//go:generate go tool entgen ./schema ./ent
