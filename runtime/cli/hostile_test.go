package cli_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"

	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// hostileModel answers with what a terminal obeys, and with a secret of the
// environment; its provider fails with secrets in several forms.
var hostileModel = fx.Provide(fx.Annotate(func() *core.Plugin {
	return &core.Plugin{
		Name: "@test/hostile", Description: "Says \x1b[2Jwhat it likes", Priority: 100,
		TextModels: map[core.ModelType]core.TextModel{core.TextLarge: hostile{}},
		Providers: []core.Provider{{Name: "LEAK", Get: func(_ context.Context, call core.ProviderCall) (*core.ProviderResult, error) {
			key, _ := call.Runtime.Setting("DEMO_API_KEY")
			secret, _ := call.Runtime.Setting("PEPPER")
			return nil, errors.New("GET /?k=" + url.QueryEscape(key) + " " + key + " " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)) + " \x1b[31m" + secret)
		}}},
	}
}, fx.ResultTags(core.PluginGroup)))

type hostile struct{}

func (hostile) Generate(ctx context.Context, request core.TextRequest) (*core.TextResponse, error) {
	answer := "<response><thought>\x1b]0;x\x07</thought><text>cleared \x1b[2J\u009b31m and " + "demo/key+" + "0123456789 told</text></response>"
	if request.Stream != nil {
		for at := 0; at < len(answer); at += 3 {
			if err := request.Stream(core.Delta{Text: answer[at:min(at+3, len(answer))]}); err != nil {
				return nil, err
			}
		}
	}
	return &core.TextResponse{Parts: []core.Part{core.TextPart(answer)}}, nil
}

func (hostile) Traits() core.Traits { return core.Traits{} }
