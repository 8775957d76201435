package opensearch

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/internal/searchfields"
)

// Options say how an index is made, and which one is filled.
type Options struct {
	// Replicas is how many copies of the index the cluster keeps beside it. Nil
	// is none on a single node, and else what the cluster does by default.
	Replicas *int
	// Force fills an index also where it has another mapping, or holds other
	// records.
	Force bool
}

// Prepare makes the index where there is none, and returns its checkpoint, empty
// for none. An index that exists needs the same mapping, and a checkpoint of the
// same selection or none: else it is [ErrOtherIndex].
func (c *Client) Prepare(ctx context.Context, selection string, o Options) (cp Checkpoint, err error) {
	if err := c.recognize(ctx); err != nil {
		return cp, err
	}
	a, err := c.request(ctx, "look for the index", http.MethodGet, "/"+c.index, nil, http.StatusOK, http.StatusNotFound)
	if err != nil {
		return cp, err
	}
	if a.status == http.StatusNotFound {
		return cp, c.create(ctx, o.Replicas)
	}
	var indices map[string]index
	if err := json.Unmarshal(a.body, &indices); err != nil || len(indices) == 0 {
		return cp, fmt.Errorf("look for the index: the answer is not that of OpenSearch: %.100q", a.body)
	}
	names := slices.Sorted(maps.Keys(indices))
	if len(names) > 1 {
		return cp, fmt.Errorf("%w: %s stands for %s", ErrAlias, c.index, strings.Join(names, ", "))
	}
	found := indices[names[0]].Mappings
	cp = found.Meta.checkpoint()
	if !o.Force {
		if err := c.check(found, cp, selection); err != nil {
			return cp, err
		}
	}
	if o.Replicas != nil {
		body, err := json.Marshal(object{"index": object{"number_of_replicas": *o.Replicas}})
		if err != nil {
			return cp, err
		}
		_, err = c.request(ctx, "set the number of replicas", http.MethodPut, "/"+c.index+"/_settings", body, http.StatusOK)
		return cp, err
	}
	return cp, nil
}

// recognize finds out whether a cluster answers. One that does not let the user
// ask for its version is one.
func (c *Client) recognize(ctx context.Context) error {
	a, err := c.request(ctx, "ask the cluster for its version", http.MethodGet, "/", nil, http.StatusOK)
	if err != nil && (a.status == 0 || passing(a.status) || a.status == http.StatusUnauthorized) {
		return err
	}
	var says struct {
		Version struct{ Number string }
		Error   json.RawMessage
	}
	err = json.Unmarshal(a.body, &says)
	if err == nil && (says.Version.Number != "" || a.status == http.StatusForbidden && len(says.Error) > 0) {
		return nil
	}
	return fmt.Errorf("%w: neither OpenSearch nor Elasticsearch is at %s, which answers %d with %.60q", ErrAddress, c.address, a.status, a.body)
}

// create makes the index.
func (c *Client) create(ctx context.Context, replicas *int) error {
	if replicas == nil {
		single, err := c.isSingleNode(ctx)
		if err != nil {
			return err
		}
		if single {
			replicas = new(int)
		}
	}
	made := mapping()
	if replicas != nil {
		made["settings"].(object)["index"].(object)["number_of_replicas"] = *replicas
	}
	body, err := json.Marshal(made)
	if err != nil {
		return err
	}
	_, err = c.request(ctx, "make the index", http.MethodPut, "/"+c.index, body, http.StatusOK)
	return err
}

// isSingleNode reports whether a replica would have no node to be on. Of a
// cluster that does not say, it is not known.
func (c *Client) isSingleNode(ctx context.Context) (bool, error) {
	a, err := c.request(ctx, "count the nodes", http.MethodGet, "/_cluster/health", nil, http.StatusOK, http.StatusForbidden, http.StatusNotFound)
	if err != nil {
		return false, err
	}
	var health struct {
		Nodes int `json:"number_of_data_nodes"`
	}
	_ = json.Unmarshal(a.body, &health)
	return health.Nodes == 1, nil
}

// index is what the cluster says of one.
type index struct {
	Mappings mappings
}

type mappings struct {
	Meta       metadata `json:"_meta"`
	Properties map[string]property
}

// property is a field in a mapping, or an object of fields.
type property struct {
	Type, Analyzer, Path string
	Properties, Fields   map[string]property
}

// shownDifferences is how many fields are listed that differ.
const shownDifferences = 5

// check refuses an index that is not for this selection.
func (c *Client) check(found mappings, cp Checkpoint, selection string) error {
	var ours struct{ Mappings mappings }
	text, err := json.Marshal(mapping())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &ours); err != nil {
		return err
	}
	if differ := differences(ours.Mappings.Properties, found.Properties, ""); len(differ) > 0 {
		more := ""
		if n := len(differ) - shownDifferences; n > 0 {
			differ, more = differ[:shownDifferences], fmt.Sprintf(" and %d more", n)
		}
		return fmt.Errorf("%w: the mapping of %s is another in %s%s", ErrOtherIndex, c.index, strings.Join(differ, ", "), more)
	}
	if cp.Selection != "" && cp.Selection != selection {
		return fmt.Errorf("%w: %s holds the selection %s", ErrOtherIndex, c.index, cp.Selection)
	}
	return nil
}

// differences names the fields that are missing, or of another kind.
func differences(ours, theirs map[string]property, object string) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		a, b := ours[name], theirs[name]
		if !a.isLike(b) {
			names = append(names, object+name)
			continue
		}
		names = append(names, differences(a.Properties, b.Properties, object+name+".")...)
		names = append(names, differences(a.Fields, b.Fields, object+name+".")...)
	}
	return names
}

func (p property) isLike(other property) bool {
	analyzer := func(p property) string { return cmp.Or(p.Analyzer, string(searchfields.Standard)) }
	return strings.TrimPrefix(p.Type, "object") == strings.TrimPrefix(other.Type, "object") && p.Path == other.Path && analyzer(p) == analyzer(other)
}
