package main

import (
	"context"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/spelling"
	"github.com/zharvest/zharvest/zenodo"
)

// didYouMean is the end of a sentence about an unknown word, empty where no
// known one is near.
func didYouMean(word string, known []string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return "; did you mean " + near + "?"
	}
	return ""
}

// warnAboutTypes warns of a type or subtype that no record of the index has:
// the list is empty then, which looks like an answer.
func (a *app) warnAboutTypes(ctx context.Context, db *index.DB, q index.Query) error {
	if q.Type == "" {
		return nil
	}
	types, subtypes, err := db.ResourceTypes(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(types, q.Type) {
		a.warn("no record of the index has the type %s%s", q.Type, typeMeant(q.Type, append(types, zenodo.ResourceTypes()...)))
		return nil
	}
	if q.Subtype == "" || slices.Contains(subtypes, q.Type+"-"+q.Subtype) {
		return nil
	}
	known := zenodo.ResourceSubtypes(q.Type)
	for _, full := range subtypes {
		if subtype, ok := strings.CutPrefix(full, q.Type+"-"); ok {
			known = append(known, subtype)
		}
	}
	a.warn("no record of the index has the type %s and the subtype %s%s", q.Type, q.Subtype, didYouMean(q.Subtype, known))
	return nil
}

// typeMeant is didYouMean for a type, which may also be a subtype that was
// given as one.
func typeMeant(word string, types []string) string {
	if resourceType := typeOfSubtype(word); resourceType != "" {
		return ", which is a subtype: write -t " + resourceType + " --subtype " + word
	}
	return didYouMean(word, types)
}

// typeOfSubtype is the one type that has a subtype, empty where there is none,
// or several.
func typeOfSubtype(subtype string) (found string) {
	for _, resourceType := range zenodo.ResourceTypes() {
		if !slices.Contains(zenodo.ResourceSubtypes(resourceType), subtype) {
			continue
		}
		if found != "" {
			return ""
		}
		found = resourceType
	}
	return found
}

// warnAboutUnknownType warns of a type or subtype that Zenodo is not known to
// have. It compares them as a whole, and finds nothing. Vocabularies grow, so
// that this is no error, and those of other repositories are their own.
func (a *app) warnAboutUnknownType(sel harvest.Selection) {
	if a.client.IsZenodo() {
		a.warnWithoutType("Zenodo", sel)
	}
}

// warnWithoutType warns that a server has no such type or subtype, unless Zenodo
// has it.
func (a *app) warnWithoutType(server string, sel harvest.Selection) {
	resourceType, subtype := strings.ToLower(sel.Type), strings.ToLower(sel.Subtype)
	types, subtypes := zenodo.ResourceTypes(), zenodo.ResourceSubtypes(resourceType)
	switch {
	case resourceType == "":
	case !slices.Contains(types, resourceType):
		a.warn("%s has no type %s, as far as is known%s", server, resourceType, typeMeant(resourceType, types))
	case subtype == "thesis":
		a.warn("%s has no subtype thesis, as far as is known; it says dissertation", server)
	case subtype != "" && !slices.Contains(subtypes, subtype):
		a.warn("%s has no subtype %s of %s, as far as is known%s", server, subtype, resourceType, didYouMean(subtype, subtypes))
	}
}

// noteNothing says what to check where a selection selects nothing: that may be
// so, and may be a slip.
func (a *app) noteNothing(sel harvest.Selection) {
	if !a.client.IsZenodo() { // else it was said before
		a.warnWithoutType("the server", sel)
	}
	var check []string
	if sel.Query != "" {
		check = append(check, "the query")
	}
	if sel.Type != "" {
		check = append(check, "the spelling of the type")
	}
	if sel.Since != "" || sel.Until != "" {
		check = append(check, "the dates")
	}
	if len(check) == 0 {
		a.note("zharvest: nothing on the server matches")
		return
	}
	a.note("zharvest: nothing on the server matches; check %s", strings.Join(check, " and "))
}
