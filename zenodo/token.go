package zenodo

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands for a secret wherever one might be printed.
const redacted = "[redacted]"

// AccessToken is a personal access token. However it is printed, logged or
// encoded, its value does not show; string(t) is the value.
type AccessToken string

// String hides the value.
func (t AccessToken) String() string {
	if t == "" {
		return ""
	}
	return redacted
}

// Format hides the value from every verb of package fmt.
func (t AccessToken) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue hides the value from package slog.
func (t AccessToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText hides the value from encoders such as JSON's.
func (t AccessToken) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
