// Package identity stores which rows sources mean by ids of their own:
// core.IdentityStore on the table agent_identities.
//
//	agent_identities ──> the id that was recorded
//	     │ none
//	rooms, participants, worlds ──> the row that a program without identities made
//	     │ none
//	core.IdentityID ──> a new id
//
// All happens at the first contact, so that a database of a version before needs
// no upgrade of its rows.
package identity
