package zenodo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// DecodeRecord reads one record in Zenodo's legacy JSON or in InvenioRDM's
// own, whichever it is. It bears with what servers are known to get wrong: a
// field of an unexpected type is read as well as can be, or left out. An
// error means that raw is no JSON object or has no id.
//
// The record keeps raw itself, not a copy.
func DecodeRecord(raw []byte) (*Record, error) {
	var legacy legacyRecord
	if err := decodeLeniently(raw, &legacy); err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	if legacy.ID == "" && legacy.Recid == "" {
		return nil, errors.New("decode record: it has no id")
	}
	if !legacy.isRDM() {
		r := legacy.record()
		r.Raw, r.Format = raw, FormatLegacy
		return r, nil
	}
	var rdm rdmRecord
	if err := decodeLeniently(raw, &rdm); err != nil {
		return nil, fmt.Errorf("decode record: %w", err)
	}
	r := rdm.record()
	r.Raw, r.Format = raw, FormatRDM
	return r, nil
}

// DecodeCommunity reads one community. The community keeps raw itself, not a
// copy.
func DecodeCommunity(raw []byte) (*Community, error) {
	var w struct {
		ID       text      `json:"id"`
		Slug     Slug      `json:"slug"`
		Created  Timestamp `json:"created"`
		Updated  Timestamp `json:"updated"`
		Metadata struct {
			Title       text   `json:"title"`
			Description text   `json:"description"`
			Type        idOnly `json:"type"`
			Website     text   `json:"website"`
		} `json:"metadata"`
		Links struct {
			SelfHTML string `json:"self_html"`
		} `json:"links"`
	}
	if err := decodeLeniently(raw, &w); err != nil {
		return nil, fmt.Errorf("decode community: %w", err)
	}
	if w.ID == "" && w.Slug == "" {
		return nil, errors.New("decode community: it has neither id nor slug")
	}
	return &Community{
		ID: string(w.ID), Slug: w.Slug,
		Title: string(w.Metadata.Title), Description: string(w.Metadata.Description),
		Type: string(w.Metadata.Type.ID), Website: string(w.Metadata.Website),
		CreatedAt: w.Created, UpdatedAt: w.Updated, URL: w.Links.SelfHTML, Raw: raw,
	}, nil
}

// decodeLeniently is json.Unmarshal for foreign documents: fields of a wrong
// type stay empty while the rest is read, which is what the standard library
// does before it reports the first of them.
func decodeLeniently(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrongType.Field != "" {
		return nil
	}
	return err
}

// text is a string that some servers write as a number, a truth value, or an
// object such as {"en": "…"}.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		if plain := b[1 : len(b)-1]; bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) {
			*t = text(plain)
			return nil
		}
		return json.Unmarshal(b, (*string)(t))
	case '{':
		*t = textOfObject(b)
	case '[', 'n':
		*t = ""
	default:
		*t = text(b)
	}
	return nil
}

func textOfObject(b []byte) text {
	var fields map[string]json.RawMessage
	if json.Unmarshal(b, &fields) != nil {
		return ""
	}
	for _, name := range []string{"en", "title", "name", "id", "value"} {
		var s string
		if json.Unmarshal(fields[name], &s) == nil {
			return text(s)
		}
	}
	return ""
}

// number is a whole number that some servers write as a fraction, a string,
// or an object with a value.
type number int64

func (n *number) UnmarshalJSON(b []byte) error {
	*n = number(parseNumber(strings.Trim(string(b), `"`)))
	return nil
}

func parseNumber(s string) int64 {
	if i, err := json.Number(s).Int64(); err == nil {
		return i
	}
	f, err := json.Number(s).Float64()
	if err != nil || f != f || f > 1<<62 || f < -1<<62 {
		return 0
	}
	return int64(f)
}

// truth is a truth value that some servers write as a string; known says
// whether there was one at all.
type truth struct{ value, known bool }

func (t *truth) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(strings.Trim(string(b), `"`)) {
	case "true", "1":
		*t = truth{true, true}
	case "false", "0":
		*t = truth{false, true}
	}
	return nil
}

// idOnly is an object of which the id matters, or the id by itself.
type idOnly struct{ ID, Identifier, User text }

func (o *idOnly) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return o.ID.UnmarshalJSON(b)
	}
	type plain idOnly
	return json.Unmarshal(b, (*plain)(o))
}

// first is the id under whichever name it was given.
func (o idOnly) first() string {
	for _, id := range []text{o.ID, o.Identifier, o.User} {
		if id != "" {
			return string(id)
		}
	}
	return ""
}

// list is an array, or what should have been one: a single value stands for
// itself, null and wrong types for nothing.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return lenient(json.Unmarshal(b, (*[]T)(l)))
	}
	var one T
	if b[0] == 'n' || json.Unmarshal(b, &one) != nil {
		return nil
	}
	*l = list[T]{one}
	return nil
}

func lenient(err error) error {
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil
	}
	return err
}

func texts(in list[text]) []string {
	if len(in) == 0 {
		return nil
	}
	out := make([]string, 0, len(in))
	for _, s := range in {
		if s != "" {
			out = append(out, string(s))
		}
	}
	return out
}
