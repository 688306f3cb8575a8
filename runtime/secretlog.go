package runtime

import (
	"encoding/json"
	"fmt"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// withoutSecrets returns the logger with a core that keeps secrets out of every
// entry.
func withoutSecrets(log *zap.Logger, secrets *Secrets) *zap.Logger {
	return log.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core { return &secretCore{core, secrets} }))
}

// secretCore redacts messages and fields.
type secretCore struct {
	zapcore.Core
	secrets *Secrets
}

// With implements zapcore.Core.
func (c *secretCore) With(fields []zapcore.Field) zapcore.Core {
	return &secretCore{c.Core.With(c.redact(fields)), c.secrets}
}

// Check implements zapcore.Core.
func (c *secretCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(entry.Level) {
		return checked.AddCore(entry, c)
	}
	return checked
}

// Write implements zapcore.Core. The inner core decides once more, as one that
// takes samples does.
func (c *secretCore) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	entry.Message = c.secrets.Redact(entry.Message)
	entry.Stack = c.secrets.Redact(entry.Stack)
	if checked := c.Core.Check(entry, nil); checked != nil {
		checked.Write(c.redact(fields)...)
	}
	return nil
}

// redact returns the fields without secrets. Numbers and times stay as they are.
func (c *secretCore) redact(fields []zapcore.Field) []zapcore.Field {
	clean := make([]zapcore.Field, len(fields))
	for i, field := range fields {
		clean[i] = c.clean(field)
	}
	return clean
}

func (c *secretCore) clean(field zapcore.Field) zapcore.Field {
	switch field.Type {
	case zapcore.StringType:
		field.String = c.secrets.Redact(field.String)
	case zapcore.ErrorType:
		if err, ok := field.Interface.(error); ok && err != nil {
			return zap.String(field.Key, c.secrets.Redact(err.Error()))
		}
	case zapcore.StringerType, zapcore.ByteStringType:
		text := zapcore.NewMapObjectEncoder()
		field.AddTo(text)
		return zap.String(field.Key, c.secrets.Redact(fmt.Sprint(text.Fields[field.Key])))
	case zapcore.ReflectType, zapcore.ObjectMarshalerType, zapcore.ArrayMarshalerType, zapcore.InlineMarshalerType:
		plain := zapcore.NewMapObjectEncoder()
		field.AddTo(plain)
		text, err := json.Marshal(plain.Fields)
		if err != nil {
			return field
		}
		redacted := c.secrets.Redact(string(text))
		var values map[string]any
		if redacted == string(text) || json.Unmarshal([]byte(redacted), &values) != nil {
			return field
		}
		if field.Type == zapcore.InlineMarshalerType {
			return zap.Any("fields", values)
		}
		return zap.Any(field.Key, values[field.Key])
	}
	return field
}
