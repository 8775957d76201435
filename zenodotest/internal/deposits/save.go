package deposits

import (
	"net/http"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/schema"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

const (
	msgNoFiles      = "Missing uploaded files. To disable files for this record please mark it as metadata-only."
	msgNoFilesHere  = "Missing uploaded files."
	msgKeepsFiles   = "You must first delete all files to set the record to be metadata-only."
	msgFileOptions  = "You don't have permissions to manage files options."
	msgRecordAccess = "You don't have permissions to manage record access."
	msgNoPublisher  = "Missing publisher field required for DOI registration."
)

// save puts what a client wrote into a draft: what is valid of it, in the place
// of what was there. The problems come with an answer of success; a refusal
// leaves the draft as it was.
func (s *Server) save(e *edition, keys object, isNew bool) ([]wire.FieldError, *wire.Answer) {
	next, problems, refusal := s.read(e.content, keys, isNew)
	if refusal != nil {
		return nil, refusal
	}
	fileOptions, isObject := keys["files"].(object)
	if keys["files"] != nil && !isObject {
		return nil, wire.InternalError()
	}
	e.content = next
	problems = append(problems, s.setFiles(e, fileOptions, isNew)...)
	return append(problems, s.pidProblems(e.content)...), nil
}

// read reads what describes the record. What is not named stays where it is who
// may see the record and which identifiers it has, and is gone where it is
// anything else.
func (s *Server) read(before content, keys object, isNew bool) (content, []wire.FieldError, *wire.Answer) {
	next := content{metadata: object{}, custom: object{}, access: before.access, pids: before.pids}
	var problems []wire.FieldError
	var unknown *string
	take := func(name string, into *object, read func(any) schema.Read) {
		value, given := keys[name]
		if !given {
			return
		}
		got := read(value)
		problems = append(problems, got.Problems...)
		if unknown == nil {
			unknown = got.Unknown
		}
		*into = got.Value
	}
	pids, access := object(nil), object(nil)
	take("pids", &pids, s.schema.PIDs)
	take("metadata", &next.metadata, s.schema.Metadata)
	take("custom_fields", &next.custom, s.schema.CustomFields)
	take("access", &access, s.schema.Access)
	if isAny(problems, "pids") && len(pids) == 0 {
		pids = nil
	}
	if pids != nil {
		next.pids = pids
	}
	given, isGiven := keys["access"]
	switch {
	case !isGiven:
	case given == nil:
		return content{}, nil, wire.InternalError()
	case isNew && (access["record"] == nil || access["files"] == nil):
	default:
		refusal := s.setAccess(&next, access)
		if refusal != nil {
			return content{}, nil, refusal
		}
	}
	if unknown != nil {
		return content{}, nil, wire.ResourceError(http.StatusBadRequest, "Invalid value "+*unknown+".")
	}
	return next, problems, nil
}

// isAny reports whether a problem is with a field or something within it.
func isAny(problems []wire.FieldError, field string) bool {
	return slices.ContainsFunc(problems, func(p wire.FieldError) bool { return p.Field == field || strings.HasPrefix(p.Field, field+".") })
}

// setAccess replaces who may see a record. On Zenodo everyone sees its metadata.
func (s *Server) setAccess(c *content, access object) *wire.Answer {
	for _, name := range []string{"record", "files"} {
		if access[name] == nil {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("access", "'"+name+"'"))
		}
	}
	if access["record"] == "restricted" {
		if !s.cfg.Access.Native {
			return wire.ResourceError(http.StatusBadRequest, wire.MsgValidation, wire.Invalid("access", msgRecordAccess))
		}
		access["files"] = "restricted"
	}
	c.access = access
	return nil
}

// open is the access of a record where nobody said anything else.
func open() object { return object{"record": "public", "files": "public"} }

// setFiles says whether a draft has files, and which of them is shown. Their
// order cannot be set.
func (s *Server) setFiles(e *edition, options object, isNew bool) (problems []wire.FieldError) {
	isMetadata := options["enabled"] == false
	switch {
	case isMetadata != e.isMetadata && !s.cfg.Access.Native:
		return []wire.FieldError{wire.Invalid("files.enabled", msgFileOptions)}
	case isMetadata && len(e.files) > 0:
		return []wire.FieldError{wire.Invalid("files.enabled", msgKeepsFiles)}
	}
	e.isMetadata = isMetadata
	if isNew {
		return nil
	}
	if !isMetadata && len(e.files) == 0 {
		message := msgNoFiles
		if !s.cfg.Access.Native {
			message = msgNoFilesHere
		}
		problems = append(problems, wire.Invalid("files.enabled", message))
	}
	preview := textOf(options["default_preview"])
	if preview != "" && e.named(preview) == nil {
		return append(problems, wire.Invalid("files.default_preview", `No file with key "`+preview+`"`))
	}
	e.preview = preview
	return problems
}

// pidProblems are what keeps the DOI of a draft from being registered.
func (s *Server) pidProblems(c content) (problems []wire.FieldError) {
	doi := member(c.pids, "doi")
	add := func(field, message string) { problems = append(problems, wire.Invalid(field, message)) }
	identifier := textOf(doi["identifier"])
	switch {
	case doi == nil || doi["provider"] == "datacite":
		if c.text("publisher") == "" {
			add("metadata.publisher", msgNoPublisher)
		}
	case identifier == "":
		add("pids.doi", "Missing DOI for required field.")
	case !schema.IsDOI(identifier):
		add("pids.doi", "Invalid DOI")
	case doi["provider"] == "external" && strings.HasPrefix(identifier, s.prefix()+"/"):
		add("pids.doi", "The prefix '"+s.prefix()+"' is managed by Zenodo. Please supply an external DOI or select 'No' to have a DOI generated for you.")
	}
	return problems
}
