package deposit

import (
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

func (c *checker) uploadType(path string, value any) {
	if word, ok := c.isText(path, value); ok {
		c.word(path, word, zenodo.ResourceTypes())
	}
}

func subtypeOf(kind string) func(*checker, string, any) {
	return func(c *checker, path string, value any) {
		word, ok := c.isText(path, value)
		if !ok {
			return
		}
		if c.m.Text("upload_type") != kind {
			c.warn(path, "is ignored: it belongs to upload_type %s", kind)
			return
		}
		if current := currentType(kind + "-" + word); current.ID != "" && current.Subtype() != word {
			c.warn(path, "is stored as %s, as Zenodo now calls a %s", current.Subtype(), word)
			c.problems[len(c.problems)-1].Suggestion = current.Subtype()
			return
		}
		c.word(path, word, zenodo.ResourceSubtypes(kind))
	}
}

// currentType returns the resource type with an id, or the one that has taken
// its place; an empty one where Zenodo has neither.
func currentType(id string) vocab.ResourceType {
	types := vocab.ResourceTypes()
	t, _ := types.Find(id)
	if t.Successor != "" {
		t, _ = types.Find(t.Successor)
	}
	return t
}

var accessRights = []string{"open", "embargoed", "restricted", "closed"}

// accessRight wants the end of an embargo even of a draft, which is refused
// without it.
func (c *checker) accessRight(path string, value any) {
	word, ok := c.isText(path, value)
	if ok && c.word(path, word, accessRights) && word == "closed" {
		c.warn(path, "is stored as restricted: Zenodo has no closed access any more")
	}
	if word == "embargoed" && !c.m.fields.has("embargo_date") {
		c.fail("embargo_date", "is missing; it is required where access_right is embargoed")
	}
}

func (c *checker) accessConditions(path string, value any) {
	if _, ok := c.isText(path, value); ok {
		c.warn(path, "is ignored by Zenodo; say it in the description")
	}
}

// license takes an id, or an object with it.
func (c *checker) license(path string, value any) {
	if o, ok := value.(*object); ok {
		path, value = path+".id", o.get("id")
	}
	id, ok := c.filled(path, value)
	if !ok {
		return
	}
	license, known := vocab.DepositLicense(id)
	switch {
	case !known:
		c.fail(path, "%q is no licence that Zenodo knows; most have their SPDX id, for example CC-BY-4.0", id)
		c.suggest(strings.ToLower(id), licenseIDs())
	case license.ID == "":
		c.warn(path, "is stored as text alone, so that nobody finds the licence; give the id of its version")
		if licensed, ok := vocab.Licenses().Find(id); ok {
			c.problems[len(c.problems)-1].Suggestion = licensed.ID
		}
	}
}

func licenseIDs() (ids []string) {
	for _, license := range vocab.Licenses().Terms() {
		ids = append(ids, license.ID)
	}
	return ids
}

// language takes a code of ISO 639-1 or 639-3.
func (c *checker) language(path string, value any) {
	code, ok := c.filled(path, value)
	if !ok {
		return
	}
	language, known := vocab.LanguageNamed(code)
	if code != language.ID && code != language.Two {
		c.fail(path, "%q is no code of a language by ISO 639 in two or three small letters, for example eng", code)
	}
	if known && code != language.ID && code != language.Two {
		c.problems[len(c.problems)-1].Suggestion = language.ID
	}
}
