package databasetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// idParameters maps a method to the kinds of its id parameters, in order. Ids
// in structs are identified by their fields.
var idParameters = map[string]string{
	"Agent": "agent", "UpdateAgent": "agent", "DeleteAgent": "agent", "SetTextConfig": "agent", "EmbeddingState": "agent",
	"Cache": "agent", "CacheMany": "agent", "DeleteCache": "agent",
	"World": "world", "UpdateWorld": "world", "DeleteWorld": "world",
	"Room": "room", "RoomsByID": "room", "UpdateRoom": "room", "DeleteRoom": "room", "DeleteRoomsOfWorld": "agent world",
	"Entity": "entity", "EntitiesByID": "entity", "UpdateEntity": "entity", "DeleteEntity": "entity",
	"Component": "component", "UpdateComponent": "component", "DeleteComponent": "component",
	"AddParticipants": "agent room entity", "Participants": "agent room",
	"Relationship": "relationship", "UpdateRelationship": "relationship",
	"DeleteRelationship": "relationship",
	"Memory":             "memory", "MemoriesByID": "memory", "SetEmbedding": "memory", "DeleteMemory": "memory", "DeleteMemories": "memory",
	"DeleteRoomMemories": "room",
	"DeleteLog":          "log",
	"Task":               "task", "UpdateTask": "task", "DeleteTask": "task",
	"MessageServer": "server", "DeleteMessageServer": "server", "AddServerAgent": "server agent", "RemoveServerAgent": "server agent",
	"ServerAgents":  "server",
	"CreateChannel": "entity", "Channel": "channel", "UpdateChannel": "channel", "DeleteChannel": "channel",
	"DirectChannel": "server entity entity", "AddChannelParticipants": "channel entity", "RemoveChannelParticipant": "channel entity",
	"ChannelParticipants": "channel", "IsChannelParticipant": "channel entity",
	"Message": "message", "UpdateMessage": "message", "DeleteMessage": "message",
	"AgentRun": "run", "RunSteps": "run", "RunEvents": "run", "CancelRun": "run", "ExpireCalls": "agent", "Identify": "agent",
}

// idFields maps fields whose names do not reveal it to the kind of their ids.
var idFields = map[string]string{
	"AuthorID": "entity", "SourceID": "entity", "TargetID": "entity", "SourceEntityID": "entity", "Participant": "entity",
	"Participants": "entity", "DocumentID": "memory", "InReplyTo": "message",
	"MessageQuery.Before": "message", "MemoryQuery.Before": "memory", "LogQuery.Before": "log", "MessageServerID": "server",
	"MemoryUpdate.ID": "memory", "MessageServer.ID": "server", "AgentQuery.After": "agent", "WorldQuery.After": "world",
	"RoomQuery.After": "room", "EntityQuery.After": "entity", "ComponentQuery.After": "component",
	"ParentID": "run", "RunDecision.Run": "run", "RunClaim.Owner": "entity", "RunStart.Owner": "entity", "RunDecision.By": "entity", "DecidedBy": "entity",
	"AgentRunQuery.MessageID": "memory", "RelationshipQuery.After": "relationship", "TaskQuery.After": "task", "ChannelQuery.After": "channel",
	"MessageServerQuery.After": "server", "Character.ID": "agent", "Log.ID": "log",
}

// always holds fields that are always required.
var always = map[string]bool{
	"AgentID": true, "SourceID": true, "TargetID": true, "AuthorID": true, "ServerID": true, "ChannelID": true,
	"ParticipantKey.RoomID": true, "ParticipantKey.EntityID": true,
	"RunDecision.Run": true, "RunClaim.Owner": true,
	"Component.EntityID": true, "Component.RoomID": true, "Log.EntityID": true, "MemoryUpdate.ID": true,
}

// drawing draws values by type and by field name, such as Memory.AgentID:
// mostly valid ones, and often enough invalid ones.
type drawing struct {
	*rand.Rand
	s *stage
}

