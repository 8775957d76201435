package oai

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// resumption is what a resumption token holds. It is opaque to clients.
type resumption struct {
	Verb    string `json:"verb"`
	Prefix  string `json:"metadataPrefix,omitempty"`
	Page    int    `json:"page"`
	Scroll  int64  `json:"scroll_id,omitempty"`
	Expires int64  `json:"exp"` // seconds since 1970
}

// tokenKey signs the tokens. It keeps no secret: it makes that a token with a
// letter wrong is refused.
var tokenKey = []byte("zenodotest")

func (t resumption) String() string {
	text, err := json.Marshal(t)
	if err != nil { // only for values that have no JSON, which none of ours is
		return ""
	}
	payload := base64.RawURLEncoding.EncodeToString(text)
	return payload + "." + signature(payload)
}

func signature(payload string) string {
	mac := hmac.New(sha256.New, tokenKey)
	mac.Write([]byte(payload))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

var badToken = &failure{"badResumptionToken", "The value of the resumptionToken argument is invalid or expired."}

// resume reads a token. One that is not ours, is of another verb or has
// expired is refused alike.
func (q *query) resume(token string) (resumption, *failure) {
	payload, signed, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(signed), []byte(signature(payload))) {
		return resumption{}, badToken
	}
	var t resumption
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(text, &t) != nil || t.Verb != q.verb || t.Page < 2 || q.now.Unix() >= t.Expires {
		return resumption{}, badToken
	}
	return t, nil
}
