package zenodotest

import (
	"net/http"
	"slices"
	"strings"
)

// handler answers a request whose path fits one of the routes; args are the
// segments of the path at the route's marks.
type handler func(e *Emulator, r *http.Request, args []string) *answer

// route is a path with what it answers; :name stands for one segment, * for all
// that follow.
type route struct {
	path      string
	get       handler
	post, put handler // nil where the method is refused, as the others
	delete    handler
	accept    []string // media types, nil where any is fine
}

// routes are looked through in order. Each chapter of the API has its own.
func routes() []route {
	return slices.Concat(recordRoutes, recordFileRoutes, communityRoutes, exporterRoutes, depositionRoutes,
		depositionFileRoutes, bucketRoutes, draftRoutes, draftFileRoutes, oaiRoutes, pageRoutes)
}

// route finds the answer to a request.
func (e *Emulator) route(r *http.Request) *answer {
	if a := e.checkCSRF(r); a != nil {
		return a
	}
	for _, candidate := range e.routes {
		args, ok := fit(candidate.path, r.URL.EscapedPath())
		if !ok {
			continue
		}
		return e.serve(candidate, r, args)
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return &answer{status: http.StatusNotFound, contentType: typeHTML, body: []byte("<!doctype html>\n<title>404</title>\n<h1>Page not found</h1>\n")}
	}
	return noRoute()
}

func (e *Emulator) serve(route route, r *http.Request, args []string) *answer {
	if r.Method == http.MethodOptions {
		return (&answer{status: http.StatusOK, contentType: typeHTML}).set("Allow", route.allow())
	}
	handle := route.methods()[r.Method]
	if handle == nil {
		return appError(http.StatusMethodNotAllowed, msgMethod).set("Allow", route.allow())
	}
	if isRead(r) && route.accept != nil && !accepts(r.Header.Values("Accept"), route.accept) {
		return notAcceptable(route.accept)
	}
	return handle(e, r, args)
}

func notAcceptable(offered []string) *answer {
	return resourceError(http.StatusNotAcceptable, "Invalid 'Accept' header. Expected one of: "+strings.Join(offered, ", "))
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

func (r route) methods() map[string]handler {
	return map[string]handler{
		http.MethodGet: r.get, http.MethodHead: r.get,
		http.MethodPost: r.post, http.MethodPut: r.put, http.MethodDelete: r.delete,
	}
}

// allow names the methods that a path takes.
func (r route) allow() string {
	allowed := []string{http.MethodOptions}
	for method, handle := range r.methods() {
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

// accepts reports whether an Accept header names one of the types on offer, or
// a wildcard. Weights do not matter.
func accepts(headers, offered []string) bool {
	none := true
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			mediaType, _, _ := strings.Cut(item, ";")
			mediaType = strings.ToLower(strings.TrimSpace(mediaType))
			if mediaType == "" {
				continue
			}
			none = false
			if mediaType == "*/*" || mediaType == "application/*" || slices.Contains(offered, mediaType) {
				return true
			}
		}
	}
	return none
}
