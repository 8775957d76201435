package zenodo

import (
	"slices"

	"github.com/zharvest/zharvest/internal/vocab"
)

// ResourceTypes returns the types of resources that Zenodo is known to have,
// sorted. Others may have been added since. Searches compare them as a whole and
// in small letters.
func ResourceTypes() []string {
	return currentTypes(func(t vocab.ResourceType) string { return t.Type() })
}

// ResourceSubtypes returns the known subtypes of a type, sorted; most have none.
func ResourceSubtypes(resourceType string) []string {
	return currentTypes(func(t vocab.ResourceType) string {
		if t.Type() != resourceType {
			return ""
		}
		return t.Subtype()
	})
}

// currentTypes returns one part of each resource type that is in use, sorted,
// without the empty ones.
func currentTypes(part func(vocab.ResourceType) string) (parts []string) {
	for _, t := range vocab.ResourceTypes().Terms() {
		if value := part(t); value != "" && t.Successor == "" {
			parts = append(parts, value)
		}
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}

// IsZenodo reports whether the client talks to Zenodo or its sandbox, and not to
// another repository.
func (c *Client) IsZenodo() bool { return isZenodo(c.base) }
