package deposit

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// relations are what a related identifier can be to the record.
var relations = vocab.LegacyNames(vocab.Relations())

func (c *checker) doi(path string, value any) {
	text, ok := c.isText(path, value)
	if !ok || text == "" {
		return
	}
	if ref, ok := zenodo.ParseRef(text); !ok || ref.DOI == "" {
		c.fail(path, "%q is no DOI, which looks like 10.1234/abc", text)
	}
}

func (c *checker) relatedIdentifiers(path string, value any) {
	c.objects(path, value, []string{"identifier", "relation", "resource_type", "scheme"}, func(path string, o *object) {
		if id, ok := c.required(path, o, "identifier"); ok && !isIdentifier(id) {
			c.fail(path+".identifier", "%q is of no scheme that Zenodo recognises: write a DOI, a URL, an arXiv id, an ISBN or the like", id)
		}
		if relation, ok := c.required(path, o, "relation"); ok {
			c.word(path+".relation", relation, relations)
		}
		if kind, ok := c.optional(path, o, "resource_type"); ok {
			c.resourceType(path+".resource_type", kind)
		}
	})
}

// resourceType checks a type, or a type and its subtype with a hyphen between.
func (c *checker) resourceType(path, word string) {
	kind, subtype, divided := strings.Cut(word, "-")
	if c.word(path, kind, zenodo.ResourceTypes()) && divided && currentType(word).ID == "" {
		c.word(path, subtype, zenodo.ResourceSubtypes(kind))
	}
}

// identifierSchemes are how identifiers are recognised; Zenodo finds the
// scheme by itself.
var identifierSchemes = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^(https?://(dx\.)?doi\.org/|doi:\s*)?10\.\d+(\.\d+)*/\S+$`),
	regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*://[^\s/]+\S*$`),
	regexp.MustCompile(`(?i)^(arxiv:)?(\d{4}\.\d{4,5}|[a-z.-]+/\d{7})(v\d+)?$`),
	regexp.MustCompile(`(?i)^(isbn:?\s*)?(97[89][- ]?)?(\d[- ]?){9}[\dx]$`),
	regexp.MustCompile(`(?i)^(e?issn:?\s*)?\d{4}-\d{3}[\dx]$`),
	regexp.MustCompile(`(?i)^(orcid:)?\d{4}-\d{4}-\d{4}-\d{3}[\dx]$`),
	regexp.MustCompile(`(?i)^(pmid:\s*)?\d+$`),
	regexp.MustCompile(`(?i)^pmc\d+$`),
	regexp.MustCompile(`(?i)^(hdl:\s*)?\d+(\.\d+)*/\S+$`),
	regexp.MustCompile(`(?i)^ark:/?\d{5}\S*$`),
	regexp.MustCompile(`(?i)^(urn|lsid|purl|ascl|hal|bibcode|ads|igsn|w3id|gnd):\S+$`),
	regexp.MustCompile(`(?i)^swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}\S*$`),
	regexp.MustCompile(`^\d{4}[A-Za-z]\S{13}[A-Za-z.:]$`),
}

func isIdentifier(id string) bool {
	id = strings.TrimSpace(id)
	for _, scheme := range identifierSchemes {
		if scheme.MatchString(id) {
			return true
		}
	}
	return false
}

// slugShape is that of the name of a community in addresses.
var slugShape = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (c *checker) communities(path string, value any) {
	c.objects(path, value, []string{"identifier", "id"}, func(path string, o *object) {
		key := "identifier"
		if !o.has(key) && o.has("id") {
			key = "id"
		}
		if slug, ok := c.required(path, o, key); ok && !slugShape.MatchString(slug) {
			c.fail(path+"."+key, "%q is no community: write its name as in the address of its page, for example egi-ace", slug)
		}
	})
}

// grantShape is a funder's DOI and a number of it, or a number of the European
// Commission.
var grantShape = regexp.MustCompile(`^(10\.\d{4,9}/\S+::\S+|[A-Za-z0-9][\w./-]*)$`)

func (c *checker) grants(path string, value any) {
	c.objects(path, value, []string{"id"}, func(path string, o *object) {
		if id, ok := c.required(path, o, "id"); ok && !grantShape.MatchString(id) {
			c.fail(path+".id", "%q is no grant: write the funder's DOI, :: and the number, as in 10.13039/501100000780::283595", id)
		}
	})
}

func (c *checker) subjects(path string, value any) {
	c.objects(path, value, []string{"term", "identifier", "scheme"}, func(path string, o *object) {
		c.required(path, o, "term")
		c.optional(path, o, "identifier")
		c.optional(path, o, "scheme")
	})
}

func (c *checker) locations(path string, value any) {
	c.objects(path, value, []string{"lat", "lon", "place", "description"}, func(path string, o *object) {
		c.required(path, o, "place")
		c.optional(path, o, "description")
		c.coordinate(path+".lat", o.get("lat"), 90)
		c.coordinate(path+".lon", o.get("lon"), 180)
	})
}

func (c *checker) coordinate(path string, value any, limit float64) {
	if value == nil {
		return
	}
	number, ok := value.(json.Number)
	degrees, err := number.Float64()
	switch {
	case !ok || err != nil:
		c.fail(path, "must be a number")
	case degrees < -limit || degrees > limit:
		c.fail(path, "%s is not between -%g and %g", number, limit, limit)
	case degrees == 0:
		c.warn(path, "is 0, which Zenodo takes for missing")
	}
}

func (c *checker) custom(path string, value any) {
	o, ok := value.(*object)
	if !ok {
		c.fail(path, "must be an object, not %s", kindOf(value))
		return
	}
	for _, key := range o.keys {
		if !strings.Contains(key, ":") {
			c.fail(path+"."+key, "has no namespace: its name looks like dwc:genus")
		}
	}
}

func (c *checker) webAddress(path string, value any) {
	text, ok := c.isText(path, value)
	if !ok || text == "" {
		return
	}
	if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		c.fail(path, "%q is no address: it begins with https://", text)
	}
}

// isbn checks an ISBN of 10 or 13 digits by its last one.
func (c *checker) isbn(path string, value any) {
	text, ok := c.isText(path, value)
	if ok && text != "" && !isISBN(text) {
		c.fail(path, "%q is no ISBN: it has 10 or 13 digits, and the last one checks the others", text)
	}
}

func isISBN(s string) bool {
	s = strings.ToUpper(strings.NewReplacer("-", "", " ", "", "ISBN:", "", "ISBN", "").Replace(s))
	sum := 0
	for i, r := range s {
		digit := strings.IndexRune("0123456789X", r)
		switch {
		case digit < 0 || digit == 10 && i != 9, digit == 10 && len(s) != 10:
			return false
		case len(s) == 10:
			sum += digit * (10 - i)
		default:
			sum += digit * (1 + i%2*2)
		}
	}
	return len(s) == 10 && sum%11 == 0 || len(s) == 13 && sum%10 == 0
}