// call draws a call of a method.
func (d drawing) call(method reflect.Method) call {
	c := call{method: method}
	c.inside = d.chance(50) || method.Name == "DeleteAllAgents" // which would take the canary
	kinds := strings.Fields(idParameters[method.Name])
	for i := range method.Type.NumIn() {
		in := method.Type.In(i)
		if in == reflect.TypeFor[context.Context]() {
			continue
		}
		name := "parameter"
		if in == reflect.TypeFor[uuid.UUID]() || in == reflect.TypeFor[[]uuid.UUID]() {
			if len(kinds) == 0 {
				panic(fmt.Sprintf("say in idParameters what the ids of %s are of", method.Name))
			}
			name, kinds = "parameter."+kinds[0], kinds[1:]
		}
		c.args = append(c.args, d.value(in, name))
	}
	return c
}

func (d drawing) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d drawing, from ...T) T { return from[d.IntN(len(from))] }

// field is the last part of a name, such as AgentID.
func field(name string) string { return name[strings.LastIndex(name, ".")+1:] }

func (d drawing) value(t reflect.Type, name string) reflect.Value {
	if special := d.special(t, name); special.IsValid() {
		return special
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(d.chance(50))
	case reflect.Int, reflect.Int64:
		v.SetInt(pick[int64](d, 0, 0, 0, 0, 0, 1, 2, 50, 384, 512, -1, math.MaxInt32+1, math.MinInt64, math.MaxInt64))
	case reflect.Float64:
		v.SetFloat(pick(d, 0, 0, 0, 0.5, 0.95, 1, -1, 2, 5e-324, 1e308, math.NaN(), math.Inf(1), math.Inf(-1)))
	case reflect.String:
		v.SetString(d.text())
	case reflect.Pointer:
		if !d.chance(10) && (name == "parameter" || d.chance(60)) {
			v.Set(reflect.New(t.Elem()))
			v.Elem().Set(d.value(t.Elem(), name))
		}
	case reflect.Slice:
		if d.chance(80) {
			v.Set(reflect.MakeSlice(t, 0, 0))
			for range d.IntN(4) {
				v.Set(reflect.Append(v, d.value(t.Elem(), name)))
			}
		}
	case reflect.Map: // of texts, or of pointers to them
		v.Set(reflect.MakeMap(t))
		for range d.IntN(3) {
			v.SetMapIndex(reflect.ValueOf(d.text()), d.value(t.Elem(), name))
		}
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() {
				v.FieldByIndex(f.Index).Set(d.value(f.Type, t.Name()+"."+f.Name))
			}
		}
	case reflect.Func:
	default:
		panic(fmt.Sprintf("teach drawing to draw %s for %s", t, name))
	}
	return v
}

// special draws a value of a type with a meaning beyond its kind.
func (d drawing) special(t reflect.Type, name string) reflect.Value {
	var v any
	switch reflect.New(t).Interface().(type) {
	case *uuid.UUID:
		v = d.id(name)
	case *time.Time:
		v = d.time()
	case *time.Duration:
		v = pick[time.Duration](d, 0, 0, 1, time.Hour, -1, math.MinInt64, math.MaxInt64)
	case *[]float32:
		v = d.vector()
	case *json.RawMessage:
		v = d.json()
	case *map[string]any:
		v = d.object()
	case *any:
		value := d.anything(2)
		return reflect.ValueOf(&value).Elem()
	case *core.MetadataOp:
		v = pick[core.MetadataOp](d, core.MetadataEquals, core.MetadataIn, core.MetadataContains, core.MetadataExists, core.MetadataMissing,
			core.MetadataMoreThan, core.MetadataAtLeast, core.MetadataLessThan, core.MetadataAtMost, "", "equals' OR true --")
	case *core.ChannelType:
		v = pick[core.ChannelType](d, core.ChannelDM, core.ChannelDM, core.ChannelGroup, core.ChannelAPI, core.ChannelType(d.text()))
	case *core.ParticipantState:
		v = pick[core.ParticipantState](d, "", core.ParticipantFollowed, core.ParticipantMuted, core.ParticipantState(d.text()))
	case *core.RunStatus:
		v = pick[core.RunStatus](d, "", "", core.RunStarted, core.RunFailed, core.RunStatus(d.text()))
	case *core.RunFence:
		v = core.RunFence{Run: d.id("parameter.run"), Attempt: pick(d, 1, 1, 1, 1, 1, 0, 2, -1, math.MaxInt64)}
	case *core.RunStepKind:
		v = pick[core.RunStepKind](d, core.StepModel, core.StepCall, core.StepApproval, core.StepSummary, "", core.RunStepKind(d.text()))
	case *core.RunStepState:
		v = pick[core.RunStepState](d, core.StepStarted, core.StepDone, core.StepFailed, core.StepWaiting, core.StepUnknown, core.RunStepState(d.text()))
	case *core.RunStep:
		if !d.chance(40) {
			return d.named(t, name)
		}
		v = core.RunStep{N: 2 + d.IntN(50), Kind: core.StepApproval, State: core.StepWaiting, CallID: d.text(), Input: d.text(), ExpiresAt: d.time()}
	case *core.IdentityKind:
		v = pick[core.IdentityKind](d, core.IdentityEntity, core.IdentityRoom, core.IdentityWorld, core.IdentityMessage, core.IdentityKind(d.text()))
	case *func(context.Context, []string) ([][]float32, error):
		v = d.embed()
	default:
		return d.named(t, name)
	}
	return reflect.ValueOf(v)
}

