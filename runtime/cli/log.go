package cli

import (
	"fmt"
	"io"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/elizago/elizago/internal/config"
)

// logger writes to standard error, so that standard output holds replies and
// nothing else. fallback is the level when LOG_LEVEL is not set.
func logger(cfg config.Config, out io.Writer, fallback zapcore.Level) (*zap.Logger, error) {
	level := fallback
	if cfg.LogLevel != "" {
		if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
			return nil, fmt.Errorf("LOG_LEVEL is %q: set it to debug, info, warn or error", cfg.LogLevel)
		}
	}
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeDuration = zapcore.StringDurationEncoder
	encoding.EncodeTime = zapcore.ISO8601TimeEncoder
	encoder := zapcore.NewJSONEncoder
	if cfg.LogFormat == "console" {
		encoding.EncodeTime = zapcore.TimeEncoderOfLayout("15:04:05.000")
		encoding.EncodeLevel = zapcore.CapitalLevelEncoder
		encoding.ConsoleSeparator = "  "
		encoder = zapcore.NewConsoleEncoder
	}
	return zap.New(zapcore.NewCore(encoder(encoding), zapcore.Lock(zapcore.AddSync(out)), level)), nil
}
