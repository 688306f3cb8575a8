package runtime

import (
	"fmt"
	"runtime/debug"

	"go.uber.org/zap"
)

// recoverPanic converts a panic of a plugin's code to an error, so that it does
// not end the program for all agents. It must be deferred directly.
func recoverPanic(log *zap.Logger, what string, err *error) {
	if r := recover(); r != nil {
		log.Debug("stack of a plugin's panic", zap.ByteString("stack", debug.Stack()))
		*err = fmt.Errorf("%sit panicked: %v", what, r)
	}
}
