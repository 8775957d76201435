package zenodotest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

func ExampleNewServer() {
	// In a test: func TestMyClient(t *testing.T) {
	var t *testing.T

	_ = func() {
		srv := zenodotest.NewServer(t, zenodotest.Config{
			Token:       "secret",
			SearchLimit: zenodotest.Rate{Count: 30, Per: 60e9},
			Faults:      0.1,
		})
		resp, err := http.Get(srv.API() + "/records?communities=egi-ace")
		if err == nil {
			resp.Body.Close()
		}
	}
}

func ExampleEmulator_Transport() {
	e, err := zenodotest.New(zenodotest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	client := &http.Client{Transport: e.Transport()}
	resp, err := client.Get("http://zenodo.test/api/records?q=type:software&size=1")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	var page struct {
		Hits struct{ Total int }
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.Hits.Total, "latest versions of software")
	// Output: 5 latest versions of software
}
