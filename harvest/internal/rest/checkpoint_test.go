package rest_test

import (
	"testing"

	"github.com/zharvest/zharvest/harvest/internal/rest"
)

func TestParseCheckpointRefuses(t *testing.T) {
	for _, text := range []string{
		``, `null`, `{}`, `[]`,
		`{"v":1,"selection":"egi","spans":[{"walk":1}]}`,
		`{"v":2,"selection":"egi","parts":[]}`,
		`{"v":2,"selection":"egi","parts":[null]}`,
		`{"v":2,"selection":"egi","parts":[{}]}`,
		`{"v":2,"selection":"egi","parts":[{"spans":[null]}]}`,
		`{"v":2,"selection":"egi","parts":[{"spans":[{"walk":0}]}]}`,
		`{"v":2,"selection":"egi","parts":[{"spans":[{"walk":1,"offset":-25}]}]}`,
		`{"v":2,"selection":"egi","parts":[{"spans":[{"walk":1,"until":"noon"}]}]}`,
		`{"v":2,"selection":"egi","parts":[{"divided":true,"whole":{"until":"2026-01-01T00:00:00Z"}}]}`,
		`{"v":2,"selection":"egi","window":100,"parts":[{"divided":true}]}`,
		`{"v":2,"selection":"egi","window":100,"parts":[{"divided":true,"whole":{"until":"2026-01-01T00:00:00Z"},"todo":[{"count":7}]}]}`,
	} {
		if cp, err := rest.ParseCheckpoint([]byte(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", text, cp)
		}
	}
}
