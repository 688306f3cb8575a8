package ent

//go:generate go tool entgen ./schema .
