package deposit

import (
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
)

var personKeys = []string{"name", "affiliation", "orcid", "gnd"}

// contributorTypes are the roles of contributors.
var contributorTypes = vocab.LegacyNames(vocab.Roles())

func (c *checker) creators(path string, value any) {
	if list, ok := value.([]any); ok && len(list) == 0 {
		c.fail(path, "is empty; at least one is required")
	}
	c.people(path, value)
}

func (c *checker) people(path string, value any) {
	c.objects(path, value, personKeys, c.person)
}

func (c *checker) contributors(path string, value any) {
	c.objects(path, value, append([]string{"type"}, personKeys...), func(path string, o *object) {
		c.person(path, o)
		if role, ok := c.required(path, o, "type"); ok {
			c.word(path+".type", role, contributorTypes)
		}
	})
}

func (c *checker) person(path string, o *object) {
	name, ok := c.required(path, o, "name")
	if ok && strings.Count(name, ",") > 1 {
		c.warn(path+".name", "has several commas: only Family, Given is divided, so all of it becomes the family name")
	}
	if family, _, divided := strings.Cut(name, ","); ok && divided && strings.TrimSpace(family) == "" {
		c.fail(path+".name", "has no family name in front of the comma")
	}
	c.optional(path, o, "affiliation")
	if id, ok := c.optional(path, o, "orcid"); ok && !isORCID(id) {
		c.fail(path+".orcid", "%q is no ORCID: %s", id, orcidProblem(id))
	}
	if id, ok := c.optional(path, o, "gnd"); ok && !isGND(id) {
		c.fail(path+".gnd", "%q is no GND identifier, which looks like 118540238 or 4079163-4", id)
	}
}

var orcidShape = regexp.MustCompile(`^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$`)

// bareORCID is an ORCID without its resolver.
func bareORCID(id string) string {
	for _, prefix := range []string{"https://orcid.org/", "http://orcid.org/", "orcid.org/", "orcid:"} {
		if rest, ok := strings.CutPrefix(strings.ToLower(id), prefix); ok {
			return strings.ToUpper(rest)
		}
	}
	return id
}

func isORCID(id string) bool { return orcidProblem(id) == "" }

func orcidProblem(id string) string {
	id = bareORCID(id)
	if !orcidShape.MatchString(id) {
		return "it looks like 0000-0002-1825-0097"
	}
	if digits := strings.ReplaceAll(id, "-", ""); checkMod11x2(digits[:15]) != digits[15] {
		return "its last character, which checks the others, does not fit"
	}
	return ""
}

// checkMod11x2 is the check character of ISO 7064 MOD 11-2.
func checkMod11x2(digits string) byte {
	total := 0
	for _, d := range digits {
		total = (total + int(d-'0')) * 2
	}
	return "0123456789X"[(12-total%11)%11]
}

var gndShape = regexp.MustCompile(`^1[0123]?\d{7}[0-9X]$|^[47]\d{6}-\d$|^[1-9]\d{0,7}-[0-9X]$|^3\d{7}[0-9X]$`)

func isGND(id string) bool {
	for _, prefix := range []string{"http://d-nb.info/gnd/", "https://d-nb.info/gnd/", "gnd:", "GND:"} {
		id = strings.TrimPrefix(id, prefix)
	}
	return gndShape.MatchString(id)
}
