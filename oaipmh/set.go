package oaipmh

import "errors"

// Set is a part of a repository.
type Set struct {
	Spec string // for [ListOptions.Set]; a colon stands between a set and one within it
	Name string
	// Descriptions is what each of the elements setDescription holds, byte for byte,
	// often Dublin Core.
	Descriptions [][]byte
}

func decodeSet(s *scanner) Set {
	var set Set
	for name := range s.Children {
		switch name {
		case "setSpec":
			set.Spec = s.Text()
		case "setName":
			set.Name = s.Text()
		case "setDescription":
			set.Descriptions = append(set.Descriptions, s.innerXML())
		}
	}
	if set.Spec == "" {
		s.Fail(errors.New("a set has no setSpec"))
	}
	return set
}
