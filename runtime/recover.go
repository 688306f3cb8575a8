package runtime

import (
	"fmt"
	"runtime/debug"

	"go.uber.org/zap"
)

// caught makes an error of a panic in somebody's plugin, which must not end the
// program for everybody else. It is deferred by itself.
func caught(log *zap.Logger, what string, err *error) {
	if r := recover(); r != nil {
		log.Debug("stack of a plugin's panic", zap.ByteString("stack", debug.Stack()))
		*err = fmt.Errorf("%sit panicked: %v", what, r)
	}
}