// named draws a value that depends on the field's name.
func (d drawing) named(t reflect.Type, name string) reflect.Value {
	switch {
	case t.Kind() == reflect.String && (name == "Memory.Type" || name == "MemoryQuery.Type" || name == "MemorySearch.Type" ||
		name == "CachedEmbeddingQuery.Type") && d.chance(80):
		return reflect.ValueOf(core.MemoryMessages)
	case t.Kind() == reflect.String && (strings.Contains(name, "Query.") || strings.Contains(name, "Search.")) && d.chance(60):
		return reflect.Zero(t) // any
	case t.Kind() == reflect.String && name == "parameter" && d.chance(50): // a text configuration, a type, a key
		return reflect.ValueOf(pick(d, "english", "german", core.MemoryMessages, "key"))
	case name == "EmbeddingRebuild.Dimension" && d.chance(80):
		return reflect.ValueOf(pick(d, 384, 512))
	case name == "RunDecision.CallID" && d.chance(80):
		return reflect.ValueOf("call")
	case t == reflect.TypeFor[*core.Memory]() && (name == "RunStart.Message" || name == "RunEnd.Reply") && d.chance(80):
		m := d.value(t.Elem(), "parameter").Interface().(core.Memory)
		m.Embedding, m.RoomID = nil, d.id("parameter.room")
		return reflect.ValueOf(&m)
	case name == "Entity.Components":
		return reflect.Zero(t)
	case name == "MetadataFilter.Path" && t.Kind() == reflect.Slice && d.chance(80):
		return reflect.ValueOf(slices.Repeat([]string{d.text()}, pick(d, 1, 1, 2, 16)))
	case name == "MemoryMetadata.Type" && d.chance(70):
		return reflect.ValueOf("")
	}
	return reflect.Value{}
}

// id draws an id of the kind that the field or parameter refers to.
func (d drawing) id(name string) uuid.UUID {
	last := field(name)
	kind, known := idFields[last]
	if special, ok := idFields[name]; ok {
		kind, known = special, true
	}
	if !known {
		kind = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(last, "s"), "ID"))
		if kind == "" { // the id of what is saved
			kind = strings.ToLower(strings.Split(name, ".")[0])
		}
	}
	required := strings.HasPrefix(name, "parameter.") || always[last] || always[name]
	chance := d.IntN(100)
	ids := d.s.ids[kind]
	switch {
	case chance < 2:
		return uuid.New()
	case chance < 4:
		return pick(d, uuid.Max, uuid.UUID{1}, d.s.agent)
	case len(ids) == 0, !required && chance < 50, chance < 6:
		return uuid.Nil
	case last == "ID" && !required && chance < 85: // to create what is there already is a conflict
		return uuid.Nil
	}
	return pick(d, ids...)
}
