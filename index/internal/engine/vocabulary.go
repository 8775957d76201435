package engine

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// vocabularyFields are the fields for which a query must give the value of a
// vocabulary, to the letter.
var vocabularyFields = []segment.Field{
	fType, fSubtype, fAccess, fRights, fLanguage, fFileType, fCommunity, fCommunitySlug, fContributorRole, fRelatedRelation,
}

// VocabularyValue returns the field and the value of words or a phrase of a query
// that are to be a value of a vocabulary.
func VocabularyValue(n querystring.Node) (name, value string, ok bool) {
	f := fieldsByName[querystring.FieldOf(n)]
	if f == nil || !slices.Contains(vocabularyFields, f.id) {
		return "", "", false
	}
	switch n := n.(type) {
	case *querystring.Text:
		return f.name, n.Value, true
	case *querystring.Phrase:
		return f.name, n.Value, n.Value != "" // which resource_type.subtype:"" asks for
	}
	return "", "", false
}

// Values are the values that a keyword field has in the segments, sorted.
func (x *Index) Values(ctx context.Context, name string) ([]string, error) {
	f := fieldsByName[name].id
	var mu sync.Mutex
	found := map[string]bool{}
	note := func(key []byte) bool {
		if isTerm(key) && len(key) > 1 {
			mu.Lock()
			found[string(key[1:])] = true
			mu.Unlock()
		}
		return false
	}
	for _, seg := range x.Segments {
		if err := seg.Terms.Scan(ctx, segment.Key(f, ""), segment.Key(f+1, ""), note, nil); err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
