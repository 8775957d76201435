package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// configResolver gives flags their values from the configuration file, where
// neither the command line nor the environment does.
type configResolver struct {
	file   string
	values map[string]any
}

// newConfigResolver reads the configuration file, which need not be there.
func newConfigResolver() (*configResolver, error) {
	c := &configResolver{file: configFile(), values: map[string]any{}}
	data, err := os.ReadFile(c.file)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, usageError(fmt.Sprintf("%s: %v", displayPath(c.file), err), `write one JSON object with the names of flags, such as {"no-progress": true}`)
	}
	for key, value := range values {
		c.values[strings.ReplaceAll(key, "_", "-")] = value
	}
	return c, nil
}

// check refuses keys that are no flags.
func (c *configResolver) check(model *kong.Application) error {
	known := map[string]bool{}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, flag := range n.Flags {
			known[flag.Name] = true
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(model.Node)
	for _, key := range slices.Sorted(maps.Keys(c.values)) {
		if key == "token" { // a flag of emulate, and a misunderstanding here
			return usageError(fmt.Sprintf("%s: an access token is not read from here", displayPath(c.file)),
				"put it into a file of its own and name that as token-file, or set $ZENODO_TOKEN")
		}
		if !known[key] || key == "help" || key == "version" {
			return usageError(fmt.Sprintf("%s: unknown key %q", displayPath(c.file), key), "the keys are the names of flags; see zharvest --help")
		}
	}
	return nil
}

// Validate is part of kong's interface.
func (c *configResolver) Validate(*kong.Application) error { return nil }

// rivals are the flags that a flag cannot be given with. One that is typed, or
// comes from the environment, outranks the other one in the file.
var rivals = map[string]string{"sandbox": "api", "quiet": "verbose", "verbose": "quiet"}

// Resolve is part of kong's interface, which would put the file above the
// environment.
func (c *configResolver) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, f := range ctx.Flags() {
		if f.Name == flag.Name && inEnvironment(f) {
			return nil, nil
		}
		if f.Name == rivals[flag.Name] && (inEnvironment(f) || typed(ctx, f.Name)) {
			return nil, nil
		}
	}
	return c.values[flag.Name], nil
}

// inEnvironment reports whether a variable gives a flag its value. One that is
// empty counts as not set.
func inEnvironment(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Envs, func(name string) bool { return os.Getenv(name) != "" })
}
