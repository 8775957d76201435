package main

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/spelling"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// warnAboutValues warns of values in a query that no record of the index has,
// and that Zenodo is not known to have: such as type:datset, which matches
// nothing. A part that another warning is about has no second one.
func (a *app) warnAboutValues(ctx context.Context, db *index.DB, q *querystring.Query) error {
	unknown, err := db.UnknownValues(ctx, q)
	for _, v := range unknown {
		vocabulary := zenodoValues(v.Field)
		known := slices.Concat(v.Known, vocabulary)
		if len(known) == 0 || slices.Contains(vocabulary, v.Value) || isWarnedOf(q, v.Node) {
			continue
		}
		at := v.Node.At()
		typed := q.Text[at.Pos:at.End]
		a.warn("query: %s matches nothing: no record of the index has that value%s", typed, valueMeant(v, typed, known))
	}
	return err
}

// isWarnedOf reports whether a warning is about a part of a query.
func isWarnedOf(q *querystring.Query, n querystring.Node) bool {
	return slices.ContainsFunc(q.Warnings, func(w querystring.Warning) bool { return w.Pos < n.At().End && n.At().Pos < w.End })
}

// zenodoValues are the values that Zenodo is known to have, of an index field.
func zenodoValues(field string) (values []string) {
	switch field {
	case "metadata.resource_type.props.type":
		return zenodo.ResourceTypes()
	case "metadata.resource_type.props.subtype":
		for _, resourceType := range zenodo.ResourceTypes() {
			for _, subtype := range zenodo.ResourceSubtypes(resourceType) {
				values = append(values, resourceType+"-"+subtype)
			}
		}
	case "access.status":
		return []string{"open", "embargoed", "restricted", "metadata-only"}
	}
	return values
}

// valueMeant is the end of a sentence about an unknown value, empty where it is
// not plain what was meant.
func valueMeant(v index.UnknownValue, typed string, known []string) string {
	place := strings.LastIndex(typed, v.Value)
	if place < 0 { // it was typed with escapes
		return didYouMean(v.Value, known)
	}
	if resourceType := typeOfSubtype(v.Value); v.Field == "metadata.resource_type.props.type" && resourceType != "" && place > 0 {
		return "; did you mean resource_type.subtype:" + resourceType + "-" + v.Value + "?"
	}
	meant, ok := spelling.Nearest(v.Value, known)
	if !ok {
		meant, ok = beginningWith(v.Value, known)
	}
	if !ok {
		return ""
	}
	return "; did you mean " + typed[:place] + meant + typed[place+len(v.Value):] + "?"
}

// beginningWith finds the one known value that a word is the beginning of, but
// for its punctuation: cc-by-4.0 for cc-by4.
func beginningWith(word string, known []string) (found string, ok bool) {
	for _, value := range known {
		if !strings.HasPrefix(lettersOf(value), lettersOf(word)) || value == found {
			continue
		}
		if found != "" {
			return "", false
		}
		found = value
	}
	return found, found != ""
}

func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
