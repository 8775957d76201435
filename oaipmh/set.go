package oaipmh

import "encoding/xml"

// Set is a part of a repository.
type Set struct {
	Spec string // for [ListOptions.Set]; a colon stands between a set and one within it
	Name string
	// Descriptions is what each of the elements setDescription holds, byte for byte,
	// often Dublin Core.
	Descriptions [][]byte
}

func decodeSet(s *scanner, _ xml.StartElement) (Set, error) {
	var set Set
	err := s.children(func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "setSpec":
			set.Spec, err = s.text()
		case "setName":
			set.Name, err = s.text()
		case "setDescription":
			var raw []byte
			raw, err = s.innerXML()
			set.Descriptions = append(set.Descriptions, raw)
		default:
			err = s.skip()
		}
		return err
	})
	if err == nil && set.Spec == "" {
		err = s.invalid("a set has no setSpec")
	}
	return set, err
}
