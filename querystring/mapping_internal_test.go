package querystring

import "testing"

// What Zenodo translates a name to must be a field of the engine: else one of
// the two lists is wrong, and a good query would get a warning.
func TestTranslatedNamesAreMapped(t *testing.T) {
	for name, field := range Fields() {
		if !isField(field) {
			t.Errorf("%s stands for %s, which is not mapped", name, field)
		}
	}
	for name, meant := range misnamed {
		if _, listed := fields[meant]; !listed && !isField(meant) {
			t.Errorf("%s is said to mean %s, which is no field", name, meant)
		}
		if _, listed := fields[name]; listed || isField(name) {
			t.Errorf("%s is said to be no field, and is one", name)
		}
	}
}

func TestIsField(t *testing.T) {
	for name, want := range map[string]bool{
		"id": true, "created": true, "metadata.title": true, "metadata.title.keyword": true, "metadata": false, "metadata.funding": false,
		"title": false, "metadata.nope": false, "": false, ".": false, "metadata.": false, "custom_fields.x:y": true, "custom_fields": false,
		"metadata.rights.title.de": true, "_id": true, "a.b.c.d": false,
	} {
		if got := isField(name); got != want {
			t.Errorf("isField(%q) = %t", name, got)
		}
	}
	for name, want := range map[string]bool{"metadata": true, "metadata.funding": true, "pids": true, "metadata.titl": false, "nope": false} {
		if got := isObject(name); got != want {
			t.Errorf("isObject(%q) = %t", name, got)
		}
	}
}
