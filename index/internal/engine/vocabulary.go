package engine

import (
	"context"
	"maps"
	"slices"

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
	found := map[string]bool{}
	for _, seg := range x.Segments {
		c := seg.Cursor(segment.ValueKey(f, ""))
		for {
			if err := c.Advance(ctx); err != nil {
				return nil, err
			}
			if c.Key == nil || c.Key[0] != byte(f) {
				break
			}
			if isTerm(c.Key) && len(c.Key) > 1 {
				found[string(c.Key[1:])] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
