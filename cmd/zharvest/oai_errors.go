package main

import (
	"errors"

	"github.com/zharvest/zharvest/oaipmh"
)

// classifyOAI knows what repositories answer by OAI-PMH.
func classifyOAI(err error) (code int, hint string, ok bool) {
	switch {
	case errors.Is(err, oaipmh.ErrIDDoesNotExist):
		return exitNotFound, "check the identifier, such as oai:zenodo.org:8270293; deleted records are unknown, too", true
	case errors.Is(err, oaipmh.ErrNoSetHierarchy):
		return exitNotFound, "the repository has no sets", true
	case errors.Is(err, oaipmh.ErrBadArgument), errors.Is(err, oaipmh.ErrCannotDisseminateFormat), errors.Is(err, oaipmh.ErrNoMetadataFormats):
		return exitRefused, "zharvest oai formats and zharvest oai sets list what there is", true
	case errors.Is(err, oaipmh.ErrInvalidArgument):
		return exitUsage, "see zharvest oai --help", true
	case errors.Is(err, oaipmh.ErrInvalidCharacter):
		return exitFailure, "try again, or let --lenient take them out", true
	case errors.Is(err, oaipmh.ErrInvalidBody):
		return exitFailure, "is this where the repository answers OAI-PMH? --url names another address", true
	}
	refused, is := errors.AsType[*oaipmh.HTTPError](err)
	switch {
	case !is:
		return 0, "", false
	case refused.Status == 403:
		return exitFailure, "wait, try from another network, or write to the repository's support", true
	case refused.Status/100 == 4 && refused.Status != 429:
		return exitFailure, "is this where the repository answers OAI-PMH? --url names another address", true
	}
	return exitFailure, "try again; zharvest oai identify shows whether the repository answers", true
}
