package deposit

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

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
		known := zenodo.ResourceSubtypes(kind)
		if word == "thesis" && kind == "publication" {
			c.warn(path, "is documented as thesis, but Zenodo's vocabulary has dissertation: publishing may fail")
			c.problems[len(c.problems)-1].Suggestion = "dissertation"
			return
		}
		c.word(path, word, known)
	}
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
	if _, known := canonicalLicense(id); !known {
		c.fail(path, "%q is no licence that Zenodo knows; most have their SPDX id, for example CC-BY-4.0", id)
		c.suggest(strings.ToLower(id), licenseIDs())
	}
}

// language takes a code of ISO 639-1, or of 639-2 or 639-3.
func (c *checker) language(path string, value any) {
	code, ok := c.filled(path, value)
	if !ok {
		return
	}
	if _, err := language.ParseBase(code); err != nil || len(code) > 3 || strings.ToLower(code) != code {
		c.fail(path, "%q is no code of a language by ISO 639 in two or three small letters, for example eng", code)
		c.suggest(code, commonLanguages)
		if i := slices.Index(languageNames, strings.ToLower(code)); i >= 0 {
			c.problems[len(c.problems)-1].Suggestion = commonLanguages[i]
		}
	}
}

// What people write instead of codes.
var (
	languageNames   = []string{"english", "german", "french", "spanish", "italian", "portuguese", "dutch", "chinese", "russian", "japanese"}
	commonLanguages = []string{"eng", "deu", "fra", "spa", "ita", "por", "nld", "zho", "rus", "jpn"}
)
