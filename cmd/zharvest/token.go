package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// hostToken is an access token and where it was found: the name of a
// variable or a file.
type hostToken struct {
	value  zenodo.AccessToken
	source string
}

// tokenVariables are asked in this order. The sandbox and all other hosts
// never share a token.
var (
	tokenVariables        = []string{"ZENODO_TOKEN", "ZENODO_ACCESS_TOKEN", "ZENODO_API_TOKEN"}
	sandboxTokenVariables = []string{"ZENODO_SANDBOX_TOKEN", "ZENODO_SANDBOX_ACCESS_TOKEN", "ZENODO_SANDBOX_API_TOKEN"}
)

// findToken looks for the token that belongs to a host. None is no error.
func findToken(host, file string) (hostToken, error) {
	if file != "" {
		return readToken(file)
	}
	variables := tokenVariables
	if strings.EqualFold(host, sandboxHost) {
		variables = sandboxTokenVariables
	}
	for _, name := range variables {
		if value := strings.TrimSpace(os.Getenv(name)); value != "" {
			return hostToken{zenodo.AccessToken(value), "$" + name}, nil
		}
	}
	return hostToken{}, nil
}

func readToken(file string) (hostToken, error) {
	f, err := os.Open(file)
	if err != nil {
		return hostToken{}, fmt.Errorf("read the token: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Scan()
	value := strings.TrimSpace(lines.Text())
	if value == "" {
		return hostToken{}, usageError(displayPath(file)+" has no token in its first line", "put the access token there and nothing else")
	}
	return hostToken{zenodo.AccessToken(value), file}, nil
}
