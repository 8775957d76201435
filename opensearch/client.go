package opensearch

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/opensearch-project/opensearch-go/v4"
)

// Errors of a cluster and of how it is named.
var (
	// ErrAddress means that an address is none of a cluster, or a name none of
	// an index.
	ErrAddress = errors.New("not the address of an OpenSearch cluster")
	// ErrInsecure means that a password would be sent where others can read it.
	ErrInsecure = errors.New("a password is sent over https only, or to this machine")
	// ErrUnauthorized means that the cluster wants another user or password.
	ErrUnauthorized = errors.New("the cluster does not permit it")
	// ErrAlias means that a name stands for several indexes.
	ErrAlias = errors.New("several indexes have that name")
	// ErrOtherIndex means that an index is not for these records: it has another
	// mapping, or holds others.
	ErrOtherIndex = errors.New("the index is not for these records")
	// ErrTakesNone means that an index refuses every record for the same reason,
	// such as that it is closed.
	ErrTakesNone = errors.New("the index takes no records")
	// ErrUnreachable means that there was no answer at all to the first request.
	ErrUnreachable = errors.New("the cluster does not answer")
	// ErrBusy means that the cluster refused all attempts for the moment, or
	// did not answer any more.
	ErrBusy = errors.New("the cluster takes no more for now")
)

// Client talks to one index of a cluster. It is not safe for concurrent use.
type Client struct {
	cluster *opensearch.Client
	address string // without user and password
	index   string
	logger  *slog.Logger
	// answered is whether the cluster ever did.
	answered bool
	// wait waits between attempts.
	wait func(context.Context, time.Duration) error
}

// indexName is what an index may be called, at least: the name stands in
// addresses.
var indexName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,200}$`)

// NewClient makes a client for an index of the cluster at an address such as
// https://host:9200. A user and password are taken from the address, or else
// from $OPENSEARCH_USERNAME and $OPENSEARCH_PASSWORD; no error has them, nor
// has the log. Each request is logged at the level of debugging; without a
// logger nothing is.
func NewClient(address, index string, logger *slog.Logger) (*Client, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" || at.RawQuery != "" || at.Fragment != "" {
		return nil, ErrAddress // a part of it may be secret
	}
	if !indexName.MatchString(index) {
		return nil, fmt.Errorf("%w: no index is called %q", ErrAddress, index)
	}
	user := os.Getenv("OPENSEARCH_USERNAME")
	password := os.Getenv("OPENSEARCH_PASSWORD")
	if at.User != nil {
		user = at.User.Username()
		password, _ = at.User.Password()
		at.User = nil
	}
	if password != "" && at.Scheme != "https" && !isLoopback(at.Hostname()) {
		return nil, ErrInsecure
	}
	no := false
	// Else the client polls the load of the nodes in the background, every five
	// seconds.
	background, stop := context.WithCancel(context.Background())
	stop()
	cluster, err := opensearch.NewClient(opensearch.Config{
		Addresses: []string{at.String()}, Username: user, Password: password,
		DisableRetry: true, // what is refused is sent again here, and only that
		// One address is enough, and nothing is to be asked beside the requests.
		DiscoverNodesOnStart: &no, HealthCheckMaxRetries: -1, MaxRetryClusterHealth: -1, Context: background,
	})
	if err != nil {
		return nil, ErrAddress
	}
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Client{cluster: cluster, address: strings.TrimSuffix(at.String(), "/"), index: index, logger: logger, wait: sleep}, nil
}

// Close ends what the client does in the background.
func (c *Client) Close() error { return c.cluster.Close() }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// answer is what came back, read to its end.
type answer struct {
	status int
	after  string // Retry-After
	body   []byte
}

// maxAnswer bounds what is read of an answer: that to a bulk request has some
// 200 bytes a document.
const maxAnswer = 64 << 20

// send sends one request, once, and logs it.
func (c *Client) send(ctx context.Context, attempt int, method, path, contentType string, body []byte) (answer, error) {
	began := time.Now()
	a, err := c.exchange(ctx, method, path, contentType, body)
	attrs := []slog.Attr{
		slog.String("method", method), slog.String("url", c.address+path), slog.Int("bytes", len(body)),
		slog.Int("attempt", attempt+1), slog.Float64("seconds", time.Since(began).Seconds()),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	} else {
		c.answered = true
		attrs = append(attrs, slog.Int("status", a.status))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
	return a, err
}

func (c *Client) exchange(ctx context.Context, method, path, contentType string, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.cluster.Stream(req)
	if resp == nil || resp.Body == nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return answer{}, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, after: resp.Header.Get("Retry-After")}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return a, err
}

// reason is why the cluster refused something.
type reason struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

func (r reason) String() string { return fmt.Sprintf("%s: %.300s", r.Type, r.Reason) }

// body is an answer with that reason.
func (r reason) body() []byte {
	body, _ := json.Marshal(object{"error": r}) // texts can always be written
	return body
}

// passing reports whether another attempt may have another status.
func passing(status int) bool { return status == http.StatusTooManyRequests || status >= 500 }

// failure is the error for an answer that is none to be tried again.
func (a answer) failure(what string) error {
	var e struct {
		Error json.RawMessage `json:"error"`
	}
	var why reason
	_ = json.Unmarshal(a.body, &e) // it may be anything
	_ = json.Unmarshal(e.Error, &why)
	err := fmt.Errorf("%s: the cluster answers %d", what, a.status)
	if why.Type != "" {
		err = fmt.Errorf("%w: %s", err, why)
	}
	if why.Type == "cluster_block_exception" || why.Type == "index_closed_exception" {
		return fmt.Errorf("%w (%w)", err, ErrTakesNone)
	}
	if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
		return fmt.Errorf("%w (%w)", err, ErrUnauthorized)
	}
	return err
}
