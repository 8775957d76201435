package schema

import (
	"slices"
	"time"
)

// Access reads who may see a record and its files.
func (s Schema) Access(value any) Read { return s.read("access", value, access) }

var access = object(append(
	required(
		member{name: "record", read: protection("record")},
		member{name: "files", read: protection("files")},
	),
	member{name: "embargo", read: object([]member{
		{name: "active", read: anything, orNull: true},
		{name: "until", read: text(when(isNoDay, "Not a valid date.")), orNull: true},
		{name: "reason", read: text(), orNull: true},
	}, checkEmbargo)},
	member{name: "status", read: ignored},
))

func isNoDay(s string) bool { return len(s) != len(time.DateOnly) || !isDay(s) }

// protection reads who may see something. What is wrong with it is reported of
// the record whatever it is, as the server does.
func protection(name string) rule {
	plain := text()
	return func(r *reading, at string, value any) any {
		kept := plain(r, at, value)
		if kept != nil && !slices.Contains([]any{"public", "restricted"}, kept) {
			r.report("access.record", "'"+name+"' must be either 'public' or 'restricted'")
			return nil
		}
		return kept
	}
}

// checkEmbargo checks that an embargo ends in the future, and that one that is
// over does not.
func checkEmbargo(r *reading, at string, o Object) {
	until, _ := o["until"].(string)
	isFuture := until > r.Now().UTC().Format(time.DateOnly)
	switch {
	case o["active"] == true && !isFuture:
		r.report(at+".until", "Embargo end date must be set to a future date.")
	case o["active"] == false && isFuture:
		r.report(at+".until", "Embargo end date must be unset or in the past.")
	}
}

// PIDs reads the identifiers that are registered for a record.
func (s Schema) PIDs(value any) Read {
	return s.read("pids", value, func(r *reading, at string, value any) any {
		in, ok := mapping(r, at, value).(Object)
		if !ok {
			return nil
		}
		out := Object{}
		for name, pid := range in {
			if name != "doi" && name != "oai" {
				r.problems = append(r.problems, Problem{Field: at + "." + name + ".key", Messages: letters("Invalid persistent identifier scheme.")})
				continue
			}
			if kept := read(r, at+"."+name+".value", pid, pidMembers); kept != nil {
				out[name] = kept
			}
		}
		return out
	})
}

var pidMembers = object(append(required(textMembers("identifier", "provider")...), textMembers("client")...))

// letters are those of a message, which the server takes for a list of messages.
func letters(message string) (all []string) {
	for _, c := range message {
		all = append(all, string(c))
	}
	return all
}
