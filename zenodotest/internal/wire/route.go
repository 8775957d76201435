package wire

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Handler answers a request whose path fits one of the routes; args are the
// segments of the path at the route's marks.
type Handler func(r *http.Request, args []string) *Answer

// Route is a path with what it answers; :name stands for one segment, * for all
// that follow.
type Route struct {
	Path      string
	Get       Handler
	Post, Put Handler // nil where the method is refused, as the others
	Delete    Handler
	Patch     Handler
	Accept    []string // media types, nil where any is fine
}

// Routes are looked through in order.
type Routes []Route

// Answer finds the answer to a request. Several slashes in a row are redirected to
// one.
func (all Routes) Answer(r *http.Request) *Answer {
	path := r.URL.EscapedPath()
	merged := mergeSlashes(path)
	for _, candidate := range all {
		args, ok := fit(candidate.Path, merged)
		switch {
		case !ok:
		case merged != path && candidate.methods()[r.Method] != nil:
			return Redirect(http.StatusPermanentRedirect, withQuery(Root(r)+merged, r))
		default:
			return candidate.serve(r, args)
		}
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return Page(http.StatusNotFound, "Page not found")
	}
	return NoRoute()
}

var slashes = regexp.MustCompile(`//+`)

func mergeSlashes(path string) string {
	if strings.HasPrefix(path, "//") { // no path on this server, but another host
		return path
	}
	return slashes.ReplaceAllString(path, "/")
}

func withQuery(location string, r *http.Request) string {
	if r.URL.RawQuery == "" {
		return location
	}
	return location + "?" + r.URL.RawQuery
}

// BelowAPI takes slashes in a row after /api for one. There, unlike elsewhere, the
// server does not redirect.
func BelowAPI(r *http.Request) *http.Request {
	if !strings.HasPrefix(r.URL.Path, "/api//") {
		return r
	}
	merged := *r
	u := *r.URL
	u.Path = "/api/" + strings.TrimLeft(strings.TrimPrefix(u.Path, "/api/"), "/")
	if u.RawPath != "" {
		u.RawPath = "/api/" + strings.TrimLeft(strings.TrimPrefix(u.RawPath, "/api/"), "/")
	}
	merged.URL = &u
	return &merged
}

func (route Route) serve(r *http.Request, args []string) *Answer {
	if r.Method == http.MethodOptions {
		return (&Answer{Status: http.StatusOK, ContentType: TypeHTML}).Set("Allow", route.allow())
	}
	handle := route.methods()[r.Method]
	if handle == nil {
		return AppError(http.StatusMethodNotAllowed, MsgMethod).Set("Allow", route.allow())
	}
	if IsRead(r) && route.Accept != nil && Negotiate(r, route.Accept) == "" {
		return NotAcceptable(route.Accept)
	}
	return handle(r, args)
}

// NotAcceptable refuses a client that wants none of the media types on offer.
func NotAcceptable(offered []string) *Answer {
	return ResourceError(http.StatusNotAcceptable, "Invalid 'Accept' header. Expected one of: "+strings.Join(offered, ", "))
}

// IsRead reports whether the method of a request is one that changes nothing.
func IsRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

func (route Route) methods() map[string]Handler {
	return map[string]Handler{
		http.MethodGet: route.Get, http.MethodHead: route.Get,
		http.MethodPost: route.Post, http.MethodPut: route.Put, http.MethodDelete: route.Delete, http.MethodPatch: route.Patch,
	}
}

// allow names the methods that a path takes.
func (route Route) allow() string {
	allowed := []string{http.MethodOptions}
	for method, handle := range route.methods() {
		if handle != nil {
			allowed = append(allowed, method)
		}
	}
	slices.Sort(allowed)
	return strings.Join(allowed, ", ")
}

// fit compares a path with that of a route, segment by segment.
func fit(pattern, path string) ([]string, bool) {
	var args []string
	for {
		want, restPattern, morePattern := strings.Cut(pattern, "/")
		have, restPath, morePath := strings.Cut(path, "/")
		switch {
		case want == "*":
			return append(args, unescape(path)), path != ""
		case strings.HasPrefix(want, ":") && have != "":
			args = append(args, unescape(have))
		case want != have:
			return nil, false
		}
		if morePattern != morePath {
			return nil, false
		}
		if !morePattern {
			return args, true
		}
		pattern, path = restPattern, restPath
	}
}

// Negotiate is the media type on offer that the Accept header of a request names
// with the highest weight. One that is named goes before what a wildcard or no
// header asks for, which is the first on offer; where none will do it is empty.
func Negotiate(r *http.Request, offered []string) string {
	best, most, any := "", -1.0, true
	for _, header := range r.Header.Values("Accept") {
		for item := range strings.SplitSeq(header, ",") {
			mediaType, parameters, _ := strings.Cut(item, ";")
			mediaType = strings.ToLower(strings.TrimSpace(mediaType))
			switch {
			case mediaType == "*/*" || mediaType == "application/*":
				best = cmp.Or(best, offered[0])
			case mediaType != "":
				any = false
			}
			if weight := weightOf(parameters); slices.Contains(offered, mediaType) && weight > most {
				best, most = mediaType, weight
			}
		}
	}
	if any {
		return cmp.Or(best, offered[0])
	}
	return best
}

// weightOf reads q=0.9, which is 1 where it lacks.
func weightOf(parameters string) float64 {
	_, text, _ := strings.Cut(strings.ReplaceAll(parameters, " ", ""), "q=")
	if weight, err := strconv.ParseFloat(text, 64); err == nil {
		return weight
	}
	return 1
}

func unescape(segment string) string {
	if plain, err := url.PathUnescape(segment); err == nil {
		return plain
	}
	return segment
}
